/* SPDX-License-Identifier: MIT */
/* rank.h - whether one sample lies above another, and by how much, without a guess at their distribution. Pure. */
#ifndef DIAGNOSIS_RANK_H
#define DIAGNOSIS_RANK_H

#include <stdbool.h>
#include <stddef.h>

#include "diagnosis/proportion.h"

/* A sample; the values need no order. */
struct sample {
    const double *values;
    size_t count;
};

enum { RANK_EXACT_MOST = 50 }; /* values in both samples together up to which the distribution is counted out */

struct rank_test {
    double u;   /* pairs in which the second sample's value is larger; equal ones count half */
    double p;   /* two-sided: twice the smaller tail, at most 1 */
    bool exact; /* counted out, given the ties; else the normal approximation */
};

/* Mann & Whitney 1947. Exact for small samples, also with ties: over all ways in which the pooled midranks can fall to
 * the samples (Lehmann, Nonparametrics, 1.4). For larger ones the normal approximation with the variance corrected for
 * ties and a continuity correction. An empty sample shows nothing: p = 1. */
struct rank_test rank_test(struct sample before, struct sample after);

struct shift {
    double estimate; /* the median of all differences after - before (Hodges & Lehmann 1963) */
    struct interval interval;
    double confidence; /* really reached: at least what was asked for, or 0: the samples are too small for any */
};

/* By how much `after` lies above `before`, with the interval that belongs to the test (Lehmann, Nonparametrics, 2.6).
 * Needs count * count numbers of memory for a while. Both must hold at least one value. */
struct shift rank_shift(struct sample before, struct sample after, double confidence);

/* The smallest p that samples of these sizes can show at all: 2 of C(m + n, m) (1 for empty ones). */
double rank_least_p(size_t m, size_t n);

/* How many values each of two samples of equal size needs, before any difference can show at `alpha`. */
size_t rank_count_needed(double alpha);

/* The median; NAN when empty. */
double sample_median(struct sample sample);

/* The value below which a share `p` of the sample lies, interpolated (Hyndman & Fan 1996, type 7, as R's quantile());
 * NAN when empty. */
double sample_quantile(struct sample sample, double p);
#endif
