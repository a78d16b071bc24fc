/* SPDX-License-Identifier: MIT */
/* exchange.h - one request and what comes of it, between the attempt that wants it and the client that makes
 * it. */
#ifndef COLLECTOR_EXCHANGE_H
#define COLLECTOR_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "collector/expect.h"
#include "collector/suite.h"

struct buf;
struct head;
struct probe;
struct proxy;
struct request;

struct exchange {
    const struct endpoint *endpoint;
    const struct request *request;
    const char *address;         /* IP literal to connect to */
    int64_t connect_us;          /* at most for the TCP handshake; 0: no limit of its own */
    int64_t message_us;          /* how long to wait for a first message; 0: none is expected */
    enum http_choice http;       /* which HTTP is spoken */
    const char *tls_least;       /* lowest version of TLS; NULL: the library's */
    const struct proxy *proxy;   /* through which it goes: `address` is then the proxy's; NULL: none */
    bool foreign;                /* the server is not the endpoint's own: no client certificate is shown */
    struct mono deadline;        /* by which it should have ended of itself */
    struct probe *probe;         /* filled as far as the exchange came */
    struct judged_matter matter; /* set at the end; owned by the client that made it */
    void (*done)(void *self);    /* called once, from the loop; the client may be freed in it */
    void *self;
};

/* Reads `bytes` into `head`, and puts status and headers into the probe. False when the head is malformed. */
bool exchange_put_head(struct exchange *exchange, struct slice bytes, struct head *head);

/* Puts the body into the probe, as much of it as is kept; `body`, which must live on, is what will be judged.
 */
void exchange_put_body(struct exchange *exchange, const struct buf *body);

/* The cap that `max_body` sets, for a buffer. */
size_t exchange_body_cap(const struct exchange *exchange);
#endif
