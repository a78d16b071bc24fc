/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/records.h"

#include "collector/failure.h"

#define URL "https://a.example/api/thing"

static const struct said ok = {.status = 200, .type = "text/html", .body = "fine"};

static const struct finding *only(const struct findings *findings, const char *code)
{
    if (findings->count > 1)
        print_error("%s beside %s\n", findings->list[1].rule->code, findings->list[0].rule->code);
    assert_int_equal(findings->count, 1);
    assert_string_equal(findings->list[0].rule->code, code);
    return &findings->list[0];
}

/* A suite with one failing endpoint and one candidate, both asked by hand. */
static void open_with_candidate(struct scene *scene)
{
    scene_open(scene);
    scene_candidates(scene, scene_endpoint(scene, URL), "https://a.example/v2/thing");
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

static void a_secret_elsewhere_may_be_the_credentials_that_are_refused(void **state)
{
    const struct said refused = {.status = 401, .layer = LAYER_HTTP, .code = "http-status"};
    const struct header_setting key = {.name = "X-Api-Key", .value = {"secret", "${KEY}"}, .secret = true};
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL)->headers = &key;
    scene.endpoints[0].header_count = 1;
    scene_attempts(&scene, 0, 2, refused);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "auth-missing")->certainty, CERTAINTY_POSSIBLE);
    scene_close(&scene);
    scene_open(&scene);
    scene_endpoint(&scene, URL "?key=${KEY}");
    scene_attempts(&scene, 0, 2, refused);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "auth-missing")->certainty, CERTAINTY_POSSIBLE);
    scene_close(&scene);
    scene_open(&scene);
    scene_endpoint(&scene, "https://user:${PASSWORD}@a.example/x");
    scene_attempts(&scene, 0, 2, refused);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "auth-refused")->certainty, CERTAINTY_LIKELY);
    scene_close(&scene);
}

/* The fallback page of a single-page application makes any candidate pass. */
static void a_candidate_that_passes_as_any_path_does_is_no_wrong_path(void **state)
{
    const struct said absent = {
        .status = 404, .layer = LAYER_HTTP, .code = "http-status", .type = "application/json", .body = "{}"};
    struct scene scene;
    struct findings findings;

    (void)state;
    open_with_candidate(&scene);
    scene_attempts(&scene, 0, 2, absent);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-wrong-path")->certainty, CERTAINTY_POSSIBLE);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_SIBLING, absent);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_ROOT, ok);
    findings = scene_diagnose(&scene);
    only(&findings, "http-client-error");
    scene_close(&scene);
}

static void beside_a_candidate_elsewhere_a_path_that_cannot_exist_decides(void **state)
{
    const struct said absent = {.status = 404, .layer = LAYER_HTTP, .code = "http-status"};
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_candidates(&scene, scene_endpoint(&scene, URL), "https://b.example/thing");
    scene_endpoint(&scene, "https://a.example/health")->role = ROLE_CONTROL;
    scene_attempts(&scene, 1, 1, ok);
    scene_attempts(&scene, 0, 2, absent);
    scene_ask_absent(&scene, 0, absent);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-wrong-path")->certainty, CERTAINTY_POSSIBLE);
    scene_ask(&scene, 0, 1, QUESTION_NO_SUCH_SIBLING, absent);
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "http-wrong-path")->certainty, CERTAINTY_CONFIRMED);
    scene_close(&scene);
}

static void a_304_is_no_redirect(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 2, (struct said){.status = 304, .layer = LAYER_HTTP, .code = "http-status"});
    findings = scene_diagnose(&scene);
    only(&findings, "http-status-unexpected");
    scene_close(&scene);
}

/* An intermediate that is not sent, and a private root that is not trusted, look alike from here. */
static void a_lone_certificate_leaves_open_what_its_issuer_is(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 2, (struct said){.layer = LAYER_TLS, .code = "tls-incomplete-chain"});
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "tls-incomplete-chain")->certainty, CERTAINTY_POSSIBLE);
    assert_non_null(strstr(findings.list[0].undecided, "root"));
    scene_close(&scene);
}

/* What was asked already is not proposed as what would decide. */
static void what_would_decide_is_not_what_was_asked(void **state)
{
    const struct said refused = {.status = 418, .layer = LAYER_HTTP, .code = "http-status"};
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 2, refused);
    findings = scene_diagnose(&scene);
    assert_non_null(strstr(only(&findings, "http-client-error")->undecided, "would show"));
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_SIBLING, ok);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_ROOT, refused);
    findings = scene_diagnose(&scene);
    assert_non_null(strstr(only(&findings, "http-client-error")->undecided, "were asked"));
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

/* The library said expired, the certificate's date says otherwise: what has expired may be an authority of our own. */
static void dates_that_do_not_bear_the_code_out_confirm_nothing(void **state)
{
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 3, expired("aa11", 5));
    findings = scene_diagnose(&scene);
    assert_int_equal(only(&findings, "tls-expired")->certainty, CERTAINTY_POSSIBLE);
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
    assert_int_equal(only(&findings, "collector-clock")->certainty, CERTAINTY_LIKELY);
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

static void one_refusal_of_every_path_is_no_missing_path(void **state)
{
    const struct said refused = {.status = 400, .layer = LAYER_HTTP, .code = "http-status", .body = "You may not"};
    struct scene scene;
    struct findings findings;

    (void)state;
    scene_open(&scene);
    scene_endpoint(&scene, URL);
    scene_attempts(&scene, 0, 2, refused);
    scene_ask_absent(&scene, 0, refused);
    findings = scene_diagnose(&scene);
    only(&findings, "http-refuses-all");
    assert_true(findings.list[0].certainty < CERTAINTY_CONFIRMED);
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
    only(&findings,
         strcmp(failure->code, "websocket-message-not-expected") == 0 ? "content-not-expected" : failure->code);
    assert_true(findings.list[0].certainty >= CERTAINTY_POSSIBLE);
    scene_close(&scene);
}

/* These have the cause that their status has: every_unexpected_status_has_a_cause. */
static bool is_told_by_status(const char *code)
{
    return strcmp(code, "websocket-refused") == 0 || strcmp(code, "http-status") == 0
           || strcmp(code, "auth-refused") == 0;
}

static void every_failure_code_has_a_cause(void **state)
{
    (void)state;
    for (const struct failure *failure = failures; failure->code; failure++)
        if (!is_told_by_status(failure->code))
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
            if (findings.count > 1)
                print_error("%d: %s beside %s\n", status, findings.list[1].rule->code, findings.list[0].rule->code);
            assert_int_equal(findings.count, 1);
            assert_string_not_equal(findings.list[0].rule->code, "cause-not-found");
            assert_true(findings.list[0].certainty < CERTAINTY_CONFIRMED);
            scene_ask_absent(&scene, 0, said);
            findings = scene_diagnose(&scene);
            if (findings.count > 1)
                print_error("%d: %s beside %s\n", status, findings.list[1].rule->code, findings.list[0].rule->code);
            assert_int_equal(findings.count, 1);
            scene_close(&scene);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_token_is_no_wrong_path_though_a_candidate_passes),
        cmocka_unit_test(credentials_are_missing_where_none_were_sent),
        cmocka_unit_test(a_secret_elsewhere_may_be_the_credentials_that_are_refused),
        cmocka_unit_test(a_candidate_that_passes_as_any_path_does_is_no_wrong_path),
        cmocka_unit_test(beside_a_candidate_elsewhere_a_path_that_cannot_exist_decides),
        cmocka_unit_test(a_304_is_no_redirect),
        cmocka_unit_test(a_lone_certificate_leaves_open_what_its_issuer_is),
        cmocka_unit_test(what_would_decide_is_not_what_was_asked),
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
        cmocka_unit_test(one_refusal_of_every_path_is_no_missing_path),
        cmocka_unit_test(a_refusal_that_is_expected_has_no_status_finding),
        cmocka_unit_test(every_failure_code_has_a_cause),
        cmocka_unit_test(every_unexpected_status_has_a_cause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
