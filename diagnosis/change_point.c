/* SPDX-License-Identifier: MIT */
#include "diagnosis/change_point.h"

#include <math.h>

#include "diagnosis/rank.h"

enum { FEWEST_VALUES = 4 };

static double sign_of(double difference)
{
    return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

struct change_point change_point_find(const double *values, size_t count)
{
    struct change_point found = {.p = 1, .before = NAN, .after = NAN};
    double n = (double)count;
    double u = 0, most = 0;

    if (count < FEWEST_VALUES)
        return found;
    for (size_t t = 0; t + 1 < count; t++) {
        for (size_t j = 0; j < count; j++)
            u += sign_of(values[j] - values[t]);
        if (fabs(u) > most) {
            most = fabs(u);
            found.first = t + 1;
        }
    }
    if (most <= 0)
        return found;
    found.p = fmin(1, 2 * exp(-6 * most * most / (n * n * n + n * n)));
    found.before = sample_median((struct sample){values, found.first});
    found.after = sample_median((struct sample){values + found.first, count - found.first});
    return found;
}
