/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "store/histogram.h"

/* The same numbers in every run. */
static uint64_t next_number(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

/* The quantile by definition 7, of the durations themselves. */
static double quantile_of(const int64_t *sorted, size_t count, double q)
{
    double place = (double)(count - 1) * q;
    size_t low = (size_t)place;

    if (low + 1 >= count)
        return (double)sorted[count - 1];
    return (double)sorted[low] * (1 - (place - (double)low)) + (double)sorted[low + 1] * (place - (double)low);
}

static void quantiles_are_within_the_stated_error(void **state)
{
    static const double asked[] = {0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 1};
    uint64_t seed = 42;
    double worst = 0;

    (void)state;
    for (size_t round = 0; round < 300; round++) {
        struct histogram histogram = HISTOGRAM_INIT;
        int64_t durations[200];
        size_t count = 1 + next_number(&seed) % 200;
        uint64_t scale = UINT64_C(1) << next_number(&seed) % 36;

        for (size_t i = 0; i < count; i++) {
            durations[i] = (int64_t)(next_number(&seed) % (scale + 1));
            histogram_add(&histogram, durations[i]);
        }
        qsort(durations, count, sizeof *durations, by_size);
        assert_int_equal(histogram_total(&histogram), count);
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
            double truth = quantile_of(durations, count, asked[i]);
            double off = fabs(histogram_quantile(&histogram, asked[i]) - truth);

            assert_true(off <= truth * HISTOGRAM_ERROR + 1e-9);
            worst = truth > 0 && off / truth > worst ? off / truth : worst;
        }
        histogram_free(&histogram);
    }
    /* Were it far below what is stated, the statement would be of something else. */
    assert_true(worst > HISTOGRAM_ERROR / 2);
}

static void every_duration_has_a_bucket(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 63; bit++)
        for (int64_t around = -1; around <= 1; around++) {
            int64_t us = (int64_t)(UINT64_C(1) << bit) + around;
            struct histogram histogram = HISTOGRAM_INIT, again = HISTOGRAM_INIT;
            struct buf bytes = BUF_INIT;

            histogram_add(&histogram, us);
            assert_true(fabs(histogram_quantile(&histogram, 0.5) - (double)us) <= (double)us * HISTOGRAM_ERROR);
            histogram_write(&histogram, &bytes);
            assert_true(histogram_read(&again, buf_slice(&bytes)));
            assert_true(histogram_quantile(&again, 0.5) == histogram_quantile(&histogram, 0.5));
            buf_free(&bytes);
            histogram_free(&histogram);
            histogram_free(&again);
        }
}

static void an_empty_one_has_no_quantile_and_what_was_not_measured_is_not_counted(void **state)
{
    struct histogram histogram = HISTOGRAM_INIT;
    struct buf bytes = BUF_INIT;

    (void)state;
    histogram_add(&histogram, NOT_MEASURED);
    assert_int_equal(histogram_total(&histogram), 0);
    assert_true(histogram_quantile(&histogram, 0.5) == NOT_MEASURED);
    histogram_write(&histogram, &bytes);
    assert_int_equal(bytes.len, 0);
    assert_true(histogram_read(&histogram, buf_slice(&bytes)));
    histogram_free(&histogram);
}

/* Days added up are the same as counted in one go, in any order. */
static void histograms_add_up(void **state)
{
    struct histogram days[5] = {{NULL, 0, 0}}, whole = HISTOGRAM_INIT, sum = HISTOGRAM_INIT;
    struct buf left = BUF_INIT, right = BUF_INIT;
    uint64_t seed = 7;

    (void)state;
    for (size_t i = 0; i < 2000; i++) {
        int64_t us = (int64_t)(next_number(&seed) % 3000000);

        histogram_add(&days[i % 5], us);
        histogram_add(&whole, us);
    }
    for (size_t i = 5; i-- > 0;)
        histogram_merge(&sum, &days[i]);
    histogram_write(&sum, &left);
    histogram_write(&whole, &right);
    assert_true(slice_equals(buf_slice(&left), buf_slice(&right)));
    /* Two bytes or three a bucket. */
    assert_true(left.len <= 3 * whole.count);
    for (size_t i = 0; i < 5; i++)
        histogram_free(&days[i]);
    histogram_free(&whole);
    histogram_free(&sum);
    buf_free(&left);
    buf_free(&right);
}

static void bytes_that_are_no_histogram_are_refused(void **state)
{
    static const struct slice wrong[] = {
        {"\x05", 1},             /* an index without a count */
        {"\x05\x00", 2},         /* a bucket of none */
        {"\x05\x01\x00\x01", 4}, /* the same bucket again */
        {"\xff\x7f\x01", 3},     /* beyond the last bucket */
        {"\x05\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12},
        {"\x05\xff", 2}, /* a number without its end */
    };
    struct histogram histogram = HISTOGRAM_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(histogram_read(&histogram, wrong[i]));
    assert_true(histogram_read(&histogram, (struct slice){"\x05\x01", 2}));
    histogram_free(&histogram);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_within_the_stated_error),
        cmocka_unit_test(every_duration_has_a_bucket),
        cmocka_unit_test(an_empty_one_has_no_quantile_and_what_was_not_measured_is_not_counted),
        cmocka_unit_test(histograms_add_up),
        cmocka_unit_test(bytes_that_are_no_histogram_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
