/* SPDX-License-Identifier: MIT */
#include "diagnosis/distribution.h"

#include <math.h>

enum { FRACTION_STEPS = 500, BISECTIONS = 60 };

static const double tiny = 1e-300;

double normal_above(double z)
{
    return 0.5 * erfc(z / sqrt(2));
}

/* One step of the modified Lentz method: multiplies `*value` by what the coefficient adds. */
static double lentz_step(double coefficient, double *c, double *d, double *value)
{
    *d = 1 + coefficient * *d;
    *d = 1 / (fabs(*d) < tiny ? tiny : *d);
    *c = 1 + coefficient / *c;
    if (fabs(*c) < tiny)
        *c = tiny;
    *value *= *c * *d;
    return fabs(*c * *d - 1);
}

/* Converges quickly for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    double value;

    d = 1 / (fabs(d) < tiny ? tiny : d);
    value = d;
    for (int m = 1; m <= FRACTION_STEPS; m++) {
        double k = m;

        lentz_step(k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)), &c, &d, &value);
        if (lentz_step(-(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1)), &c, &d, &value) < 1e-15)
            break;
    }
    return value;
}

double beta_below(double x, double a, double b)
{
    double front;

    if (x <= 0)
        return 0;
    if (x >= 1)
        return 1;
    if (x > (a + 1) / (a + b + 2))
        return 1 - beta_below(1 - x, b, a);
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    return front * beta_fraction(x, a, b) / a;
}

double beta_quantile(double p, double a, double b)
{
    double low = 0, high = 1;

    for (int i = 0; i < BISECTIONS; i++) {
        double middle = (low + high) / 2;

        if (beta_below(middle, a, b) < p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

double student_beyond(double t, double freedom)
{
    return beta_below(freedom / (freedom + t * t), freedom / 2, 0.5);
}

double student_quantile(double p, double freedom)
{
    double low = 0, high = 1;

    while (student_beyond(high, freedom) > p && high < 1e12)
        high *= 2;
    for (int i = 0; i < 2 * BISECTIONS; i++) {
        double middle = (low + high) / 2;

        /* As near as a double comes. */
        if (middle <= low || middle >= high)
            break;
        if (student_beyond(middle, freedom) > p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}
