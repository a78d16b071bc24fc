/* SPDX-License-Identifier: MIT */
/* probe.h - the record: one attempt on one endpoint, and the run it belongs to.
 *
 * A probe owns an arena in which all that it points to lives. What came from the network is a slice, may hold any
 * bytes, and is redacted before a probe leaves the collector. Durations are µs of the monotonic clock, NOT_MEASURED
 * where nothing was measured. */
#ifndef COLLECTOR_PROBE_H
#define COLLECTOR_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/slice.h"
#include "base/uuid.h"

/* Bottom up, as a request climbs them. Like all enumerations here, stored as numbers: append only. */
enum layer {
    LAYER_NONE,
    LAYER_DNS,
    LAYER_TCP,
    LAYER_TLS,
    LAYER_HTTP,
    LAYER_WEBSOCKET,
    LAYER_AUTH,
    LAYER_CONTENT,
    LAYER_PERFORMANCE,
    LAYER_COUNT
};
extern const char *const layer_words[];

enum outcome {
    OUTCOME_PASSED,     /* every layer held and every expectation holds */
    OUTCOME_FAILED,     /* `layer` and `code` say where and what */
    OUTCOME_NOT_JUDGED, /* nothing failed, but an expectation could not be judged */
};
extern const char *const outcome_words[];

/* Why a probe was made: an attempt of the plan, or the question of an experiment. Stored as numbers: append only. */
enum question {
    QUESTION_NONE,                  /* an attempt */
    QUESTION_REPEAT,                /* does the original still answer as before? */
    QUESTION_CANDIDATE,             /* does this address work instead? */
    QUESTION_NO_SUCH_SIBLING,       /* what does a path that cannot exist answer, in the same directory? */
    QUESTION_NO_SUCH_ROOT,          /* ... and at the root? */
    QUESTION_WITHOUT_AUTHORIZATION, /* what is answered without the Authorization header? */
    QUESTION_BROKEN_AUTHORIZATION,  /* ... and with a broken one? */
    QUESTION_PLAIN_GET,             /* what does the address answer to a GET without upgrade? */
    QUESTION_UNVERIFIED,            /* with verification off: which certificate is it, and does the service live? */
    QUESTION_WITHOUT_HEADER,        /* what is answered without the header that `varied` names? */
    QUESTION_ORIGIN,                /* ... with the Origin that `varied` is, "": without one? */
    QUESTION_SUBPROTOCOLS,          /* ... with the subprotocols that `varied` lists, "": without any? */
    QUESTION_DEFLATE,               /* ... with permessage-deflate offered, or without where it was? */
    QUESTION_HTTP_VERSION,          /* ... in the HTTP version that `varied` is? */
    QUESTION_WITHOUT_QUERY,         /* ... without the query string? */
    QUESTION_ADDRESS,               /* ... by this one of the name's addresses, in `varied`? */
    QUESTION_FAMILY,                /* ... by addresses of one family, "4" or "6" in `varied`? */
    QUESTION_PORT,                  /* ... on the port that `varied` is? */
    QUESTION_SCHEME,                /* ... in the other scheme, with TLS or without? */
    QUESTION_TLS_LEAST,             /* ... with `varied` as the lowest TLS version? */
    QUESTION_PARENT,                /* what does the path's parent answer? */
    QUESTION_UPGRADE,               /* is an upgrade answered where a plain GET is? */
    QUESTION_PREFLIGHT,             /* what does OPTIONS with the headers of a CORS preflight get? */
    QUESTION_DISCOVER,              /* does this common address, in `varied`, answer? */
    QUESTION_WIRE,                  /* what does the wire show of what another client's attempt met? */
    QUESTION_TARGET, /* ... at the address on the same origin that the redirect leads to, in `varied`? */
    QUESTION_COUNT
};

struct timings {
    int64_t dns_us;           /* lookup */
    int64_t connect_us;       /* TCP handshake */
    int64_t tls_us;           /* TLS handshake */
    int64_t first_byte_us;    /* request sent to first byte of the response: the server's part */
    int64_t transfer_us;      /* first to last byte of the body */
    int64_t upgrade_us;       /* upgrade request sent to the end of the response's head */
    int64_t first_message_us; /* end of the upgrade to the first message whole */
    int64_t ping_us;          /* round trip */
    int64_t total_us;         /* start to end, without the time we waited for our own turn */
    int64_t redirects_us;     /* all the hops before the last request, which the others are about */
    int64_t open_us;          /* end of the upgrade to the close, or to our own end of waiting */
};

/* A redirect that was followed: the answer that sent us on. */
struct hop {
    int status;
    const char *url;       /* that was asked, shown form */
    struct slice location; /* where it sent us, as it said */
    struct slice address;  /* remote IP literal */
    int64_t total_us;
};

/* What a JSON Web Token that we sent says of itself, kept before the token goes (RFC 7519, 4.1). Seconds since the
 * epoch, 0: not said. */
struct token {
    const char *header;                              /* that carried it: "Authorization" */
    struct slice algorithm, issuer, audience, scope; /* absent: not said */
    int64_t issued_s, not_before_s, expires_s;
};

struct header {
    struct slice name, value;
};

struct certificate {
    struct slice subject, issuer; /* one line each, RFC 2253 */
    struct slice names;           /* subjectAltName: "DNS:a.example, IP:127.0.0.1" */
    struct slice serial;          /* hex */
    struct slice key;             /* "RSA 2048", "EC P-256" */
    struct slice sha256;          /* hex, of the DER */
    struct wall not_before, not_after;
};

enum message_type { MESSAGE_TEXT, MESSAGE_BINARY, MESSAGE_PING, MESSAGE_PONG, MESSAGE_CLOSE };
extern const char *const message_words[];

struct message {
    enum message_type type;
    bool sent;         /* by us */
    int64_t at_us;     /* since the end of the upgrade */
    struct slice data; /* at most keep_body bytes of it */
    uint64_t size;     /* whole */
};

enum judgement_verdict { JUDGED_HOLDS, JUDGED_DOES_NOT, JUDGED_NOT };
extern const char *const judgement_words[];

struct judgement {
    const char *expected; /* the expectation's words: ours and the config's */
    struct slice actual;  /* what was found, redacted; absent: nothing was */
    enum judgement_verdict verdict;
    const char *reason; /* why it could not be judged; else NULL */
    enum layer layer;   /* where the expectation belongs, with the code that a failing probe gets */
};

/* Which client made it: the report names it. */
enum client { CLIENT_LIBCURL, CLIENT_WIRE, CLIENT_LIBWEBSOCKETS };
extern const char *const client_words[];

struct probe {
    struct arena arena;

    /* What was asked. */
    uint32_t ordinal;   /* in its run, from 1; cited as [p17] */
    uint32_t endpoint;  /* index in the run's suite */
    uint32_t candidate; /* 0: the endpoint's own address; k: its candidates[k - 1] */
    enum question question;
    uint32_t attempt; /* from 1, of this endpoint, candidate and question */
    bool upgrade;     /* a WebSocket upgrade was asked for */
    enum client client;
    const char *method;
    const char *url;              /* shown form */
    const struct header *request; /* every header sent, values in shown form */
    size_t request_count;
    const char *withheld;       /* "Authorization: not sent to another origin"; NULL: nothing was */
    const char *varied;         /* what the question changed; NULL: nothing by name */
    const char *proxy;          /* through which it went, shown form: the layers below are not measured; NULL: none */
    const struct token *tokens; /* that were sent */
    size_t token_count;

    /* What came of it. */
    struct wall started;
    struct timings timings;
    enum outcome outcome;
    enum layer layer;    /* that failed; LAYER_NONE when none did */
    const char *code;    /* stable: "tcp-refused"; NULL when nothing failed */
    struct slice detail; /* the library's or our own words about the failure; may be absent */
    int64_t loop_lag_us; /* the worst delay of our own loop while it ran */

    /* Evidence. */
    struct slice address; /* remote IP literal */
    uint16_t port;
    bool reused;                 /* the connection was open already: the layers below HTTP are not measured */
    struct slice system_address; /* what the system's resolver (NSS) said where DNS said no; absent: not asked or no */
    const char
        *all_addresses;     /* that the name has, sorted, with blanks between; of a failure alone, NULL: one or none */
    const struct hop *hops; /* redirects that were followed, in order */
    size_t hop_count;
    const char *final_url; /* shown form, where the redirects led; NULL: none was followed */
    bool from_hosts;       /* the address came from `resolve:` or the hosts file: DNS was not measured */
    int status;            /* 0: no response */
    struct slice reason;
    const char *http_version; /* "1.1", "2"; NULL: none */
    const struct header *headers;
    size_t header_count;
    bool head_cut;
    struct slice body;        /* at most keep_body bytes, redacted */
    uint64_t body_size;       /* bytes read; "more than" when body_capped */
    bool body_capped;         /* max_body was reached: no hash, expectations on it not judged */
    bool body_cut;            /* `body` holds less than was read */
    struct slice body_sha256; /* of the whole, before redaction; hex; absent when capped */
    struct slice location;    /* of a redirect that was not followed */
    struct slice tls_version, tls_cipher;
    long tls_verify;                        /* X509_V_ERR_..., 0: verified */
    const struct certificate *certificates; /* leaf first */
    size_t certificate_count;
    struct slice subprotocol, extensions;
    const struct message *messages;
    size_t message_count;
    bool messages_cut; /* more came than are kept */
    int close_code;    /* received; 0: none, 1005: a close frame without code, 1006: none came */
    struct slice close_reason;
    const struct judgement *judgements;
    size_t judgement_count;
};

struct probe *probe_new(void);
void probe_free(struct probe *probe); /* NULL is allowed */

/* Drops what an answer left in the record, with the timings of its request: another request is made. Hops stay. */
void probe_forget_answer(struct probe *probe);

/* The value of the first response header called `name` (any case); absent when there is none. */
struct slice probe_header(const struct probe *probe, const char *name);

enum run_state { RUN_COMPLETE, RUN_INTERRUPTED };
extern const char *const run_state_words[];

/* One pass over a suite, as the store keeps it. */
struct run {
    struct uuid id;
    const char *suite, *environment, *vantage;
    const char *labels;         /* JSON object */
    const char *config;         /* suite_to_json() */
    const char *config_digest;  /* of a config that is not kept at hand, hex; NULL: it is */
    struct wall started, ended; /* of an interrupted run: when its last probe was over, 0 when it has none */
    int32_t offset_s;           /* of the zone that its times are shown in */
    const char *zone;           /* name; may be NULL */
    enum run_state state;
    bool whole;           /* over the whole suite: `latest` and `previous` mean such runs */
    uint32_t planned;     /* attempts that the plan had */
    const char *tool;     /* version */
    uint32_t rules;       /* version of the rules that made the findings */
    const char *findings; /* findings_to_json(); NULL: none were made */
};
#endif
