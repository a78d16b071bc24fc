/* SPDX-License-Identifier: MIT */
/* distribution.h - the few distributions that statistics of small samples need.
 *
 * Pure. The libraries that have them are under a licence that this program could not keep, see docs/decisions.md. */
#ifndef DIAGNOSIS_DISTRIBUTION_H
#define DIAGNOSIS_DISTRIBUTION_H

/* The chance that a standard normal variable is above `z`. */
double normal_above(double z);

/* The regularised incomplete beta function I_x(a, b), for 0 <= x <= 1, a, b > 0, to about 12 digits: the continued
 * fraction DLMF 8.17.22, by the modified Lentz method (Thompson & Barnett 1986). */
double beta_below(double x, double a, double b);

/* The `x` with beta_below(x, a, b) = p, to 1e-12. */
double beta_quantile(double p, double a, double b);

/* The chance that |T| is above |t|, of Student's t with `freedom` degrees (Abramowitz & Stegun 26.7.1). */
double student_beyond(double t, double freedom);

/* The `t` >= 0 with student_beyond(t, freedom) = p, 0 < p <= 1. */
double student_quantile(double p, double freedom);
#endif
