/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "diagnosis/verify.h"

/* Nights of one endpoint, as passed and failed attempts. */
static struct verify_record record_of(const uint32_t (*nights)[2], size_t count, struct answer before, bool among)
{
    struct series_night list[8] = {{.turns = NULL}};
    struct turn turns[8];
    struct series series = {.nights = list, .count = count};

    for (size_t i = 0; i < count; i++) {
        uint32_t passed = nights[i][0], failed = nights[i][1];

        turns[i] = (struct turn){.passed = passed,
                                 .failed = failed,
                                 .count = passed + failed,
                                 .verdict = failed == 0   ? VERDICT_PASSES
                                            : passed == 0 ? VERDICT_FAILS
                                                          : VERDICT_UNSTEADY};
        list[i].turns = &turns[i];
    }
    return verify_record_of(&before, among, &series, 0);
}

static void what_fails_each_time_does_not_flap(void **state)
{
    static const uint32_t nights[][2] = {{3, 0}, {3, 0}, {0, 3}, {0, 4}};
    struct answer before = {.count = 4, .failed = 4, .verdict = VERDICT_FAILS};
    struct verify_record record = record_of(nights, 4, before, true);

    (void)state;
    assert_false(record.flapping);
    assert_int_equal(record.needed, 0);
    assert_int_equal(record.failed, 7);
    assert_int_equal(record.total, 7);
    assert_int_equal(record.runs, 2);
}

static void the_rate_of_what_flaps_is_from_the_first_failure_to_the_last(void **state)
{
    static const uint32_t nights[][2] = {{3, 0}, {2, 1}, {3, 0}, {3, 0}, {2, 1}, {3, 0}};
    struct answer before = {.count = 3, .passed = 2, .failed = 1, .verdict = VERDICT_UNSTEADY};
    struct verify_record record = record_of(nights, 6, before, true);

    (void)state;
    assert_true(record.flapping);
    assert_int_equal(record.failed, 2);
    assert_int_equal(record.total, 12);
    assert_int_equal(record.runs, 4);
    /* (5/6)^17 = 0.045, (5/6)^16 = 0.054. */
    assert_int_equal(record.needed, 17);
}

static void passing_and_failing_by_turns_is_flapping_without_an_unsteady_night(void **state)
{
    static const uint32_t nights[][2] = {{0, 3}, {3, 0}, {0, 3}};
    struct answer before = {.count = 3, .failed = 3, .verdict = VERDICT_FAILS};
    struct verify_record record = record_of(nights, 3, before, true);

    (void)state;
    assert_true(record.flapping);
    /* (1/3)^3 = 0.037. */
    assert_int_equal(record.needed, 3);
}

static void a_run_that_is_none_of_the_nights_counts_too(void **state)
{
    static const uint32_t nights[][2] = {{3, 0}};
    struct answer before = {.count = 4, .passed = 3, .failed = 1, .verdict = VERDICT_UNSTEADY};
    struct verify_record record = record_of(nights, 1, before, false);

    (void)state;
    assert_true(record.flapping);
    assert_int_equal(record.total, 4);
    assert_int_equal(record.runs, 1);
    /* (3/4)^11 = 0.042. */
    assert_int_equal(record.needed, 11);
    record = verify_record_of(&before, false, NULL, 0);
    assert_int_equal(record.needed, 11);
}

static void a_ticket_that_names_nothing_is_about_what_is_required(void **state)
{
    static const char *const names[] = {"socket"};
    const struct ticket named = {.endpoints = names, .endpoint_count = 1}, all = {.id = "1"};
    const struct endpoint socket = {.name = "socket", .role = ROLE_CONTROL};
    const struct endpoint other = {.name = "other", .role = ROLE_REQUIRED};

    (void)state;
    assert_true(verify_concerns(&named, &socket));
    assert_false(verify_concerns(&named, &other));
    assert_false(verify_concerns(&all, &socket));
    assert_true(verify_concerns(&all, &other));
}

static void a_replacement_is_found_where_it_is_asked_now(void **state)
{
    static const struct candidate candidates[] = {{.name = "/a", .url = {.shown = "ws://h/a"}},
                                                  {.name = "/b", .url = {.shown = "ws://h/b"}}};
    struct endpoint old = {
        .name = "socket", .url = {.shown = "ws://h/ws"}, .candidates = candidates, .candidate_count = 2};
    struct endpoint now[2] = {{.name = "first"}, old};
    const struct suite before = {.endpoints = &old, .endpoint_count = 1},
                       after = {.endpoints = now, .endpoint_count = 2};
    static const uint32_t about[] = {0};
    struct finding finding = {.endpoints = about, .endpoint_count = 1, .candidate = 2};
    uint32_t endpoint, candidate;

    (void)state;
    assert_true(verify_replacement(&before, &finding, &after, &endpoint, &candidate));
    assert_int_equal(endpoint, 1);
    assert_int_equal(candidate, 2);
    now[1].url.shown = "ws://h/b";
    assert_true(verify_replacement(&before, &finding, &after, &endpoint, &candidate));
    assert_int_equal(candidate, 0);
    now[1].url.shown = "ws://h/c";
    now[1].candidate_count = 1;
    assert_false(verify_replacement(&before, &finding, &after, &endpoint, &candidate));
    finding.candidate = 0;
    assert_false(verify_replacement(&before, &finding, &after, &endpoint, &candidate));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fails_each_time_does_not_flap),
        cmocka_unit_test(the_rate_of_what_flaps_is_from_the_first_failure_to_the_last),
        cmocka_unit_test(passing_and_failing_by_turns_is_flapping_without_an_unsteady_night),
        cmocka_unit_test(a_run_that_is_none_of_the_nights_counts_too),
        cmocka_unit_test(a_ticket_that_names_nothing_is_about_what_is_required),
        cmocka_unit_test(a_replacement_is_found_where_it_is_asked_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
