/* SPDX-License-Identifier: MIT */
/* clock.h - wall time and monotonic time, as types that do not mix.
 *
 * A point in time is shown to people and sorts nights; a duration is measured on the monotonic clock, so that a
 * clock set in mid-run bends no latency. Both count microseconds. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct wall {
    int64_t us; /* since 1970-01-01T00:00:00Z; 0: not known */
};

struct mono {
    int64_t us; /* since an arbitrary start */
};

enum { NOT_MEASURED = -1 }; /* of any duration */

struct wall wall_now(void);
struct mono mono_now(void);

/* µs from `start` to `end`. */
static inline int64_t mono_between(struct mono start, struct mono end)
{
    return end.us - start.us;
}

/* Seconds east of UTC that the zone `name` (NULL: the system's) has at `when`; false when the zone is unknown,
 * then `*offset_s` is 0. The zone's files are the system's (tzdata). */
bool zone_offset(const char *name, struct wall when, int32_t *offset_s);

/* "2025-09-11T02:00:04.123456+02:00" into `text` (of WALL_TEXT bytes). */
enum { WALL_TEXT = 80 };
const char *wall_iso(struct wall when, int32_t offset_s, char text[WALL_TEXT]);

/* "11 Sep 2025 02:00:04 +02:00", as the report shows it. */
const char *wall_words(struct wall when, int32_t offset_s, char text[WALL_TEXT]);
#endif
