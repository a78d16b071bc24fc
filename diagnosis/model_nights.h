/* SPDX-License-Identifier: MIT */
/* model_nights.h - the part of a report that shows its run among the runs before it: what became of each endpoint in them,
 * and whose latency is another than in them. */
#ifndef DIAGNOSIS_MODEL_NIGHTS_H
#define DIAGNOSIS_MODEL_NIGHTS_H

#include <stdint.h>

#include "base/field.h"
#include "base/slice.h"

struct model_nights_row {
    struct slice endpoint;
    const char *strip; /* a sign a run, oldest first: ✓ passes, ✗ fails, ~ unsteady, ? not judged, · not probed */
    struct list outcomes; /* model_outcome (model_history.h), one of each of the runs */
};

struct model_nights {
    uint64_t runs;         /* the reported one among them: it is the last */
    struct list nights;    /* model_night, oldest first */
    struct list endpoints; /* model_nights_row: what fails first, then what is slower or faster, then what changed */
    uint64_t left_out;     /* other endpoints that the run asked */
    struct list latency;   /* model_latency: whole times that are slower or faster than in the runs before; empty in a
                            * comparison, which says so itself */
};
#endif
