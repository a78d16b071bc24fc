/* SPDX-License-Identifier: MIT */
/* transport.h - libcurl on our loop: its multi handles, the easy handles that wait for their next use, and the files
 * that TLS needs.
 *
 * All fresh connections are in one multi handle. A connection that may be used again is in another, one for each set
 * of settings (authorities, certificate, version, credentials, proxy), because libcurl knows nothing of those that we
 * set in OpenSSL ourselves, and would give a connection to an endpoint that must not have it. */
#ifndef COLLECTOR_TRANSPORT_H
#define COLLECTOR_TRANSPORT_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "base/error.h"
#include "collector/loop.h"

struct transport; /* opaque */
struct trust;

struct transport *transport_open(struct loop *loop, struct error *err);
void transport_close(struct transport *transport); /* after its connections; NULL is allowed */

struct loop *transport_loop(const struct transport *transport);
struct trust *transport_trust(const struct transport *transport);

/* With equal settings `each` connections are kept open for their next use, and `room` of them all together. */
void transport_keep(struct transport *transport, size_t each, size_t room);

/* Where a connection that may share others' with equal `settings` is made; NULL: one that is fresh, and closed at the
 * end. NULL when there are too many different settings to keep connections for all. */
CURLM *transport_multi(struct transport *transport, const struct digest *settings);

/* An easy handle without any option set, and back; one that was given back may be NULL. */
CURL *transport_take_easy(struct transport *transport);
void transport_put_easy(struct transport *transport, CURL *easy);
#endif
