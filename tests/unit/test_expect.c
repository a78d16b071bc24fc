/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/buf.h"
#include "collector/expect.h"
#include "collector/probe.h"
#include "collector/suite.h"
#include "tests/unit/unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

/* One endpoint and one probe of it that got an answer and passed; a test changes what it is about. */
struct scene {
    struct endpoint endpoint;
    struct expectation expectations[8];
    struct judged_matter matter;
    struct header headers[4];
    struct certificate certificate;
    struct probe *probe;
};

static void open_scene(struct scene *scene, const char *url)
{
    struct probe *probe = probe_new();

    memset(scene, 0, sizeof *scene);
    endpoint_defaults(&scene->endpoint);
    scene->endpoint.url = (struct setting){url, url};
    scene->endpoint.kind = strncmp(url, "ws", 2) == 0 ? KIND_WEBSOCKET : KIND_HTTP;
    scene->endpoint.expectations = scene->expectations;
    scene->probe = probe;
    probe->upgrade = scene->endpoint.kind == KIND_WEBSOCKET;
    probe->status = probe->upgrade ? 101 : 200;
    probe->started.us = 1000 * DAY;
    probe->timings = (struct timings){.total_us = 300000, .first_message_us = NOT_MEASURED, .ping_us = NOT_MEASURED};
    scene->certificate.not_after.us = 1061 * DAY;
    probe->certificates = &scene->certificate;
    probe->certificate_count = 1;
    probe->headers = scene->headers;
}

static void close_scene(struct scene *scene)
{
    probe_free(scene->probe);
}

static void expect(struct scene *scene, struct expectation expectation)
{
    if (!expectation.words)
        expectation.words = "it is so";
    expectation.wanted.shown = expectation.wanted.value;
    scene->expectations[scene->endpoint.expectation_count++] = expectation;
}

static void set_header(struct scene *scene, const char *name, const char *value)
{
    scene->headers[scene->probe->header_count++] = (struct header){slice_of(name), slice_of(value)};
}

static void set_body(struct scene *scene, const char *body)
{
    scene->matter.body = slice_of(body);
    scene->probe->body_size = strlen(body);
}

static void set_message(struct scene *scene, const char *message, int64_t after_us)
{
    scene->matter.first_message = slice_of(message);
    scene->probe->timings.first_message_us = after_us;
}

/* Judges, and gives the judgement of the expectation that was added last. */
static const struct judgement *judged(struct scene *scene)
{
    expect_judge(&scene->endpoint, &scene->matter, scene->probe);
    assert_true(scene->probe->judgement_count > 0);
    return &scene->probe->judgements[scene->probe->judgement_count - 1];
}

static void assert_found(const struct judgement *judgement, enum judgement_verdict verdict, const char *actual)
{
    if (judgement->verdict != verdict)
        fail_msg("%s, not %s; %.*s", judgement_words[judgement->verdict], judgement_words[verdict],
                 (int)judgement->actual.len, judgement->actual.data ? judgement->actual.data : "");
    if (!actual) {
        assert_null(judgement->actual.data);
        return;
    }
    if (!slice_equals(judgement->actual, slice_of(actual)))
        fail_msg("found `%.*s`, not `%s`", (int)judgement->actual.len,
                 judgement->actual.data ? judgement->actual.data : "", actual);
}

static void assert_failed(const struct probe *probe, enum layer layer, const char *code)
{
    assert_int_equal(probe->outcome, OUTCOME_FAILED);
    assert_string_equal(probe->code, code);
    assert_int_equal(probe->layer, layer);
}

static void assert_passed(const struct probe *probe)
{
    assert_int_equal(probe->outcome, OUTCOME_PASSED);
    assert_int_equal(probe->layer, LAYER_NONE);
    assert_null(probe->code);
}

static void without_a_word_2xx_is_expected_of_http_and_101_of_a_websocket(void **state)
{
    static const struct {
        const char *url;
        int status;
        bool passes;
    } cases[] = {{"https://a.example/", 200, true},  {"https://a.example/", 204, true},
                 {"https://a.example/", 301, false}, {"https://a.example/", 101, false},
                 {"https://a.example/", 404, false}, {"wss://a.example/", 101, true},
                 {"wss://a.example/", 200, false},   {"wss://a.example/", 500, false}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scene scene;

        open_scene(&scene, cases[i].url);
        scene.probe->status = cases[i].status;
        judged(&scene);
        assert_int_equal(scene.probe->judgement_count, 1);
        assert_string_equal(scene.probe->judgements[0].expected,
                            scene.endpoint.kind == KIND_HTTP ? "status is 2xx" : "status is 101");
        if (cases[i].passes)
            assert_passed(scene.probe);
        else if (scene.endpoint.kind == KIND_HTTP)
            assert_failed(scene.probe, LAYER_HTTP, "http-status");
        else
            assert_failed(scene.probe, LAYER_WEBSOCKET, "websocket-refused");
        close_scene(&scene);
    }
}

static void a_status_is_one_of_the_list(void **state)
{
    static const struct {
        const char *wanted;
        int status;
        bool holds;
    } cases[] = {{"200", 200, true},         {"200", 201, false},     {"2xx", 299, true},
                 {"2XX", 200, true},         {"2xx", 300, false},     {"4xx", 404, true},
                 {"200 404", 404, true},     {"200 404", 403, false}, {"500 2xx 301", 204, true},
                 {"500 2xx 301", 301, true}, {"101", 101, true},      {"1xx", 101, true}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scene scene;
        char number[8];

        open_scene(&scene, "https://a.example/");
        expect(&scene, (struct expectation){EXPECT_STATUS, OPERATOR_STATUS, .wanted = {cases[i].wanted, NULL}});
        scene.probe->status = cases[i].status;
        snprintf(number, sizeof number, "%d", cases[i].status);
        assert_found(judged(&scene), cases[i].holds ? JUDGED_HOLDS : JUDGED_DOES_NOT, number);
        assert_int_equal(scene.probe->judgement_count, 1);
        close_scene(&scene);
    }
}

static void a_refusal_for_want_of_rights_is_a_matter_of_auth(void **state)
{
    static const char *const urls[] = {"https://a.example/", "wss://a.example/ws"};
    static const int statuses[] = {401, 403};

    (void)state;
    for (size_t i = 0; i < COUNT(urls); i++)
        for (size_t k = 0; k < COUNT(statuses); k++) {
            struct scene scene;

            open_scene(&scene, urls[i]);
            scene.probe->status = statuses[k];
            if (scene.probe->upgrade) {
                scene.probe->layer = LAYER_WEBSOCKET;
                scene.probe->code = "websocket-refused";
            }
            assert_int_equal(judged(&scene)->layer, LAYER_AUTH);
            assert_failed(scene.probe, LAYER_AUTH, "auth-refused");
            close_scene(&scene);
        }
}

static void a_websocket_that_is_refused_as_expected_passes(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "wss://a.example/ws");
    expect(&scene, (struct expectation){EXPECT_STATUS, OPERATOR_STATUS, .wanted = {"401 403", NULL}});
    scene.probe->status = 401;
    scene.probe->layer = LAYER_WEBSOCKET;
    scene.probe->code = "websocket-refused";
    judged(&scene);
    assert_passed(scene.probe);
    close_scene(&scene);
}

static void a_websocket_that_is_refused_otherwise_fails(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "wss://a.example/ws");
    expect(&scene, (struct expectation){EXPECT_STATUS, OPERATOR_STATUS, .wanted = {"401", NULL}});
    scene.probe->status = 500;
    scene.probe->layer = LAYER_WEBSOCKET;
    scene.probe->code = "websocket-refused";
    judged(&scene);
    assert_failed(scene.probe, LAYER_WEBSOCKET, "websocket-refused");
    close_scene(&scene);
}

static void a_probe_that_failed_below_keeps_its_layer_and_code(void **state)
{
    static const struct expectation all[] = {
        {EXPECT_STATUS, OPERATOR_STATUS, .wanted = {"200", NULL}},
        {EXPECT_TIME, OPERATOR_AT_MOST, .number = 1},
        {EXPECT_HEADER, OPERATOR_EXISTS, .key = "Server"},
        {EXPECT_BODY, OPERATOR_CONTAINS, .wanted = {"x", NULL}},
        {EXPECT_JSON, OPERATOR_EXISTS, .key = "/a"},
        {EXPECT_TYPE, OPERATOR_EQUALS, .wanted = {"text/html", NULL}},
        {EXPECT_SIZE, OPERATOR_EQUALS, .number = 0},
        {EXPECT_CERTIFICATE, OPERATOR_AT_LEAST, .number = 1},
    };
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    for (size_t i = 0; i < COUNT(all); i++)
        expect(&scene, all[i]);
    scene.probe->status = 0;
    scene.probe->certificate_count = 0;
    scene.probe->layer = LAYER_TCP;
    scene.probe->code = "tcp-refused";
    judged(&scene);
    assert_failed(scene.probe, LAYER_TCP, "tcp-refused");
    assert_int_equal(scene.probe->judgement_count, COUNT(all));
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_int_equal(scene.probe->judgements[i].verdict, JUDGED_NOT);
        assert_non_null(scene.probe->judgements[i].reason);
    }
    close_scene(&scene);
}

static void what_a_websocket_shows_is_not_judged_without_one(void **state)
{
    static const struct expectation all[] = {
        {EXPECT_SUBPROTOCOL, OPERATOR_EQUALS, .wanted = {"chat", NULL}},
        {EXPECT_MESSAGE_JSON, OPERATOR_EXISTS, .key = "/a"},
        {EXPECT_MESSAGE_TEXT, OPERATOR_EXISTS, .key = NULL},
        {EXPECT_PING, OPERATOR_AT_MOST, .key = NULL},
    };
    struct scene scene;

    (void)state;
    open_scene(&scene, "wss://a.example/ws");
    for (size_t i = 0; i < COUNT(all); i++)
        expect(&scene, all[i]);
    scene.probe->status = 404;
    scene.probe->layer = LAYER_WEBSOCKET;
    scene.probe->code = "websocket-refused";
    judged(&scene);
    assert_failed(scene.probe, LAYER_WEBSOCKET, "websocket-refused");
    assert_int_equal(scene.probe->judgements[0].verdict, JUDGED_DOES_NOT);
    for (size_t i = 1; i <= COUNT(all); i++)
        assert_int_equal(scene.probe->judgements[i].verdict, JUDGED_NOT);
    close_scene(&scene);
}

static void time_is_judged_by_the_whole_attempt(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_TIME, OPERATOR_AT_MOST, .number = 300000});
    assert_found(judged(&scene), JUDGED_HOLDS, "300 ms");
    scene.probe->timings.total_us = 300001;
    assert_found(judged(&scene), JUDGED_DOES_NOT, "300 ms");
    assert_failed(scene.probe, LAYER_PERFORMANCE, "performance-too-slow");
    close_scene(&scene);
}

static void a_time_that_our_own_loop_may_have_made_is_not_judged(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_TIME, OPERATOR_AT_MOST, .number = 300000});
    scene.probe->timings.total_us = 350000;
    scene.probe->loop_lag_us = 50000;
    assert_found(judged(&scene), JUDGED_NOT, NULL);
    assert_int_equal(scene.probe->outcome, OUTCOME_NOT_JUDGED);
    assert_null(scene.probe->code);
    scene.probe->loop_lag_us = 49999;
    assert_found(judged(&scene), JUDGED_DOES_NOT, "350 ms");
    scene.probe->timings.total_us = 200000;
    scene.probe->loop_lag_us = 190000;
    scene.probe->code = NULL;
    assert_found(judged(&scene), JUDGED_HOLDS, "200 ms");
    close_scene(&scene);
}

static void a_certificate_is_valid_for_long_enough_or_not(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_CERTIFICATE, OPERATOR_AT_LEAST, .number = 61.0 * DAY});
    assert_found(judged(&scene), JUDGED_HOLDS, "valid for 61 d");
    scene.expectations[0].number = 61.0 * DAY + 1;
    assert_found(judged(&scene), JUDGED_DOES_NOT, "valid for 61 d");
    assert_failed(scene.probe, LAYER_TLS, "tls-expires-soon");
    scene.certificate.not_after.us = 999 * DAY;
    assert_found(judged(&scene), JUDGED_DOES_NOT, "it has expired");
    scene.probe->certificate_count = 0;
    assert_found(judged(&scene), JUDGED_NOT, NULL);
    close_scene(&scene);
}

struct text_case {
    enum expect_operator operator;
    const char *wanted, *actual;
    enum judgement_verdict verdict;
};

static const struct text_case texts[] = {
    {OPERATOR_EQUALS, "nginx", "nginx", JUDGED_HOLDS},
    {OPERATOR_EQUALS, "nginx", "nginx/1", JUDGED_DOES_NOT},
    {OPERATOR_EQUALS, "nginx", "Nginx", JUDGED_DOES_NOT},
    {OPERATOR_EQUALS, "nginx", NULL, JUDGED_DOES_NOT},
    {OPERATOR_CONTAINS, "gin", "nginx", JUDGED_HOLDS},
    {OPERATOR_CONTAINS, "xyz", "nginx", JUDGED_DOES_NOT},
    {OPERATOR_CONTAINS, "xyz", NULL, JUDGED_DOES_NOT},
    {OPERATOR_MATCHES, "^ng.*x$", "nginx", JUDGED_HOLDS},
    {OPERATOR_MATCHES, "^g", "nginx", JUDGED_DOES_NOT},
    {OPERATOR_MATCHES, ".", NULL, JUDGED_DOES_NOT},
    {OPERATOR_MATCHES, "(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", JUDGED_NOT},
    {OPERATOR_EXISTS, NULL, "", JUDGED_HOLDS},
    {OPERATOR_EXISTS, NULL, NULL, JUDGED_DOES_NOT},
    {OPERATOR_ABSENT, NULL, NULL, JUDGED_HOLDS},
    {OPERATOR_ABSENT, NULL, "x", JUDGED_DOES_NOT},
};

static void headers_are_compared_as_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *actual = texts[i].verdict == JUDGED_NOT ? NULL : texts[i].actual;
        struct scene scene;

        open_scene(&scene, "https://a.example/");
        expect(&scene, (struct expectation){EXPECT_HEADER, texts[i].operator, .key = "server",
                                            .wanted = {texts[i].wanted, NULL}});
        if (texts[i].actual)
            set_header(&scene, "Server", texts[i].actual);
        assert_found(judged(&scene), texts[i].verdict, actual);
        if (texts[i].verdict == JUDGED_DOES_NOT)
            assert_failed(scene.probe, LAYER_HTTP, "http-header");
        close_scene(&scene);
    }
}

static void bodies_and_messages_and_subprotocols_are_compared_as_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct setting wanted = {texts[i].wanted, NULL};
        struct scene scene;

        if (!texts[i].actual)
            continue;
        open_scene(&scene, "https://a.example/");
        expect(&scene, (struct expectation){EXPECT_BODY, texts[i].operator, .wanted = wanted});
        set_body(&scene, texts[i].actual);
        assert_int_equal(judged(&scene)->verdict, texts[i].verdict);
        if (texts[i].verdict == JUDGED_DOES_NOT)
            assert_failed(scene.probe, LAYER_CONTENT, "content-not-expected");
        close_scene(&scene);

        open_scene(&scene, "wss://a.example/");
        expect(&scene, (struct expectation){EXPECT_MESSAGE_TEXT, texts[i].operator, .wanted = wanted});
        set_message(&scene, texts[i].actual, 1000);
        assert_int_equal(judged(&scene)->verdict, texts[i].verdict);
        if (texts[i].verdict == JUDGED_DOES_NOT)
            assert_failed(scene.probe, LAYER_CONTENT, "websocket-message-not-expected");
        close_scene(&scene);

        open_scene(&scene, "wss://a.example/");
        expect(&scene, (struct expectation){EXPECT_SUBPROTOCOL, texts[i].operator, .wanted = wanted});
        scene.probe->subprotocol = slice_of(texts[i].actual);
        assert_int_equal(judged(&scene)->verdict, texts[i].verdict);
        if (texts[i].verdict == JUDGED_DOES_NOT)
            assert_failed(scene.probe, LAYER_WEBSOCKET, "websocket-subprotocol");
        close_scene(&scene);
    }
}

static void json_is_compared_at_its_pointer(void **state)
{
    static const struct {
        const char *key;
        enum expect_operator operator;
        const char *wanted;
        double number;
        bool holds;
        const char *actual;
    } cases[] = {
        {"/type", OPERATOR_EQUALS, "\"connect\"", 0, true, "\"connect\""},
        {"/type", OPERATOR_EQUALS, "\"close\"", 0, false, "\"connect\""},
        {"/none", OPERATOR_EQUALS, "\"close\"", 0, false, NULL},
        {"/port", OPERATOR_EQUALS, "8080", 0, true, "8080"},
        {"/port", OPERATOR_EQUALS, "8080.0", 0, true, "8080"},
        {"/port", OPERATOR_EQUALS, "\"8080\"", 0, false, "8080"},
        {"/load", OPERATOR_EQUALS, "1", 0, true, "1.0"},
        {"/huge", OPERATOR_AT_LEAST, NULL, 1e19, true, "1.8446744073709552e19"},
        {"/on", OPERATOR_EQUALS, "true", 0, true, "true"},
        {"/on", OPERATOR_EQUALS, "\"true\"", 0, false, "true"},
        {"/nil", OPERATOR_EQUALS, "null", 0, true, "null"},
        {"/list/1", OPERATOR_EQUALS, "\"b\"", 0, true, "\"b\""},
        {"/list/01", OPERATOR_EXISTS, NULL, 0, false, NULL},
        {"/list/2", OPERATOR_ABSENT, NULL, 0, true, NULL},
        {"/a~1b/c~0d", OPERATOR_EQUALS, "7", 0, true, "7"},
        {"", OPERATOR_TYPE, "object", 0, true, "object"},
        {"/list", OPERATOR_TYPE, "array", 0, true, "array"},
        {"/type", OPERATOR_TYPE, "string", 0, true, "string"},
        {"/load", OPERATOR_TYPE, "number", 0, true, "number"},
        {"/port", OPERATOR_TYPE, "number", 0, true, "number"},
        {"/on", OPERATOR_TYPE, "boolean", 0, true, "boolean"},
        {"/nil", OPERATOR_TYPE, "null", 0, true, "null"},
        {"/nil", OPERATOR_TYPE, "object", 0, false, "null"},
        {"/port", OPERATOR_AT_LEAST, NULL, 8080, true, "8080"},
        {"/port", OPERATOR_AT_LEAST, NULL, 8081, false, "8080"},
        {"/port", OPERATOR_AT_MOST, NULL, 8080, true, "8080"},
        {"/port", OPERATOR_AT_MOST, NULL, 8079, false, "8080"},
        {"/type", OPERATOR_AT_MOST, NULL, 9, false, "\"connect\""},
        {"/type", OPERATOR_CONTAINS, "nec", 0, true, "connect"},
        {"/type", OPERATOR_MATCHES, "^c", 0, true, "connect"},
        {"/list", OPERATOR_CONTAINS, "\"b\"", 0, true, "[\"a\",\"b\"]"},
        {"/nul", OPERATOR_TYPE, "string", 0, true, "string"},
        {"/nil", OPERATOR_EXISTS, NULL, 0, true, "null"},
        {"/none", OPERATOR_EXISTS, NULL, 0, false, NULL},
        {"/none", OPERATOR_ABSENT, NULL, 0, true, NULL},
        {"/on", OPERATOR_ABSENT, NULL, 0, false, "true"},
        {"/none", OPERATOR_TYPE, "null", 0, false, NULL},
    };
    static const char body[] = "{\"type\":\"connect\",\"port\":8080,\"load\":1.0,\"on\":true,\"nil\":null,"
                               "\"list\":[\"a\",\"b\"],\"a/b\":{\"c~d\":7},\"huge\":18446744073709551615,"
                               "\"nul\":\"a\\u0000b\"}";

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct expectation expectation = {EXPECT_JSON, cases[i].operator, .key = cases[i].key,
                                          .wanted = {cases[i].wanted, NULL}, .number = cases[i].number};
        /* One number beyond 64 bits makes all of them reals. */
        bool plain = strcmp(cases[i].key, "/huge") != 0;
        struct buf text = BUF_INIT;
        struct scene scene;

        buf_puts(&text, body);
        if (plain)
            memcpy(strstr(text.data, "18446744073709551615"), "18446744073709551   ", 20);
        open_scene(&scene, "https://a.example/");
        expect(&scene, expectation);
        set_body(&scene, text.data);
        assert_found(judged(&scene), cases[i].holds ? JUDGED_HOLDS : JUDGED_DOES_NOT, cases[i].actual);
        close_scene(&scene);

        open_scene(&scene, "wss://a.example/");
        expectation.subject = EXPECT_MESSAGE_JSON;
        expect(&scene, expectation);
        set_message(&scene, text.data, 1000);
        assert_found(judged(&scene), cases[i].holds ? JUDGED_HOLDS : JUDGED_DOES_NOT, cases[i].actual);
        close_scene(&scene);
        buf_free(&text);
    }
}

static void what_is_no_json_is_said_to_be_none(void **state)
{
    static const char *const bodies[] = {"<html>", "{\"a\":1", "{\"a\":1} x", "\xff"};

    (void)state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct scene scene;

        open_scene(&scene, "https://a.example/");
        expect(&scene, (struct expectation){EXPECT_JSON, OPERATOR_ABSENT, .key = "/a"});
        set_body(&scene, bodies[i]);
        assert_found(judged(&scene), JUDGED_DOES_NOT, "not JSON");
        assert_failed(scene.probe, LAYER_CONTENT, "content-not-expected");
        set_body(&scene, "");
        assert_found(judged(&scene), JUDGED_DOES_NOT, "nothing");
        close_scene(&scene);
    }
}

static void a_content_type_is_compared_without_parameters_in_any_case(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_TYPE, OPERATOR_EQUALS, .wanted = {"application/JSON", NULL}});
    set_header(&scene, "Content-Type", "Application/json; charset=utf-8");
    assert_found(judged(&scene), JUDGED_HOLDS, "Application/json");
    scene.headers[0].value = slice_of("application/json5");
    assert_found(judged(&scene), JUDGED_DOES_NOT, "application/json5");
    scene.expectations[0] =
        (struct expectation){EXPECT_TYPE, OPERATOR_MATCHES, .wanted = {"json$", "json$"}, .words = "x"};
    scene.headers[0].value = slice_of("Application/Problem+JSON;x=y");
    assert_found(judged(&scene), JUDGED_HOLDS, "application/problem+json");
    scene.probe->header_count = 0;
    assert_found(judged(&scene), JUDGED_DOES_NOT, NULL);
    close_scene(&scene);
}

static void a_size_can_be_decided_of_a_capped_body_too(void **state)
{
    static const struct {
        enum expect_operator operator;
        double number;
        bool capped;
        enum judgement_verdict verdict;
    } cases[] = {
        {OPERATOR_EQUALS, 1000, false, JUDGED_HOLDS},   {OPERATOR_EQUALS, 999, false, JUDGED_DOES_NOT},
        {OPERATOR_AT_LEAST, 1000, false, JUDGED_HOLDS}, {OPERATOR_AT_LEAST, 1001, false, JUDGED_DOES_NOT},
        {OPERATOR_AT_MOST, 1000, false, JUDGED_HOLDS},  {OPERATOR_AT_MOST, 999, false, JUDGED_DOES_NOT},
        {OPERATOR_EQUALS, 999, true, JUDGED_DOES_NOT},  {OPERATOR_EQUALS, 1001, true, JUDGED_NOT},
        {OPERATOR_EQUALS, 1000, true, JUDGED_NOT},      {OPERATOR_AT_LEAST, 1000, true, JUDGED_HOLDS},
        {OPERATOR_AT_LEAST, 1001, true, JUDGED_NOT},    {OPERATOR_AT_MOST, 999, true, JUDGED_DOES_NOT},
        {OPERATOR_AT_MOST, 5000, true, JUDGED_NOT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scene scene;

        open_scene(&scene, "https://a.example/");
        expect(&scene, (struct expectation){EXPECT_SIZE, cases[i].operator, .number = cases[i].number});
        scene.probe->body_size = 1000;
        scene.probe->body_capped = cases[i].capped;
        assert_found(judged(&scene), cases[i].verdict,
                     cases[i].verdict == JUDGED_NOT ? NULL
                     : cases[i].capped              ? "more than 1000 bytes"
                                                    : "1000 bytes");
        close_scene(&scene);
    }
}

static void what_a_capped_body_holds_is_not_judged(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_BODY, OPERATOR_CONTAINS, .wanted = {"ok", NULL}});
    expect(&scene, (struct expectation){EXPECT_JSON, OPERATOR_EXISTS, .key = "/a"});
    set_body(&scene, "ok");
    scene.probe->body_capped = true;
    judged(&scene);
    assert_int_equal(scene.probe->judgements[1].verdict, JUDGED_NOT);
    assert_int_equal(scene.probe->judgements[2].verdict, JUDGED_NOT);
    assert_int_equal(scene.probe->outcome, OUTCOME_NOT_JUDGED);
    close_scene(&scene);
}

static void a_message_must_come_and_in_time(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "wss://a.example/");
    expect(&scene, (struct expectation){EXPECT_MESSAGE_TEXT, OPERATOR_EXISTS, .within_us = 2 * SECOND});
    assert_found(judged(&scene), JUDGED_DOES_NOT, NULL);
    assert_failed(scene.probe, LAYER_WEBSOCKET, "websocket-no-message");
    set_message(&scene, "hello", 2500000);
    assert_found(judged(&scene), JUDGED_DOES_NOT, "it came after 2.5 s");
    assert_failed(scene.probe, LAYER_WEBSOCKET, "websocket-no-message");
    scene.probe->code = NULL;
    set_message(&scene, "hello", 2 * SECOND);
    assert_found(judged(&scene), JUDGED_HOLDS, "hello");
    close_scene(&scene);
}

static void silence_can_be_expected(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "wss://a.example/");
    expect(&scene, (struct expectation){EXPECT_MESSAGE_TEXT, OPERATOR_ABSENT, .key = NULL});
    assert_found(judged(&scene), JUDGED_HOLDS, NULL);
    assert_passed(scene.probe);
    set_message(&scene, "hello", 1000);
    assert_found(judged(&scene), JUDGED_DOES_NOT, "hello");
    assert_failed(scene.probe, LAYER_CONTENT, "websocket-message-not-expected");
    close_scene(&scene);
}

static void of_a_capped_message_only_its_being_there_is_judged(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "wss://a.example/");
    expect(&scene, (struct expectation){EXPECT_MESSAGE_TEXT, OPERATOR_EXISTS, .key = NULL});
    expect(&scene, (struct expectation){EXPECT_MESSAGE_TEXT, OPERATOR_CONTAINS, .wanted = {"e", NULL}});
    expect(&scene, (struct expectation){EXPECT_MESSAGE_JSON, OPERATOR_EXISTS, .key = "/a"});
    set_message(&scene, "{\"a\":", 1000);
    scene.matter.message_capped = true;
    judged(&scene);
    assert_int_equal(scene.probe->judgements[1].verdict, JUDGED_HOLDS);
    assert_int_equal(scene.probe->judgements[2].verdict, JUDGED_NOT);
    assert_int_equal(scene.probe->judgements[3].verdict, JUDGED_NOT);
    assert_int_equal(scene.probe->outcome, OUTCOME_NOT_JUDGED);
    close_scene(&scene);
}

static void a_ping_is_answered_and_in_time(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "wss://a.example/");
    expect(&scene, (struct expectation){EXPECT_PING, OPERATOR_AT_MOST, .key = NULL});
    assert_found(judged(&scene), JUDGED_DOES_NOT, NULL);
    assert_failed(scene.probe, LAYER_WEBSOCKET, "websocket-no-pong");
    scene.probe->timings.ping_us = 1500;
    assert_found(judged(&scene), JUDGED_HOLDS, "1.5 ms");
    scene.expectations[0].number = 1499;
    assert_found(judged(&scene), JUDGED_DOES_NOT, "1.5 ms");
    close_scene(&scene);
}

static void the_lowest_layer_that_does_not_hold_is_blamed(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_TIME, OPERATOR_AT_MOST, .number = 1});
    expect(&scene, (struct expectation){EXPECT_BODY, OPERATOR_CONTAINS, .wanted = {"x", NULL}});
    expect(&scene, (struct expectation){EXPECT_HEADER, OPERATOR_EXISTS, .key = "Server"});
    expect(&scene, (struct expectation){EXPECT_SIZE, OPERATOR_EQUALS, .number = 0});
    set_body(&scene, "y");
    judged(&scene);
    assert_failed(scene.probe, LAYER_HTTP, "http-header");
    close_scene(&scene);
}

static void experiments_that_ask_for_any_answer_are_not_judged(void **state)
{
    static const enum question questions[] = {QUESTION_NO_SUCH_SIBLING, QUESTION_NO_SUCH_ROOT, QUESTION_PLAIN_GET,
                                              QUESTION_UNVERIFIED};

    (void)state;
    for (size_t i = 0; i < COUNT(questions); i++) {
        struct scene scene;

        open_scene(&scene, "wss://a.example/");
        scene.probe->question = questions[i];
        scene.probe->upgrade = questions[i] != QUESTION_PLAIN_GET;
        scene.probe->status = 404;
        scene.probe->layer = LAYER_WEBSOCKET;
        scene.probe->code = "websocket-refused";
        expect_judge(&scene.endpoint, &scene.matter, scene.probe);
        assert_int_equal(scene.probe->judgement_count, 0);
        assert_passed(scene.probe);
        scene.probe->status = 0;
        scene.probe->layer = LAYER_TCP;
        scene.probe->code = "tcp-refused";
        expect_judge(&scene.endpoint, &scene.matter, scene.probe);
        assert_failed(scene.probe, LAYER_TCP, "tcp-refused");
        close_scene(&scene);
    }
}

static void a_plain_probe_of_a_websocket_is_not_judged_whatever_it_asks(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "wss://a.example/");
    scene.probe->question = QUESTION_CANDIDATE;
    scene.probe->upgrade = false;
    scene.probe->status = 500;
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    assert_int_equal(scene.probe->judgement_count, 0);
    assert_passed(scene.probe);
    close_scene(&scene);
}

static void experiments_about_the_same_address_are_judged(void **state)
{
    static const enum question questions[] = {QUESTION_REPEAT, QUESTION_CANDIDATE, QUESTION_WITHOUT_AUTHORIZATION,
                                              QUESTION_BROKEN_AUTHORIZATION};

    (void)state;
    for (size_t i = 0; i < COUNT(questions); i++) {
        struct scene scene;

        open_scene(&scene, "https://a.example/");
        scene.probe->question = questions[i];
        scene.probe->status = 500;
        judged(&scene);
        assert_failed(scene.probe, LAYER_HTTP, "http-status");
        close_scene(&scene);
    }
}

static void a_long_value_is_cut_between_characters(void **state)
{
    char body[600];
    struct scene scene;

    (void)state;
    body[0] = 'x';
    for (size_t i = 1; i + 2 < sizeof body; i += 2)
        memcpy(body + i, "\xc3\xa4", 2);
    body[sizeof body - 1] = '\0';
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_BODY, OPERATOR_EXISTS, .key = NULL});
    set_body(&scene, body);
    assert_int_equal(judged(&scene)->actual.len, 199);
    close_scene(&scene);
}

static void a_comparison_that_its_subject_cannot_have_is_refused(void **state)
{
    static const struct expectation bad[] = {
        {EXPECT_HEADER, OPERATOR_AT_LEAST, .key = "Age", .number = 5},
        {EXPECT_HEADER, OPERATOR_TYPE, .key = "Age", .wanted = {"string", "string"}},
        {EXPECT_BODY, OPERATOR_AT_MOST, .number = 5},
        {EXPECT_SIZE, OPERATOR_CONTAINS, .wanted = {"5", "5"}},
        {EXPECT_SIZE, OPERATOR_EXISTS, .key = NULL},
        {EXPECT_SIZE, OPERATOR_EQUALS, .number = -1},
        {EXPECT_SIZE, OPERATOR_AT_MOST, .number = 1e300},
        {EXPECT_TYPE, OPERATOR_EQUALS, .wanted = {"text/html; charset=utf-8", "text/html; charset=utf-8"}},
        {EXPECT_JSON, OPERATOR_TYPE, .key = "/a", .wanted = {"integer", "integer"}},
        {EXPECT_JSON, OPERATOR_EXISTS, .key = "a"},
        {EXPECT_JSON, OPERATOR_EXISTS, .key = "/a~2"},
        {EXPECT_MESSAGE_TEXT, OPERATOR_MATCHES, .wanted = {"(", "("}},
        {EXPECT_JSON, OPERATOR_MATCHES, .key = "", .wanted = {"\\C", "\\C"}},
    };
    static const struct expectation good[] = {
        {EXPECT_JSON, OPERATOR_EXISTS, .key = ""},
        {EXPECT_JSON, OPERATOR_TYPE, .key = "/a", .wanted = {"null", "null"}},
        {EXPECT_SIZE, OPERATOR_EQUALS, .number = 0},
        {EXPECT_STATUS, OPERATOR_STATUS, .wanted = {"200", "200"}},
        {EXPECT_PING, OPERATOR_AT_MOST, .number = 0},
        {EXPECT_BODY, OPERATOR_MATCHES, .wanted = {"^\\p{L}+$", "^\\p{L}+$"}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct error err = {0};

        if (expect_check(&bad[i], &err))
            fail_msg("number %zu is taken", i);
        assert_int_equal(err.code, ERR_CONFIG);
    }
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(expect_check(&good[i], NULL));
}

static void expectations_are_told_in_words(void **state)
{
    static const struct {
        struct expectation expectation;
        const char *words;
    } cases[] = {
        {{EXPECT_STATUS, OPERATOR_STATUS, .wanted = {NULL, "200 2xx 404"}}, "status is 200 or 2xx or 404"},
        {{EXPECT_TIME, OPERATOR_AT_MOST, .number = 500000}, "total time is at most 500 ms"},
        {{EXPECT_CERTIFICATE, OPERATOR_AT_LEAST, .number = 14.0 * DAY}, "certificate is valid for at least 14 d"},
        {{EXPECT_HEADER, OPERATOR_EQUALS, .key = "Server", .wanted = {NULL, "nginx"}}, "header Server is \"nginx\""},
        {{EXPECT_HEADER, OPERATOR_ABSENT, .key = "Server"}, "header Server is absent"},
        {{EXPECT_BODY, OPERATOR_CONTAINS, .wanted = {"s3cret", "${S}"}}, "body contains \"${S}\""},
        {{EXPECT_JSON, OPERATOR_EQUALS, .key = "/type", .wanted = {NULL, "\"connect\""}},
         "body has /type = \"connect\""},
        {{EXPECT_JSON, OPERATOR_TYPE, .key = "", .wanted = {NULL, "object"}}, "body has as a whole of type object"},
        {{EXPECT_JSON, OPERATOR_AT_LEAST, .key = "/n", .number = 0.1}, "body has /n \xe2\x89\xa5 0.1"},
        {{EXPECT_SIZE, OPERATOR_AT_MOST, .number = 65536}, "body size is at most 64 KiB"},
        {{EXPECT_MESSAGE_JSON, OPERATOR_EXISTS, .key = "/id", .within_us = 2 * SECOND}, "message has /id, within 2 s"},
        {{EXPECT_MESSAGE_TEXT, OPERATOR_EXISTS, .key = NULL}, "message is there"},
        {{EXPECT_PING, OPERATOR_AT_MOST, .key = NULL}, "a ping is answered"},
        {{EXPECT_PING, OPERATOR_AT_MOST, .number = 200000}, "a ping is answered within 200 ms"},
    };
    struct arena arena = ARENA_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(expect_words(&cases[i].expectation, &arena), cases[i].words);
    arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_2xx_is_expected_of_http_and_101_of_a_websocket),
        cmocka_unit_test(a_status_is_one_of_the_list),
        cmocka_unit_test(a_refusal_for_want_of_rights_is_a_matter_of_auth),
        cmocka_unit_test(a_websocket_that_is_refused_as_expected_passes),
        cmocka_unit_test(a_websocket_that_is_refused_otherwise_fails),
        cmocka_unit_test(a_probe_that_failed_below_keeps_its_layer_and_code),
        cmocka_unit_test(what_a_websocket_shows_is_not_judged_without_one),
        cmocka_unit_test(time_is_judged_by_the_whole_attempt),
        cmocka_unit_test(a_time_that_our_own_loop_may_have_made_is_not_judged),
        cmocka_unit_test(a_certificate_is_valid_for_long_enough_or_not),
        cmocka_unit_test(headers_are_compared_as_texts),
        cmocka_unit_test(bodies_and_messages_and_subprotocols_are_compared_as_texts),
        cmocka_unit_test(json_is_compared_at_its_pointer),
        cmocka_unit_test(what_is_no_json_is_said_to_be_none),
        cmocka_unit_test(a_content_type_is_compared_without_parameters_in_any_case),
        cmocka_unit_test(a_size_can_be_decided_of_a_capped_body_too),
        cmocka_unit_test(what_a_capped_body_holds_is_not_judged),
        cmocka_unit_test(a_message_must_come_and_in_time),
        cmocka_unit_test(silence_can_be_expected),
        cmocka_unit_test(of_a_capped_message_only_its_being_there_is_judged),
        cmocka_unit_test(a_ping_is_answered_and_in_time),
        cmocka_unit_test(the_lowest_layer_that_does_not_hold_is_blamed),
        cmocka_unit_test(experiments_that_ask_for_any_answer_are_not_judged),
        cmocka_unit_test(a_plain_probe_of_a_websocket_is_not_judged_whatever_it_asks),
        cmocka_unit_test(experiments_about_the_same_address_are_judged),
        cmocka_unit_test(a_long_value_is_cut_between_characters),
        cmocka_unit_test(a_comparison_that_its_subject_cannot_have_is_refused),
        cmocka_unit_test(expectations_are_told_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
