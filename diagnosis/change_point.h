/* SPDX-License-Identifier: MIT */
/* change_point.h - where a series of nights shifted, if it did. Pure. */
#ifndef DIAGNOSIS_CHANGE_POINT_H
#define DIAGNOSIS_CHANGE_POINT_H

#include <stddef.h>

struct change_point {
    size_t first;         /* index of the first value after the shift */
    double p;             /* that so clear a shift is chance; 1: none */
    double before, after; /* medians */
};

/* The one shift of level that a series shows most clearly (Pettitt 1979): K = max |U_t|. Its p is about
 * 2 exp(-6 K^2 / (n^3 + n^2)), which is far too large for short series. Fewer than 4 values show none. */
struct change_point change_point_find(const double *values, size_t count);

/* Where that formula leaves it open, the smaller one of its p and of what 4999 shuffles of the values show (no less than
 * 1 in 5000; always the same ones): a millisecond's work, for what is worth it. */
void change_point_refine(struct change_point *found, const double *values, size_t count);
#endif
