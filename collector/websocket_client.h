/* SPDX-License-Identifier: MIT */
/* websocket_client.h - libwebsockets, in the worker process: makes the probes that it is told to make and tells what
 * came of them, by the messages of collector/worker_message.h.
 *
 * Debian's 4.1.6 can be hung, overrun and made to lie. It is used so that it is not: no extension is ever offered, a
 * callback never ends a connection in the middle of a frame, closing begins where writing is allowed, addresses are IP
 * literals, redirects are not followed, its own deadlines are far away, and TLS contexts are ours. */
#ifndef COLLECTOR_WEBSOCKET_CLIENT_H
#define COLLECTOR_WEBSOCKET_CLIENT_H

#include <stdbool.h>

#include "base/error.h"

struct websocket_client; /* opaque */

/* Reads and writes `channel`, one end of a socket pair. Opens all the files that the libraries will ever want. NULL on
 * failure. */
struct websocket_client *websocket_client_open(int channel, struct error *err);

/* Works until the other end hangs up. Once worker_lock() has been called no file is opened any more. */
void websocket_client_work(struct websocket_client *client);

void websocket_client_close(struct websocket_client *client); /* NULL is allowed */
#endif
