/* SPDX-License-Identifier: MIT */
/* fact.h - what the probes of a run show about one endpoint: holds, does not, or unknown.
 *
 * What nobody measured is unknown, and excludes nothing. Each fact cites the probes that show it. */
#ifndef DIAGNOSIS_FACT_H
#define DIAGNOSIS_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/field.h"
#include "base/slice.h"
#include "diagnosis/answer.h"

struct survey;

enum fact {
    FACT_NONE,

    /* How far its attempts came. */
    FACT_NAME_RESOLVES,
    FACT_CONNECTS,
    FACT_TLS_HOLDS,
    FACT_ANSWERS,           /* with a status, each time */
    FACT_STATUS_UNEXPECTED, /* with one that its expectations do not allow */
    FACT_UPGRADE_REFUSED,   /* a WebSocket endpoint answers, but not 101 */

    /* How steadily. */
    FACT_UNSTEADY,       /* its attempts differ; unknown after a single one */
    FACT_SEEN_TO_DIFFER, /* the same, but a single one has not been seen to differ */

    /* The protocol's own word: NXDOMAIN, a certificate's dates and names. */
    FACT_PROTOCOL_SAYS,
    FACT_ISSUER_IS_ROOT, /* of a lone certificate; always unknown: nothing that is sent tells */

    /* What else the run shows. */
    FACT_NOTHING_RESOLVES, /* of other names; never holds: unknown, or one did */
    FACT_NOTHING_CONNECTS, /* to other origins; likewise */
    FACT_NOTHING_UPGRADES, /* on this origin; likewise */
    FACT_ORIGIN_DOWN,      /* nothing on this origin passes: it holds where a control failed, else it is unknown */
    FACT_CONTROL_PASSES,   /* on this origin */
    FACT_LOOP_LATE,        /* our own loop was late while an attempt ran, so that its times say little */

    /* Beside paths that cannot exist. */
    FACT_ABSENT_AGREE,        /* both got the same answer: this is how the server says "no such path" */
    FACT_LIKE_ABSENT,         /* the endpoint's answer is that one */
    FACT_ROUTE_THERE,         /* it has another status */
    FACT_HOST_SERVES_NOTHING, /* and so has all that was asked on this origin, a control and the path's parent with it */

    /* Beside its candidates. */
    FACT_WRONG_ANSWER, /* an answer came that a wrong address explains: not one about who asks or how often */
    FACT_CANDIDATE_WORKS,
    FACT_CANDIDATE_UNSTEADY, /* unknown after a single probe */
    FACT_CANDIDATE_IS_ANY, /* paths that cannot exist get its answer too, so that it passes for no merit of its own */
    FACT_RECOVERED,        /* the original passes, asked again after the candidate did */
    FACT_CANDIDATE_SHOWN,  /* A-B-A: the address makes the difference */

    /* Beside other credentials. */
    FACT_AUTHORIZED,               /* the attempts carried an Authorization */
    FACT_OTHER_SECRET,             /* nothing else that is secret was sent; never holds: unknown, or it does not */
    FACT_AUTH_REFUSED,             /* 401, 403 or 407 */
    FACT_REFUSED_ANYWHERE,         /* an upgrade gets 403, and so it does on paths that cannot exist */
    FACT_REFUSED_FOR_OTHER_REASON, /* a 403 may be about anything */
    FACT_SAME_WITHOUT,             /* the answer is the same without Authorization */
    FACT_TOKEN_BREAKS,             /* it passes without Authorization */
    FACT_BROKEN_REFUSED,           /* a broken Authorization gets 401 or 403 */
    FACT_TOKEN_ACCEPTED,           /* elsewhere on the origin: refused without, passes with the same one */
    FACT_OTHER_CREDENTIALS,        /* others than a token are wanted, or another one */
    FACT_OTHER_AUDIENCE,           /* the token is meant for another service; never known not to be */

    /* Beside a plain GET. */
    FACT_IS_WEBSOCKET,  /* a WebSocket is asked for */
    FACT_PLAIN_ANSWERS, /* of a WebSocket's address: in HTTP/1.1, any answer at all */
    FACT_PLAIN_SAME,    /* ... the same answer as to the upgrade */

    FACT_FIELD_NAMED, /* the body is JSON that names a field */

    /* What the answer itself gives away (diagnosis/hint.h). */
    FACT_REDIRECTS_BY_SLASH,
    FACT_REDIRECTS_TO_LOGIN,
    FACT_REDIRECTS_TO_HTTPS,
    FACT_REDIRECTS_TO_ITSELF,
    FACT_METHOD_LOST, /* a redirect that was followed made a GET of another method */
    FACT_SAYS_ERROR,  /* the body says that the request failed, whatever the status */
    FACT_TYPE_LIES,
    FACT_SHAPE_CHANGED, /* since the last good run, where an expectation looks: something is gone, or of another type */
    FACT_BODY_CHANGED,  /* ... or says something else */
    FACT_MAINTENANCE,
    FACT_WANTS_TLS,
    FACT_SPEAKS_NO_TLS, /* the same port, asked in TLS, answers in the clear */
    FACT_WANTS_CLIENT_CERTIFICATE,
    FACT_PREFLIGHT_REFUSED, /* what a browser asks before a request across origins is not allowed */
    FACT_WANTS_OTHER_WEBSOCKET_VERSION,
    FACT_WANTS_UPGRADE,     /* the answer asks for the upgrade to a WebSocket (diagnosis/refusal.h) */
    FACT_REFUSED_OTHERWISE, /* the refusal is about something else; unknown where it does not say */
    FACT_NAMES_ORIGIN,      /* the answer, or the close frame, speaks of the Origin */
    FACT_NAMES_SUBPROTOCOL,
    FACT_CUT_IDLE, /* hung up without a word, after the same time of silence in each attempt */
    FACT_TOKEN_EXPIRED,
    FACT_TOKEN_EARLY,       /* by the server's clock and by ours */
    FACT_TOKEN_EARLY_THERE, /* by the server's clock alone */
    FACT_TOKEN_BLAMED,      /* the answer says that it is for the token, or for its time */
    FACT_TOKEN_FAULT_NAMED, /* ... or for another fault of it */
    FACT_TOKEN_EXPIRES,     /* passed until the token's end, and is refused since */
    FACT_RIGHT_LACKS,       /* the server's own word: insufficient_scope */
    FACT_CLOCK_EXPLAINS,    /* a certificate is out of its time by our clock, and not by the server's */

    FACT_CLOCK_IS_OURS, /* several servers agree on the time, and the collector does not */
    FACT_LIMITED,       /* all that failed says that too much was asked */

    /* Where the time went: the part that took most of it. */
    FACT_SLOW_DNS,
    FACT_SLOW_CONNECT,
    FACT_SLOW_TLS,
    FACT_SLOW_SERVER,
    FACT_SLOW_TRANSFER,
    FACT_STALLED, /* the answer began, and did not go on */

    FACT_BACKEND_FAULTY, /* what fails and what passes came from different addresses or back ends (diagnosis/pool.h) */

    /* With one thing changed (diagnosis/variation.h): it passes so, and by A-B-A that makes the difference. */
    FACT_ORIGIN_WORKS,
    FACT_ORIGIN_SHOWN,
    FACT_SUBPROTOCOLS_WORKS,
    FACT_SUBPROTOCOLS_SHOWN,
    FACT_DEFLATE_WORKS,
    FACT_DEFLATE_SHOWN,
    FACT_HTTP_VERSION_WORKS,
    FACT_HTTP_VERSION_SHOWN,
    FACT_QUERY_WORKS,
    FACT_QUERY_SHOWN,
    FACT_HEADER_WORKS,
    FACT_HEADER_SHOWN,
    FACT_UPGRADE_WORKS,
    FACT_UPGRADE_SHOWN,
    FACT_SCHEME_WORKS,
    FACT_SCHEME_SHOWN,
    FACT_PORT_WORKS,
    FACT_PORT_SHOWN,
    FACT_PORT_IS_ANY, /* a path that cannot exist gets there what the endpoint's gets: it may be any service */
    FACT_TLS_LEAST_WORKS,
    FACT_TLS_LEAST_SHOWN,
    FACT_FAMILY_WORKS,
    FACT_FAMILY_SHOWN,
    FACT_ADDRESS_WORKS,
    FACT_ADDRESS_SHOWN,
    FACT_TARGET_WORKS,
    FACT_TARGET_SHOWN,
    FACT_TARGET_FAILS, /* each time */
    FACT_DISCOVERED,   /* ... and better than a path that cannot exist */
    FACT_DISCOVERED_SHOWN,
    FACT_COUNT
};

enum known { UNKNOWN, HOLDS, DOES_NOT };

/* What a reader is told of a fact that a rule excludes. */
struct fact_words {
    const char *excluded;  /* "the token"; NULL: an exclusion not worth telling */
    const char *undecided; /* what would have to be asked where it is unknown; NULL: nothing we ask decides it */
};
extern const struct fact_words fact_words[FACT_COUNT];

struct facts {
    uint32_t endpoint;
    enum known of[FACT_COUNT];
    struct cites cites[FACT_COUNT];
    struct answer original;
    uint32_t candidate;             /* the one that works, 0: none */
    struct answer working;          /* its probes */
    struct answer found;            /* the probes of a common address that works */
    bool opens_without;             /* the candidate passes without Authorization too */
    struct cites without;           /* which probes show that */
    struct slice field;             /* that the body names */
    struct slice change;            /* of the content since the last good run, in words */
    struct slice error;             /* the kind of error that the body shows */
    const char *varied[FACT_COUNT]; /* of a fact that a variation works: to what it was varied; else NULL */
};

/* The facts about one endpoint that was probed. */
struct facts facts_of(const struct survey *survey, uint32_t endpoint);

/* How far an A-B-A of `original` and `candidate` has come, of six steps: two failing originals, two passing candidates,
 * two failing originals, in this order. What does not fit (an original that passed, a candidate that failed) makes it 0
 * for good. */
enum { ABA_STEPS = 6 };
unsigned aba_steps(const struct answer *original, const struct answer *candidate);

/* Whether a cache gave any of it: it says little of the server. */
bool answer_from_cache(const struct answer *answer);

/* Sets a fact and the probes that show it. */
void facts_set(struct facts *facts, enum fact fact, bool holds, struct cites cites);

/* Both, in the arena. */
struct cites cites_join(struct cites a, struct cites b, struct arena *arena);

/* The facts about credentials: what others were answered, and what the token says of itself. */
void facts_of_credentials(struct facts *facts, const struct survey *survey);

/* The facts about what the content said in the last good run. */
void facts_of_content(struct facts *facts, const struct survey *survey);

/* The facts that the answers themselves give away, and where their time went. */
void facts_of_hints(struct facts *facts, const struct survey *survey);

/* The facts about requests with one thing changed; those about paths that cannot exist must be there. */
void facts_of_variations(struct facts *facts, const struct survey *survey);

/* Whether a statement like "4xx 5xx !503" is true of `status`: any of it, and none behind a !. */
bool status_among(const char *statuses, int status);

#endif
