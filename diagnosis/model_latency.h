/* SPDX-License-Identifier: MIT */
/* model_latency.h - the part of a comparison that says what became slower or faster.
 *
 * By nights where the run before is the one of the night before and nights enough are recorded: the run's medians against
 * those of the nights, one value a night. Else by the attempts of the two runs. */
#ifndef DIAGNOSIS_MODEL_LATENCY_H
#define DIAGNOSIS_MODEL_LATENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/field.h"
#include "base/slice.h"
#include "diagnosis/latency.h"

struct series;

/* What a comparison stands in, besides its two runs. */
struct along {
    const struct series
        *nights;  /* the runs before the one after, with medians, by the suite of that one; NULL: none */
    bool nightly; /* the run before is the last of them: latency is told by nights */
    struct latency_threshold threshold;
};
extern const struct along along_nothing; /* no nights, the usual threshold */

enum { LATENCY_TIMES_MOST = 60 };

/* `values` as model_time, in `arena`. */
struct list latency_times(struct sample values, struct arena *arena);

struct model_time {
    int64_t time;
};

/* One endpoint by one measure: the whole time always, a layer's where it is slower or faster. */
struct model_latency {
    struct slice endpoint;
    int layer;              /* measure_words */
    int shows;              /* latency_words */
    bool nightly;           /* before: medians of earlier nights */
    int64_t before, after;  /* medians */
    double shift_ms;        /* by how much it is slower; negative: faster */
    double low_ms, high_ms; /* 95 % interval of that; of nights: what was to be expected; NAN: none can be had */
    double p;               /* corrected for all that is compared; NAN: too few */
    uint64_t before_count, after_count; /* nights or attempts */
    uint64_t more;                      /* nights or attempts that would be enough */
    /* model_time: what `before` and `after` are the medians of, shortest first, where it is slower or faster; of more than
     * LATENCY_TIMES_MOST so many that stand evenly among them. */
    struct list before_times, after_times;
    struct cites before_cites, after_cites;
};
#endif
