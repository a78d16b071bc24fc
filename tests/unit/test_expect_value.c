/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "tests/unit/support/judged.h"

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
        {{EXPECT_JSON, OPERATOR_TYPE, .key = "", .wanted = {NULL, "object"}}, "body of type object"},
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
        cmocka_unit_test(headers_are_compared_as_texts),
        cmocka_unit_test(bodies_and_messages_and_subprotocols_are_compared_as_texts),
        cmocka_unit_test(json_is_compared_at_its_pointer),
        cmocka_unit_test(what_is_no_json_is_said_to_be_none),
        cmocka_unit_test(a_content_type_is_compared_without_parameters_in_any_case),
        cmocka_unit_test(a_size_can_be_decided_of_a_capped_body_too),
        cmocka_unit_test(a_long_value_is_cut_between_characters),
        cmocka_unit_test(a_comparison_that_its_subject_cannot_have_is_refused),
        cmocka_unit_test(expectations_are_told_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
