/* SPDX-License-Identifier: MIT */
/* What an answer gives away, and the causes that follow from it. */
#include "tests/unit/support/records.h"

#include "base/buf.h"
#include "diagnosis/hint.h"
#include "diagnosis/pool.h"

#define URL "https://a.example/api/thing"
#define COUNT(array) (sizeof(array) / sizeof *(array))

static void redirects_are_told_by_where_they_lead(void **state)
{
    static const struct {
        const char *url, *location;
        enum redirect redirect;
    } rows[] = {
        {"https://a.example/x", "/x/", REDIRECT_SLASH},
        {"https://a.example/x/", "https://a.example/x", REDIRECT_SLASH},
        {"https://a.example/x?a=1", "/x/?a=1", REDIRECT_SLASH},
        {"http://a.example/x", "https://a.example/x", REDIRECT_SECURE},
        {"ws://a.example/x", "https://a.example/x", REDIRECT_SECURE},
        {"https://a.example/x", "/x", REDIRECT_SELF},
        {"https://a.example/x", "https://a.example/x", REDIRECT_SELF},
        {"https://a.example/x", "/login?next=/x", REDIRECT_LOGIN},
        {"https://a.example/x", "https://sso.example/oauth2/authorize?x=1", REDIRECT_LOGIN},
        {"https://a.example/x", "/user/sign_in", REDIRECT_LOGIN},
        {"https://a.example/x", "https://auth.example/x", REDIRECT_LOGIN},
        {"https://a.example/x", "/Account/LogOn", REDIRECT_LOGIN},
        {"https://a.example/x", "/account?returnUrl=%2Fx", REDIRECT_LOGIN},
        {"https://a.example/x", "/users/auth0", REDIRECT_LOGIN},
        {"https://a.example/x", "/userLogin.php", REDIRECT_LOGIN},
        {"https://a.example/x", "/account", REDIRECT_ELSEWHERE},
        {"https://a.example/x", "/author/x", REDIRECT_ELSEWHERE},
        {"https://a.example/x", "/oauthor", REDIRECT_ELSEWHERE},
        {"https://a.example/x", "/blogindex", REDIRECT_ELSEWHERE},
        {"https://a.example/x", "/y?from=/login", REDIRECT_ELSEWHERE},
        {"https://a.example/auth/x", "/auth/y", REDIRECT_ELSEWHERE},
        {"https://a.example/x", "https://b.example/x", REDIRECT_ELSEWHERE},
        {"https://a.example/x", "https://a.example:8443/x", REDIRECT_ELSEWHERE},
        {"https://a.example/x", "/y", REDIRECT_ELSEWHERE},
        {"https://a.example/x", "", REDIRECT_NONE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct probe probe = {.status = 302, .url = rows[i].url, .location = slice_of(rows[i].location)};

        if (hint_redirect(&probe) != rows[i].redirect)
            fail_msg("%s to %s: %d", rows[i].url, rows[i].location, hint_redirect(&probe));
    }
}

static void the_kind_of_an_error_is_found_in_what_frameworks_write(void **state)
{
    static const struct {
        const char *body, *kind;
    } rows[] = {
        {"Traceback (most recent call last):\n  File \"a.py\"\nKeyError: 'room'", "KeyError"},
        {"<pre>TypeError: Cannot read properties of undefined<br>", "TypeError"},
        {"{\"exception\":\"java.lang.NullPointerException\",\"path\":\"/x\"}", "java.lang.NullPointerException"},
        {"connect ECONNREFUSED 10.0.0.3:5432", "ECONNREFUSED"},
        {"SQLSTATE[HY000] [2002] Connection refused", "SQLSTATE"},
        {"goroutine 1: panic: runtime error", "panic:"},
        {"Internal Server Error", NULL},
        {"InternalServerError", NULL},
        {"Error", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = ARENA_INIT;
        struct probe probe = {.status = 500, .body = slice_of(rows[i].body)};
        struct slice kind = hint_error_kind(&probe, &arena);

        if (!rows[i].kind)
            assert_null(kind.data);
        else
            assert_true(slice_equals(kind, slice_of(rows[i].kind)));
        arena_free(&arena);
    }
}

static void a_body_of_dots_is_gone_through_once(void **state)
{
    struct arena arena = ARENA_INIT;
    struct buf body = BUF_INIT;
    struct probe probe = {.status = 500};

    (void)state;
    for (size_t i = 0; i < 60000; i++)
        buf_putc(&body, '.');
    buf_puts(&body, " KeyError");
    probe.body = buf_slice(&body);
    assert_true(slice_equals(hint_error_kind(&probe, &arena), slice_of("KeyError")));
    buf_free(&body);
    arena_free(&arena);
}

static void a_body_that_says_error_is_heard_under_any_status(void **state)
{
    static const struct {
        const char *body;
        bool error;
    } rows[] = {
        {"{\"error\":\"no such room\"}", true},
        {"{\"errors\":[{\"m\":1}]}", true},
        {"{\"success\":false}", true},
        {"{\"ok\":false}", true},
        {"{\"status\":\"Error\"}", true},
        {"{\"error\":null}", false},
        {"{\"errors\":[]}", false},
        {"{\"error\":\"\"}", false},
        {"{\"error\":false}", false},
        {"{\"success\":true}", false},
        {"[\"error\"]", false},
        {"error", false},
        {"{\"status\":\"ok\"}", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct probe probe = {.status = 200, .body = slice_of(rows[i].body)};

        if (hint_says_error(&probe) != rows[i].error)
            fail_msg("%s", rows[i].body);
    }
}

static void assert_cause(struct said said, const char *url, const char *code, enum certainty certainty)
{
    struct scene scene;
    struct findings findings;

    scene_open(&scene);
    scene_endpoint(&scene, url);
    scene_attempts(&scene, 0, 3, said);
    findings = scene_diagnose(&scene);
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.list[0].rule->code, code);
    assert_int_equal(findings.list[0].certainty, certainty);
    scene_close(&scene);
}

static void a_status_that_speaks_for_itself_is_its_own_cause(void **state)
{
    static const struct {
        int status;
        const char *code;
    } rows[] = {{413, "http-payload-too-large"},
                {415, "http-media-type"},
                {406, "http-not-acceptable"},
                {421, "http-misdirected"},
                {431, "http-header-too-large"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_cause((struct said){.status = rows[i].status, .layer = LAYER_HTTP, .code = "http-status"}, URL,
                     rows[i].code, CERTAINTY_LIKELY);
    assert_cause(
        (struct said){.status = 503, .layer = LAYER_HTTP, .code = "http-status", .body = "Scheduled maintenance"}, URL,
        "http-maintenance", CERTAINTY_LIKELY);
    assert_cause((struct said){.status = 503, .layer = LAYER_HTTP, .code = "http-status", .body = "no"}, URL,
                 "http-unavailable", CERTAINTY_LIKELY);
    assert_cause((struct said){.status = 400,
                               .layer = LAYER_HTTP,
                               .code = "http-status",
                               .body = "<title>400 The plain HTTP request was sent to HTTPS port</title>"},
                 "http://a.example:8443/", "http-wants-tls", CERTAINTY_POSSIBLE);
    assert_cause((struct said){.status = 400,
                               .layer = LAYER_HTTP,
                               .code = "http-status",
                               .body = "<center>No required SSL certificate was sent</center>"},
                 URL, "http-client-certificate", CERTAINTY_LIKELY);
}

static void content_that_says_error_or_lies_about_its_type_is_named(void **state)
{
    (void)state;
    assert_cause((struct said){.status = 200,
                               .layer = LAYER_CONTENT,
                               .code = "content-not-expected",
                               .type = "application/json",
                               .body = "{\"error\":\"db down\"}"},
                 URL, "content-error-in-200", CERTAINTY_LIKELY);
    assert_cause((struct said){.status = 200,
                               .layer = LAYER_CONTENT,
                               .code = "content-not-expected",
                               .type = "application/json",
                               .body = "<html>gateway</html>"},
                 URL, "content-type-lies", CERTAINTY_LIKELY);
    assert_cause((struct said){.status = 200,
                               .layer = LAYER_CONTENT,
                               .code = "content-not-expected",
                               .type = "application/json",
                               .body = "{\"room\":2}"},
                 URL, "content-not-expected", CERTAINTY_LIKELY);
}

static void a_close_code_is_a_cause(void **state)
{
    static const struct {
        int close;
        const char *code;
    } rows[] = {{1000, "websocket-closed-normally"},  {1008, "websocket-closed-by-policy"},
                {1011, "websocket-closed-by-error"},  {1013, "websocket-closed-try-later"},
                {1009, "websocket-closed-for-data"},  {4401, "websocket-closed-by-application"},
                {1005, "websocket-closed-by-server"}, {3999, "websocket-closed-by-server"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        struct findings findings;

        scene_open(&scene);
        scene_endpoint(&scene, "wss://a.example/ws");
        scene_attempts(&scene, 0, 3,
                       (struct said){.status = 101, .layer = LAYER_WEBSOCKET, .code = "websocket-closed-by-server"});
        for (size_t p = 0; p < scene.count; p++)
            scene.probes[p]->close_code = rows[i].close;
        findings = scene_diagnose(&scene);
        assert_int_equal(findings.count, 1);
        assert_string_equal(findings.list[0].rule->code, rows[i].code);
        scene_close(&scene);
    }
}

/* `from` and `to`: seconds from the start of the scene; 0: not said. `there`: what the server's Date says, NULL: nothing. */
static void assert_token_cause_of(struct said said, int64_t from, int64_t to, const char *code,
                                  enum certainty certainty)
{
    struct scene scene;
    struct findings findings;
    const int64_t now = SCENE_START_US / 1000000;
    struct token token = {
        .header = "Authorization", .not_before_s = from ? now + from : 0, .expires_s = to ? now + to : 0};

    scene_open(&scene);
    scene_authorize(&scene, scene_endpoint(&scene, URL));
    said.layer = LAYER_AUTH;
    said.code = "auth-refused";
    scene_attempts(&scene, 0, 3, said);
    for (size_t p = 0; p < scene.count; p++) {
        scene.probes[p]->tokens = &token;
        scene.probes[p]->token_count = 1;
    }
    findings = scene_diagnose(&scene);
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.list[0].rule->code, code);
    assert_int_equal(findings.list[0].certainty, certainty);
    scene_close(&scene);
}

static void assert_token_cause(int64_t from, int64_t to, const char *there, const char *code)
{
    assert_token_cause_of((struct said){.status = 401, .date = there}, from, to, code, CERTAINTY_LIKELY);
}

static void a_token_is_blamed_for_sure_only_where_the_server_blames_it(void **state)
{
    static const char said[] = "{\"detail\":\"Token has expired\"}", early[] = "jwt not active";

    (void)state;
    assert_token_cause_of((struct said){.status = 401, .body = said}, 0, -3600, "auth-token-expired",
                          CERTAINTY_CONFIRMED);
    assert_token_cause_of((struct said){.status = 401, .body = early}, 3600, 0, "auth-token-early",
                          CERTAINTY_CONFIRMED);
    assert_token_cause_of((struct said){.status = 401, .body = said}, 0, 3600, "auth-refused", CERTAINTY_LIKELY);
    assert_token_cause_of((struct said){.status = 403, .body = said}, 0, -3600, "auth-token-expired",
                          CERTAINTY_POSSIBLE);
    assert_token_cause_of((struct said){.status = 403, .body = "Origin not allowed"}, 0, -3600, "http-origin-named",
                          CERTAINTY_POSSIBLE);
    assert_token_cause_of((struct said){.status = 401, .body = "Invalid audience"}, 0, 3600, "auth-wrong-audience",
                          CERTAINTY_LIKELY);
}

static void a_challenge_for_another_scheme_is_not_about_the_token(void **state)
{
    static const struct {
        const char *sent, *challenge;
        int status;
        bool other;
    } rows[] = {
        {"Bearer ${TOKEN}", "Basic realm=\"staging\"", 401, true},
        {"Bearer ${TOKEN}", "Bearer error=\"invalid_token\"", 401, false},
        {"Bearer ${TOKEN}", "Basic realm=\"x\", bearer", 401, false},
        {"Basic ${LOGIN}", "Bearer", 401, true},
        {"Bearer ${TOKEN}", NULL, 401, false},
        {"${AUTHORIZATION}", "Basic realm=\"x\"", 401, false},
        {NULL, "Basic realm=\"x\"", 401, false},
        {"Bearer ${TOKEN}", "Basic realm=\"x\"", 403, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct header request = {slice_of("Authorization"), rows[i].sent ? slice_of(rows[i].sent) : slice_of("")};
        struct header answer = {slice_of("WWW-Authenticate"),
                                rows[i].challenge ? slice_of(rows[i].challenge) : slice_of("")};
        struct probe probe = {.status = rows[i].status,
                              .request = &request,
                              .request_count = rows[i].sent != NULL,
                              .headers = &answer,
                              .header_count = rows[i].challenge != NULL};

        if (hint_other_scheme(&probe) != rows[i].other)
            fail_msg("row %zu", i);
    }
}

/* The token ends `end` µs after the first probe; each character of `attempts` is one, P: passed, R: refused, F: failed. */
static const char *cause_of_attempts(const char *attempts, int64_t end_us)
{
    static const struct said refused = {.status = 401, .layer = LAYER_AUTH, .code = "auth-refused"};
    static const struct said failed = {.status = 500, .layer = LAYER_HTTP, .code = "http-status"};
    struct scene scene;
    struct token token = {.header = "Authorization"};
    const char *code;

    scene_open(&scene);
    scene_authorize(&scene, scene_endpoint(&scene, URL));
    for (const char *at = attempts; *at; at++)
        scene_attempts(&scene, 0, 1, *at == 'P' ? (struct said){.status = 200} : *at == 'R' ? refused : failed);
    /* Whole seconds apart, as a token's times are. */
    for (size_t p = 0; p < scene.count; p++) {
        scene.probes[p]->started.us = SCENE_START_US + (int64_t)p * 1000000;
        scene.probes[p]->tokens = &token;
        scene.probes[p]->token_count = 1;
    }
    token.expires_s = (SCENE_START_US + end_us) / 1000000;
    code = scene_diagnose(&scene).list[0].rule->code;
    scene_close(&scene);
    return code;
}

static void a_token_that_ends_during_the_run_is_told_from_flapping(void **state)
{
    static const struct {
        const char *attempts;
        int64_t end_us;
        const char *code;
    } rows[] = {
        {"PPRR", 2000000, "auth-token-expires"}, {"PPRR", 1500000, "auth-token-expires"},
        {"PPRR", 4000000, "flapping"},           {"PPRR", -1000000, "flapping"},
        {"PRPR", 1000000, "flapping"},           {"RRPP", 2000000, "flapping"},
        {"PPFR", 2000000, "flapping"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(cause_of_attempts(rows[i].attempts, rows[i].end_us), rows[i].code);
}

static void a_token_tells_why_it_is_refused(void **state)
{
    (void)state;
    assert_token_cause(0, -3600, NULL, "auth-token-expired");
    assert_token_cause(7200, 0, NULL, "auth-token-early");
    assert_token_cause(-3600, 3600, NULL, "auth-refused");
    assert_token_cause(0, 0, NULL, "auth-refused");
    /* The scene starts on 11 September 2025 at 00:00:04 UTC. */
    assert_token_cause(-60, 3600, "Wed, 10 Sep 2025 23:00:00 GMT", "auth-clock-skew");
    assert_token_cause(0, -60, "Wed, 10 Sep 2025 23:00:00 GMT", "auth-refused");
}

static void time_goes_where_the_timings_say(void **state)
{
    static const struct {
        struct timings timings;
        const char *code;
    } rows[] = {
        {{900, 10, 10, 10, 10, -1, -1, -1, 1000, -1, -1}, "performance-slow-dns"},
        {{10, 900, 10, 10, 10, -1, -1, -1, 1000, -1, -1}, "performance-slow-connect"},
        {{10, 10, 900, 10, 10, -1, -1, -1, 1000, -1, -1}, "performance-slow-tls"},
        {{10, 10, 10, 900, 10, -1, -1, -1, 1000, -1, -1}, "performance-slow-server"},
        {{10, 10, 10, 10, 900, -1, -1, -1, 1000, -1, -1}, "performance-slow-transfer"},
        {{300, 300, 300, 300, 300, -1, -1, -1, 1500, -1, -1}, "performance-too-slow"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        struct findings findings;

        scene_open(&scene);
        scene_endpoint(&scene, URL);
        scene_attempts(&scene, 0, 3,
                       (struct said){.status = 200, .layer = LAYER_PERFORMANCE, .code = "performance-too-slow"});
        for (size_t p = 0; p < scene.count; p++)
            scene.probes[p]->timings = rows[i].timings;
        findings = scene_diagnose(&scene);
        assert_int_equal(findings.count, 1);
        assert_string_equal(findings.list[0].rule->code, rows[i].code);
        scene_close(&scene);
    }
}

/* Attempts by "pass" (p) or "fail" (f), each from the member below it. */
static void assert_pool(const char *outcomes, const char *members, const char *code)
{
    struct scene scene;
    struct findings findings;
    struct header headers[8];

    scene_open(&scene);
    scene_endpoint(&scene, URL);
    for (size_t i = 0; outcomes[i]; i++) {
        struct plan_item item = {.attempt = (uint32_t)(i + 1)};
        struct said fine = {.status = 200}, broken = {.status = 500, .layer = LAYER_HTTP, .code = "http-status"};

        scene_add(&scene, &item, outcomes[i] == 'p' ? fine : broken);
        headers[i] = (struct header){slice_of("x-backend"), {members + i, 1}};
        scene.probes[i]->headers = &headers[i];
        scene.probes[i]->header_count = members[i] != ' ';
    }
    findings = scene_diagnose(&scene);
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.list[0].rule->code, code);
    assert_true(findings.list[0].certainty < CERTAINTY_CONFIRMED);
    if (strcmp(code, "http-faulty-backend") == 0)
        assert_string_equal(findings.list[0].varied, "X-Backend: b");
    scene_close(&scene);
}

static void one_faulty_member_of_a_pool_is_named(void **state)
{
    (void)state;
    assert_pool("pfpfpf", "abcbab", "http-faulty-backend");
    assert_pool("pfpf", "abab", "http-faulty-backend");
    assert_pool("pfpf", "abbb", "flapping"); /* b passes once */
    assert_pool("pfpf", "abac", "flapping"); /* two members fail */
    assert_pool("pfp", "aba", "flapping");   /* one failure is chance */
    assert_pool("pfpf", "aaaa", "flapping"); /* one member */
    assert_pool("pfpf", "a a ", "flapping"); /* what fails gives no name: a proxy's own answer */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(redirects_are_told_by_where_they_lead),
        cmocka_unit_test(the_kind_of_an_error_is_found_in_what_frameworks_write),
        cmocka_unit_test(a_body_of_dots_is_gone_through_once),
        cmocka_unit_test(a_body_that_says_error_is_heard_under_any_status),
        cmocka_unit_test(a_status_that_speaks_for_itself_is_its_own_cause),
        cmocka_unit_test(content_that_says_error_or_lies_about_its_type_is_named),
        cmocka_unit_test(a_close_code_is_a_cause),
        cmocka_unit_test(a_token_tells_why_it_is_refused),
        cmocka_unit_test(a_token_is_blamed_for_sure_only_where_the_server_blames_it),
        cmocka_unit_test(a_challenge_for_another_scheme_is_not_about_the_token),
        cmocka_unit_test(a_token_that_ends_during_the_run_is_told_from_flapping),
        cmocka_unit_test(time_goes_where_the_timings_say),
        cmocka_unit_test(one_faulty_member_of_a_pool_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
