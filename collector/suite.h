/* SPDX-License-Identifier: MIT */
/* suite.h - what a config file says to probe: endpoints, what is expected of them, and the tickets they stand on.
 *
 * A value: read from YAML by config.h, kept with each run as JSON by suite_json.h, where secrets are names. A suite
 * read back from a store has the shown form in `value` too: it can be reported on, but not probed. */
#ifndef COLLECTOR_SUITE_H
#define COLLECTOR_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum kind { KIND_HTTP, KIND_WEBSOCKET };
enum role { ROLE_REQUIRED, ROLE_CONTROL, ROLE_CANDIDATE };

/* The words of these enums as the config and the report write them. */
extern const char *const kind_words[];
extern const char *const role_words[];

/* One string of the config twice: as sent, and as shown. `shown` has `${NAME}` where `value` has a secret, and alone
 * may be printed or stored. NULL value: not set. */
struct setting {
    const char *value;
    const char *shown;
};

struct header_setting {
    const char *name;
    struct setting value; /* NULL value: the header is removed */
    bool secret;          /* goes only to the origins that design.md, "Who is sent what", allows */
    bool from_defaults;
};

enum expect_subject {
    EXPECT_STATUS,      /* HTTP status, or that of a refused or accepted upgrade */
    EXPECT_TIME,        /* total time at most `number` µs */
    EXPECT_CERTIFICATE, /* valid at least `number` µs longer */
    EXPECT_HEADER,      /* `key`: header name */
    EXPECT_BODY,
    EXPECT_JSON, /* `key`: JSON pointer (RFC 6901) into the body */
    EXPECT_TYPE, /* content type without parameters */
    EXPECT_SIZE,
    EXPECT_MESSAGE_JSON, /* `key`: JSON pointer into the `message`-th message */
    EXPECT_MESSAGE_TEXT,
    EXPECT_SUBPROTOCOL,
    EXPECT_PING,        /* a pong within `number` µs, 0: within the timeout */
    EXPECT_BODY_SHA256, /* of the whole body, hex */
    EXPECT_VERSION,     /* HTTP version: "1.1", "2" */
    EXPECT_URL,         /* the address that answered in the end, redirects followed */
    EXPECT_OPEN,        /* the WebSocket stays open for `number` µs after the upgrade */
    EXPECT_CLOSE,       /* the close code that the server sends: `number` */
};

enum expect_operator {
    OPERATOR_EQUALS, /* `wanted`, as JSON for JSON subjects, as text for others */
    OPERATOR_CONTAINS,
    OPERATOR_MATCHES, /* `wanted` is a regular expression (PCRE2, UTF) */
    OPERATOR_EXISTS,
    OPERATOR_ABSENT,
    OPERATOR_TYPE,     /* `wanted`: object, array, string, number, boolean, null */
    OPERATOR_AT_LEAST, /* `number` */
    OPERATOR_AT_MOST,
    OPERATOR_STATUS, /* `wanted`: "200", "2xx", or several with blanks between */
};

struct expectation {
    enum expect_subject subject;
    enum expect_operator operator;
    const char *key;
    struct setting wanted;
    double number;
    unsigned message;  /* of the server's text and binary messages, in order: 0 is the first */
    const char *words; /* "status is 200", "message has /type = \"connect\"": what the reader is told, secret-free */
    int64_t within_us; /* for messages; 0: within the endpoint's timeout */
};

struct candidate {
    const char *name;             /* as written in the config: "/websocket" */
    struct setting url;           /* absolute */
    const struct endpoint *whole; /* one with settings of its own beside its address; NULL: asked as the endpoint is */
};

struct tls_settings {
    const char *ca;    /* path of a PEM file; NULL: the system's */
    const char *cert;  /* path of a PEM file that is shown to a server that asks; NULL: none */
    const char *key;   /* of `cert`; NULL: in the same file */
    const char *least; /* the lowest version that is spoken: "1.0" to "1.3"; NULL: the library's */
    bool verify;       /* true unless the config says false */
};

/* Which HTTP an endpoint is asked in. */
enum http_choice {
    HTTP_NEGOTIATED, /* HTTP/2 where TLS offers it, else 1.1 */
    HTTP_1_1,
    HTTP_2, /* over TLS by ALPN, in the clear by prior knowledge */
};
extern const char *const http_words[];

/* Which addresses of a name are used. */
enum family_choice { FAMILY_ANY, FAMILY_IPV4, FAMILY_IPV6 };
extern const char *const family_words[];

struct endpoint {
    const char *name, *group, *used_by, *owner;
    struct setting url;
    const char *method;    /* upper case */
    struct setting body;   /* NULL value: none; of a file or JSON, its text */
    const char *body_type; /* Content-Type that goes with it unless a header says another; NULL: none */
    struct setting origin; /* Origin header of an upgrade or request; NULL value: none */
    const struct header_setting *headers;
    const char *const *origins; /* to which the secret headers of the defaults may go; none: the suite's one origin */
    const struct setting *resolve; /* "host:port:address" */
    const char *const *subprotocols;
    const struct setting *send; /* messages sent after the upgrade, in order */
    const struct expectation *expectations;
    const struct candidate *candidates;
    const char
        *withheld; /* of a whole candidate elsewhere: what of its endpoint stays at home, in words; NULL: nothing */
    struct tls_settings tls;
    int64_t timeout_us;  /* of one attempt, all layers together */
    int64_t interval_us; /* between the end of an attempt and the start of the next */
    size_t max_body;     /* bytes read and judged */
    size_t keep_body;    /* bytes kept as evidence */
    /* Small numbers side by side: there may be a hundred thousand endpoints. */
    uint32_t header_count, origin_count, resolve_count, subprotocol_count, send_count, expectation_count,
        candidate_count;
    enum kind kind;
    enum role role;
    enum http_choice http;
    enum family_choice family;
    unsigned attempts;
    unsigned follow;   /* redirects at most; 0: a redirect is the answer */
    unsigned tolerate; /* attempts that may fail in a run before it counts as failing */
    unsigned line;     /* in the config file; 0: from the command line or a store */
    bool repeatable;   /* experiments and attempts may repeat its unsafe method */
    bool dns_fresh;    /* a lookup of its own for each attempt */
    bool reuse;        /* a connection that an earlier attempt left open may be used */
    bool deflate;      /* permessage-deflate (RFC 7692) is offered */
    bool discover;     /* common addresses on its origin may be tried when it fails */
};

struct label {
    const char *name, *value;
};

/* What to do on the tracker when a ticket was verified several nights running. */
struct fixed_settings {
    unsigned nights;   /* 0: nothing is done */
    const char *label; /* to add; NULL: none */
    bool comment;      /* say so */
    bool close;
};

struct ticket {
    const char *id, *tracker, *title, *impact, *owner;
    const char *const *endpoints; /* names */
    uint32_t endpoint_count;
    struct fixed_settings on_fixed;
};

/* Where a token comes from; at most one of them is set. A file or command is read when a tracker is first asked. */
struct token_settings {
    struct setting text;
    const char *file;
    const char *command;
};

struct tracker_settings {
    const char *name;
    const char *kind; /* github, gitlab, gitea, redmine, jira, command, webhook */
    struct setting url;
    const char *project;
    const char *user;
    const char *format; /* of a webhook: slack, mattermost, teams; NULL: the kind's usual one */
    const char *command;
    const char *ca;
    struct token_settings token;
};

struct source_settings {
    const char *path;           /* NULL: none */
    const char *owner;          /* who changes it: "Frontend team" */
    const char *const *include; /* globs, relative to `path`; none: everything */
    uint32_t include_count;
    const char *const *exclude;
    uint32_t exclude_count;
};

/* Something more that is never kept: what the expression matches shows as [redacted:NAME]. */
struct redact_setting {
    const char *name;
    const char *pattern; /* PCRE2 */
};

struct suite {
    struct arena arena;                                  /* all below lives in it */
    const char *name, *environment, *vantage, *timezone; /* timezone NULL: the system's */
    const char *store;                                   /* path; NULL: endoscope.db beside the config */
    const struct label *labels;
    size_t label_count;
    const struct endpoint *endpoints;
    size_t endpoint_count;
    const struct ticket *tickets;
    size_t ticket_count;
    const struct tracker_settings *trackers;
    size_t tracker_count;
    const struct redact_setting *redact;
    size_t redact_count;
    struct source_settings source;
    struct setting proxy;      /* "http://proxy.example:3128"; NULL value: none */
    struct setting heartbeat;  /* URL that nightly asks for when it is done; NULL value: none */
    struct setting report_url; /* where the site of reports is reached; NULL value: nowhere */
    unsigned concurrency, max_per_host;
    int64_t max_time_us; /* of a whole run; 0: no limit */
    int64_t keep_us;     /* how long runs are kept whole; 0: for ever */
    int64_t remind_us;   /* how often nightly repeats what still fails; 0: never */
    bool experiments;
};

/* Every default in one place: what an endpoint and a suite are where the config is silent. */
void suite_defaults(struct suite *suite);
void endpoint_defaults(struct endpoint *endpoint);

/* Whether `method` is safe (RFC 9110, 9.2.1): GET, HEAD, OPTIONS, TRACE. */
bool method_is_safe(const char *method);

/* A suite of one endpoint per URL, as `endoscope run URL...` probes it: named by their paths or, where two would be
 * equal, by the whole URL. */
bool suite_add_url(struct suite *suite, const char *url, struct error *err);

/* Whether everything in `suite` that has a shown form is shown as it is: then it holds no secret, and what
 * suite_from_json() would read of it is itself, but for trackers, heartbeat and store. */
bool suite_is_shown(const struct suite *suite);

void suite_free(struct suite *suite);
#endif
