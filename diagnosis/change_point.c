/* SPDX-License-Identifier: MIT */
#include "diagnosis/change_point.h"

#include <math.h>
#include <stdint.h>

#include "base/memory.h"
#include "diagnosis/rank.h"

enum { FEWEST_VALUES = 4, MOST_SHUFFLED = 400, SHUFFLES = 4999 };

/* Beyond this no shuffling makes a shift of it: it is not worth the time. */
static const double worth_a_look = 0.3;

static double sign_of(double difference)
{
    return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

/* What each value adds to U_t as t passes it: the sum of the signs of all others against it. */
static double *weights_of(const double *values, size_t count)
{
    double *weights = mem_new(count, sizeof *weights);

    for (size_t t = 0; t < count; t++)
        for (size_t j = 0; j < count; j++)
            weights[t] += sign_of(values[j] - values[t]);
    return weights;
}

/* K = max |U_t|, and the first t behind which it is reached. */
static double most_of(const double *weights, size_t count, size_t *first)
{
    double u = 0, most = 0;

    for (size_t t = 0; t + 1 < count; t++) {
        u += weights[t];
        if (fabs(u) > most) {
            most = fabs(u);
            *first = t + 1;
        }
    }
    return most;
}

/* splitmix64 (Steele et al. 2014): the same values show the same on every machine. */
static uint64_t next_of(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* How often a K as large comes of the same values in another order (Davison & Hinkley, Bootstrap Methods, 4.3). */
static double shuffled(double *weights, size_t count, double most)
{
    uint64_t state = 488;
    size_t as_large = 0, first;

    for (size_t shuffle = 0; shuffle < SHUFFLES; shuffle++) {
        for (size_t i = count - 1; i > 0; i--) {
            size_t other = (size_t)(next_of(&state) % (i + 1));
            double kept = weights[i];

            weights[i] = weights[other];
            weights[other] = kept;
        }
        as_large += most_of(weights, count, &first) >= most;
    }
    return (double)(as_large + 1) / (SHUFFLES + 1);
}

struct change_point change_point_find(const double *values, size_t count)
{
    struct change_point found = {.p = 1, .before = NAN, .after = NAN};
    double n = (double)count;
    double *weights;
    double most;

    if (count < FEWEST_VALUES)
        return found;
    weights = weights_of(values, count);
    most = most_of(weights, count, &found.first);
    if (most > 0) {
        found.p = fmin(1, 2 * exp(-6 * most * most / (n * n * n + n * n)));
        found.before = sample_median((struct sample){values, found.first});
        found.after = sample_median((struct sample){values + found.first, count - found.first});
    }
    mem_free(weights);
    return found;
}

void change_point_refine(struct change_point *found, const double *values, size_t count)
{
    double *weights;
    size_t first;

    if (found->p >= worth_a_look || count > MOST_SHUFFLED)
        return;
    weights = weights_of(values, count);
    found->p = fmin(found->p, shuffled(weights, count, most_of(weights, count, &first)));
    mem_free(weights);
}
