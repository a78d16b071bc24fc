/* SPDX-License-Identifier: MIT */
#include "diagnosis/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "diagnosis/distribution.h"

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return a < b ? -1 : a > b;
}

static double *sorted(const double *values, size_t count, struct arena *arena)
{
    double *copy = arena_new(arena, count + 1, sizeof *copy);

    if (count)
        memcpy(copy, values, count * sizeof *copy);
    qsort(copy, count, sizeof *copy, by_value);
    return copy;
}

static double middle(const double *in_order, size_t count)
{
    if (count == 0)
        return NAN;
    return (in_order[(count - 1) / 2] + in_order[count / 2]) / 2;
}

double sample_median(struct sample sample)
{
    struct arena scratch = ARENA_INIT;
    double median = middle(sorted(sample.values, sample.count, &scratch), sample.count);

    arena_free(&scratch);
    return median;
}

double sample_quantile(struct sample sample, double p)
{
    struct arena scratch = ARENA_INIT;
    const double *values = sorted(sample.values, sample.count, &scratch);
    double at = p * (double)(sample.count - 1);
    size_t below = sample.count ? (size_t)at : 0;
    double value = NAN;

    if (sample.count > 0)
        value = below + 1 < sample.count ? values[below] + (at - (double)below) * (values[below + 1] - values[below])
                                         : values[sample.count - 1];
    arena_free(&scratch);
    return value;
}

/* Pairs in which after's value is larger, equal ones half. */
static double count_larger(struct sample before, struct sample after)
{
    double u = 0;

    for (size_t i = 0; i < before.count; i++)
        for (size_t j = 0; j < after.count; j++)
            u += after.values[j] > before.values[i] ? 1 : after.values[j] == before.values[i] ? 0.5 : 0;
    return u;
}

/* The pooled values in order, each replaced by twice its midrank: whole numbers. `*ties` is the sum of t^3 - t over
 * the groups of equal values. */
static size_t *doubled_ranks(struct sample before, struct sample after, double *ties, struct arena *arena)
{
    size_t all = before.count + after.count;
    double *pool = arena_new(arena, all + 1, sizeof *pool);
    size_t *ranks = arena_new(arena, all + 1, sizeof *ranks);

    memcpy(pool, before.values, before.count * sizeof *pool);
    memcpy(pool + before.count, after.values, after.count * sizeof *pool);
    qsort(pool, all, sizeof *pool, by_value);
    *ties = 0;
    for (size_t i = 0, next; i < all; i = next) {
        double equal;

        for (next = i; next < all && pool[next] == pool[i]; next++)
            ;
        for (size_t k = i; k < next; k++)
            ranks[k] = i + next + 1; /* ranks i + 1 to next, twice their mean */
        equal = (double)(next - i);
        *ties += equal * equal * equal - equal;
    }
    return ranks;
}

/* In how many ways `take` of the ranks have each sum: ways[sum], up to `*most`. Whole numbers, which a double holds
 * exactly up to RANK_EXACT_MOST values. */
static double *count_sums(const size_t *ranks, size_t count, size_t take, size_t *most, struct arena *arena)
{
    size_t width = 2 * count * take + 1;
    double *ways = arena_new(arena, (take + 1) * width, sizeof *ways);

    memset(ways, 0, (take + 1) * width * sizeof *ways);
    ways[0] = 1;
    for (size_t i = 0; i < count; i++)
        for (size_t k = (i < take ? i + 1 : take); k > 0; k--)
            for (size_t sum = width - 1; sum >= ranks[i]; sum--)
                ways[k * width + sum] += ways[(k - 1) * width + sum - ranks[i]];
    *most = width - 1;
    return ways + take * width;
}

/* Twice the smaller tail of the rank sum's distribution, given the ties. */
static double exact_p(const size_t *ranks, size_t all, size_t take, double u, struct arena *arena)
{
    /* The rank sum of `take` values is u + take (take + 1) / 2; ours is doubled. */
    size_t seen = (size_t)llround(2 * u) + take * (take + 1);
    size_t most;
    const double *ways = count_sums(ranks, all, take, &most, arena);
    double below = 0, above = 0, total = 0;

    for (size_t sum = 0; sum <= most; sum++) {
        total += ways[sum];
        below += sum <= seen ? ways[sum] : 0;
        above += sum >= seen ? ways[sum] : 0;
    }
    return fmin(1, 2 * fmin(below, above) / total);
}

static double normal_p(double m, double n, double u, double ties)
{
    double all = m + n;
    double variance = m * n / 12 * (all + 1 - ties / (all * (all - 1)));
    double distance = fabs(u - m * n / 2) - 0.5;

    if (variance <= 0 || distance <= 0)
        return 1;
    return fmin(1, 2 * normal_above(distance / sqrt(variance)));
}

struct rank_test rank_test(struct sample before, struct sample after)
{
    struct arena scratch = ARENA_INIT;
    size_t all = before.count + after.count;
    struct rank_test test = {.p = 1, .exact = all <= RANK_EXACT_MOST};
    const size_t *ranks;
    double ties;

    if (before.count == 0 || after.count == 0)
        return test;
    test.u = count_larger(before, after);
    ranks = doubled_ranks(before, after, &ties, &scratch);
    test.p = test.exact ? exact_p(ranks, all, after.count, test.u, &scratch)
                        : normal_p((double)before.count, (double)after.count, test.u, ties);
    arena_free(&scratch);
    return test;
}

/* The largest c for which P(U < c) <= `outside` without ties, and twice that chance: the interval goes from the c-th
 * smallest difference to the c-th largest. 0: even the whole range is not that sure. */
static size_t interval_rank(size_t m, size_t n, double outside, double *left_out, struct arena *arena)
{
    size_t all = m + n;
    size_t *ranks = arena_new(arena, all + 1, sizeof *ranks);
    size_t most, least = n * (n + 1); /* the doubled rank sum where U = 0 */
    double chance = 0, total = 0;
    const double *ways;
    size_t c;

    for (size_t i = 0; i < all; i++)
        ranks[i] = 2 * (i + 1);
    ways = count_sums(ranks, all, n, &most, arena);
    for (size_t sum = 0; sum <= most; sum++)
        total += ways[sum];
    for (c = 0; c < m * n / 2 + 1 && chance + ways[least + 2 * c] / total <= outside; c++)
        chance += ways[least + 2 * c] / total;
    *left_out = 2 * chance;
    return c;
}

static size_t normal_interval_rank(double m, double n, double outside)
{
    double low = 0, high = 40;
    double c;

    for (int i = 0; i < 60; i++) {
        double z = (low + high) / 2;

        if (normal_above(z) > outside)
            low = z;
        else
            high = z;
    }
    c = floor(m * n / 2 - high * sqrt(m * n * (m + n + 1) / 12));
    return c < 0 ? 0 : (size_t)c;
}

struct shift rank_shift(struct sample before, struct sample after, double confidence)
{
    struct arena scratch = ARENA_INIT;
    size_t pairs = before.count * after.count;
    double *differences = arena_new(&scratch, pairs + 1, sizeof *differences);
    double left_out = 1 - confidence;
    size_t at = 0, c;
    struct shift shift;

    for (size_t i = 0; i < before.count; i++)
        for (size_t j = 0; j < after.count; j++)
            differences[at++] = after.values[j] - before.values[i];
    qsort(differences, pairs, sizeof *differences, by_value);
    if (before.count + after.count <= RANK_EXACT_MOST)
        c = interval_rank(before.count, after.count, (1 - confidence) / 2, &left_out, &scratch);
    else
        c = normal_interval_rank((double)before.count, (double)after.count, (1 - confidence) / 2);
    shift = (struct shift){.estimate = middle(differences, pairs), .confidence = c ? 1 - left_out : 0};
    shift.interval =
        c ? (struct interval){differences[c - 1], differences[pairs - c]} : (struct interval){-INFINITY, INFINITY};
    arena_free(&scratch);
    return shift;
}

double rank_least_p(size_t m, size_t n)
{
    double ways = 1;

    for (size_t i = 1; i <= n; i++)
        ways *= (double)(m + i) / (double)i;
    return fmin(1, 2 / ways);
}

size_t rank_count_needed(double alpha)
{
    size_t count = 1;

    while (count < 1000 && rank_least_p(count, count) > alpha)
        count++;
    return count;
}
