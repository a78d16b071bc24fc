/* SPDX-License-Identifier: MIT */
/* history.h - what a series of runs says of an endpoint: since when it fails, how often it passed, where its latency
 * shifted; and what became of it between two windows of runs. Pure. */
#ifndef DIAGNOSIS_HISTORY_H
#define DIAGNOSIS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "diagnosis/change_point.h"
#include "diagnosis/compare.h"
#include "diagnosis/latency.h"
#include "diagnosis/proportion.h"
#include "diagnosis/series.h"

#define HISTORY_NONE ((size_t)-1)

/* Runs are counted, and told by their index in the series. */
struct history {
    size_t probed, passed, failed, unsteady, not_judged; /* with those that were folded */
    size_t folded;                                       /* of them: pruned, only counts are left */
    size_t attempts, attempts_passed;
    size_t changes;            /* of verdict */
    enum verdict now;          /* in the newest run that probed it; VERDICT_NOT_PROBED: none */
    bool flapping;             /* unsteady now, or FLAPPING_CHANGES in the last FLAPPING_RUNS runs */
    size_t first_failing;      /* from that run on it never passed; HISTORY_NONE: it passes, or was not judged */
    size_t last_good;          /* HISTORY_NONE: none */
    double uptime;             /* share of the runs that judged it in which it passed; NAN: none did */
    struct interval within;    /* of that, at 95 % (Clopper & Pearson), if runs are independent */
    double median_us;          /* of the runs' medians; NAN: none */
    double lower_us, upper_us; /* their quartiles */
    struct change_point shift;
    size_t shift_at; /* the run from which on its latency was another; HISTORY_NONE: too few to tell */
};

/* `threshold`: the least shift that is worth a closer look. */
struct history history_of(const struct series *series, size_t endpoint, struct latency_threshold threshold);

/* What became of an endpoint from one window to the other: by the last runs that judged it in each, but flapping where its
 * verdict changed FLAPPING_CHANGES times in the last runs of the second. Both by the suite of the second. */
enum transition history_transition(const struct series *before, const struct series *after, size_t endpoint);
#endif
