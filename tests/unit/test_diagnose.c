/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/incident.h"
#include "tests/unit/support/records.h"

#define URL "https://a.example/api/thing"

static const struct said ok = {.status = 200, .type = "text/html", .body = "fine"};
static const struct said absent = {
    .status = 404, .layer = LAYER_HTTP, .code = "http-status", .type = "text/html", .body = "no such page"};
static const struct said broken = {
    .status = 500, .layer = LAYER_HTTP, .code = "http-status", .type = "text/html", .body = "error"};

static const struct finding *only(const struct findings *findings, const char *code)
{
    assert_int_equal(findings->count, 1);
    assert_string_equal(findings->list[0].rule->code, code);
    return &findings->list[0];
}

static bool caution_says(const struct finding *finding, const char *key, const char *value)
{
    for (size_t i = 0; i < finding->caution_count; i++)
        if (slice_equals(finding->cautions[i].key, slice_of(key))
            && slice_equals(finding->cautions[i].value, slice_of(value)))
            return true;
    return false;
}

static bool caution_words(const struct finding *finding, const char *words)
{
    for (size_t i = 0; i < finding->caution_count; i++)
        if (finding->cautions[i].words && strcmp(finding->cautions[i].words, words) == 0)
            return true;
    return false;
}

static bool rules_out(const struct finding *finding, const char *what)
{
    for (size_t i = 0; i < finding->excluded_count; i++)
        if (strcmp(finding->excluded[i].what, what) == 0)
            return finding->excluded[i].cites.count > 0;
    return false;
}

static void the_incident_has_a_wrong_path_a_failing_route_and_a_missing_field(void **state)
{
    struct scene scene;
    struct findings findings;
    const struct finding *path, *route, *field;

    (void)state;
    incident_suite(&scene);
    scene_play(&scene, incident_world);
    findings = scene_diagnose(&scene);
    assert_int_equal(findings.count, 3);
    path = &findings.list[0];
    assert_string_equal(path->rule->code, "websocket-wrong-path");
    assert_int_equal(path->certainty, CERTAINTY_CONFIRMED);
    assert_int_equal(path->candidate, 1);
    assert_int_equal(path->endpoints[0], INCIDENT_SOCKET);
    assert_true(path->experiments.count >= 4);
    assert_true(rules_out(path, "the token"));
    assert_true(rules_out(path, "a fault of the whole service"));
    assert_true(caution_says(path, "/data/mode", "legacy"));
    assert_true(caution_says(path, "/data/features/simplified_auth", "true"));
    assert_true(caution_says(path, "/data/features/backward_compatibility", "true"));
    assert_false(caution_says(path, "/data/connection_id", "legacy_48f336b8"));
    assert_true(caution_words(path, "it opens without a token too"));
    route = finding_named(&findings, "websocket-route-fails");
    assert_non_null(route);
    assert_int_equal(route->certainty, CERTAINTY_LIKELY);
    assert_true(rules_out(route, "the token"));
    assert_int_equal(route->caution_count, 0);
    field = finding_named(&findings, "http-validation-error");
    assert_non_null(field);
    assert_true(slice_equals(field->field, slice_of("probe (query)")));
    assert_int_equal(field->endpoints[0], INCIDENT_API_HEALTH);
    scene_close(&scene);
}

static void the_incident_without_experiments_confirms_nothing(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    incident_suite(&scene);
    scene.suite.experiments = false;
    scene_play(&scene, incident_world);
    assert_int_equal(scene.rounds, 0);
    findings = scene_diagnose(&scene);
    assert_null(finding_named(&findings, "websocket-wrong-path"));
    assert_null(finding_named(&findings, "websocket-route-fails"));
    assert_int_equal(finding_named(&findings, "http-server-error")->certainty, CERTAINTY_POSSIBLE);
    assert_non_null(finding_named(&findings, "http-server-error")->undecided);
    scene_close(&scene);
}

/* After each probe of the run, as if it had been killed there. */
static void an_interrupted_run_never_confirms_too_early(void **state)
{
    struct scene scene;
    size_t whole;

    (void)state;
    incident_suite(&scene);
    scene_play(&scene, incident_world);
    whole = scene.count;
    for (size_t count = 0; count <= whole; count++) {
        struct records records = {.suite = &scene.suite, .probes = scene.probes, .count = count};
        struct arena arena = ARENA_INIT;
        struct findings findings = diagnose(&records, &arena);
        const struct finding *path = finding_named(&findings, "websocket-wrong-path");

        if (path && path->certainty == CERTAINTY_CONFIRMED) {
            size_t later = 0;

            for (size_t i = 0; i < count; i++)
                later += scene.probes[i]->question == QUESTION_REPEAT;
            assert_true(later >= 2);
        }
        arena_free(&arena);
    }
    scene_close(&scene);
}

static void one_attempt_is_made_up_for_by_repeats(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    incident_suite(&scene);
    for (size_t i = 0; i < scene.suite.endpoint_count; i++)
        scene.endpoints[i].attempts = 1;
    scene_play(&scene, incident_world);
    findings = scene_diagnose(&scene);
    assert_int_equal(finding_named(&findings, "websocket-wrong-path")->certainty, CERTAINTY_CONFIRMED);
    assert_int_equal(finding_named(&findings, "websocket-route-fails")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

static void one_attempt_and_nothing_more_is_only_possible(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 1, (struct said){.status = 502, .layer = LAYER_HTTP, .code = "http-status"});
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-bad-gateway")->certainty, CERTAINTY_POSSIBLE);
    assert_non_null(findings.list[0].undecided);
    scene_close(&scene);
}

static void nothing_wrong_finds_nothing(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 3, ok);
    findings = scene_diagnose(&scene);
    assert_int_equal(findings.count, 0);
    assert_int_equal(findings.rules, RULES_VERSION);
    scene_close(&scene);
}

static void a_route_fails_only_beside_impossible_paths_that_agree(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 3, broken);
    scene_ask_absent(&scene, 0, absent);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-route-fails")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);

    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 3, broken);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_SIBLING, absent);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_ROOT, ok);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-server-error")->certainty, CERTAINTY_POSSIBLE);
    scene_close(&scene);
}

static void a_path_that_answers_like_impossible_ones_is_missing(void **state)
{
    struct scene scene;
    struct findings findings;
    struct said here = absent, there = absent;

    (void)state;
    here.body = "<h1>Cannot GET /api/thing</h1> request 17a4c9d2";
    there.body = "<h1>Cannot GET /endoscope-no-such-path-12ab34cd</h1> request 99ff01aa";
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 3, here);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_ROOT, there);
    there.body = "<h1>Cannot GET /api/endoscope-no-such-path-98fe76dc</h1> request 00ba44e1";
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_SIBLING, there);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-route-missing")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

static void a_service_that_fails_whatever_it_is_asked_is_no_matter_of_routes(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_endpoint(&scene, "https://a.example/other");
    scene_endpoint(&scene, "https://a.example/health")->role = ROLE_CONTROL;
    for (uint32_t i = 0; i < 3; i++) {
        scene_attempts(&scene, i, 2, broken);
        scene_ask_absent(&scene, i, broken);
    }
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-service-fails")->endpoint_count, 3);
    assert_int_equal(findings.list[0].certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

static void a_404_with_another_body_is_not_called_missing(void **state)
{
    struct scene scene;
    struct findings findings;
    struct said entity = absent;

    (void)state;
    entity.body = "no such customer";
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 3, entity);
    scene_ask_absent(&scene, 0, absent);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-client-error")->certainty, CERTAINTY_POSSIBLE);
    scene_close(&scene);
}

static void a_missing_websocket_route_is_possible_until_some_upgrade_gets_through(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, "wss://a.example/ws");
    scene_endpoint(&scene, "wss://a.example/other");
    scene_attempts(&scene, 0, 2, incident_absent(true));
    scene_ask_absent(&scene, 0, incident_absent(true));
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "websocket-route-missing")->certainty, CERTAINTY_POSSIBLE);
    scene_attempts(&scene, 1, 2, (struct said){.status = 101});
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "websocket-route-missing")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

static void a_proxy_that_drops_the_upgrade_is_named(void **state)
{
    const struct said wanted = {
        .status = 426, .layer = LAYER_WEBSOCKET, .code = "websocket-refused", .body = "upgrade required"};
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, "wss://a.example/ws");
    scene_attempts(&scene, 0, 3, wanted);
    scene_ask_absent(&scene, 0, incident_absent(true));
    scene_ask(&scene, 0, 0, QUESTION_PLAIN_GET, wanted);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "websocket-upgrade-dropped")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

/* A suite with one failing endpoint and one candidate, both asked by hand. */
static void open_with_candidate(struct scene *scene)
{
    scene_open(scene);
    scene_candidates(scene, scene_endpoint(scene, URL), "https://a.example/v2/thing");
}

static void an_address_is_confirmed_by_two_two_and_two(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    open_with_candidate(&scene);
    scene_attempts(&scene, 0, 2, absent);
    scene_ask_absent(&scene, 0, absent);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-wrong-path")->certainty, CERTAINTY_POSSIBLE);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-wrong-path")->certainty, CERTAINTY_LIKELY);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-wrong-path")->certainty, CERTAINTY_CONFIRMED);
    assert_true(caution_words(&findings.list[0], "nothing is expected of what it says, so that was not tested"));
    scene_close(&scene);
}

static void a_candidate_that_fails_once_confirms_nothing(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    open_with_candidate(&scene);
    scene_attempts(&scene, 0, 2, absent);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, absent);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    findings = scene_diagnose(&scene);
    assert_null(finding_named(&findings, "http-wrong-path"));
    scene_close(&scene);
}

static void an_original_that_passes_again_is_unsteady(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    open_with_candidate(&scene);
    scene_attempts(&scene, 0, 3, absent);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, ok);
    findings = scene_diagnose(&scene);
    assert_int_not_equal(only(&findings, "flapping")->certainty, CERTAINTY_CONFIRMED);
    scene_close(&scene);
}

static void a_candidate_that_was_sent_less_confirms_nothing(void **state)
{
    struct said elsewhere = ok;
    struct scene scene;
    struct findings findings;

    (void)state;
    elsewhere.withheld = "Authorization: not sent to another origin";
    open_with_candidate(&scene);
    scene_attempts(&scene, 0, 2, absent);
    scene_ask_absent(&scene, 0, absent);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, elsewhere);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, elsewhere);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-wrong-path")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_incident_has_a_wrong_path_a_failing_route_and_a_missing_field),
        cmocka_unit_test(the_incident_without_experiments_confirms_nothing),
        cmocka_unit_test(an_interrupted_run_never_confirms_too_early),
        cmocka_unit_test(one_attempt_is_made_up_for_by_repeats),
        cmocka_unit_test(one_attempt_and_nothing_more_is_only_possible),
        cmocka_unit_test(nothing_wrong_finds_nothing),
        cmocka_unit_test(a_route_fails_only_beside_impossible_paths_that_agree),
        cmocka_unit_test(a_path_that_answers_like_impossible_ones_is_missing),
        cmocka_unit_test(a_service_that_fails_whatever_it_is_asked_is_no_matter_of_routes),
        cmocka_unit_test(a_404_with_another_body_is_not_called_missing),
        cmocka_unit_test(a_missing_websocket_route_is_possible_until_some_upgrade_gets_through),
        cmocka_unit_test(a_proxy_that_drops_the_upgrade_is_named),
        cmocka_unit_test(an_address_is_confirmed_by_two_two_and_two),
        cmocka_unit_test(a_candidate_that_fails_once_confirms_nothing),
        cmocka_unit_test(an_original_that_passes_again_is_unsteady),
        cmocka_unit_test(a_candidate_that_was_sent_less_confirms_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
