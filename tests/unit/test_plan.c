/* SPDX-License-Identifier: MIT */
#include "collector/plan.h"
#include "collector/suite.h"
#include "tests/unit/unit.h"

static void make_suite(struct suite *suite, struct endpoint endpoints[3])
{
    suite_defaults(suite);
    for (int i = 0; i < 3; i++)
        endpoint_defaults(&endpoints[i]);
    endpoints[0].name = "one";
    endpoints[1].name = "two";
    endpoints[2].name = "three";
    suite->endpoints = endpoints;
    suite->endpoint_count = 3;
}

static void first_attempts_of_all_come_before_second_attempts_of_any(void **state)
{
    static const uint32_t order[][2] = {{0, 1}, {1, 1}, {2, 1}, {0, 2}, {2, 2}, {2, 3}};
    struct endpoint endpoints[3];
    struct suite suite;
    struct plan plan = PLAN_INIT;

    (void)state;
    make_suite(&suite, endpoints);
    endpoints[0].attempts = 2;
    endpoints[1].attempts = 1;
    plan_attempts(&plan, &suite, NULL, 0);
    assert_int_equal(plan.count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(plan.items[i].endpoint, order[i][0]);
        assert_int_equal(plan.items[i].attempt, order[i][1]);
        assert_int_equal(plan.items[i].question, QUESTION_NONE);
    }
    plan_free(&plan);
    suite_free(&suite);
}

static void an_unsafe_method_is_sent_once_unless_it_is_repeatable(void **state)
{
    struct endpoint endpoints[3];
    struct suite suite;
    struct plan plan = PLAN_INIT;

    (void)state;
    make_suite(&suite, endpoints);
    endpoints[0].method = "POST";
    endpoints[1].method = "POST";
    endpoints[1].repeatable = true;
    endpoints[2].attempts = 1;
    plan_attempts(&plan, &suite, NULL, 0);
    assert_int_equal(plan.count, 1 + 3 + 1);
    plan_free(&plan);
    suite_free(&suite);
}

static void only_the_named_endpoints_are_planned(void **state)
{
    static const char *const only[] = {"two"};
    struct endpoint endpoints[3];
    struct suite suite;
    struct plan plan = PLAN_INIT;

    (void)state;
    make_suite(&suite, endpoints);
    plan_attempts(&plan, &suite, only, 1);
    assert_int_equal(plan.count, 3);
    assert_int_equal(plan.items[0].endpoint, 1);
    plan_free(&plan);
    suite_free(&suite);
}

static void a_plan_keeps_its_own_copy_of_a_path(void **state)
{
    char path[] = "/gone";
    struct plan plan = PLAN_INIT;

    (void)state;
    plan_add(&plan, (struct plan_item){.path = path, .question = QUESTION_NO_SUCH_ROOT});
    path[1] = 'x';
    assert_string_equal(plan.items[0].path, "/gone");
    plan_clear(&plan);
    assert_int_equal(plan.count, 0);
    plan_add(&plan, (struct plan_item){.attempt = 7});
    assert_int_equal(plan.items[0].attempt, 7);
    plan_free(&plan);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_attempts_of_all_come_before_second_attempts_of_any),
        cmocka_unit_test(an_unsafe_method_is_sent_once_unless_it_is_repeatable),
        cmocka_unit_test(only_the_named_endpoints_are_planned),
        cmocka_unit_test(a_plan_keeps_its_own_copy_of_a_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
