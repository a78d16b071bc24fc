/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <string.h>

#include "collector/probe.h"
#include "collector/request.h"
#include "collector/token.h"

/* {"alg":"RS256","typ":"JWT"} and {"iss":"id.example","aud":["chat","api"],"scope":"read write","iat":1700000000,
 * "nbf":1700000001,"exp":1700003600.5}. */
static const char whole[] =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJpc3MiOiJpZC5leGFtcGxlIiwiYXVkIjpbImNoYXQiLCJhcGkiXSwic2NvcGUiOiJyZWFkIHdyaXRlIiwiaWF0Ijo"
    "xNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDEsImV4cCI6MTcwMDAwMzYwMC41fQ.c2ln";

static void a_token_says_its_claims(void **state)
{
    struct arena arena = ARENA_INIT;
    struct token token;

    (void)state;
    assert_true(token_read("Authorization", arena_printf(&arena, "Bearer eyJ.x %s", whole), &arena, &token));
    assert_string_equal(token.header, "Authorization");
    assert_string_equal(token.algorithm.data, "RS256");
    assert_string_equal(token.issuer.data, "id.example");
    assert_string_equal(token.audience.data, "chat api");
    assert_string_equal(token.scope.data, "read write");
    assert_int_equal(token.issued_s, 1700000000);
    assert_int_equal(token.not_before_s, 1700000001);
    assert_int_equal(token.expires_s, 1700003600);
    arena_free(&arena);
}

static void what_a_token_does_not_say_is_absent(void **state)
{
    struct arena arena = ARENA_INIT;
    struct token token;

    (void)state;
    /* {"alg":"none"} and {"exp":"soon"}, without a signature. */
    assert_true(token_read("Cookie", "t=eyJhbGciOiJub25lIn0.eyJleHAiOiJzb29uIn0.", &arena, &token));
    assert_string_equal(token.algorithm.data, "none");
    assert_null(token.issuer.data);
    assert_null(token.audience.data);
    assert_int_equal(token.expires_s, 0);
    arena_free(&arena);
}

static void what_is_no_token_is_none(void **state)
{
    static const char *const values[] = {"",
                                         "Bearer opaque-4711",
                                         "eyJ",
                                         "eyJhbGciOiJub25lIn0",
                                         "eyJhbGciOiJub25lIn0.eyJleHAiOiJzb29uIn0",
                                         "eyJhbGciOiJub25lIn0.W10.",
                                         "eyJhbGciOiJub25lIn0..",
                                         "eyJhbGciOiJub25lIn.eyJleHAiOiJzb29uIn0."};
    struct arena arena = ARENA_INIT;
    struct token token;

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_false(token_read("X", values[i], &arena, &token));
    arena_free(&arena);
}

static void a_probe_keeps_the_facts_of_each_header(void **state)
{
    static const struct request_header headers[] = {{"Host", {"a.example", "a.example"}, true},
                                                    {"X-Token", {whole, "${T}"}, false}};
    const struct request request = {.headers = headers, .header_count = 2};
    struct probe *probe = probe_new();

    (void)state;
    token_record(&request, probe);
    assert_int_equal(probe->token_count, 1);
    assert_string_equal(probe->tokens[0].header, "X-Token");
    assert_int_equal(probe->tokens[0].scope.len, strlen("read write"));
    probe_free(probe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_says_its_claims),
        cmocka_unit_test(what_a_token_does_not_say_is_absent),
        cmocka_unit_test(what_is_no_token_is_none),
        cmocka_unit_test(a_probe_keeps_the_facts_of_each_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
