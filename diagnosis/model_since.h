/* SPDX-License-Identifier: MIT */
/* model_since.h - the part of a report that says since when an endpoint fails, and what else changed between the last run in
 * which it was good and the first in which it failed. */
#ifndef DIAGNOSIS_MODEL_SINCE_H
#define DIAGNOSIS_MODEL_SINCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/field.h"
#include "base/slice.h"
#include "diagnosis/answer.h"

struct model_night;
struct run;
struct series;

/* One endpoint in an earlier run, or in the reported one. */
struct since_side {
    const struct run *run; /* NULL: there is no such run */
    const char *short_id;
    struct answer answer;
};

/* What the store says of a failing endpoint of the reported run. */
struct since {
    uint32_t endpoint; /* index in its suite */
    struct since_side good, failing;
    size_t failing_runs; /* in a row, with the reported one */
    size_t looked;       /* earlier runs that were looked at */
};

/* What the store says of the runs before the reported one. */
struct earlier {
    const struct since *list; /* of its failing endpoints */
    size_t count;
    const struct series *nights; /* whole runs, by its suite; NULL: none */
};

struct model_since {
    struct slice endpoint;
    const struct model_night *last_good;     /* NULL: none of those looked at */
    const struct model_night *first_failing; /* with no last good one: the oldest of them that is known to fail */
    uint64_t failing_runs;                   /* in a row, with this one */
    uint64_t looked;                         /* earlier runs */
    struct list differences;                 /* model_difference, between the two */
};
#endif
