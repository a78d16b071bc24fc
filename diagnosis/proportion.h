/* SPDX-License-Identifier: MIT */
/* proportion.h - what k of n can show, if the tries are independent. Pure. */
#ifndef DIAGNOSIS_PROPORTION_H
#define DIAGNOSIS_PROPORTION_H

#include <stddef.h>

struct interval {
    double low, high;
};

/* The two-sided interval of a rate that showed `k` of `n`, at `confidence` (0.95); n = 0: all of 0 to 1. Exact, never
 * too short (Clopper & Pearson 1934). */
struct interval proportion_interval(size_t k, size_t n, double confidence);

/* How many passes in a row rule out, with an error of at most `alpha`, that something which fails at `rate` was merely
 * lucky: the least n with (1 - rate)^n <= alpha. 0 for a rate of 0, since then nothing has to be ruled out. */
size_t passes_needed(double rate, double alpha);
#endif
