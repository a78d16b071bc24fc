/* SPDX-License-Identifier: MIT */
/* rollup.h - what is left of the runs that were pruned: per endpoint and day, counts and histograms.
 *
 * A run is either there, with all its probes, or in the rollups of its day: never both, so history is what
 * store_each_run() gives and what store_each_rollup() gives. Only complete runs over a whole suite are folded; others that
 * are pruned are dropped, since history does not count them either.
 *
 * What counts as an attempt on an endpoint, and which verdict its run gets, is as in diagnosis/answer.h: attempts of the
 * plan, repeats, and those asked again by the wire, on the endpoint's own address. */
#ifndef STORE_ROLLUP_H
#define STORE_ROLLUP_H

#include <stdbool.h>
#include <stdint.h>

#include "store/histogram.h"
#include "store/store.h"

/* An endpoint's day. Every count is a sum over the runs that were folded into it. */
struct rollup {
    const char *suite, *environment, *vantage; /* "" where the runs had none */
    const char *endpoint;                      /* its name */
    int64_t day;                               /* since 1970-01-01, on the calendar that the runs were recorded in */
    uint64_t runs;                             /* that attempted the endpoint: the sum of the next four */
    uint64_t passing, failing, unsteady, not_judged;
    uint64_t attempts; /* the sum of the next three */
    uint64_t attempts_passed, attempts_failed, attempts_not_judged;
    struct wall first, last; /* start of the first and the last run */
    /* Total time of the attempts, without those that failed for another reason than that they were slow. */
    const struct histogram *times;
    /* The median of these in each run: one value a run, which is what nights are compared by. */
    const struct histogram *medians;
};

/* NULL does not restrict. Days as in struct rollup, both included; 0 and 0: all. */
struct rollup_filter {
    const char *suite, *environment, *vantage, *endpoint;
    int64_t from_day, to_day;
};

/* The day of a run that started then, where clocks were `offset_s` ahead of UTC. */
int64_t rollup_day(struct wall started, int32_t offset_s);

/* Hands over rollups by suite, environment, vantage, endpoint and day, ascending; `take` returns false to stop early,
 * which is no failure. What `rollup` points to is valid during the call only. A store that was never pruned has none. One
 * endpoint's are one seek. */
bool store_each_rollup(struct store *store, const struct rollup_filter *filter,
                       bool (*take)(void *self, const struct rollup *rollup), void *self, struct error *err);
#endif
