/* SPDX-License-Identifier: MIT */
#include "store/histogram.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

enum { SHIFT = 5, PARTS = 1 << SHIFT, MOST_INDEX = PARTS * (64 - SHIFT) };

static uint32_t index_of(uint64_t us)
{
    unsigned shift;

    if (us < PARTS)
        return (uint32_t)us;
    shift = 63U - (unsigned)__builtin_clzll(us) - SHIFT;
    return PARTS * shift + (uint32_t)(us >> shift);
}

/* The middle of a bucket: of the whole µs that it holds, so that a bucket of one is exact. */
static double middle_of(uint32_t index)
{
    unsigned shift;

    if (index < 2 * PARTS)
        return index;
    shift = index / PARTS - 1;
    return ldexp(PARTS + index % PARTS, (int)shift) + (ldexp(1, (int)shift) - 1) / 2;
}

void histogram_free(struct histogram *histogram)
{
    mem_free(histogram->buckets);
    *histogram = (struct histogram)HISTOGRAM_INIT;
}

void histogram_clear(struct histogram *histogram)
{
    histogram->count = 0;
}

static void add(struct histogram *histogram, uint32_t index, uint64_t count)
{
    size_t at = histogram->count;

    while (at > 0 && histogram->buckets[at - 1].index >= index)
        at--;
    if (at < histogram->count && histogram->buckets[at].index == index) {
        histogram->buckets[at].count += count;
        return;
    }
    histogram->buckets =
        mem_grow(histogram->buckets, histogram->count, &histogram->capacity, sizeof *histogram->buckets);
    memmove(histogram->buckets + at + 1, histogram->buckets + at,
            (histogram->count - at) * sizeof *histogram->buckets);
    histogram->buckets[at] = (struct bucket){index, count};
    histogram->count++;
}

void histogram_add(struct histogram *histogram, int64_t us)
{
    if (us >= 0)
        add(histogram, index_of((uint64_t)us), 1);
}

void histogram_merge(struct histogram *histogram, const struct histogram *other)
{
    for (size_t i = 0; i < other->count; i++)
        add(histogram, other->buckets[i].index, other->buckets[i].count);
}

uint64_t histogram_total(const struct histogram *histogram)
{
    uint64_t total = 0;

    for (size_t i = 0; i < histogram->count; i++)
        total += histogram->buckets[i].count;
    return total;
}

/* The duration at `rank`, from 0, in ascending order. */
static double at_rank(const struct histogram *histogram, uint64_t rank)
{
    for (size_t i = 0; i < histogram->count; i++) {
        if (rank < histogram->buckets[i].count)
            return middle_of(histogram->buckets[i].index);
        rank -= histogram->buckets[i].count;
    }
    return NOT_MEASURED;
}

double histogram_quantile(const struct histogram *histogram, double q)
{
    uint64_t total = histogram_total(histogram);
    double place, low;

    if (total == 0)
        return NOT_MEASURED;
    place = (double)(total - 1) * (q < 0 ? 0 : q > 1 ? 1 : q);
    low = floor(place);
    if (low >= (double)(total - 1))
        return at_rank(histogram, total - 1);
    return at_rank(histogram, (uint64_t)low) * (1 - (place - low))
           + at_rank(histogram, (uint64_t)low + 1) * (place - low);
}

static void write_number(uint64_t number, struct buf *out)
{
    while (number >= 0x80) {
        buf_putc(out, (char)(number | 0x80));
        number >>= 7;
    }
    buf_putc(out, (char)number);
}

void histogram_write(const struct histogram *histogram, struct buf *out)
{
    uint32_t before = 0;

    for (size_t i = 0; i < histogram->count; i++) {
        write_number(histogram->buckets[i].index - before, out);
        write_number(histogram->buckets[i].count, out);
        before = histogram->buckets[i].index;
    }
}

static bool read_number(struct slice bytes, size_t *at, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; shift < 63 && *at < bytes.len; shift += 7) {
        unsigned char byte = (unsigned char)bytes.data[(*at)++];

        *number |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

bool histogram_read(struct histogram *histogram, struct slice bytes)
{
    uint64_t index = 0;

    histogram_clear(histogram);
    for (size_t at = 0; at < bytes.len;) {
        uint64_t distance, count;

        if (!read_number(bytes, &at, &distance) || !read_number(bytes, &at, &count) || count == 0
            || distance >= MOST_INDEX || (distance == 0 && histogram->count > 0) || index + distance >= MOST_INDEX)
            return false;
        index += distance;
        add(histogram, (uint32_t)index, count);
    }
    return true;
}
