/* SPDX-License-Identifier: MIT */
/* plan.h - what to probe, as values: attempts over a suite, and the experiments that diagnosis asks for. */
#ifndef COLLECTOR_PLAN_H
#define COLLECTOR_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "collector/probe.h"
#include "collector/suite.h"

enum authorization { AUTHORIZATION_AS_CONFIGURED, AUTHORIZATION_NONE, AUTHORIZATION_BROKEN };

enum toggle { TOGGLE_AS_CONFIGURED, TOGGLE_ON, TOGGLE_OFF };

/* One probe to make: an endpoint's own request, with at most the changes named here. */
struct plan_item {
    uint32_t endpoint;
    uint32_t candidate; /* 0: its own address; k: candidates[k - 1] */
    enum question question;
    uint32_t attempt;
    const char *path; /* in place of the address's path and query; NULL: as it is */

    /* Changes of one thing each; NULL or 0: as the endpoint has it. */
    const char *varied;         /* what the record shows as changed; set beside the member that it is about */
    const char *without_header; /* left out of the request */
    const char *origin;         /* Origin header, "": none */
    const char *subprotocols;   /* offered, comma-separated, "": none */
    const char *address;        /* IP literal to connect to */
    const char *tls_least;      /* version */
    enum authorization authorization;
    enum toggle deflate;
    enum http_choice http; /* HTTP_NEGOTIATED: as the endpoint has it */
    enum family_choice family;
    uint16_t port;     /* on the same host */
    bool plain;        /* GET without upgrade and body, of a WebSocket endpoint's address as http(s) */
    bool unverified;   /* TLS verification off, and without credentials */
    bool other_scheme; /* TLS where there was none, and the other way round; with the scheme's usual port */
    bool without_query;
    bool preflight; /* OPTIONS with the headers of a CORS preflight for the endpoint's own request */
    bool upgrade;   /* ask for a WebSocket at an HTTP endpoint's address */
};

struct plan {
    struct arena arena;
    struct plan_item *items;
    size_t count, capacity;
};

#define PLAN_INIT                                                                                                     \
    {                                                                                                                 \
        ARENA_INIT, NULL, 0, 0                                                                                        \
    }

/* Appends `item`; its texts are copied. */
void plan_add(struct plan *plan, struct plan_item item);

/* Every attempt over `suite`, in the order of the config, attempt by attempt. An unsafe method gets one attempt
 * unless it is repeatable. `only`: names of endpoints, NULL: all. */
void plan_attempts(struct plan *plan, const struct suite *suite, const char *const *only, size_t only_count);

/* Whose request `item` is, and whose expectations judge it: the endpoint's, or its candidate's own where that is a whole
 * one. */
const struct endpoint *plan_endpoint(const struct suite *suite, const struct plan_item *item);

void plan_clear(struct plan *plan);
void plan_free(struct plan *plan);
#endif
