/* SPDX-License-Identifier: MIT */
/* histogram.h - durations counted in buckets that grow with them, so that those of many days can be added up and still be
 * asked for a quantile. Pure.
 *
 * Up to 32 µs every µs has a bucket, above that every power of two has 32 of the same width (log-linear, as HdrHistogram
 * does it). What a bucket holds is taken to lie in its middle, which is off by at most 1/64 of the duration: 1.6 %. */
#ifndef STORE_HISTOGRAM_H
#define STORE_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* The stated error of a quantile, as a share of it. */
#define HISTOGRAM_ERROR (1.0 / 64)

struct bucket {
    uint32_t index; /* ascending */
    uint64_t count; /* never 0 */
};

struct histogram {
    struct bucket *buckets;
    size_t count, capacity;
};

#define HISTOGRAM_INIT                                                                                                \
    {                                                                                                                 \
        NULL, 0, 0                                                                                                    \
    }

void histogram_free(struct histogram *histogram);
/* Empties it; the room stays. */
void histogram_clear(struct histogram *histogram);

/* Counts a duration; one below 0 is none. */
void histogram_add(struct histogram *histogram, int64_t us);
/* Counts all that `other` has. */
void histogram_merge(struct histogram *histogram, const struct histogram *other);

/* How many durations it has. */
uint64_t histogram_total(const struct histogram *histogram);

/* The quantile `q`, 0 to 1, in µs, linear between the two nearest (Hyndman & Fan 1996, definition 7: 0.5 is the usual
 * median), off by at most HISTOGRAM_ERROR of it; NOT_MEASURED when it is empty. */
double histogram_quantile(const struct histogram *histogram, double q);

/* As bytes: pairs of varints, the distance to the index before and the count. Appends to `out`. */
void histogram_write(const struct histogram *histogram, struct buf *out);
/* Reads what histogram_write() wrote into `histogram`, which is emptied first. False: these bytes are none. */
bool histogram_read(struct histogram *histogram, struct slice bytes);
#endif
