/* SPDX-License-Identifier: MIT */
/* model.h - the report as data: everything that any format shows, made from records and findings.
 *
 * Each struct has a shape (base/field.h), and from the shapes come the JSON document and the names that a template can
 * use. Slices are foreign or the config's; texts are ours. All lives in the arena that made it. */
#ifndef DIAGNOSIS_MODEL_H
#define DIAGNOSIS_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/field.h"
#include "base/slice.h"

struct records;
struct findings;
struct probe;
struct run;

/* A layer's share of a probe's time. */
struct model_timing {
    const char *layer; /* layer_words */
    int64_t time;
    bool failed;
};

/* The answer of one address, over all attempts: a row of the endpoint tables. */
struct model_answer {
    struct slice name; /* the endpoint's, or the candidate as the config wrote it */
    struct slice url, path;
    bool candidate;
    bool upgrade;
    int verdict; /* verdict_words */
    int result;  /* result_words: what the table says of it */
    uint64_t passed, total;
    double bound;    /* percent, of `passed` = `total` attempts; NAN where one did not pass */
    uint64_t status; /* 0: no response */
    struct slice reason;
    uint64_t size;               /* bytes of the body */
    struct slice said;           /* the body's or message's first words, or what the library said */
    const char *code;            /* of the failure; NULL */
    int layer;                   /* layer_words, that failed */
    int64_t time;                /* median of its attempts */
    int64_t first_message, ping; /* of its typical probe */
    struct slice address;
    uint64_t port;
    int dns, tcp, tls, http, websocket, auth; /* state_words: layer by layer */
    struct cites cites;
    struct cites typical;  /* its typical probe alone */
    struct list timings;   /* model_timing, of its typical probe, as far as it got */
    struct cites compared; /* of no-such-path: the paths that cannot exist, which answer the same */
};
extern const struct shape model_answer_shape;
extern const char *const result_words[]; /* works, fails, no-such-path, refused, unsteady, not-judged, not-probed */
enum result {
    RESULT_WORKS,
    RESULT_FAILS,
    RESULT_NO_SUCH_PATH,
    RESULT_REFUSED,
    RESULT_UNSTEADY,
    RESULT_NOT_JUDGED,
    RESULT_NOT_PROBED
};
extern const char *const state_words[]; /* holds, fails, unknown */
enum state { STATE_HOLDS, STATE_FAILS, STATE_UNKNOWN };

struct model_name {
    struct slice name;
};
extern const struct shape model_name_shape;

struct model_label {
    struct slice name, value;
};

/* One expectation of an endpoint over its attempts: a line of the validation. */
struct model_check {
    struct slice endpoint;
    struct slice expected; /* "status is 2xx" */
    struct slice actual;   /* of the latest attempt in which it did not hold, else of the latest */
    uint64_t held, judged, total;
    bool holds;         /* in all attempts */
    const char *reason; /* why it was not judged; NULL */
    struct cites cites;
};

struct model_endpoint {
    struct slice name, group, used_by, owner, method;
    int kind; /* kind_words */
    int role; /* role_words */
    const struct model_answer *answer;
    struct list candidates; /* model_answer, those that were asked */
    struct list checks;     /* model_check */
};

/* A leaf certificate. In the report's own list it says who shows it, and by which TLS. */
struct model_certificate {
    struct slice subject, issuer, names, serial, key, sha256;
    struct wall not_before, not_after;
    int64_t remaining; /* µs from the run's start to not_after; NOT_MEASURED when it is over */
    bool verified;
    struct slice tls;      /* "TLSv1.3, TLS_AES_256_GCM_SHA384" */
    struct list endpoints; /* model_name */
    struct cites cites;
};

/* An experiment: one question, the probes that answered it, what that shows. */
struct model_experiment {
    struct slice endpoint;
    const char *question; /* "Is the path there?" */
    struct slice changed; /* "two paths that cannot exist", "Origin: X": the config's words may be in it */
    struct slice address; /* the path or candidate asked */
    const char *answer;   /* "404, 404" */
    const char *shows;    /* "a route is there, and fails" */
    struct cites cites;
};

struct model_exclusion {
    const char *what;
    struct cites cites;
};

struct model_caution {
    struct slice key, value;
    const char *words;
    struct cites cites;
};

struct model_location {
    struct slice file, literal, replacement, key;
    uint64_t line;
    int kind;   /* location_words */
    bool aside; /* in a comment, a test or documentation */
};

/* The address to change: from, to, where. */
struct model_change {
    struct slice endpoint, from, to; /* URLs */
    struct slice from_path, to_path;
    struct slice owner;
    bool searched;         /* a source tree was looked through */
    bool search_cut;       /* ... up to a limit: there may be more */
    struct list locations; /* model_location: where to change it */
    struct list also;      /* model_location: where else it stands, and need not be changed */
    struct slice diff;     /* absent: none */
};

struct model_finding {
    const char *anchor; /* "finding-1" */
    const char *code;
    int layer;
    int certainty; /* certainty_words */
    const char *title;
    const char *explanation;       /* template cause/CODE.md */
    const char *remedy;            /* template remedy/CODE.md */
    const char *told_apart, *cure; /* the rule's own words, true of every case */
    const char *standard;
    const char *undecided;
    struct list endpoints; /* model_name */
    uint64_t others;       /* endpoints beside the first */
    struct slice host;     /* of the broken address, with its port where it is not the scheme's */
    struct cites probes, experiments;
    struct list excluded;                        /* model_exclusion */
    struct list cautions;                        /* model_caution: */
    struct list says;                            /* model_caution: those that the answer itself says */
    struct list warns;                           /* model_caution: those that we say of it */
    const struct model_answer *broken;           /* the first endpoint's own address */
    const struct model_answer *working;          /* the candidate that works; NULL */
    const struct model_answer *absent;           /* paths that cannot exist; NULL */
    const struct model_answer *without;          /* asked without Authorization; NULL */
    const struct model_answer *spoiled;          /* asked with a broken one; NULL */
    const struct model_answer *plain;            /* asked by GET, without upgrade; NULL */
    const struct model_certificate *certificate; /* the broken address's leaf; NULL */
    const struct model_change *change;           /* NULL: no address to change */
    struct slice field;                          /* named by a validation error */
    struct slice varied;                         /* to what the one thing was changed with which it passes */
    struct slice request_id;                     /* of the typical failing probe: x-request-id and the like */
    struct wall at;                              /* when that probe was made */
    struct slice detail;                         /* the library's words */
};

/* What the working address said. */
struct model_shown {
    struct slice name, url, content;
    struct list varying; /* model_name: JSON pointers whose values differ between attempts */
    struct cites cites;
};

/* One thing to do: what a finding's remedy says; to decide whether a replacement is wanted; to ask again and compare;
 * to look at what no probe of ours sees. Done is only what was measured. */
enum step { STEP_REMEDY, STEP_DECIDE, STEP_COMPARE, STEP_LOOK };
extern const char *const step_words[]; /* remedy, decide, compare, look */
struct model_step {
    int kind; /* step_words */
    bool done;
    const char *about;                   /* the finding's anchor; NULL: it is about none */
    const struct model_finding *finding; /* that one, for templates */
    struct cites cites;
};

struct model_owner {
    struct slice owner; /* absent: nobody is named */
    const char *side;   /* ours, where nobody is named: "Client side", "Server side", "Collector", "Testing" */
    struct list steps;  /* model_step */
};

/* Failing answers that look alike. */
struct model_pattern {
    uint64_t status;
    const char *code;
    struct slice sample; /* of the body, or the library's words */
    uint64_t count;      /* probes */
    bool upgrade;
    struct list addresses; /* model_name: paths or names */
    struct cites cites;
};

struct model_message {
    int64_t at;
    bool sent;
    int type; /* message_words */
    uint64_t size;
    struct slice data;
};

/* A redirect that was followed. */
struct model_hop {
    uint64_t status;
    struct slice url, location, address;
    int64_t time;
};

/* What a JSON Web Token that was sent says of itself (RFC 7519, 4.1). */
struct model_token {
    struct slice header; /* that carried it */
    struct slice algorithm, issuer, audience, scope;
    struct wall issued, not_before, expires;
    bool expired; /* when it was sent */
};

/* A finding that stands on a probe. */
struct model_cause {
    const char *code, *title;
    int certainty; /* certainty_words */
};

struct model_evidence {
    uint64_t ordinal;
    bool full; /* to be shown whole; else a line about it is enough */
    struct cites cite;
    struct slice endpoint;
    const char *question; /* NULL for attempts */
    struct slice varied;  /* what the question changed, by name */
    const char *method;
    struct slice url;
    struct wall started;
    int outcome; /* outcome_words */
    int layer;
    const char *code;
    uint64_t status;
    struct slice reason, detail;
    int64_t time;
    struct list timings; /* model_timing, as far as it got */
    struct slice address;
    uint64_t port;
    struct slice tls; /* "TLSv1.3, TLS_AES_256_GCM_SHA384" */
    const struct model_certificate *certificate;
    const char *client; /* client_words */
    const char *withheld;
    struct slice proxy;          /* through which it went */
    bool reused;                 /* the connection was open already */
    bool from_hosts;             /* the address came from `resolve:` or the hosts file */
    struct slice system_address; /* what the system's resolver said where DNS said no */
    struct list hops;            /* model_hop */
    struct slice final_url;      /* where they led */
    struct list tokens;          /* model_token */
    struct slice request;        /* the request's head as it was sent, secrets as names */
    struct slice response;       /* status line and headers */
    struct slice body;
    uint64_t body_size;
    bool body_cut, body_capped;
    struct slice body_sha256;
    struct list messages; /* model_message */
    uint64_t close_code;
    struct slice close_reason;
    int64_t open;         /* how long a WebSocket was */
    struct list causes;   /* model_cause: the findings that cite it; of a probe alone, since a report has them all */
    struct list checks;   /* model_check, of this probe alone */
    struct slice command; /* the shell command that repeats it */
    int64_t loop_lag;     /* only where it may distort a time */
};
extern const struct shape model_evidence_shape;

struct model_transition {
    struct slice endpoint;
    int transition;                            /* transition_words */
    bool renamed;                              /* found by its URL */
    struct slice formerly;                     /* its name before; absent: the same */
    bool address_changed;                      /* the name has another URL */
    struct slice from, to;                     /* the two paths, or URLs; absent: the same */
    uint64_t verdicts_changed;                 /* how often, in the last runs */
    const struct model_answer *before, *after; /* NULL: not in that run */
};

struct model_finding_change {
    const char *code, *title;
    int certainty;                     /* certainty_words */
    int change;                        /* finding_change_words */
    struct list endpoints;             /* model_name */
    struct slice url;                  /* that it is about */
    struct slice now;                  /* asked in its place since, where that is what the finding had named */
    struct list cautions, says, warns; /* model_caution: about that replacement */
    struct cites before, after;        /* the probes of each run that it stands on */
};

/* What else differs between the two runs at an endpoint that answers in both. */
struct model_difference {
    struct slice endpoint;
    struct slice what; /* "remote address", "header server", "body /status": a server may have named it */
    struct slice before, after;
    struct cites before_cites, after_cites;
};

struct model_run {
    const char *id, *short_id;
    struct wall started, ended;
    int64_t duration;
    int state; /* run_state_words */
    struct slice vantage;
    struct list labels; /* model_label */
    const char *tool;
    uint64_t rules;
    uint64_t planned, attempts, experiments, probes;
    const char *config;  /* first digits of the config's digest */
    bool diagnosed_anew; /* the findings were made now, by `rules`, not taken from the run */
};

struct model_comparison {
    int verdict; /* comparison_words */
    const struct model_run *before, *after;
    struct list transitions; /* model_transition, most telling first */
    uint64_t fixed, regressed, still_failing, other_cause, still_passing, changed, added, gone, renamed, flapping,
        not_asked;
    struct list findings;                                     /* model_finding_change */
    uint64_t cleared, remaining, fresh, not_tested, replaced; /* of them */
    uint64_t open;                                            /* findings that are not cleared */
    struct list differences;                                  /* model_difference */
    struct list
        latency; /* model_latency (model_latency.h): slower and faster ones, and the whole time of each endpoint */
    uint64_t slower, faster, unshifted, too_few; /* of all that were compared, layers too */
    uint64_t more;                               /* attempts that would be enough for each of the too few */
    double threshold_percent;                    /* the least change that matters: this and that much */
    int64_t threshold;
};

struct model_summary {
    int status; /* summary_words */
    uint64_t required, passing, failing, unsteady, not_judged;
    uint64_t tolerated; /* of the unsteady, those with no more failed attempts than `tolerate` */
    uint64_t controls, controls_passing;
    uint64_t http, websocket, candidates;              /* endpoints of each kind; candidates asked */
    uint64_t confirmed, likely, possible, unexplained; /* findings; unexplained: no cause was found */
};
enum summary_status {
    SUMMARY_ALL_WELL,
    SUMMARY_FAILING,
    SUMMARY_UNSTEADY,
    SUMMARY_NOT_JUDGED,
    SUMMARY_OFFLINE,
    SUMMARY_NOT_WHOLE, /* the run was cut off, and what it came to passed or was not judged */
};
extern const char *const summary_words[];

struct model_ticket {
    struct slice id, title, impact, owner;
    struct list endpoints; /* model_name */
};

struct model_suite {
    struct slice name, environment;
    struct slice source_owner;
};

struct model {
    const char *schema; /* "endoscope-report/1" */
    const struct model_suite *suite;
    const struct model_run *run;
    const struct model_summary *summary;
    struct list tickets;      /* model_ticket */
    struct list findings;     /* model_finding */
    struct list endpoints;    /* model_endpoint */
    struct list layers;       /* model_answer: where it breaks, beside what works; empty when nothing failed */
    struct list certificates; /* model_certificate, each once */
    struct list changes;      /* model_change: of all findings */
    struct list shown;        /* model_shown: what working replacements answered */
    struct list owners;       /* model_owner: what to do */
    struct list experiments;  /* model_experiment */
    struct list patterns;     /* model_pattern */
    uint64_t patterns_left;   /* answers of other looks, that found no room */
    struct list history;      /* model_since (model_since.h): since when what fails does */
    const struct model_nights *nights; /* the run among those before it (model_nights.h); NULL: there are too few */
    const struct model_comparison *comparison; /* NULL: a report on one run */
    struct list evidence;   /* model_evidence: failing probes, and the passing ones that are cited */
    uint64_t evidence_left; /* probes of the run that are not among them */
};
extern const struct shape model_shape;

/* The report on one run. `short_id` is the run's shortest unique prefix. */
const struct model *model_of_run(const struct run *run, const char *short_id, const struct records *records,
                                 const struct findings *findings, struct arena *arena);

/* Whether something required fails, which the exit status says: what is unsteady counts unless it is tolerated. */
bool model_fails(const struct model *model);

/* The same with what is known of the runs before (model_since.h); NULL: nothing is. */
struct earlier;
const struct model *model_of_run_since(const struct run *run, const char *short_id, const struct records *records,
                                       const struct findings *findings, const struct earlier *earlier,
                                       struct arena *arena);

/* One side of a comparison. */
struct model_side {
    const struct run *run;
    const char *short_id;
    const struct records *records;
    const struct findings *findings;
};

/* The report on `after`, with `comparison` filled. */
const struct model *model_of_comparison(const struct model_side *before, const struct model_side *after,
                                        struct arena *arena);

/* The same among other nights. */
struct along;
const struct model *model_of_comparison_along(const struct model_side *before, const struct model_side *after,
                                              const struct along *along, struct arena *arena);

/* The shape of what model_of_run() and model_of_comparison() give is model_shape. */

/* One probe's evidence, for `endoscope show`. */
const struct model_evidence *model_of_probe(const struct records *records, const struct findings *findings,
                                            const struct probe *probe, struct arena *arena);
#endif
