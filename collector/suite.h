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
    EXPECT_MESSAGE_JSON, /* `key`: JSON pointer into the first message */
    EXPECT_MESSAGE_TEXT,
    EXPECT_SUBPROTOCOL,
    EXPECT_PING, /* a pong within `number` µs, 0: within the timeout */
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
    const char *words; /* "status is 200", "message has /type = \"connect\"": what the reader is told, secret-free */
    int64_t within_us; /* for messages; 0: within the endpoint's timeout */
};

struct candidate {
    const char *name;   /* as written in the config: "/websocket" */
    struct setting url; /* absolute */
};

struct tls_settings {
    const char *ca; /* path of a PEM file; NULL: the system's */
    bool verify;    /* true unless the config says false */
};

struct endpoint {
    const char *name, *group, *used_by, *owner;
    enum kind kind;
    enum role role;
    struct setting url;
    const char *method;  /* upper case */
    struct setting body; /* NULL value: none */
    const struct header_setting *headers;
    size_t header_count;
    const char *const *origins; /* to which the secret headers of the defaults may go; none: the suite's one origin */
    size_t origin_count;
    const struct setting *resolve; /* "host:port:address" */
    size_t resolve_count;
    const char *const *subprotocols;
    size_t subprotocol_count;
    struct tls_settings tls;
    const struct expectation *expectations;
    size_t expectation_count;
    const struct candidate *candidates;
    size_t candidate_count;
    unsigned attempts;
    int64_t timeout_us;  /* of one attempt, all layers together */
    int64_t interval_us; /* between the end of an attempt and the start of the next */
    bool repeatable;     /* experiments and attempts may repeat its unsafe method */
    size_t max_body;     /* bytes read and judged */
    size_t keep_body;    /* bytes kept as evidence */
    unsigned line;       /* in the config file; 0: from the command line or a store */
};

struct label {
    const char *name, *value;
};

struct ticket {
    const char *id, *tracker, *title, *impact, *owner;
    const char *const *endpoints; /* names */
    size_t endpoint_count;
};

struct source_settings {
    const char *path;  /* NULL: none */
    const char *owner; /* who changes it: "Frontend team" */
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
    struct source_settings source;
    unsigned concurrency, max_per_host;
    int64_t max_time_us; /* of a whole run; 0: no limit */
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

void suite_free(struct suite *suite);
#endif
