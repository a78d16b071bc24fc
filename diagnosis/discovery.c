/* SPDX-License-Identifier: MIT */
#include "diagnosis/discovery.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

struct ranked {
    double p;
    size_t index;
};

static int by_p(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;

    return a->p < b->p ? -1 : a->p > b->p;
}

void discovery_adjust(const double *p, size_t count, double *adjusted)
{
    struct ranked *order = mem_new(count + 1, sizeof *order);
    double least = 1;

    for (size_t i = 0; i < count; i++)
        order[i] = (struct ranked){p[i], i};
    qsort(order, count, sizeof *order, by_p);
    for (size_t rank = count; rank > 0; rank--) {
        least = fmin(least, order[rank - 1].p * (double)count / (double)rank);
        adjusted[order[rank - 1].index] = least;
    }
    mem_free(order);
}
