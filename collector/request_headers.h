/* SPDX-License-Identifier: MIT */
/* request_headers.h - private to request.c: the headers of a request, and which of the config's may go where it goes.
 *
 * A header that holds a secret goes only to the origin of the endpoint that sets it; one from `defaults` only to
 * `origins`, or, where that lists none, to the one origin that the whole suite has. Of what is not sent, `withheld` of
 * the request says so. */
#ifndef COLLECTOR_REQUEST_HEADERS_H
#define COLLECTOR_REQUEST_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct endpoint;
struct plan_item;
struct request;
struct request_header;

/* Request headers on their way; the first six members are the caller's to set. */
struct header_maker {
    const struct endpoint *endpoint;
    const struct plan_item *item;
    bool one_origin;           /* the whole suite has one */
    const char *origin, *home; /* where the request goes, and the endpoint's own; NULL: none, so no secret goes */
    struct arena *arena;
    struct request *request; /* with method, body, authority and upgrade set */
    struct request_header *headers;
    size_t room;
};

/* User and password of the address, sent as Basic (RFC 7617), as every client does. `own`: the address is the config's
 * own word for its server. Either may be NULL; both: nothing is sent. */
void request_headers_user(struct header_maker *maker, const char *user, const char *password, bool own);

/* Everything else. */
void request_headers_put(struct header_maker *maker);
#endif
