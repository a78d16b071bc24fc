/* SPDX-License-Identifier: MIT */
/* preflight.h - what a browser asks before it sends a request to another origin (Fetch, 4.8, CORS-preflight fetch). */
#ifndef COLLECTOR_PREFLIGHT_H
#define COLLECTOR_PREFLIGHT_H

#include "base/arena.h"
#include "collector/suite.h"

/* The names of the endpoint's headers that a page may only send when the server allows it: in lower case, sorted, with
 * commas between, in `arena`; NULL when there are none. */
const char *preflight_headers(const struct endpoint *endpoint, struct arena *arena);

/* The Origin that the endpoint's own request has; without one, that of its own address. */
struct setting preflight_origin(const struct endpoint *endpoint, struct arena *arena);
#endif
