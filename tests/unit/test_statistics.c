/* SPDX-License-Identifier: MIT */
/* The statistics of comparisons: against published tables, against counting every case, and by simulation. */
#include "tests/unit/unit.h"

#include <math.h>
#include <stdint.h>

#include "diagnosis/change_point.h"
#include "diagnosis/discovery.h"
#include "diagnosis/distribution.h"
#include "diagnosis/latency.h"
#include "diagnosis/proportion.h"
#include "diagnosis/rank.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SAMPLE(array) ((struct sample){array, COUNT(array)})

static void assert_near(double found, double wanted, double within)
{
    if (!(fabs(found - wanted) <= within))
        fail_msg("found %.10g, wanted %.10g", found, wanted);
}

/* A fixed sequence (splitmix64, Steele et al. 2014), so that a simulation gives the same on every machine. */
static double uniform(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(uint64_t *state)
{
    return sqrt(-2 * log(uniform(state))) * cos(6.283185307179586 * uniform(state));
}

/* Student's t: Fisher & Yates, table III. Normal: 1.959964 leaves 2.5 %. */
static void distributions_agree_with_published_tables(void **state)
{
    static const struct {
        double freedom, p, t;
    } rows[] = {{1, 0.05, 12.706}, {4, 0.05, 2.776}, {9, 0.01, 3.250},  {13, 0.05, 2.160},
                {30, 0.1, 1.697},  {2, 0.2, 1.886},  {10, 0.001, 4.587}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_near(student_quantile(rows[i].p, rows[i].freedom), rows[i].t, 0.0005);
    assert_near(normal_above(1.959964), 0.025, 1e-7);
    assert_near(student_quantile(1, 5), 0, 1e-9);
}

/* I_x(k, n - k + 1) is the chance of k or more of n. */
static void the_incomplete_beta_function_sums_the_binomial(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 40; n += 3)
        for (unsigned k = 1; k <= n; k++)
            for (double x = 0.05; x < 1; x += 0.15) {
                double sum = 0;

                for (unsigned i = k; i <= n; i++)
                    sum += exp(lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(x) + (n - i) * log1p(-x));
                assert_near(beta_below(x, k, n - k + 1), sum, 1e-11);
            }
    assert_near(beta_below(0, 2, 3), 0, 0);
    assert_near(beta_below(1, 2, 3), 1, 0);
}

/* Clopper & Pearson 1934; the values of Newcombe 1998 and of Hahn & Meeker's charts. */
static void proportions_agree_with_published_intervals(void **state)
{
    static const struct {
        size_t k, n;
        double low, high;
    } rows[] = {{0, 10, 0, 0.3085},        {10, 10, 0.6915, 1}, {5, 10, 0.1871, 0.8129}, {81, 263, 0.2527, 0.3676},
                {15, 148, 0.0578, 0.1617}, {0, 20, 0, 0.1684},  {1, 29, 0.0009, 0.1776}, {0, 0, 0, 1}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct interval interval = proportion_interval(rows[i].k, rows[i].n, 0.95);

        assert_near(interval.low, rows[i].low, 0.00006);
        assert_near(interval.high, rows[i].high, 0.00006);
    }
}

static void enough_passes_leave_no_room_for_luck(void **state)
{
    (void)state;
    assert_int_equal(passes_needed(0.5, 0.05), 5);
    assert_int_equal(passes_needed(0.1, 0.05), 29);
    assert_int_equal(passes_needed(1, 0.05), 1);
    assert_int_equal(passes_needed(0, 0.05), 0);
}

/* Every way in which the pooled values can fall to two groups of these sizes, one by one. */
static double counted_p(struct sample before, struct sample after)
{
    double pool[12];
    size_t all = before.count + after.count;
    double seen = rank_test(before, after).u;
    double below = 0, above = 0, total = 0;

    memcpy(pool, before.values, before.count * sizeof *pool);
    memcpy(pool + before.count, after.values, after.count * sizeof *pool);
    for (unsigned chosen = 0; chosen < 1U << all; chosen++) {
        double u = 0;

        if ((size_t)__builtin_popcount(chosen) != after.count)
            continue;
        for (size_t i = 0; i < all; i++)
            for (size_t j = 0; j < all; j++)
                if (!(chosen >> i & 1) && chosen >> j & 1)
                    u += pool[j] > pool[i] ? 1 : pool[j] == pool[i] ? 0.5 : 0;
        total++;
        below += u <= seen + 1e-9;
        above += u >= seen - 1e-9;
    }
    return fmin(1, 2 * fmin(below, above) / total);
}

static void the_exact_test_counts_what_enumeration_counts_also_with_ties(void **state)
{
    uint64_t random = 1;

    (void)state;
    for (size_t m = 1; m <= 5; m++)
        for (size_t n = 1; n <= 5; n++)
            for (unsigned levels = 2; levels <= 10; levels += 4) {
                double a[5], b[5];

                for (size_t i = 0; i < 5; i++) {
                    a[i] = floor(uniform(&random) * levels);
                    b[i] = floor(uniform(&random) * levels + 0.7);
                }
                assert_near(rank_test((struct sample){a, m}, (struct sample){b, n}).p,
                            counted_p((struct sample){a, m}, (struct sample){b, n}), 1e-12);
            }
}

/* Mann & Whitney 1947, table I, doubled; the critical values of the usual two-sided 5 % table. */
static void the_exact_test_agrees_with_mann_and_whitney(void **state)
{
    static const struct {
        size_t each;
        unsigned u;
        double p;
    } rows[] = {{3, 0, 0.100}, {4, 0, 0.0286}, {5, 2, 0.0317}, {6, 5, 0.0411}, {8, 13, 0.0499}, {10, 23, 0.0433}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        double a[10], b[10];
        size_t each = rows[i].each;
        unsigned left = rows[i].u;

        /* b below all of a, but for as many pairs as U is: the b's climb, the highest first. */
        for (size_t k = 0; k < each; k++) {
            unsigned climbs = left > each ? (unsigned)each : left;

            a[k] = (double)(k + 1) * 10;
            b[each - 1 - k] = climbs * 10.0 + 5 - (double)k * 0.1;
            left -= climbs;
        }
        assert_near(rank_test((struct sample){a, each}, (struct sample){b, each}).u, rows[i].u, 0);
        assert_near(rank_test((struct sample){a, each}, (struct sample){b, each}).p, rows[i].p, 0.0001);
    }
}

static void the_normal_approximation_meets_the_exact_test(void **state)
{
    double a[26], b[26];

    (void)state;
    for (size_t i = 0; i < 26; i++) {
        a[i] = (double)i;
        b[i] = (double)i + 5.5;
    }
    assert_true(rank_test((struct sample){a, 25}, (struct sample){b, 25}).exact);
    assert_false(rank_test((struct sample){a, 26}, (struct sample){b, 26}).exact);
    assert_near(rank_test((struct sample){a, 25}, (struct sample){b, 25}).p,
                rank_test((struct sample){a, 26}, (struct sample){b, 26}).p, 0.01);
    for (size_t i = 0; i < 26; i++)
        b[i] = a[i] = 7;
    assert_near(rank_test((struct sample){a, 26}, (struct sample){b, 26}).p, 1, 0);
}

/* R: quantile(c(7, 1, 4, 10), c(0, .25, .5, .75, 1)) */
static void quantiles_agree_with_r(void **state)
{
    static const double values[] = {7, 1, 4, 10}, one[] = {3};
    static const double wanted[] = {1, 3.25, 5.5, 7.75, 10};

    (void)state;
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_near(sample_quantile(SAMPLE(values), (double)i / 4), wanted[i], 1e-12);
    assert_near(sample_quantile(SAMPLE(one), 0.75), 3, 0);
    assert_true(isnan(sample_quantile((struct sample){NULL, 0}, 0.5)));
}

/* Hollander & Wolfe, Nonparametric Statistical Methods, example 4.1 (permeability of the human chorioamnion): the
 * estimate is -0.305, W = 30, two-sided p = 2 * 0.1272; the 95 % interval is the one that R 4 prints. */
static void the_shift_agrees_with_a_textbook(void **state)
{
    static const double x[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
    static const double y[] = {1.15, 0.88, 0.90, 0.74, 1.21};
    struct shift shift = rank_shift(SAMPLE(x), SAMPLE(y), 0.95);

    (void)state;
    assert_near(rank_test(SAMPLE(x), SAMPLE(y)).u, 15, 0);
    assert_near(rank_test(SAMPLE(x), SAMPLE(y)).p, 0.2544, 0.0001);
    assert_near(shift.estimate, -0.305, 1e-9);
    assert_near(shift.interval.low, -0.76, 1e-9);
    assert_near(shift.interval.high, 0.15, 1e-9);
    assert_true(shift.confidence >= 0.95 && shift.confidence < 0.97);
}

static void three_against_three_can_show_nothing_and_four_can(void **state)
{
    static const double low[] = {1, 2, 3}, high[] = {1000001, 1000002, 1000003};
    struct latency latency = latency_of_runs(SAMPLE(low), SAMPLE(high));

    (void)state;
    latency_judge(&latency, 1, (struct latency_threshold){0.1, 5000});
    assert_int_equal(latency.word, LATENCY_TOO_FEW);
    assert_int_equal(latency.more, 1);
    assert_near(rank_least_p(3, 3), 0.1, 1e-12);
    assert_int_equal(rank_count_needed(0.05), 4);
    assert_near(rank_shift(SAMPLE(low), SAMPLE(high), 0.95).confidence, 0, 0);
}

/* The 15 p-values of Benjamini & Hochberg 1995, section 3: at 5 %, the first four are believed. */
static void discoveries_agree_with_benjamini_and_hochberg(void **state)
{
    static const double p[] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                               0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000};
    double adjusted[COUNT(p)];

    (void)state;
    discovery_adjust(p, COUNT(p), adjusted);
    for (size_t i = 0; i < COUNT(p); i++)
        assert_int_equal(adjusted[i] <= 0.05, i < 4);
    assert_near(adjusted[3], 0.0095 * 15 / 4, 1e-12);
    assert_near(adjusted[14], 1, 0);
}

static void a_shift_is_found_where_it_happened(void **state)
{
    static const double steady[] = {5, 7, 6, 5, 8, 6, 7, 5, 6, 7, 6, 5};
    static const double shifted[] = {5, 7, 6, 5, 8, 6, 7, 25, 26, 27, 26, 25, 24, 28};
    struct change_point found = change_point_find(shifted, COUNT(shifted));

    (void)state;
    assert_true(found.p < 0.05);
    change_point_refine(&found, shifted, COUNT(shifted));
    assert_int_equal(found.first, 7);
    /* 2 of C(14, 7) = 3432 orders part the values so: 0.00058, of which 4999 shuffles see a few. */
    assert_true(found.p < 0.003);
    assert_near(found.before, 6, 0);
    assert_near(found.after, 26, 0);
    assert_true(change_point_find(steady, COUNT(steady)).p > 0.2);
    assert_near(change_point_find(steady, 3).p, 1, 0);
}

enum { TRIALS = 300, ENDPOINTS = 50, NIGHTS = 14 };

/* Of 400 series of 14 nights that do not shift; with 5 %, 20 are expected, with a deviation of 4.4. */
static void a_steady_series_shifts_no_more_often_than_its_p_says(void **state)
{
    uint64_t random = 7;
    size_t alarms = 0;

    (void)state;
    for (size_t trial = 0; trial < 400; trial++) {
        double values[NIGHTS];
        struct change_point found;

        for (size_t i = 0; i < NIGHTS; i++)
            values[i] = normal(&random);
        found = change_point_find(values, NIGHTS);
        change_point_refine(&found, values, NIGHTS);
        alarms += found.p <= 0.05;
    }
    assert_in_range(alarms, 5, 35);
}

/* `TRIALS` evenings of 50 endpoints, of which the first `slower` shifted by `factor`: how many are called slower or
 * faster, among the shifted and among the others. */
static void simulate_nights(double factor, size_t slower, double *hits, double *alarms)
{
    static const struct latency_threshold none = {0, 0};
    uint64_t random = 42;

    *hits = *alarms = 0;
    for (size_t trial = 0; trial < TRIALS; trial++) {
        struct latency list[ENDPOINTS];

        for (size_t e = 0; e < ENDPOINTS; e++) {
            double nights[NIGHTS];

            for (size_t i = 0; i < NIGHTS; i++)
                nights[i] = 100000 * exp(0.1 * normal(&random));
            list[e] =
                latency_of_night(nights, NIGHTS, 100000 * exp(0.1 * normal(&random)) * (e < slower ? factor : 1));
        }
        latency_judge(list, ENDPOINTS, none);
        for (size_t e = 0; e < ENDPOINTS; e++)
            if (list[e].word == LATENCY_SLOWER || list[e].word == LATENCY_FASTER)
                *(e < slower ? hits : alarms) += 1;
    }
}

static void nights_without_a_change_raise_few_alarms_and_a_real_one_is_seen(void **state)
{
    double hits, alarms;

    (void)state;
    simulate_nights(1, 0, &hits, &alarms);
    assert_true(alarms / TRIALS < 0.08); /* alarms a night over all 50 endpoints, wanted: at most 5 % of nights */
    simulate_nights(2, 5, &hits, &alarms);
    assert_true(hits / (5.0 * TRIALS) > 0.8);
    assert_true(alarms / (hits + alarms) < 0.07);
}

/* Two runs of `count` attempts, the second shifted by `factor`: the share of pairs called changed. */
static double share_called_changed(size_t count, double factor)
{
    uint64_t random = 7;
    double called = 0;

    for (size_t trial = 0; trial < 2 * TRIALS; trial++) {
        double a[20], b[20];
        struct latency latency;

        for (size_t i = 0; i < count; i++) {
            a[i] = 50000 * exp(0.2 * normal(&random));
            b[i] = 50000 * factor * exp(0.2 * normal(&random));
        }
        latency = latency_of_runs((struct sample){a, count}, (struct sample){b, count});
        latency_judge(&latency, 1, (struct latency_threshold){0, 0});
        called += latency.word == LATENCY_SLOWER || latency.word == LATENCY_FASTER;
    }
    return called / (2 * TRIALS);
}

static void single_runs_keep_the_false_alarm_rate_and_have_power(void **state)
{
    (void)state;
    assert_true(share_called_changed(5, 1) <= 0.05);
    assert_true(share_called_changed(15, 1) <= 0.065);
    assert_true(share_called_changed(15, 1.5) > 0.95);
}

static void a_change_that_does_not_matter_is_none(void **state)
{
    double before[] = {100000, 100010, 100020, 100030, 100040, 100050, 100060, 100070};
    double after[] = {104000, 104010, 104020, 104030, 104040, 104050, 104060, 104070};
    struct latency latency = latency_of_runs(SAMPLE(before), SAMPLE(after));

    (void)state;
    latency_judge(&latency, 1, (struct latency_threshold){0.1, 5000});
    assert_int_equal(latency.word, LATENCY_UNCHANGED);
    latency_judge(&latency, 1, (struct latency_threshold){0.01, 1000});
    assert_int_equal(latency.word, LATENCY_SLOWER);
    assert_near(latency.shift_us, 4000, 1e-6);
    latency = latency_of_night(before, 3, 200000);
    latency_judge(&latency, 1, (struct latency_threshold){0.1, 5000});
    assert_int_equal(latency.word, LATENCY_TOO_FEW);
    assert_int_equal(latency.more, 2);
}

/* Its quantiles stand in a table: of nights that are all the same, whose scatter is taken to be a hundredth. */
static void what_is_expected_of_a_night_reaches_as_far_as_student_says(void **state)
{
    double nights[NIGHTS_MOST];

    (void)state;
    for (size_t i = 0; i < NIGHTS_MOST; i++)
        nights[i] = 100000;
    for (size_t count = NIGHTS_FEWEST; count <= NIGHTS_MOST; count++) {
        struct latency latency = latency_of_night(nights, count, 100000);
        double spread = 0.01 * sqrt(1 + 1 / (double)count);

        assert_near(log(1 + latency.interval.high / 100000) / spread, student_quantile(0.05, (double)count - 1), 1e-9);
        assert_near(log(1 + latency.interval.low / 100000) / spread, -student_quantile(0.05, (double)count - 1), 1e-9);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_expected_of_a_night_reaches_as_far_as_student_says),
        cmocka_unit_test(distributions_agree_with_published_tables),
        cmocka_unit_test(the_incomplete_beta_function_sums_the_binomial),
        cmocka_unit_test(proportions_agree_with_published_intervals),
        cmocka_unit_test(enough_passes_leave_no_room_for_luck),
        cmocka_unit_test(the_exact_test_counts_what_enumeration_counts_also_with_ties),
        cmocka_unit_test(the_exact_test_agrees_with_mann_and_whitney),
        cmocka_unit_test(the_normal_approximation_meets_the_exact_test),
        cmocka_unit_test(quantiles_agree_with_r),
        cmocka_unit_test(the_shift_agrees_with_a_textbook),
        cmocka_unit_test(a_steady_series_shifts_no_more_often_than_its_p_says),
        cmocka_unit_test(three_against_three_can_show_nothing_and_four_can),
        cmocka_unit_test(discoveries_agree_with_benjamini_and_hochberg),
        cmocka_unit_test(a_shift_is_found_where_it_happened),
        cmocka_unit_test(nights_without_a_change_raise_few_alarms_and_a_real_one_is_seen),
        cmocka_unit_test(single_runs_keep_the_false_alarm_rate_and_have_power),
        cmocka_unit_test(a_change_that_does_not_matter_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
