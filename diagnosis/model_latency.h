/* SPDX-License-Identifier: MIT */
/* model_latency.h - the part of a comparison that says what became slower or faster.
 *
 * By nights where the run before is the one of the night before and nights enough are recorded: the run's medians against
 * those of the nights, one value a night. Else by the attempts of the two runs. */
#ifndef DIAGNOSIS_MODEL_LATENCY_H
#define DIAGNOSIS_MODEL_LATENCY_H

#include <stdbool.h>
#include <stdint.h>

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
    struct cites before_cites, after_cites;
};
#endif
