/* SPDX-License-Identifier: MIT */
/* request.h - what is sent for an item of a plan: where to, which headers, and what is withheld from whom.
 *
 * A header that holds a secret goes only to the origin of its endpoint (https and wss, http and ws count as
 * one), one from `defaults` only where the whole suite has one origin; never along with an unverified
 * certificate. */
#ifndef COLLECTOR_REQUEST_H
#define COLLECTOR_REQUEST_H

#include <curl/urlapi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "collector/handshake.h"
#include "collector/suite.h"

struct plan_item;

struct request_header {
    const char *name;
    struct setting value; /* as sent, as shown */
    bool by_client;       /* libcurl writes it by itself */
};

struct request {
    bool upgrade; /* asks for a WebSocket */
    bool tls;
    bool verify;
    bool http2; /* may be negotiated */
    const char *method;
    const char *url;       /* http or https, as libcurl takes it, without user and password */
    const char *shown;     /* the address as the record shows it */
    const char *host;      /* to look up: without brackets, in ASCII */
    const char *authority; /* of the Host header */
    const char *target;    /* path and query */
    uint16_t port;
    const struct request_header *headers;
    size_t header_count;
    struct setting body;      /* NULL value: none */
    const char *withheld;     /* what was not sent and why; NULL: nothing */
    const char *subprotocols; /* offered, comma-separated; NULL: none */
    char key[HANDSHAKE_KEY];  /* of an upgrade */
};

/* Whether all endpoints of `suite` have one origin, so that its default secrets may be sent at all. */
bool request_one_origin(const struct suite *suite);

/* Makes the request of `item`. All texts live in `arena` or in `suite`. False when the address is none;
 * `shown` is set even then. */
bool request_make(const struct suite *suite, bool one_origin, const struct plan_item *item, struct arena *arena,
                  struct request *request, struct error *err);

/* Whether `header` may go only where its endpoint's secrets may. */
bool request_header_is_secret(const struct request_header *header);

/* Points `request` at `parts`, whose scheme is http or https: TLS, host, port, authority, target and URL, in `arena`.
 * False when there is no host. */
bool request_aim(struct request *request, CURLU *parts, struct arena *arena);

/* `value` with the same shape and another content, in `arena`: a JWT keeps its head and claims and gets
 * another signature, Basic gets another user and password, anything else gets other letters and digits. */
const char *request_broken(const char *value, struct arena *arena);
#endif
