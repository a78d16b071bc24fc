/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/incident.h"
#include "tests/unit/support/records.h"

#include "collector/failure.h"

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
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, elsewhere);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, elsewhere);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-wrong-path")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

/* An open legacy address is no cure for a refused token. */
static void a_refused_token_is_no_wrong_path_though_a_candidate_passes(void **state)
{
    const struct said refused = {.status = 401, .layer = LAYER_HTTP, .code = "http-status"};
    struct scene scene;
    struct findings findings;

    (void)state;
    open_with_candidate(&scene);
    scene_authorize(&scene, &scene.endpoints[0]);
    scene_attempts(&scene, 0, 2, refused);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, refused);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, refused);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "auth-refused")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

static void credentials_are_missing_where_none_were_sent(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 2, (struct said){.status = 401, .layer = LAYER_HTTP, .code = "http-status"});
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "auth-missing")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

static void a_403_may_have_other_reasons(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_authorize(&scene, scene_endpoint(&scene, URL));
    scene_attempts(&scene, 0, 2, (struct said){.status = 403, .layer = LAYER_HTTP, .code = "http-status"});
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "auth-refused")->certainty, CERTAINTY_POSSIBLE);
    scene_ask(&scene, 0, 0, QUESTION_WITHOUT_AUTHORIZATION,
              (struct said){.status = 401, .layer = LAYER_HTTP, .code = "http-status"});
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "auth-refused")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

static struct said expired(const char *digest, int64_t days)
{
    return (struct said){.layer = LAYER_TLS,
                         .code = "tls-expired",
                         .certificate = {.sha256 = slice_of(digest),
                                         .subject = slice_of("CN=a.example"),
                                         .issuer = slice_of("CN=Authority"),
                                         .not_before = {SCENE_START_US - 90 * SCENE_DAY_US},
                                         .not_after = {SCENE_START_US + days * SCENE_DAY_US}}};
}

static void one_expired_certificate_under_forty_endpoints_is_one_finding(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    for (uint32_t i = 0; i < 40; i++) {
        scene_endpoint(&scene, arena_printf(&scene.arena, "https://h%u.example/%u", i % 4, i));
        scene_attempts(&scene, i, 1, expired("aa11", -1));
    }
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "tls-expired")->endpoint_count, 40);
    assert_int_equal(findings.list[0].certainty, CERTAINTY_CONFIRMED);
    assert_int_equal(findings.list[0].probes.count, 40);
    scene_close(&scene);
}

/* The library said expired, the certificate's date says otherwise: so nothing is confirmed. */
static void dates_that_do_not_bear_the_code_out_confirm_nothing(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 3, expired("aa11", 5));
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "tls-expired")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

static void a_clock_of_ours_that_runs_ahead_confirms_no_expiry(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 3, expired("aa11", -1));
    /* The server's own clock, read behind the certificate, is ten days back. */
    scene_ask(&scene, 0, 0, QUESTION_UNVERIFIED,
              (struct said){.status = 200, .date = "Mon, 01 Sep 2025 00:00:00 GMT"});
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "tls-expired")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

static void one_name_and_one_port_are_one_finding_each(void **state)
{
    const struct said gone = {.layer = LAYER_DNS, .code = "dns-nxdomain"};
    const struct said refused = {.layer = LAYER_TCP, .code = "tcp-refused"};
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, "https://gone.example/a");
    scene_endpoint(&scene, "wss://gone.example:8443/b");
    scene_endpoint(&scene, "http://b.example:81/a");
    scene_endpoint(&scene, "ws://b.example:81/b");
    scene_endpoint(&scene, "http://b.example:82/");
    scene_attempts(&scene, 0, 2, gone);
    scene_attempts(&scene, 1, 2, gone);
    for (uint32_t i = 2; i < 5; i++)
        scene_attempts(&scene, i, 2, refused);
    findings = scene_diagnose(&scene);
    assert_int_equal(findings.count, 3);
    assert_string_equal(findings.list[0].rule->code, "dns-nxdomain");
    assert_int_equal(findings.list[0].certainty, CERTAINTY_CONFIRMED);
    assert_int_equal(findings.list[0].endpoint_count, 2);
    assert_string_equal(findings.list[1].rule->code, "tcp-refused");
    assert_int_equal(findings.list[1].endpoint_count, 2);
    assert_int_equal(findings.list[2].endpoint_count, 1);
    scene_close(&scene);
}

static void nothing_reached_anywhere_is_our_own_side(void **state)
{
    struct scene scene;
    struct records records;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, "https://a.example/");
    scene_endpoint(&scene, "https://b.example/");
    scene_attempts(&scene, 0, 2, (struct said){.layer = LAYER_DNS, .code = "dns-timeout"});
    scene_attempts(&scene, 1, 2, (struct said){.layer = LAYER_TCP, .code = "tcp-timeout"});
    records = scene_records(&scene);
    assert_true(diagnose_offline(&records));
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "collector-offline")->endpoint_count, 2);
    scene_attempts(&scene, 1, 1, (struct said){.layer = LAYER_TCP, .code = "tcp-refused"});
    records = scene_records(&scene);
    assert_false(diagnose_offline(&records));
    scene_close(&scene);
}

static void one_silent_origin_may_be_its_own_fault(void **state)
{
    struct scene scene;
    struct records records;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, "https://a.example/");
    scene_attempts(&scene, 0, 3, (struct said){.layer = LAYER_TCP, .code = "tcp-timeout"});
    records = scene_records(&scene);
    assert_false(diagnose_offline(&records));
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "tcp-timeout")->certainty, CERTAINTY_POSSIBLE);
    scene_close(&scene);
}

static void no_probe_at_all_says_nothing(void **state)
{
    struct scene scene;
    struct records records;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    records = scene_records(&scene);
    assert_false(diagnose_offline(&records));
    assert_int_equal(scene_diagnose(&scene).count, 0);
    scene_close(&scene);
}

static void a_late_loop_of_ours_blames_no_server(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(
        &scene, 0, 3,
        (struct said){.status = 200, .layer = LAYER_PERFORMANCE, .code = "performance-slow", .lag_us = 900000});
    findings = scene_diagnose(&scene);
    only(&findings, "cause-not-found");
    assert_int_equal(findings.list[0].certainty, CERTAINTY_NONE);
    assert_non_null(findings.list[0].undecided);
    scene_close(&scene);
}

static void a_fallback_page_is_a_missing_path(void **state)
{
    const struct said page = {
        .status = 200, .layer = LAYER_CONTENT, .code = "content-json", .body = "<html>app</html>"};
    const struct said fallback = {.status = 200, .body = "<html>app</html>"};
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 2, page);
    scene_ask_absent(&scene, 0, fallback);
    findings = scene_diagnose(&scene);
    only(&findings, "http-fallback-page");
    scene_close(&scene);
}

static void a_refusal_that_is_expected_has_no_status_finding(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_expect(&scene, scene_endpoint(&scene, URL), EXPECT_STATUS, "401");
    scene_attempts(&scene, 0, 2, (struct said){.status = 401});
    findings = scene_diagnose(&scene);
    assert_int_equal(findings.count, 0);
    scene_close(&scene);

    /* Its content is wrong, its status is not: nobody was refused. */
    scene_open(&scene);
    scene_expect(&scene, scene_endpoint(&scene, URL), EXPECT_STATUS, "401");
    scene_attempts(&scene, 0, 2, (struct said){.status = 401, .layer = LAYER_CONTENT, .code = "content-json"});
    findings = scene_diagnose(&scene);
    only(&findings, "content-not-expected");
    scene_close(&scene);
}

/* The codes of expectations; those of refusals have causes by their status. */
static const struct failure of_expectations[] = {
    {"tls-expires-soon", LAYER_TLS, NULL},
    {"http-header", LAYER_HTTP, NULL},
    {"websocket-subprotocol", LAYER_WEBSOCKET, NULL},
    {"websocket-no-message", LAYER_WEBSOCKET, NULL},
    {"websocket-no-pong", LAYER_WEBSOCKET, NULL},
    {"content-not-expected", LAYER_CONTENT, NULL},
    {"performance-too-slow", LAYER_PERFORMANCE, NULL},
    {NULL, LAYER_NONE, NULL},
};

static void has_cause(const struct failure *failure)
{
    struct said said = {.code = failure->code, .layer = failure->layer};
    struct scene scene;
    struct findings findings;
    bool socket = strncmp(failure->code, "websocket-", 10) == 0;

    if (failure->layer > LAYER_HTTP || strcmp(failure->code, "http-header") == 0)
        said.status = socket ? 101 : 200;
    scene_open(&scene);
    scene_endpoint(&scene, socket ? "wss://a.example/ws" : URL);
    scene_endpoint(&scene, "https://b.example/");
    scene_attempts(&scene, 0, 2, said);
    scene_attempts(&scene, 1, 2, ok);
    findings = scene_diagnose(&scene);
    only(&findings, failure->code);
    assert_true(findings.list[0].certainty >= CERTAINTY_POSSIBLE);
    scene_close(&scene);
}

static void every_failure_code_has_a_cause(void **state)
{
    (void)state;
    for (const struct failure *failure = failures; failure->code; failure++)
        if (strcmp(failure->code, "websocket-refused") != 0)
            has_cause(failure);
    for (const struct failure *failure = of_expectations; failure->code; failure++)
        has_cause(failure);
}

static void every_unexpected_status_has_a_cause(void **state)
{
    (void)state;
    for (int status = 200; status < 600; status++) {
        for (int socket = 0; socket <= 1; socket++) {
            struct said said = {.status = status,
                                .layer = socket ? LAYER_WEBSOCKET : LAYER_HTTP,
                                .code = socket ? "websocket-refused" : "http-status"};
            struct scene scene;
            struct findings findings;

            scene_open(&scene);
            scene_expect(&scene, scene_endpoint(&scene, socket ? "wss://a.example/ws" : URL), EXPECT_STATUS,
                         socket ? "101" : "150");
            scene_attempts(&scene, 0, 2, said);
            findings = scene_diagnose(&scene);
            assert_int_equal(findings.count, 1);
            assert_string_not_equal(findings.list[0].rule->code, "cause-not-found");
            assert_true(findings.list[0].certainty < CERTAINTY_CONFIRMED);
            scene_ask_absent(&scene, 0, said);
            findings = scene_diagnose(&scene);
            assert_int_equal(findings.count, 1);
            scene_close(&scene);
        }
    }
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
        cmocka_unit_test(a_refused_token_is_no_wrong_path_though_a_candidate_passes),
        cmocka_unit_test(credentials_are_missing_where_none_were_sent),
        cmocka_unit_test(a_403_may_have_other_reasons),
        cmocka_unit_test(one_expired_certificate_under_forty_endpoints_is_one_finding),
        cmocka_unit_test(dates_that_do_not_bear_the_code_out_confirm_nothing),
        cmocka_unit_test(a_clock_of_ours_that_runs_ahead_confirms_no_expiry),
        cmocka_unit_test(one_name_and_one_port_are_one_finding_each),
        cmocka_unit_test(nothing_reached_anywhere_is_our_own_side),
        cmocka_unit_test(one_silent_origin_may_be_its_own_fault),
        cmocka_unit_test(no_probe_at_all_says_nothing),
        cmocka_unit_test(a_late_loop_of_ours_blames_no_server),
        cmocka_unit_test(a_fallback_page_is_a_missing_path),
        cmocka_unit_test(a_refusal_that_is_expected_has_no_status_finding),
        cmocka_unit_test(every_failure_code_has_a_cause),
        cmocka_unit_test(every_unexpected_status_has_a_cause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
