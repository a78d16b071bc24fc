/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/records.h"

#include "diagnosis/answer.h"

static const struct said ok = {.status = 200};
static const struct said bad = {.status = 500, .layer = LAYER_HTTP, .code = "http-status"};
static const struct said dead = {.layer = LAYER_TCP, .code = "tcp-refused"};
static const struct said unsure = {.status = 200, .not_judged = true};

static struct answer after(struct scene *scene, const struct said *said, size_t count)
{
    struct records records;

    scene_open(scene);
    scene_endpoint(scene, "https://a.example/x");
    for (size_t i = 0; i < count; i++)
        scene_attempts(scene, 0, 1, said[i]);
    records = scene_records(scene);
    return answer_of_endpoint(&records, 0, &scene->arena);
}

static void all_attempts_make_the_verdict(void **state)
{
    const struct {
        struct said said[3];
        size_t count;
        enum verdict verdict;
        size_t passed, failed;
        bool same;
    } cases[] = {
        {{{0}}, 0, VERDICT_NOT_PROBED, 0, 0, true},        {{ok, ok, ok}, 3, VERDICT_PASSES, 3, 0, true},
        {{bad, bad, bad}, 3, VERDICT_FAILS, 0, 3, true},   {{bad, dead, bad}, 3, VERDICT_FAILS, 0, 3, false},
        {{ok, ok, bad}, 3, VERDICT_UNSTEADY, 2, 1, false}, {{ok, unsure}, 2, VERDICT_NOT_JUDGED, 1, 0, true},
        {{bad, unsure}, 2, VERDICT_FAILS, 0, 1, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene;
        struct answer answer = after(&scene, cases[i].said, cases[i].count);

        assert_int_equal(answer.verdict, cases[i].verdict);
        assert_int_equal(answer.count, cases[i].count);
        assert_int_equal(answer.passed, cases[i].passed);
        assert_int_equal(answer.failed, cases[i].failed);
        assert_int_equal(answer.same, cases[i].same);
        assert_int_equal(answer.cites.count, cases[i].count);
        scene_close(&scene);
    }
}

static void no_more_failed_attempts_than_allowed_are_tolerated(void **state)
{
    const struct said one[] = {ok, bad, ok}, two[] = {bad, bad, ok}, all[] = {bad, bad}, none[] = {ok, ok};
    const struct {
        const struct said *said;
        size_t count;
        unsigned tolerate;
        bool tolerated;
    } cases[] = {{one, 3, 0, false}, {one, 3, 1, true},  {two, 3, 1, false},
                 {two, 3, 2, true},  {all, 2, 3, false}, {none, 2, 1, false}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct endpoint endpoint = {.tolerate = cases[i].tolerate};
        struct scene scene;
        struct answer answer = after(&scene, cases[i].said, cases[i].count);

        assert_int_equal(answer_is_tolerated(&answer, &endpoint), cases[i].tolerated);
        scene_close(&scene);
    }
}

static void the_typical_probe_is_the_latest_that_failed(void **state)
{
    const struct said mixed[] = {bad, dead, ok};
    const struct said fine[] = {ok, ok};
    struct scene scene;
    struct answer answer = after(&scene, mixed, 3);

    (void)state;
    assert_int_equal(answer.typical->ordinal, 2);
    scene_close(&scene);
    answer = after(&scene, fine, 2);
    assert_int_equal(answer.typical->ordinal, 2);
    scene_close(&scene);
    answer = after(&scene, fine, 0);
    assert_null(answer.typical);
    assert_int_equal(answer.median_us, NOT_MEASURED);
    scene_close(&scene);
}

static void the_median_is_of_those_that_were_answered(void **state)
{
    const struct said said[] = {ok, ok, dead, ok};
    struct scene scene;
    struct records records;

    (void)state;
    after(&scene, said, 4);
    scene.probes[0]->timings.total_us = 10;
    scene.probes[1]->timings.total_us = 30;
    scene.probes[2]->timings.total_us = 10000000;
    scene.probes[3]->timings.total_us = 20;
    records = scene_records(&scene);
    assert_int_equal(answer_of_endpoint(&records, 0, &scene.arena).median_us, 20);
    scene.probes[3]->timings.total_us = NOT_MEASURED;
    assert_int_equal(answer_of_endpoint(&records, 0, &scene.arena).median_us, 20);
    scene_close(&scene);
}

static void repeats_count_and_other_questions_do_not(void **state)
{
    struct scene scene;
    struct records records;
    struct answer answer;

    (void)state;
    scene_open(&scene);
    scene_candidates(&scene, scene_endpoint(&scene, "https://a.example/x"), "https://a.example/y");
    scene_endpoint(&scene, "https://a.example/other");
    scene_attempts(&scene, 0, 1, bad);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, bad);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_ROOT, ok);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 1, QUESTION_WITHOUT_AUTHORIZATION, ok);
    scene_ask(&scene, 0, 0, QUESTION_WITHOUT_AUTHORIZATION, ok);
    scene_attempts(&scene, 1, 2, ok);
    records = scene_records(&scene);
    answer = answer_of_endpoint(&records, 0, &scene.arena);
    assert_int_equal(answer.count, 2);
    assert_int_equal(answer.verdict, VERDICT_FAILS);
    assert_int_equal(answer.cites.ordinals[1], 2);
    assert_int_equal(answer_of_question(&records, 0, 1, QUESTION_CANDIDATE, &scene.arena).count, 1);
    assert_int_equal(answer_of_question(&records, 0, 1, QUESTION_WITHOUT_AUTHORIZATION, &scene.arena).count, 1);
    scene_close(&scene);
}

static void each_endpoint_has_records_of_its_own(void **state)
{
    struct scene scene;
    struct records records;
    const struct records *parts;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, "https://a.example/x");
    scene_endpoint(&scene, "https://a.example/y");
    scene_endpoint(&scene, "https://a.example/z");
    scene_attempts(&scene, 0, 1, ok);
    scene_attempts(&scene, 2, 2, ok);
    scene_attempts(&scene, 0, 1, bad);
    records = scene_records(&scene);
    parts = records_by_endpoint(&records, &scene.arena);
    assert_int_equal(parts[0].count, 2);
    assert_int_equal(parts[0].probes[1]->ordinal, 4);
    assert_int_equal(parts[1].count, 0);
    assert_int_equal(parts[2].count, 2);
    scene_close(&scene);
}

static void the_bound_is_clopper_and_pearsons(void **state)
{
    (void)state;
    assert_true(answer_bound(3) > 36.8 && answer_bound(3) < 36.9);
    assert_true(answer_bound(10) > 74.0 && answer_bound(10) < 74.2);
    assert_true(answer_bound(59) > 95.0);
    assert_true(answer_bound(58) < 95.0);
    assert_true(answer_bound(0) < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_attempts_make_the_verdict),
        cmocka_unit_test(no_more_failed_attempts_than_allowed_are_tolerated),
        cmocka_unit_test(the_typical_probe_is_the_latest_that_failed),
        cmocka_unit_test(the_median_is_of_those_that_were_answered),
        cmocka_unit_test(repeats_count_and_other_questions_do_not),
        cmocka_unit_test(each_endpoint_has_records_of_its_own),
        cmocka_unit_test(the_bound_is_clopper_and_pearsons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
