/* SPDX-License-Identifier: MIT */
#include "diagnosis/latency.h"

#include <math.h>

#include "base/memory.h"
#include "diagnosis/discovery.h"
#include "diagnosis/distribution.h"

static const double false_discovery_rate = 0.05;
static const double confidence = 0.95;

/* Nights that agree to the microsecond would make any other value a miracle: clocks and schedulers scatter more. */
static const double least_scatter = 0.01;

/* student_quantile(0.05, freedom), which is asked for every endpoint and layer, and takes as long as all the rest. */
static const double reaches[NIGHTS_MOST] = {
    [4] = 2.7764451051977934, [5] = 2.5705818356363146,  [6] = 2.4469118511449688,  [7] = 2.3646242515927849,
    [8] = 2.3060041352041658, [9] = 2.2621571627982053,  [10] = 2.2281388519862739, [11] = 2.2009851600916388,
    [12] = 2.178812829667228, [13] = 2.1603686564627917,
};

const char *const latency_words[] = {"too-few", "unchanged", "slower", "faster", NULL};

struct latency latency_of_night(const double *nights, size_t count, double tonight)
{
    struct latency latency = {.after_us = tonight, .p = 1, .adjusted = 1, .nightly = true, .after_count = 1};
    double mean = 0, scatter = 0;
    double n, spread, reach;

    if (count > NIGHTS_MOST) {
        nights += count - NIGHTS_MOST;
        count = NIGHTS_MOST;
    }
    latency.before_count = count;
    latency.before_us = sample_median((struct sample){nights, count});
    latency.shift_us = tonight - latency.before_us;
    latency.interval = (struct interval){-INFINITY, INFINITY};
    if (count < NIGHTS_FEWEST) {
        latency.more = NIGHTS_FEWEST - count;
        return latency;
    }
    n = (double)count;
    for (size_t i = 0; i < count; i++)
        mean += log(nights[i]) / n;
    for (size_t i = 0; i < count; i++)
        scatter += pow(log(nights[i]) - mean, 2) / (n - 1);
    spread = fmax(sqrt(scatter), least_scatter) * sqrt(1 + 1 / n);
    latency.p = student_beyond((log(tonight) - mean) / spread, n - 1);
    reach = reaches[count - 1] * spread;
    latency.interval = (struct interval){exp(mean - reach) - latency.before_us, exp(mean + reach) - latency.before_us};
    return latency;
}

struct latency latency_of_runs(struct sample before, struct sample after)
{
    struct latency latency = {
        .p = 1,
        .adjusted = 1,
        .before_us = sample_median(before),
        .after_us = sample_median(after),
        .before_count = before.count,
        .after_count = after.count,
        .interval = {-INFINITY, INFINITY},
    };
    size_t enough = rank_count_needed(1 - confidence);
    size_t fewer = before.count < after.count ? before.count : after.count;
    struct shift shift;

    if (fewer > 0) {
        shift = rank_shift(before, after, confidence);
        latency.shift_us = shift.estimate;
        latency.interval = shift.interval;
        latency.p = rank_test(before, after).p;
    }
    if (fewer == 0 || rank_least_p(before.count, after.count) > 1 - confidence)
        latency.more = enough > fewer ? enough - fewer : 1;
    return latency;
}

bool latency_matters(double before_us, double shift_us, struct latency_threshold threshold)
{
    return fabs(shift_us) >= threshold.us && fabs(shift_us) >= threshold.share * before_us;
}

static bool matters(const struct latency *latency, struct latency_threshold threshold)
{
    return latency_matters(latency->before_us, latency->shift_us, threshold);
}

/* Samples that could show something alone are too small for it among `judged` others, where even the clearest difference
 * would be corrected away. */
static bool is_corrected_away(const struct latency *latency, size_t judged)
{
    return !latency->nightly && latency->adjusted > false_discovery_rate
           && rank_least_p(latency->before_count, latency->after_count) * (double)judged > false_discovery_rate;
}

/* `enough`: values on either side that show a difference whatever becomes of the rest. */
static void put_word(struct latency *latency, struct latency_threshold threshold, size_t judged, size_t enough)
{
    size_t fewer = latency->before_count < latency->after_count ? latency->before_count : latency->after_count;

    latency->word = LATENCY_TOO_FEW;
    if (latency->more == 0 && matters(latency, threshold) && is_corrected_away(latency, judged))
        latency->more = 1;
    if (latency->more > 0) {
        if (!latency->nightly && enough > fewer + latency->more)
            latency->more = enough - fewer;
        return;
    }
    latency->word = LATENCY_UNCHANGED;
    if (latency->adjusted <= false_discovery_rate && matters(latency, threshold))
        latency->word = latency->shift_us > 0 ? LATENCY_SLOWER : LATENCY_FASTER;
}

void latency_judge(struct latency *list, size_t count, struct latency_threshold threshold)
{
    double *p = mem_new(count + 1, sizeof *p);
    size_t enough = count ? rank_count_needed(false_discovery_rate / (double)count) : 0;
    size_t judged = 0, next = 0;

    for (size_t i = 0; i < count; i++)
        if (list[i].more == 0)
            p[judged++] = list[i].p;
    discovery_adjust(p, judged, p);
    for (size_t i = 0; i < count; i++) {
        if (list[i].more == 0)
            list[i].adjusted = p[next++];
        put_word(&list[i], threshold, judged, enough);
    }
    mem_free(p);
}
