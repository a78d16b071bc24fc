/* SPDX-License-Identifier: MIT */
/* refusal.h - what a refused request, or a WebSocket that was closed, is said to lack.
 *
 * Servers say it in the body of the answer or in the reason of the close frame, each in words of its own: what is
 * looked for are phrases of the libraries in use. None of them is proof. */
#ifndef DIAGNOSIS_REFUSAL_H
#define DIAGNOSIS_REFUSAL_H

#include <stdbool.h>

struct probe;

/* An upgrade to a WebSocket, which it does not see in the request: 426, or 400 with words about it (RFC 9110, 15.5.22). */
bool refusal_wants_upgrade(const struct probe *probe);

/* Another Origin. */
bool refusal_names_origin(const struct probe *probe);

/* A subprotocol, or another one. */
bool refusal_names_subprotocol(const struct probe *probe);

/* Another version of the WebSocket protocol than the only one in use (RFC 6455, 4.4). */
bool refusal_names_version(const struct probe *probe);
#endif
