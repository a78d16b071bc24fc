/* SPDX-License-Identifier: MIT */
/* What servers send that is meant to be misread: numbers, keys, depth, bytes and texts that are dear to search. */
#include "base/buf.h"
#include "tests/unit/support/judged.h"

static void numbers_are_compared_as_numbers(void **state)
{
    static const struct {
        const char *body, *wanted;
        enum judgement_verdict verdict;
    } cases[] = {
        {"1", "1.0", JUDGED_HOLDS},
        {"1.0", "1", JUDGED_HOLDS},
        {"1e0", "1", JUDGED_HOLDS},
        {"-0", "0", JUDGED_HOLDS},
        {"1.5", "1", JUDGED_DOES_NOT},
        {"9007199254740993", "9007199254740993", JUDGED_HOLDS},
        {"9007199254740993", "9007199254740992", JUDGED_DOES_NOT},
        {"9007199254740993", "9007199254740992.0", JUDGED_DOES_NOT},
        {"18446744073709551615", "18446744073709551615", JUDGED_HOLDS},
        {"18446744073709551616", "18446744073709551615", JUDGED_HOLDS}, /* the same double */
        {"18446744073709551615", "1", JUDGED_DOES_NOT},
        {"[9007199254740993,18446744073709551615]", "[9007199254740993,18446744073709551615]", JUDGED_HOLDS},
        {"[9007199254740993,18446744073709551615]", "[9007199254740992,18446744073709551615]", JUDGED_DOES_NOT},
        {"{\"a\\\"1\":[1,{\"b\":2}]}", "{\"a\\\"1\":[1.0,{\"b\":2.0}]}", JUDGED_HOLDS},
        {"{\"a\":1,\"b\":2}", "{\"a\":1}", JUDGED_DOES_NOT},
        {"{\"a\":1}", "{\"a\":1,\"b\":2}", JUDGED_DOES_NOT},
        {"[1]", "[1,2]", JUDGED_DOES_NOT},
        {"[\"18446744073709551615\",18446744073709551615]", "[\"18446744073709551615\",18446744073709551615.0]",
         JUDGED_HOLDS},
        {"-99999999999999999999999999", "-1e26", JUDGED_HOLDS},
        {"\"1\"", "1", JUDGED_DOES_NOT},
        {"true", "1", JUDGED_DOES_NOT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scene scene;
        const struct judgement *judgement;

        open_scene(&scene, "https://a.example/");
        expect(&scene,
               (struct expectation){EXPECT_JSON, OPERATOR_EQUALS, .key = "", .wanted = {cases[i].wanted, NULL}});
        set_body(&scene, cases[i].body);
        judgement = judged(&scene);
        if (judgement->verdict != cases[i].verdict)
            fail_msg("%s against %s: %s", cases[i].body, cases[i].wanted, judgement_words[judgement->verdict]);
        close_scene(&scene);
    }
}

/* RFC 8259, 4 leaves it open; most readers take the last, and so do we. */
static void of_a_key_that_comes_twice_the_last_counts(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_JSON, OPERATOR_EQUALS, .key = "/a", .wanted = {"2", NULL}});
    set_body(&scene, "{\"a\":1,\"a\":2}");
    assert_found(judged(&scene), JUDGED_HOLDS, "2");
    close_scene(&scene);
}

static void a_depth_bomb_is_no_json_and_does_no_harm(void **state)
{
    struct buf bomb = BUF_INIT;
    struct scene scene;

    (void)state;
    for (size_t i = 0; i < 1000000; i++)
        buf_putc(&bomb, '[');
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_JSON, OPERATOR_EXISTS, .key = "/0/0"});
    set_body(&scene, bomb.data);
    assert_found(judged(&scene), JUDGED_DOES_NOT, "not JSON");
    close_scene(&scene);
    buf_free(&bomb);
}

static void broken_bytes_are_searched_and_are_no_json(void **state)
{
    static const char *const bodies[] = {"{\"a\":\"\xff\"}", "{\"a\":\"\xc0\xaf\"}", "{\"a\":\"\xed\xa0\x80\"}"};

    (void)state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct scene scene;

        open_scene(&scene, "https://a.example/");
        expect(&scene, (struct expectation){EXPECT_BODY, OPERATOR_MATCHES, .wanted = {"^\\{\"a\":\"", NULL}});
        set_body(&scene, bodies[i]);
        assert_int_equal(judged(&scene)->verdict, JUDGED_HOLDS);
        expect(&scene, (struct expectation){EXPECT_JSON, OPERATOR_EXISTS, .key = "/a"});
        assert_found(judged(&scene), JUDGED_DOES_NOT, "not JSON");
        close_scene(&scene);
    }
}

static void a_regular_expression_that_never_ends_is_not_judged(void **state)
{
    struct buf body = BUF_INIT;
    struct scene scene;
    const struct judgement *judgement;

    (void)state;
    for (size_t i = 0; i < 5000; i++)
        buf_putc(&body, 'a');
    buf_putc(&body, '!');
    open_scene(&scene, "https://a.example/");
    expect(&scene, (struct expectation){EXPECT_BODY, OPERATOR_MATCHES, .wanted = {"^(a|aa|a+)+$", NULL}});
    set_body(&scene, body.data);
    judgement = judged(&scene);
    assert_int_equal(judgement->verdict, JUDGED_NOT);
    assert_string_equal(judgement->reason, "the regular expression took too long on this text");
    assert_int_equal(scene.probe->outcome, OUTCOME_NOT_JUDGED);
    close_scene(&scene);
    buf_free(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_compared_as_numbers),
        cmocka_unit_test(of_a_key_that_comes_twice_the_last_counts),
        cmocka_unit_test(a_depth_bomb_is_no_json_and_does_no_harm),
        cmocka_unit_test(broken_bytes_are_searched_and_are_no_json),
        cmocka_unit_test(a_regular_expression_that_never_ends_is_not_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
