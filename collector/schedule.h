/* SPDX-License-Identifier: MIT */
/* schedule.h - which item of a plan may start when; a pure queue, without clock or network.
 *
 * Items start in the order of the plan, as far as these let them: no more at once on a host than
 * `max_per_host`; the k-th attempt only after the one before it has ended and the endpoint's interval is
 * over; a repeat only after all earlier items of its endpoint, and later ones only after it, so that A-B-A is
 * really asked in that order. */
#ifndef COLLECTOR_SCHEDULE_H
#define COLLECTOR_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct plan;
struct schedule; /* opaque */
struct suite;

/* `plan` and `suite` must outlive it. */
struct schedule *schedule_new(const struct suite *suite, const struct plan *plan);
void schedule_free(struct schedule *schedule); /* NULL is allowed */

/* Takes the next item that may start at `now`; false when there is none. */
bool schedule_next(struct schedule *schedule, struct mono now, size_t *number);

/* The item that was taken has ended. */
void schedule_ended(struct schedule *schedule, size_t number, struct mono now);

/* Items that have not ended. */
size_t schedule_left(const struct schedule *schedule);

/* When the next interval is over; us 0: none is running. */
struct mono schedule_due(const struct schedule *schedule);
#endif
