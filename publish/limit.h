/* SPDX-License-Identifier: MIT */
/* limit.h - how long an answer asks to wait. Pure.
 *
 * Retry-After (RFC 9110, 10.2.3) goes first; then the trackers' own headers; a limit that names no time is waited for by a
 * minute, and doubled. */
#ifndef PUBLISH_LIMIT_H
#define PUBLISH_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/slice.h"

struct limit {
    unsigned status;
    int64_t retry_after_s; /* 0: none was sent; dates are seconds from now already */
    const char *remaining; /* of X-RateLimit-Remaining or RateLimit-Remaining; NULL: not sent */
    const char *reset;     /* of X-RateLimit-Reset or RateLimit-Reset: seconds since 1970; others are not read */
    struct slice body;
    struct wall now;
    unsigned times; /* limits met before in this call */
};

/* Whether the answer is a limit: 429, a 503 with Retry-After, or a 403 that says so. A 403 that does not is one of
 * permission. */
bool limit_is(const struct limit *limit);

/* µs to wait, at least one second, at most a day. */
int64_t limit_wait_us(const struct limit *limit);

/* The address of the next page in a Link header (RFC 8288) into the slice; absent when there is none. */
struct slice link_next(struct slice header);
#endif
