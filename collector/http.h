/* SPDX-License-Identifier: MIT */
/* http.h - one HTTP exchange through libcurl: status, every header, the decoded body up to its cap, all
 * timings. */
#ifndef COLLECTOR_HTTP_H
#define COLLECTOR_HTTP_H

struct exchange;
struct http; /* opaque */
struct transport;

/* Starts `exchange`, which must outlive it. NULL when it cannot even start: its probe says why, `done` is not
 * called. */
struct http *http_start(struct transport *transport, struct exchange *exchange);

/* Its time is over: records how far it came and calls `done`. */
void http_expire(struct http *http);

void http_free(struct http *http); /* NULL is allowed */
#endif
