/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tests/unit/support/judged.h"

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

static void where_and_in_which_version_the_answer_came_can_be_expected(void **state)
{
    static const char sum[] = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_VERSION, OPERATOR_EQUALS, .wanted = {"2", NULL}});
    scene.probe->status = 200;
    scene.probe->http_version = "1.1";
    assert_found(judged(&scene), JUDGED_DOES_NOT, "1.1");
    assert_failed(scene.probe, LAYER_HTTP, "http-version");
    close_scene(&scene);

    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_URL, OPERATOR_CONTAINS, .wanted = {"/home", NULL}});
    scene.probe->status = 200;
    scene.probe->url = "https://a.example/";
    assert_found(judged(&scene), JUDGED_DOES_NOT, "https://a.example/");
    assert_failed(scene.probe, LAYER_HTTP, "http-url");
    scene.probe->code = NULL;
    scene.probe->final_url = "https://a.example/home";
    assert_found(judged(&scene), JUDGED_HOLDS, "https://a.example/home");
    close_scene(&scene);

    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_BODY_SHA256, OPERATOR_EQUALS, .wanted = {sum, NULL}});
    scene.probe->status = 200;
    assert_found(judged(&scene), JUDGED_NOT, NULL);
    scene.probe->body_sha256 = slice_of(sum);
    assert_found(judged(&scene), JUDGED_HOLDS, sum);
    scene.probe->body_capped = true;
    assert_found(judged(&scene), JUDGED_NOT, NULL);
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

static void a_status_that_was_not_wanted_speaks_for_the_probe(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_HEADER, OPERATOR_EXISTS, .key = "Server"});
    expect(&scene, (struct expectation){EXPECT_STATUS, OPERATOR_STATUS, .wanted = {"200", "200"}});
    expect(&scene, (struct expectation){EXPECT_BODY, OPERATOR_CONTAINS, .wanted = {"x", NULL}});
    scene.probe->status = 401;
    set_body(&scene, "y");
    judged(&scene);
    assert_failed(scene.probe, LAYER_AUTH, "auth-refused");
    close_scene(&scene);
}

static void experiments_that_ask_for_any_answer_are_not_judged(void **state)
{
    static const enum question questions[] = {QUESTION_NO_SUCH_SIBLING, QUESTION_NO_SUCH_ROOT, QUESTION_PLAIN_GET,
                                              QUESTION_UNVERIFIED,      QUESTION_PARENT,       QUESTION_PREFLIGHT};

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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_2xx_is_expected_of_http_and_101_of_a_websocket),
        cmocka_unit_test(a_status_is_one_of_the_list),
        cmocka_unit_test(a_refusal_for_want_of_rights_is_a_matter_of_auth),
        cmocka_unit_test(a_probe_that_failed_below_keeps_its_layer_and_code),
        cmocka_unit_test(where_and_in_which_version_the_answer_came_can_be_expected),
        cmocka_unit_test(time_is_judged_by_the_whole_attempt),
        cmocka_unit_test(a_time_that_our_own_loop_may_have_made_is_not_judged),
        cmocka_unit_test(a_certificate_is_valid_for_long_enough_or_not),
        cmocka_unit_test(what_a_capped_body_holds_is_not_judged),
        cmocka_unit_test(the_lowest_layer_that_does_not_hold_is_blamed),
        cmocka_unit_test(a_status_that_was_not_wanted_speaks_for_the_probe),
        cmocka_unit_test(experiments_that_ask_for_any_answer_are_not_judged),
        cmocka_unit_test(experiments_about_the_same_address_are_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
