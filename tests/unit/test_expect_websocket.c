/* SPDX-License-Identifier: MIT */
/* What is expected of a WebSocket. */
#include "tests/unit/support/judged.h"

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

static void each_message_is_judged_in_its_order(void **state)
{
    struct message kept[] = {{.type = MESSAGE_TEXT, .at_us = 1000},
                             {.type = MESSAGE_PING, .at_us = 1500},
                             {.type = MESSAGE_TEXT, .sent = true, .at_us = 1600},
                             {.type = MESSAGE_TEXT, .at_us = 2 * SECOND}};
    struct scene scene;

    (void)state;
    open_scene(&scene, "wss://a.example/ws");
    expect(&scene, (struct expectation){EXPECT_MESSAGE_JSON, OPERATOR_EQUALS, .key = "/n", .wanted = {"2", NULL},
                                        .message = 1});
    set_message(&scene, "{\"n\":1}", 1000);
    assert_found(judged(&scene), JUDGED_DOES_NOT, NULL);
    assert_failed(scene.probe, LAYER_WEBSOCKET, "websocket-no-message");
    scene.probe->code = NULL;
    scene.matter.message_capped = true;
    assert_found(judged(&scene), JUDGED_NOT, NULL);
    scene.matter.message_capped = false;
    scene.messages[1] = slice_of("{\"n\":2}");
    scene.matter.message_count = 2;
    scene.probe->messages = kept;
    scene.probe->message_count = COUNT(kept);
    assert_found(judged(&scene), JUDGED_HOLDS, "2");
    scene.expectations[0].within_us = SECOND;
    assert_found(judged(&scene), JUDGED_DOES_NOT, "it came after 2 s");
    close_scene(&scene);
}

static void how_a_socket_ends_can_be_expected(void **state)
{
    static const struct {
        enum expect_subject subject;
        double number;
        int64_t open_us;
        int close;
        const char *code; /* that the collector recorded */
        enum judgement_verdict verdict;
        const char *actual;
    } cases[] = {
        {EXPECT_OPEN, 3 * SECOND, 3 * SECOND, 0, NULL, JUDGED_HOLDS, "3 s"},
        {EXPECT_OPEN, 3 * SECOND, 1 * SECOND, 1008, "websocket-closed-by-server", JUDGED_DOES_NOT,
         "closed after 1 s with 1008"},
        {EXPECT_OPEN, 3 * SECOND, 1 * SECOND, 1006, "websocket-hung-up", JUDGED_DOES_NOT, "lost after 1 s"},
        {EXPECT_OPEN, 3 * SECOND, 1 * SECOND, 0, NULL, JUDGED_NOT, NULL},
        {EXPECT_OPEN, 3 * SECOND, NOT_MEASURED, 0, NULL, JUDGED_NOT, NULL},
        {EXPECT_OPEN, 3 * SECOND, 1 * SECOND, 1000, NULL, JUDGED_DOES_NOT, "closed after 1 s with 1000"},
        {EXPECT_CLOSE, 1000, SECOND, 1000, NULL, JUDGED_HOLDS, "1000"},
        {EXPECT_CLOSE, 1000, SECOND, 1011, "websocket-closed-by-server", JUDGED_DOES_NOT, "1011"},
        {EXPECT_CLOSE, 1000, SECOND, 1006, NULL, JUDGED_DOES_NOT, "the server sent no close frame"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scene scene;

        open_scene(&scene, "wss://a.example/ws");
        expect(&scene, (struct expectation){cases[i].subject, OPERATOR_EQUALS, .number = cases[i].number});
        scene.probe->status = 101;
        scene.probe->timings.open_us = cases[i].open_us;
        scene.probe->close_code = cases[i].close;
        scene.probe->code = cases[i].code;
        assert_found(judged(&scene), cases[i].verdict, cases[i].actual);
        close_scene(&scene);
    }
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

static void an_upgrade_that_is_tried_passes_only_when_it_is_made(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    scene.probe->question = QUESTION_UPGRADE;
    scene.probe->upgrade = true;
    scene.probe->status = 404;
    scene.probe->layer = LAYER_WEBSOCKET;
    scene.probe->code = "websocket-refused";
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    assert_failed(scene.probe, LAYER_WEBSOCKET, "websocket-refused");
    scene.probe->status = 101;
    scene.probe->code = "websocket-bad-accept";
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    assert_failed(scene.probe, LAYER_WEBSOCKET, "websocket-bad-accept");
    scene.probe->layer = LAYER_NONE;
    scene.probe->code = NULL;
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    assert_passed(scene.probe);
    close_scene(&scene);
}

static void an_upgrade_of_what_is_no_websocket_is_not_judged(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    scene.probe->question = QUESTION_SCHEME;
    scene.probe->upgrade = true;
    scene.probe->status = 426;
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    assert_int_equal(scene.probe->judgement_count, 0);
    assert_passed(scene.probe);
    close_scene(&scene);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_websocket_that_is_refused_as_expected_passes),
        cmocka_unit_test(a_websocket_that_is_refused_otherwise_fails),
        cmocka_unit_test(what_a_websocket_shows_is_not_judged_without_one),
        cmocka_unit_test(each_message_is_judged_in_its_order),
        cmocka_unit_test(how_a_socket_ends_can_be_expected),
        cmocka_unit_test(a_message_must_come_and_in_time),
        cmocka_unit_test(silence_can_be_expected),
        cmocka_unit_test(of_a_capped_message_only_its_being_there_is_judged),
        cmocka_unit_test(a_ping_is_answered_and_in_time),
        cmocka_unit_test(a_plain_probe_of_a_websocket_is_not_judged_whatever_it_asks),
        cmocka_unit_test(an_upgrade_that_is_tried_passes_only_when_it_is_made),
        cmocka_unit_test(an_upgrade_of_what_is_no_websocket_is_not_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
