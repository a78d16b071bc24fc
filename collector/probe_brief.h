/* SPDX-License-Identifier: MIT */
/* probe_brief.h - an attempt that passed, in a tenth of a record's bytes: nearly all attempts of a night are such. */
#ifndef COLLECTOR_PROBE_BRIEF_H
#define COLLECTOR_PROBE_BRIEF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct intern;
struct probe;

enum { BRIEF_TIMES = 11 }; /* members of struct timings */

struct brief {
    const struct probe *like; /* all that it says as others do, shared with them; the members below are zero there */
    const char *url;
    struct wall started;
    uint32_t ordinal, endpoint;
    int32_t times[BRIEF_TIMES]; /* of struct timings, in its order */
    int32_t loop_lag_us;
};

/* Fills `brief` from `probe`, which went through probe_share() with `intern` and may be freed then; it lives as long as `intern`.
 * False, and nothing is done, where it is no attempt on an endpoint itself that passed, or a time is too long for it. */
bool brief_make(struct brief *brief, const struct probe *probe, struct intern *intern);

/* The record again. What it points to is `brief`'s; it owns nothing, and needs no probe_free(). */
void brief_read(const struct brief *brief, struct probe *probe);
#endif
