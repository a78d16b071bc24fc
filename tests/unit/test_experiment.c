/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/incident.h"
#include "tests/unit/support/records.h"

static size_t planned(struct scene *scene, struct plan *plan)
{
    struct records records = scene_records(scene);

    *plan = (struct plan)PLAN_INIT;
    experiments_next(&records, plan);
    return plan->count;
}

static size_t count_of(const struct plan *plan, uint32_t endpoint, enum question question)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++)
        count += plan->items[i].endpoint == endpoint && plan->items[i].question == question;
    return count;
}

static size_t made_of(const struct scene *scene, uint32_t endpoint, enum question question)
{
    size_t count = 0;

    for (size_t i = 0; i < scene->count; i++)
        count += scene->probes[i]->endpoint == endpoint && scene->probes[i]->question == question;
    return count;
}

static const struct plan_item *item_of(const struct plan *plan, uint32_t endpoint, enum question question)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->items[i].endpoint == endpoint && plan->items[i].question == question)
            return &plan->items[i];
    return NULL;
}

static const struct said broken = {.status = 500, .layer = LAYER_HTTP, .code = "http-status", .body = "x"};
static const struct said ok = {.status = 200};

static void a_suite_with_nothing_wrong_asks_nothing(void **state)
{
    struct scene scene;
    struct plan plan;

    (void)state;
    scene_open(&scene);
    scene_authorize(&scene, scene_endpoint(&scene, "https://a.example/x"));
    assert_int_equal(planned(&scene, &plan), 0);
    scene_attempts(&scene, 0, 3, ok);
    assert_int_equal(planned(&scene, &plan), 0);
    plan_free(&plan);
    scene_close(&scene);
}

static void experiments_that_are_off_stay_off(void **state)
{
    struct scene scene;
    struct plan plan;

    (void)state;
    scene_open(&scene);
    scene.suite.experiments = false;
    scene_endpoint(&scene, "https://a.example/x");
    scene_attempts(&scene, 0, 3, broken);
    assert_int_equal(planned(&scene, &plan), 0);
    plan_free(&plan);
    scene_close(&scene);
}

static void the_first_round_of_the_incident_asks_all_that_tells_causes_apart(void **state)
{
    struct scene scene;
    struct plan plan;
    struct plan again;

    (void)state;
    incident_suite(&scene);
    for (uint32_t e = 0; e < scene.suite.endpoint_count; e++)
        for (uint32_t i = 0; i < 3; i++) {
            struct plan_item item = {.endpoint = e, .attempt = i + 1};

            scene_add(&scene, &item, incident_world(&item, scene_url(&scene, &item), 0));
        }
    planned(&scene, &plan);
    assert_int_equal(count_of(&plan, INCIDENT_SOCKET, QUESTION_REPEAT), 0);
    assert_int_equal(count_of(&plan, INCIDENT_SOCKET, QUESTION_CANDIDATE), 5);
    assert_int_equal(count_of(&plan, INCIDENT_SOCKET, QUESTION_NO_SUCH_SIBLING), 1);
    assert_int_equal(count_of(&plan, INCIDENT_SOCKET, QUESTION_NO_SUCH_ROOT), 1);
    assert_int_equal(count_of(&plan, INCIDENT_SOCKET, QUESTION_WITHOUT_AUTHORIZATION), 1);
    assert_true(item_of(&plan, INCIDENT_SOCKET, QUESTION_PLAIN_GET)->plain);
    assert_null(item_of(&plan, INCIDENT_API_HEALTH, QUESTION_PLAIN_GET));
    assert_int_equal(count_of(&plan, INCIDENT_ME, QUESTION_WITHOUT_AUTHORIZATION), 1);
    assert_int_equal(count_of(&plan, INCIDENT_ME, QUESTION_NO_SUCH_ROOT), 0);
    assert_int_equal(count_of(&plan, INCIDENT_SOCKET, QUESTION_BROKEN_AUTHORIZATION), 0);
    assert_int_equal(strncmp(item_of(&plan, INCIDENT_API_HEALTH, QUESTION_NO_SUCH_SIBLING)->path,
                             "/api/endoscope-no-such-path-", 28),
                     0);
    assert_int_equal(
        strncmp(item_of(&plan, INCIDENT_API_HEALTH, QUESTION_NO_SUCH_ROOT)->path, "/endoscope-no-such-path-", 24), 0);
    assert_string_not_equal(item_of(&plan, INCIDENT_SOCKET, QUESTION_NO_SUCH_SIBLING)->path,
                            item_of(&plan, INCIDENT_SOCKET, QUESTION_NO_SUCH_ROOT)->path);

    /* Pure: the same records, the same plan; another run, other names. */
    planned(&scene, &again);
    assert_int_equal(again.count, plan.count);
    for (size_t i = 0; i < plan.count; i++)
        if (plan.items[i].path)
            assert_string_equal(plan.items[i].path, again.items[i].path);
    plan_free(&again);
    scene.probes[0]->started.us++;
    planned(&scene, &again);
    assert_string_not_equal(item_of(&plan, 0, QUESTION_NO_SUCH_ROOT)->path,
                            item_of(&again, 0, QUESTION_NO_SUCH_ROOT)->path);
    plan_free(&again);
    plan_free(&plan);
    scene_close(&scene);
}

static void the_incident_takes_four_rounds_and_one_broken_token(void **state)
{
    struct scene scene;
    size_t experiments = 0;

    (void)state;
    incident_suite(&scene);
    scene_play(&scene, incident_world);
    assert_int_equal(scene.rounds, 4);
    assert_int_equal(made_of(&scene, INCIDENT_ME, QUESTION_BROKEN_AUTHORIZATION), 1);
    for (uint32_t e = 0; e < 3; e++)
        assert_int_equal(made_of(&scene, e, QUESTION_BROKEN_AUTHORIZATION), 0);
    assert_int_equal(made_of(&scene, INCIDENT_SOCKET, QUESTION_REPEAT), 4);
    for (size_t i = 0; i < scene.count; i++)
        experiments += scene.probes[i]->question != QUESTION_NONE && scene.probes[i]->endpoint == INCIDENT_SOCKET;
    assert_true(experiments <= 24);
    scene_close(&scene);
}

static void the_originals_come_after_the_candidates(void **state)
{
    struct scene scene;
    uint32_t last_candidate = 0, repeats = 0;

    (void)state;
    incident_suite(&scene);
    scene_play(&scene, incident_world);
    for (size_t i = 0; i < scene.count; i++) {
        if (scene.probes[i]->question == QUESTION_CANDIDATE)
            last_candidate = scene.probes[i]->ordinal;
        if (scene.probes[i]->question == QUESTION_REPEAT)
            repeats += scene.probes[i]->ordinal > last_candidate;
    }
    /* Two for the A-B-A, and two once more, since a server that flaps may have made it by chance. */
    assert_int_equal(repeats, 4);
    scene_close(&scene);
}

static void what_no_server_answered_is_only_repeated(void **state)
{
    struct scene scene;
    struct plan plan;

    (void)state;
    scene_open(&scene);
    scene_authorize(&scene, scene_endpoint(&scene, "https://a.example/x"));
    scene_authorize(&scene, scene_endpoint(&scene, "https://a.example/y"));
    scene_endpoint(&scene, "https://b.example/");
    scene_attempts(&scene, 0, 1, (struct said){.layer = LAYER_TCP, .code = "tcp-refused"});
    scene_attempts(&scene, 1, 1, (struct said){.layer = LAYER_TCP, .code = "tcp-refused"});
    scene_attempts(&scene, 2, 2, ok);
    assert_int_equal(planned(&scene, &plan), 1);
    assert_int_equal(plan.items[0].question, QUESTION_REPEAT);
    plan_free(&plan);
    scene_close(&scene);
}

static void one_bad_certificate_is_read_once_for_its_origin(void **state)
{
    struct scene scene;
    struct plan plan;

    (void)state;
    scene_open(&scene);
    for (uint32_t i = 0; i < 5; i++) {
        scene_endpoint(&scene, "https://a.example/x");
        scene_attempts(&scene, i, 2, (struct said){.layer = LAYER_TLS, .code = "tls-expired"});
    }
    assert_int_equal(planned(&scene, &plan), 1);
    assert_int_equal(plan.items[0].question, QUESTION_UNVERIFIED);
    assert_true(plan.items[0].unverified);
    plan_free(&plan);
    scene_close(&scene);
}

static void an_unsafe_method_is_never_sent_by_an_experiment(void **state)
{
    struct scene scene;
    struct plan plan;
    struct endpoint *endpoint;

    (void)state;
    scene_open(&scene);
    endpoint = scene_endpoint(&scene, "https://a.example/orders");
    endpoint->method = "POST";
    scene_authorize(&scene, endpoint);
    scene_candidates(&scene, endpoint, "https://a.example/v2/orders");
    scene_attempts(&scene, 0, 1, broken);
    assert_true(planned(&scene, &plan) > 0);
    for (size_t i = 0; i < plan.count; i++)
        assert_true(plan.items[i].plain);
    plan_free(&plan);
    endpoint->repeatable = true;
    planned(&scene, &plan);
    assert_int_equal(count_of(&plan, 0, QUESTION_REPEAT), 1);
    assert_int_equal(count_of(&plan, 0, QUESTION_CANDIDATE), 1);
    plan_free(&plan);
    scene_close(&scene);
}

/* Other paths never get a body, so the request could not be compared there. */
static void a_request_with_a_body_is_compared_by_plain_gets(void **state)
{
    struct scene scene;
    struct plan plan;
    struct endpoint *endpoint;

    (void)state;
    scene_open(&scene);
    endpoint = scene_endpoint(&scene, "https://a.example/orders");
    endpoint->method = "POST";
    endpoint->repeatable = true;
    endpoint->body = (struct setting){"{}", "{}"};
    scene_candidates(&scene, endpoint, "https://a.example/v2/orders");
    scene_attempts(&scene, 0, 3, broken);
    planned(&scene, &plan);
    assert_int_equal(count_of(&plan, 0, QUESTION_CANDIDATE), 0);
    assert_true(item_of(&plan, 0, QUESTION_NO_SUCH_ROOT)->plain);
    assert_true(item_of(&plan, 0, QUESTION_PLAIN_GET)->plain);
    plan_free(&plan);
    scene_close(&scene);
}

static void a_secret_in_the_path_is_not_asked_under(void **state)
{
    struct scene scene;
    struct plan plan;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, "https://a.example/${KEY}/x");
    scene_attempts(&scene, 0, 3, broken);
    planned(&scene, &plan);
    assert_int_equal(strncmp(item_of(&plan, 0, QUESTION_NO_SUCH_SIBLING)->path, "/endoscope-", 11), 0);
    plan_free(&plan);
    scene_close(&scene);
}

static void a_failing_control_gets_the_impossible_paths_alone(void **state)
{
    struct scene scene;
    struct plan plan;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, "https://a.example/health")->role = ROLE_CONTROL;
    scene_authorize(&scene, &scene.endpoints[0]);
    scene_endpoint(&scene, "https://a.example/other")->role = ROLE_CANDIDATE;
    scene_attempts(&scene, 0, 3, broken);
    scene_attempts(&scene, 1, 3, broken);
    assert_int_equal(planned(&scene, &plan), 2);
    assert_int_equal(count_of(&plan, 0, QUESTION_NO_SUCH_SIBLING), 1);
    plan_free(&plan);
    scene_close(&scene);
}

static struct said all_fail(const struct plan_item *item, const char *url, size_t before)
{
    (void)item;
    (void)url;
    (void)before;
    return broken;
}

static void many_failures_stay_within_the_runs_bound(void **state)
{
    struct scene scene;
    size_t experiments = 0, tokens = 0;

    (void)state;
    scene_open(&scene);
    for (uint32_t i = 0; i < 60; i++) {
        struct endpoint *endpoint = scene_endpoint(&scene, "https://a.example/x");

        scene_authorize(&scene, endpoint);
        scene_candidates(&scene, endpoint, "https://a.example/1 https://a.example/2 https://a.example/3");
    }
    scene_play(&scene, all_fail);
    for (size_t i = 0; i < scene.count; i++) {
        experiments += scene.probes[i]->question != QUESTION_NONE;
        tokens += scene.probes[i]->question == QUESTION_BROKEN_AUTHORIZATION;
    }
    assert_true(experiments > 0 && experiments <= 200);
    assert_int_equal(tokens, 1);
    scene_close(&scene);
}

/* Every second answer passes, whatever is asked. */
static struct said flip(const struct plan_item *item, const char *url, size_t before)
{
    (void)item;
    (void)url;
    return before % 2 ? ok : broken;
}

static void a_server_that_flips_ends_the_questions(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_candidates(&scene, scene_endpoint(&scene, "https://a.example/x"), "https://a.example/1 https://a.example/2");
    scene_endpoint(&scene, "https://a.example/y");
    scene_endpoint(&scene, "https://a.example/z")->attempts = 1;
    scene_play(&scene, flip);
    findings = scene_diagnose(&scene);
    for (size_t i = 0; i < findings.count; i++)
        assert_int_not_equal(findings.list[i].certainty, CERTAINTY_CONFIRMED);
    scene_close(&scene);
}

static void a_broken_token_goes_to_https_and_wss_of_one_origin_once(void **state)
{
    struct scene scene;
    size_t tokens = 0;

    (void)state;
    incident_suite(&scene);
    scene.endpoints[INCIDENT_ME].header_count = 0; /* now none is accepted and refused: failing ones are asked */
    scene_play(&scene, incident_world);
    for (uint32_t e = 0; e < 4; e++)
        tokens += made_of(&scene, e, QUESTION_BROKEN_AUTHORIZATION);
    assert_int_equal(tokens, 1);
    assert_int_equal(made_of(&scene, INCIDENT_SOCKET, QUESTION_BROKEN_AUTHORIZATION), 1);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_suite_with_nothing_wrong_asks_nothing),
        cmocka_unit_test(experiments_that_are_off_stay_off),
        cmocka_unit_test(the_first_round_of_the_incident_asks_all_that_tells_causes_apart),
        cmocka_unit_test(the_incident_takes_four_rounds_and_one_broken_token),
        cmocka_unit_test(the_originals_come_after_the_candidates),
        cmocka_unit_test(what_no_server_answered_is_only_repeated),
        cmocka_unit_test(one_bad_certificate_is_read_once_for_its_origin),
        cmocka_unit_test(an_unsafe_method_is_never_sent_by_an_experiment),
        cmocka_unit_test(a_request_with_a_body_is_compared_by_plain_gets),
        cmocka_unit_test(a_secret_in_the_path_is_not_asked_under),
        cmocka_unit_test(a_failing_control_gets_the_impossible_paths_alone),
        cmocka_unit_test(many_failures_stay_within_the_runs_bound),
        cmocka_unit_test(a_server_that_flips_ends_the_questions),
        cmocka_unit_test(a_broken_token_goes_to_https_and_wss_of_one_origin_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
