/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "collector/probe_brief.h"
#include "render/json.h"
#include "render/template.h"
#include "tests/unit/support/briefed.h"
#include "tests/unit/support/report.h"

static struct probe passing(void)
{
    return (struct probe){.ordinal = 7,
                          .endpoint = 3,
                          .attempt = 2,
                          .url = "https://a.example/x",
                          .started = {SCENE_START_US},
                          .timings = {.dns_us = NOT_MEASURED, .connect_us = 1, .total_us = INT32_MAX},
                          .status = 204,
                          .port = 443,
                          .reason = {"No Content", 10},
                          .loop_lag_us = 12};
}

static void a_brief_reads_as_the_probe_was(void **state)
{
    struct intern intern = {0};
    struct probe probe = passing(), again;
    struct brief brief;

    (void)state;
    assert_true(brief_make(&brief, &probe, &intern));
    brief_read(&brief, &again);
    assert_memory_equal(&again, &probe, sizeof probe);
    intern_free(&intern);
}

static void probes_that_differ_in_place_and_time_alone_share_the_rest(void **state)
{
    struct intern intern = {0};
    struct probe probe = passing(), other = passing();
    struct brief one, two;

    (void)state;
    other.ordinal = 8;
    other.endpoint = 4;
    other.url = "https://a.example/y";
    other.started.us++;
    other.timings.total_us = 5;
    other.loop_lag_us = 0;
    assert_true(brief_make(&one, &probe, &intern) && brief_make(&two, &other, &intern));
    assert_ptr_equal(one.like, two.like);
    other.status = 200;
    assert_true(brief_make(&two, &other, &intern));
    assert_ptr_not_equal(one.like, two.like);
    intern_free(&intern);
}

static void what_a_brief_cannot_say_is_kept_in_full(void **state)
{
    struct intern intern = {0};
    struct probe failed = passing(), unsure = passing(), asked = passing(), other = passing(), long_ago = passing();
    struct brief brief;

    (void)state;
    failed.outcome = OUTCOME_FAILED;
    unsure.outcome = OUTCOME_NOT_JUDGED;
    asked.question = QUESTION_REPEAT;
    other.candidate = 1;
    long_ago.timings.open_us = (int64_t)INT32_MAX + 1;
    assert_false(brief_make(&brief, &failed, &intern));
    assert_false(brief_make(&brief, &unsure, &intern));
    assert_false(brief_make(&brief, &asked, &intern));
    assert_false(brief_make(&brief, &other, &intern));
    assert_false(brief_make(&brief, &long_ago, &intern));
    intern_free(&intern);
}

static void an_endpoint_that_fails_once_has_all_its_probes_in_full(void **state)
{
    const struct said ok = {.status = 200}, bad = {.status = 500, .layer = LAYER_HTTP, .code = "http-status"};
    struct scene scene;
    struct records records;
    struct briefed briefed;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, "https://a.example/x");
    scene_endpoint(&scene, "https://a.example/y");
    scene_attempts(&scene, 0, 2, ok);
    scene_attempts(&scene, 1, 2, ok);
    scene_attempts(&scene, 0, 1, bad);
    records = scene_records(&scene);
    briefed_open(&briefed, &records);
    assert_int_equal(briefed.count, 3);
    assert_int_equal(briefed.probes[0]->ordinal, 1);
    assert_int_equal(briefed.probes[2]->ordinal, 5);
    assert_int_equal(briefed.records.briefs->count, 2);
    assert_int_equal(briefed.records.briefs->earliest->ordinal, 3);
    assert_int_equal(briefed.records.briefs->first[1], 0);
    assert_int_equal(briefed.records.briefs->first[2], 2);
    briefed_close(&briefed);
    scene_close(&scene);
}

static void write_model(const struct reported *reported, const struct records *records, struct buf *out)
{
    struct templates *templates = templates_open(NULL);
    struct arena arena = ARENA_INIT;
    struct error err = {0};
    const struct model *model = model_of_run(&reported->run, reported->short_id, records, &reported->findings, &arena);

    if (!json_write(&model_shape, model, templates, 0, out, &err))
        fail_msg("%s", err.text);
    arena_free(&arena);
    templates_free(templates);
}

static void assert_reports_same(const struct reported *reported, size_t in_brief)
{
    struct buf expected = BUF_INIT, found = BUF_INIT;
    struct briefed briefed;

    briefed_open(&briefed, &reported->records);
    assert_int_equal(briefed.records.briefs->count, in_brief);
    write_model(reported, &reported->records, &expected);
    write_model(reported, &briefed.records, &found);
    assert_string_equal(found.data, expected.data);
    buf_free(&expected);
    buf_free(&found);
    briefed_close(&briefed);
}

/* Beside what fails and was asked about, endpoints of which nothing is asked again. */
static void a_report_on_a_failure_beside_them_is_the_same(void **state)
{
    struct reported before = {0};
    struct scene *scene = &before.scene;

    (void)state;
    report_suite(scene);
    scene_play(scene, incident_world);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t at = (uint32_t)scene->suite.endpoint_count;

        scene_authorize(scene, scene_endpoint(scene, i ? "https://" INCIDENT_HOST "/b" : "https://b.example/a"));
        scene->endpoints[at].role = i ? ROLE_CONTROL : ROLE_REQUIRED;
        scene_attempts(scene, at, 3, (struct said){.status = 200, .type = "text/plain", .body = "well"});
    }
    report_record(scene);
    report_run(&before, "0192f3ab-0000-7000-8000-000000000001", "{}");
    assert_reports_same(&before, 6);
    scene_close(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_brief_reads_as_the_probe_was),
        cmocka_unit_test(probes_that_differ_in_place_and_time_alone_share_the_rest),
        cmocka_unit_test(what_a_brief_cannot_say_is_kept_in_full),
        cmocka_unit_test(an_endpoint_that_fails_once_has_all_its_probes_in_full),
        cmocka_unit_test(a_report_on_a_failure_beside_them_is_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
