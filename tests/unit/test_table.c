/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "base/utf8.h"
#include "cli/table.h"

static const struct model_answer working = {
    .name = {"health", 6},
    .result = RESULT_WORKS,
    .passed = 3,
    .total = 3,
    .status = 200,
    .time = 2310,
    .said = {"status: ok", 10},
};
static const struct model_answer candidate = {
    .name = {"/websocket", 10},
    .candidate = true,
    .result = RESULT_WORKS,
    .passed = 2,
    .total = 2,
    .status = 101,
    .time = 57000,
    .said = {"type: connect", 13},
};

static void draw(const struct model_endpoint *endpoints, size_t count, bool colour, size_t columns, struct buf *out)
{
    const struct model model = {.endpoints = {endpoints, count, NULL, NULL}};

    table_endpoints(&model, colour, columns, out);
}

static void assert_no_wider(const struct buf *out, size_t columns)
{
    struct slice rest = buf_slice(out);

    while (rest.len) {
        const char *end = memchr(rest.data, '\n', rest.len);
        struct slice line = {rest.data, (size_t)(end - rest.data)};

        if (utf8_columns(line) > columns)
            fail_msg("%zu columns: %.*s", utf8_columns(line), (int)line.len, line.data);
        rest = (struct slice){end + 1, rest.len - line.len - 1};
    }
}

static void a_row_says_result_status_attempts_time_and_words(void **state)
{
    const struct model_endpoint endpoint = {.answer = &working};
    struct buf out = BUF_INIT;

    (void)state;
    draw(&endpoint, 1, false, 100, &out);
    assert_non_null(strstr(out.data, "ENDPOINT"));
    assert_non_null(strstr(out.data, "health    ✓ works         200     3/3  2.31 ms  status: ok\n"));
    buf_free(&out);
}

static void candidates_stand_below_their_endpoint(void **state)
{
    const struct model_answer failing = {
        .name = {"socket", 6}, .result = RESULT_FAILS, .total = 3, .time = -1, .said = {"Connection refused", 18}};
    const struct model_endpoint endpoint = {.answer = &failing, .candidates = {&candidate, 1, NULL, NULL}};
    struct buf out = BUF_INIT;

    (void)state;
    draw(&endpoint, 1, false, 100, &out);
    assert_non_null(strstr(out.data, "socket           ✗ fails                 0/3           Connection refused\n"));
    assert_non_null(strstr(out.data, "  or /websocket  ✓ works         101     2/2  57 ms    type: connect\n"));
    buf_free(&out);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    char words[400];
    const struct model_answer long_one = {
        .name = {words, 200},
        .result = RESULT_NO_SUCH_PATH,
        .passed = 100,
        .total = 100,
        .status = 404,
        .time = 123456789,
        .said = {words, sizeof words},
    };
    const struct model_endpoint endpoint = {.answer = &long_one};

    (void)state;
    memset(words, 'x', sizeof words);
    for (size_t columns = 40; columns < 200; columns += 5) {
        struct buf out = BUF_INIT;

        draw(&endpoint, 1, false, columns, &out);
        assert_no_wider(&out, columns);
        buf_free(&out);
    }
}

static void foreign_words_move_no_cursor(void **state)
{
    const struct model_answer hostile = {
        .name = {"a", 1}, .result = RESULT_FAILS, .total = 1, .time = -1, .said = {"\x1b[2Jgone\nnext\xFF", 14}};
    const struct model_endpoint endpoint = {.answer = &hostile};
    struct buf out = BUF_INIT;

    (void)state;
    draw(&endpoint, 1, false, 100, &out);
    assert_null(strchr(out.data, '\x1b'));
    assert_non_null(strstr(out.data, "\\u{001B}[2Jgone next\\xFF\n"));
    buf_free(&out);
}

static void colour_is_there_only_when_asked_for(void **state)
{
    const struct model_endpoint endpoint = {.answer = &working};
    struct buf out = BUF_INIT;

    (void)state;
    draw(&endpoint, 1, true, 100, &out);
    assert_non_null(strstr(out.data, "\x1b[32m✓ works"));
    buf_clear(&out);
    draw(&endpoint, 1, false, 100, &out);
    assert_null(strchr(out.data, '\x1b'));
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_says_result_status_attempts_time_and_words),
        cmocka_unit_test(candidates_stand_below_their_endpoint),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(foreign_words_move_no_cursor),
        cmocka_unit_test(colour_is_there_only_when_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
