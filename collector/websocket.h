/* SPDX-License-Identifier: MIT */
/* websocket.h - one WebSocket exchange (RFC 6455) by libwebsockets in the worker process, seen from here.
 *
 * It upgrades, waits for a greeting, pings and closes, as the wire does, and lets the probe fail with the same codes. What
 * libwebsockets hides stays unknown: headers whose names it does not know, the body of a refusal, the server's pings, the
 * true code of some closes, why a connection was not made. */
#ifndef COLLECTOR_WEBSOCKET_H
#define COLLECTOR_WEBSOCKET_H

#include <stdbool.h>

struct exchange;
struct loop;
struct websocket; /* opaque */
struct worker;

/* Whether libwebsockets can make this exchange, truthfully and without harm: not what lies beyond its limits, nor what is
 * judged by something that it hides; nor what needs a file of TLS that cannot be read, since the wire says which. */
bool websocket_can(struct worker *worker, const struct exchange *exchange);

/* Starts `exchange`, which it can make and which must outlive it. */
struct websocket *websocket_start(struct loop *loop, struct worker *worker, struct exchange *exchange);

/* Its time is over: records how far it came and calls `done`; or, while it still waits for the worker, puts the deadline
 * off. */
void websocket_expire(struct websocket *websocket);

/* After `done`: no worker could be had, and somebody else must make the exchange. */
bool websocket_is_unserved(const struct websocket *websocket);

void websocket_free(struct websocket *websocket); /* NULL is allowed */
#endif
