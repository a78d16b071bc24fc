/* SPDX-License-Identifier: MIT */
/* wire.h - one WebSocket exchange (RFC 6455), read byte by byte over a connection that libcurl makes: upgrade.h until
 * it is open, dialogue.h from then on.
 *
 * It keeps what libraries hide: a refusal's whole head and body, the true close code, a breach of the protocol by its
 * name. */
#ifndef COLLECTOR_WIRE_H
#define COLLECTOR_WIRE_H

struct exchange;
struct transport;
struct wire; /* opaque */

/* Starts `exchange`, which must outlive it. NULL when it cannot even start: its probe says why, `done` is not
 * called. */
struct wire *wire_start(struct transport *transport, struct exchange *exchange);

/* Its time is over: records how far it came and calls `done`. */
void wire_expire(struct wire *wire);

void wire_free(struct wire *wire); /* NULL is allowed */
#endif
