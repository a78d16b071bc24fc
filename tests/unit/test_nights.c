/* SPDX-License-Identifier: MIT */
/* A run among those before it: what the report's strip and the chart of its latency are made of. */
#include "diagnosis/model_nights.h"

#include "diagnosis/model_history.h"
#include "diagnosis/model_latency.h"
#include "tests/unit/support/nights.h"

enum { NIGHTS_HERE = 20 };

struct shown {
    struct reported night;
    struct arena arena;
    const struct model_nights *model;
};

static void show(struct shown *shown, size_t count, int64_t us)
{
    report_before(&shown->night);
    shown->model =
        nights_model(&shown->night, nights_before(&shown->night, count, us, &shown->arena), &shown->arena)->nights;
}

static void hide(struct shown *shown)
{
    arena_free(&shown->arena);
    scene_close(&shown->night.scene);
}

static const struct model_nights_row *row_at(const struct shown *shown, size_t index)
{
    const struct model_nights_row *rows = shown->model->endpoints.items;

    assert_true(index < shown->model->endpoints.count);
    return &rows[index];
}

static void the_run_is_the_last_of_the_nights_before_it(void **state)
{
    struct shown shown = {.model = NULL};
    const struct model_night *nights;
    const struct model_outcome *outcomes;

    (void)state;
    show(&shown, 3, 46000);
    assert_int_equal(shown.model->runs, 4);
    assert_int_equal(shown.model->nights.count, 4);
    nights = shown.model->nights.items;
    assert_string_equal(nights[0].short_id, "0192e0");
    assert_string_equal(nights[3].short_id, shown.night.short_id);
    assert_int_equal(nights[3].started.us, SCENE_START_US);
    assert_int_equal(nights[3].labels.count, 1);
    /* What fails now comes first, whatever the config's order. */
    assert_true(slice_equals(row_at(&shown, 0)->endpoint, slice_of("chat socket")));
    assert_string_equal(row_at(&shown, 0)->strip, "✓✓✓✗");
    outcomes = row_at(&shown, 0)->outcomes.items;
    assert_int_equal(outcomes[3].verdict, VERDICT_FAILS);
    assert_int_equal(outcomes[3].status, 500);
    assert_int_equal(outcomes[3].passed, 0);
    assert_int_equal(outcomes[2].passed, 3);
    assert_string_equal(row_at(&shown, shown.model->endpoints.count - 1)->strip, "✓✓✓✓");
    /* Three nights are too few to call anything slow. */
    assert_int_equal(shown.model->latency.count, 0);
    hide(&shown);
}

static void of_many_nights_the_last_are_shown(void **state)
{
    struct shown shown = {.model = NULL};

    (void)state;
    show(&shown, NIGHTS_HERE, 46000);
    assert_int_equal(shown.model->runs, NIGHTS_MOST + 1);
    assert_int_equal(row_at(&shown, 0)->outcomes.count, NIGHTS_MOST + 1);
    assert_int_equal(((const struct model_night *)shown.model->nights.items)[0].started.us,
                     SCENE_START_US - NIGHTS_MOST * SCENE_DAY_US);
    hide(&shown);
}

static void fewer_than_two_nights_before_are_no_series(void **state)
{
    (void)state;
    for (size_t count = 0; count < 2; count++) {
        struct shown shown = {.model = NULL};

        show(&shown, count, 46000);
        assert_null(shown.model);
        hide(&shown);
    }
}

static void what_is_slower_than_in_the_nights_before_is_told_with_its_times(void **state)
{
    struct shown shown = {.model = NULL};
    const struct model_latency *rows;
    const struct model_time *times;

    (void)state;
    show(&shown, 10, 20000);
    rows = shown.model->latency.items;
    assert_true(shown.model->latency.count > 0);
    for (size_t i = 0; i < shown.model->latency.count; i++) {
        assert_int_equal(rows[i].shows, LATENCY_SLOWER);
        assert_true(rows[i].nightly);
        assert_int_equal(rows[i].before_count, 10);
        assert_int_equal(rows[i].before_times.count, 10);
        assert_true(rows[i].after_cites.count > 0);
        times = rows[i].before_times.items;
        assert_int_equal(times[0].time, 20000);
        assert_int_equal(times[9].time, 20400);
        times = rows[i].after_times.items;
        assert_true(times[0].time > 40000);
        /* A failing endpoint's time says nothing of how fast it is. */
        assert_false(slice_equals(rows[i].endpoint, slice_of("chat socket")));
    }
    hide(&shown);
}

static void a_run_over_a_part_of_the_suite_is_held_against_no_night(void **state)
{
    struct shown shown = {.model = NULL};

    (void)state;
    report_before(&shown.night);
    shown.night.run.whole = false;
    shown.model =
        nights_model(&shown.night, nights_before(&shown.night, 10, 20000, &shown.arena), &shown.arena)->nights;
    assert_int_equal(shown.model->runs, 11);
    assert_int_equal(shown.model->latency.count, 0);
    hide(&shown);
}

static void many_times_are_told_by_some_that_stand_evenly_among_them(void **state)
{
    double values[601];
    struct arena arena = ARENA_INIT;
    const struct model_time *times;
    struct list list;

    (void)state;
    for (size_t i = 0; i < 601; i++)
        values[i] = (double)(600 - i);
    list = latency_times((struct sample){values, 601}, &arena);
    times = list.items;
    assert_int_equal(list.count, LATENCY_TIMES_MOST);
    assert_int_equal(times[0].time, 0);
    assert_int_equal(times[LATENCY_TIMES_MOST - 1].time, 600);
    for (size_t i = 1; i < list.count; i++)
        assert_in_range(times[i].time - times[i - 1].time, 10, 11);
    assert_int_equal(latency_times((struct sample){values, 1}, &arena).count, 1);
    assert_int_equal(latency_times((struct sample){values, 0}, &arena).count, 0);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_run_is_the_last_of_the_nights_before_it),
        cmocka_unit_test(of_many_nights_the_last_are_shown),
        cmocka_unit_test(fewer_than_two_nights_before_are_no_series),
        cmocka_unit_test(what_is_slower_than_in_the_nights_before_is_told_with_its_times),
        cmocka_unit_test(a_run_over_a_part_of_the_suite_is_held_against_no_night),
        cmocka_unit_test(many_times_are_told_by_some_that_stand_evenly_among_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
