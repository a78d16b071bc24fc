/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "collector/plan.h"
#include "collector/schedule.h"
#include "collector/suite.h"

static struct endpoint endpoints[3];
static struct suite suite;
static struct plan plan;

static int make(void **state)
{
    static const char *const urls[] = {"https://a.example/x", "https://a.example/y", "https://b.example/z"};

    (void)state;
    suite = (struct suite){.endpoints = endpoints, .endpoint_count = 3, .max_per_host = 8};
    for (int i = 0; i < 3; i++)
        endpoints[i] = (struct endpoint){.url = {urls[i], urls[i]}, .method = "GET", .interval_us = 1000};
    plan = (struct plan)PLAN_INIT;
    return 0;
}

static int clear(void **state)
{
    (void)state;
    plan_free(&plan);
    return 0;
}

static void add(uint32_t endpoint, uint32_t candidate, enum question question, uint32_t attempt)
{
    plan_add(&plan, (struct plan_item){
                        .endpoint = endpoint, .candidate = candidate, .question = question, .attempt = attempt});
}

static const struct mono at_once = {1000000};

static void assert_next(struct schedule *schedule, struct mono now, size_t wanted)
{
    size_t number = 999;

    assert_true(schedule_next(schedule, now, &number));
    assert_int_equal(number, wanted);
}

static void assert_none(struct schedule *schedule, struct mono now)
{
    size_t number;

    assert_false(schedule_next(schedule, now, &number));
}

static void attempts_on_one_endpoint_keep_their_interval(void **state)
{
    struct schedule *schedule;

    (void)state;
    add(0, 0, QUESTION_NONE, 1);
    add(1, 0, QUESTION_NONE, 1);
    add(0, 0, QUESTION_NONE, 2);
    schedule = schedule_new(&suite, &plan);
    assert_next(schedule, at_once, 0);
    assert_next(schedule, at_once, 1);
    assert_none(schedule, at_once);
    schedule_ended(schedule, 0, at_once);
    assert_none(schedule, (struct mono){at_once.us + 999});
    assert_int_equal(schedule_due(schedule).us, at_once.us + 1000);
    assert_next(schedule, (struct mono){at_once.us + 1000}, 2);
    schedule_ended(schedule, 1, at_once);
    schedule_ended(schedule, 2, at_once);
    assert_int_equal(schedule_left(schedule), 0);
    schedule_free(schedule);
}

static void a_host_gets_no_more_than_its_share_and_keeps_the_order(void **state)
{
    struct schedule *schedule;

    (void)state;
    suite.max_per_host = 1;
    for (uint32_t i = 0; i < 3; i++)
        add(i, 0, QUESTION_NONE, 1);
    schedule = schedule_new(&suite, &plan);
    assert_next(schedule, at_once, 0);
    assert_next(schedule, at_once, 2);
    assert_none(schedule, at_once);
    schedule_ended(schedule, 2, at_once);
    assert_none(schedule, at_once);
    schedule_ended(schedule, 0, at_once);
    assert_next(schedule, at_once, 1);
    schedule_free(schedule);
}

static void a_repeat_waits_for_all_before_it_and_holds_back_what_follows(void **state)
{
    struct schedule *schedule;

    (void)state;
    add(0, 1, QUESTION_CANDIDATE, 1);
    add(0, 2, QUESTION_CANDIDATE, 1);
    add(0, 0, QUESTION_REPEAT, 1);
    add(0, 3, QUESTION_CANDIDATE, 1);
    schedule = schedule_new(&suite, &plan);
    assert_next(schedule, at_once, 0);
    assert_next(schedule, at_once, 1);
    assert_none(schedule, at_once);
    schedule_ended(schedule, 1, at_once);
    assert_none(schedule, at_once);
    schedule_ended(schedule, 0, at_once);
    assert_next(schedule, at_once, 2);
    assert_none(schedule, at_once);
    schedule_ended(schedule, 2, at_once);
    assert_next(schedule, at_once, 3);
    schedule_free(schedule);
}

static void every_item_of_a_large_plan_has_its_turn(void **state)
{
    static unsigned char seen[9000];
    struct schedule *schedule;
    size_t in_flight[16], count = 0, ended = 0;
    struct mono now = at_once;

    (void)state;
    memset(seen, 0, sizeof seen);
    suite.max_per_host = 5;
    for (uint32_t attempt = 1; attempt <= 3000; attempt++)
        for (uint32_t i = 0; i < 3; i++)
            add(i, 0, attempt % 7 ? QUESTION_NONE : QUESTION_REPEAT, attempt);
    schedule = schedule_new(&suite, &plan);
    while (schedule_left(schedule)) {
        while (count < 16 && schedule_next(schedule, now, &in_flight[count]))
            count++;
        now.us += 500;
        if (count) {
            assert_int_equal(seen[in_flight[0]]++, 0);
            schedule_ended(schedule, in_flight[0], now);
            memmove(in_flight, in_flight + 1, --count * sizeof *in_flight);
            ended++;
        }
    }
    assert_int_equal(ended, plan.count);
    schedule_free(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(attempts_on_one_endpoint_keep_their_interval, make, clear),
        cmocka_unit_test_setup_teardown(a_host_gets_no_more_than_its_share_and_keeps_the_order, make, clear),
        cmocka_unit_test_setup_teardown(a_repeat_waits_for_all_before_it_and_holds_back_what_follows, make, clear),
        cmocka_unit_test_setup_teardown(every_item_of_a_large_plan_has_its_turn, make, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
