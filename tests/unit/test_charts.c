/* SPDX-License-Identifier: MIT */
/* What stands in a page's charts: which endpoints, runs and times of the model. */
#include "cli/charts_latency.h"
#include "cli/charts_nights.h"

#include <math.h>

#include "diagnosis/answer.h"
#include "diagnosis/model_history.h"
#include "diagnosis/model_latency.h"
#include "diagnosis/model_nights.h"
#include "diagnosis/series.h"
#include "diagnosis/verify.h"
#include "tests/unit/unit.h"

enum { MANY = 500, FEW = 12 };

/* `count` runs whose labels are deploy, another from run `deployed` on, and a number of their own. */
static struct list nights_of(size_t count, size_t deployed, struct arena *arena)
{
    struct model_night *nights = arena_new(arena, count, sizeof *nights);

    for (size_t i = 0; i < count; i++) {
        struct model_label *labels = arena_new(arena, 2, sizeof *labels);

        labels[0] = (struct model_label){slice_of("job"), slice_of(arena_printf(arena, "%zu", i))};
        labels[1] = (struct model_label){slice_of("deploy"), slice_of(i < deployed ? "9be01" : "4f2c1")};
        nights[i].started.us = (int64_t)(i + 1) * 86400 * 1000000;
        nights[i].labels = (struct list){.items = labels, .count = 2};
    }
    return (struct list){.items = nights, .count = count};
}

/* Endpoints of which only the last one fails. */
static struct list rows_of(size_t count, size_t nights, struct arena *arena)
{
    static const struct model_stretch steady;
    struct model_history_row *rows = arena_new(arena, count, sizeof *rows);

    for (size_t i = 0; i < count; i++) {
        struct model_outcome *outcomes = arena_new(arena, nights, sizeof *outcomes);
        bool fails = i + 1 == count;

        for (size_t k = 0; k < nights; k++)
            outcomes[k] = fails ? (struct model_outcome){.verdict = VERDICT_FAILS, .total = 3, .status = 500}
                                : (struct model_outcome){.verdict = VERDICT_PASSES, .passed = 3, .total = 3};
        rows[i] = (struct model_history_row){
            .endpoint = slice_of(fails ? "fails" : "passes"),
            .verdict = fails ? VERDICT_FAILS : VERDICT_PASSES,
            .stretch = &steady,
            .outcomes = {.items = outcomes, .count = nights},
        };
    }
    return (struct list){.items = rows, .count = count};
}

static void a_history_shows_all_of_few(void **state)
{
    struct arena arena = ARENA_INIT;
    const struct model_history history = {.nights = nights_of(FEW, 7, &arena), .endpoints = rows_of(3, FEW, &arena)};
    const struct chart_nights *chart = nights_of_history(&history, 3600, &arena);

    (void)state;
    assert_int_equal(chart->column_count, FEW);
    assert_int_equal(chart->row_count, 3);
    assert_int_equal(chart->rows_left + chart->columns_left, 0);
    assert_int_equal(chart->offset_s, 3600);
    /* In the config's order. */
    assert_true(slice_equals(chart->rows[2].label, slice_of("fails")));
    assert_int_equal(chart->rows[2].cells[0].sign, NIGHT_FAILS);
    assert_string_equal(chart->rows[2].cells[0].more, "0 of 3 passed, 500");
    assert_null(chart->rows[0].cells[0].more);
    arena_free(&arena);
}

static void a_label_is_told_where_it_changes_but_none_that_always_does(void **state)
{
    struct arena arena = ARENA_INIT;
    const struct model_history history = {.nights = nights_of(FEW, 7, &arena), .endpoints = rows_of(1, FEW, &arena)};
    const struct chart_nights *chart = nights_of_history(&history, 0, &arena);

    (void)state;
    for (size_t i = 0; i < FEW; i++)
        assert_true(slice_equals(chart->columns[i].mark, slice_of(i == 7 ? "deploy 4f2c1" : NULL)));
    arena_free(&arena);
}

static void of_many_the_newest_runs_and_what_fails_are_shown(void **state)
{
    struct arena arena = ARENA_INIT;
    const struct model_history history = {.nights = nights_of(MANY, MANY - 1, &arena),
                                          .endpoints = rows_of(MANY, MANY, &arena)};
    const struct chart_nights *chart = nights_of_history(&history, 0, &arena);

    (void)state;
    assert_int_equal(chart->column_count, NIGHTS_SHOWN);
    assert_int_equal(chart->columns_left, MANY - NIGHTS_SHOWN);
    assert_true(slice_equals(chart->columns[NIGHTS_SHOWN - 1].mark, slice_of("deploy 4f2c1")));
    assert_int_equal(chart->row_count, NIGHTS_CELLS / NIGHTS_SHOWN);
    assert_int_equal(chart->rows_left, MANY - NIGHTS_CELLS / NIGHTS_SHOWN);
    assert_true(slice_equals(chart->rows[0].label, slice_of("fails")));
    assert_true(slice_equals(chart->rows[1].label, slice_of("passes")));
    arena_free(&arena);
}

static void a_report_without_earlier_runs_has_no_strip(void **state)
{
    struct arena arena = ARENA_INIT;
    const struct model model = {.nights = NULL};

    (void)state;
    assert_int_equal(nights_of_model(&model, 0, &arena)->row_count, 0);
    assert_int_equal(latency_of_model(&model, &arena)->count, 0);
    arena_free(&arena);
}

static const struct model_time times[] = {{10000}, {12000}};

static struct model_latency shifted(int layer, int shows)
{
    return (struct model_latency){.endpoint = {"/x", 2},
                                  .layer = layer,
                                  .shows = shows,
                                  .before = 11000,
                                  .after = 31500,
                                  .shift_ms = shows == LATENCY_FASTER ? -20.5 : 20.5,
                                  .before_count = 100,
                                  .after_count = 2,
                                  .before_times = {.items = times, .count = 2},
                                  .after_times = {.items = times, .count = 2}};
}

static void whole_times_come_before_layers_and_only_what_shifted(void **state)
{
    struct arena arena = ARENA_INIT;
    const struct model_latency rows[] = {
        shifted(MEASURE_TLS, LATENCY_SLOWER),
        shifted(MEASURE_TOTAL, LATENCY_UNCHANGED),
        shifted(MEASURE_TOTAL, LATENCY_FASTER),
        shifted(MEASURE_TOTAL, LATENCY_TOO_FEW),
    };
    const struct model_comparison comparison = {.latency = {.items = rows, .count = 4}};
    const struct model model = {.comparison = &comparison};
    const struct chart_latency *chart = latency_of_model(&model, &arena);

    (void)state;
    assert_int_equal(chart->count, 2);
    assert_int_equal(chart->left, 0);
    assert_string_equal(chart->pairs[0].shows, "faster by 20.5 ms");
    assert_false(chart->pairs[0].worse);
    assert_string_equal(chart->pairs[1].shows, "tls slower by 20.5 ms");
    assert_true(chart->pairs[1].worse);
    /* Dots that stand for more times say so. */
    assert_string_equal(chart->pairs[0].before.each, "n = 100, 2 shown");
    assert_string_equal(chart->pairs[0].after.each, "n = 2");
    assert_int_equal(chart->pairs[0].before.us[1], 12000);
    arena_free(&arena);
}

static void more_than_fit_are_counted(void **state)
{
    struct arena arena = ARENA_INIT;
    struct model_latency rows[LATENCY_PAIRS + 3];
    const struct model_nights nights = {.latency = {.items = rows, .count = LATENCY_PAIRS + 3}};
    const struct model model = {.nights = &nights};
    const struct chart_latency *chart;

    (void)state;
    for (size_t i = 0; i < LATENCY_PAIRS + 3; i++)
        rows[i] = shifted(MEASURE_TOTAL, LATENCY_SLOWER);
    chart = latency_of_model(&model, &arena);
    assert_int_equal(chart->count, LATENCY_PAIRS);
    assert_int_equal(chart->left, 3);
    arena_free(&arena);
}

static void a_verification_and_windows_show_their_times_too(void **state)
{
    struct arena arena = ARENA_INIT;
    const struct list both = {.items = times, .count = 2};
    const struct verified_endpoint verified[] = {
        {.endpoint = {"/a", 2}, .compared = false, .shows = LATENCY_SLOWER},
        {.endpoint = {"/b", 2},
         .compared = true,
         .shows = LATENCY_SLOWER,
         .shift_ms = 8,
         .before_count = 2,
         .after_count = 2,
         .before_times = both,
         .after_times = both},
    };
    const struct verification made = {.endpoints = {.items = verified, .count = 2}};
    const struct model_stretch stretch = {.median = 11000};
    const struct model_window_row window = {.endpoint = {"/c", 2},
                                            .before = &stretch,
                                            .after = &stretch,
                                            .shows = LATENCY_FASTER,
                                            .shift_ms = NAN,
                                            .before_times = both,
                                            .after_times = both};
    const struct model_windows windows = {.transitions = {.items = &window, .count = 1}};
    const struct chart_latency *chart = latency_of_verification(&made, &arena);

    (void)state;
    assert_int_equal(chart->count, 1);
    assert_true(slice_equals(chart->pairs[0].label, slice_of("/b")));
    assert_string_equal(chart->pairs[0].shows, "slower by 8 ms");
    chart = latency_of_windows(&windows, &arena);
    assert_int_equal(chart->count, 1);
    assert_string_equal(chart->pairs[0].shows, "faster");
    assert_int_equal(chart->pairs[0].after.median, 11000);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_history_shows_all_of_few),
        cmocka_unit_test(a_label_is_told_where_it_changes_but_none_that_always_does),
        cmocka_unit_test(of_many_the_newest_runs_and_what_fails_are_shown),
        cmocka_unit_test(a_report_without_earlier_runs_has_no_strip),
        cmocka_unit_test(whole_times_come_before_layers_and_only_what_shifted),
        cmocka_unit_test(more_than_fit_are_counted),
        cmocka_unit_test(a_verification_and_windows_show_their_times_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
