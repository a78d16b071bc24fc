/* SPDX-License-Identifier: MIT */
/* cors.h - what a browser makes of answers to requests across origins (Fetch, CORS protocol). */
#ifndef DIAGNOSIS_CORS_H
#define DIAGNOSIS_CORS_H

#include <stdbool.h>

struct probe;

/* Whether what was sent is a preflight: OPTIONS with Origin and Access-Control-Request-Method. */
bool cors_is_preflight(const struct probe *probe);

/* Whether the answer to a preflight is one that a browser goes on after (Fetch, CORS-preflight fetch, 7): a 2xx, an
 * Access-Control-Allow-Origin of the Origin that was sent or of any, and the method allowed where it has to be. Statuses
 * that say nothing of CORS (429, a gateway's 5xx) count as allowing. */
bool cors_allows(const struct probe *preflight);

/* Whether the probe fails for an Access-Control header that was expected. */
bool cors_is_missed(const struct probe *probe);
#endif
