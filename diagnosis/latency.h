/* SPDX-License-Identifier: MIT */
/* latency.h - whether something became slower or faster: one night against those before it, or one run against
 * another. Pure.
 *
 * Attempts of one night share its weather and are no independent sample of nights; so a night counts as one value. */
#ifndef DIAGNOSIS_LATENCY_H
#define DIAGNOSIS_LATENCY_H

#include <stdbool.h>
#include <stddef.h>

#include "diagnosis/rank.h"

enum { NIGHTS_MOST = 14, NIGHTS_FEWEST = 5 };

/* The least change that matters: both must be exceeded. */
struct latency_threshold {
    double share; /* 0.10 */
    double us;    /* 5000 */
};

enum latency_word {
    LATENCY_TOO_FEW,   /* samples of these sizes cannot show anything: `more` would */
    LATENCY_UNCHANGED, /* nothing shown that is larger than chance and matters */
    LATENCY_SLOWER,
    LATENCY_FASTER,
};
extern const char *const latency_words[];

struct latency {
    double before_us, after_us;       /* medians */
    double shift_us;                  /* Hodges-Lehmann between runs, difference of medians against nights */
    struct interval interval;         /* of the shift; of a night: what was to be expected, as shift */
    double p, adjusted;               /* adjusted: set by latency_judge() */
    size_t more;                      /* nights or attempts that would be enough */
    bool nightly;                     /* against nights, not another run */
    enum latency_word word;           /* set by latency_judge() */
    size_t before_count, after_count; /* values on either side: nights, or attempts */
};

/* One night's median against those of earlier nights, at most NIGHTS_MOST of which, the last ones, are looked at:
 * whether it lies outside the 95 % prediction interval for one further value, by Student's t on logarithms (Hahn &
 * Meeker, Statistical Intervals, 4.8). All values above 0. */
struct latency latency_of_night(const double *nights, size_t count, double tonight);

/* The attempts of two single runs, by rank_test() and rank_shift(). */
struct latency latency_of_runs(struct sample before, struct sample after);

/* Whether a shift from `before_us` is as large as `threshold` wants. */
bool latency_matters(double before_us, double shift_us, struct latency_threshold threshold);

/* Gives every comparison its word, at a false discovery rate of 5 % over all of them that could show anything. Between
 * runs `more` is then what would show a difference even if it were the only one of `count`. */
void latency_judge(struct latency *list, size_t count, struct latency_threshold threshold);
#endif
