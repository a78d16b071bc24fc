/* SPDX-License-Identifier: MIT */
/* What differs between two answers. */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "collector/probe.h"
#include "diagnosis/difference.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct slice or_dash(struct slice value)
{
    return value.data ? value : slice_of("-");
}

/* "where: before -> after (kind)", a line each. */
static void assert_differences(const struct differences *found, const char *wanted)
{
    struct buf text = BUF_INIT;

    for (size_t i = 0; i < found->count; i++) {
        const struct difference *one = &found->list[i];

        buf_put_slice(&text, one->where);
        buf_puts(&text, ": ");
        buf_put_slice(&text, or_dash(one->before));
        buf_puts(&text, " -> ");
        buf_put_slice(&text, or_dash(one->after));
        buf_printf(&text, " (%s)\n", difference_words[one->kind]);
    }
    assert_string_equal(text.data, wanted);
    buf_free(&text);
}

static void json_differs_by_pointer(void **state)
{
    static const struct {
        const char *before, *after, *wanted;
    } rows[] = {
        {"{\"a\":1}", "{\"a\":1.0}", ""},
        {"{\"a\":1}", "{\"a\":123456789012345678901234567890}", "/a: 1 -> 1.2345678901234568e29 (value)\n"},
        {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", ""},
        {"{\"a\":{\"b\":1}}", "{\"a\":{\"b\":2,\"c\":null}}", "/a/b: 1 -> 2 (value)\n/a/c: - -> null (added)\n"},
        {"{\"a\":\"1\"}", "{\"a\":1}", "/a: \"1\" -> 1 (type)\n"},
        {"{\"a/b\":1,\"c~d\":2}", "{}", "/a~1b: 1 -> - (removed)\n/c~0d: 2 -> - (removed)\n"},
        {"[1,2,3]", "[1,4]", "/1: 2 -> 4 (value)\n/2: 3 -> - (removed)\n"},
        {"true", "false", "/: true -> false (value)\n"},
        {"{\"\":1}", "{\"\":2}", "/: 1 -> 2 (value)\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = ARENA_INIT;
        struct differences found;

        differences_begin(&found, 10, &arena);
        assert_true(differences_of_json(&found, slice_of(rows[i].before), slice_of(rows[i].after)));
        assert_differences(&found, rows[i].wanted);
        arena_free(&arena);
    }
}

static void elements_that_have_an_identity_may_move(void **state)
{
    struct arena arena = ARENA_INIT;
    struct differences found;

    (void)state;
    differences_begin(&found, 10, &arena);
    differences_of_json(&found, slice_of("[{\"id\":1,\"n\":\"a\"},{\"id\":2,\"n\":\"b\"},{\"id\":3,\"n\":\"c\"}]"),
                        slice_of("[{\"id\":3,\"n\":\"c\"},{\"id\":2,\"n\":\"B\"},{\"id\":4,\"n\":\"d\"}]"));
    assert_differences(&found, "/0: {\"id\":1,\"n\":\"a\"} -> - (removed)\n"
                               "/1/n: \"b\" -> \"B\" (value)\n"
                               "/2: - -> {\"id\":4,\"n\":\"d\"} (added)\n");
    differences_begin(&found, 10, &arena);
    differences_of_json(&found, slice_of("[{\"id\":1},{\"id\":1}]"), slice_of("[{\"id\":1},{\"id\":2}]"));
    assert_differences(&found, "/1/id: 1 -> 2 (value)\n");
    arena_free(&arena);
}

static void what_is_no_json_is_not_compared_as_such(void **state)
{
    struct arena arena = ARENA_INIT;
    struct differences found;

    (void)state;
    differences_begin(&found, 10, &arena);
    assert_false(differences_of_json(&found, slice_of("{"), slice_of("{}")));
    assert_false(differences_of_json(&found, (struct slice){NULL, 0}, slice_of("{}")));
    assert_int_equal(found.count, 0);
    arena_free(&arena);
}

static void text_differs_by_line(void **state)
{
    static const struct {
        const char *before, *after, *wanted;
    } rows[] = {
        {"a\nb\nc\n", "a\nb\nc\n", ""},
        {"a\nb\nc\n", "a\nX\nc\n", "line 2: b -> X (value)\n"},
        {"a\nb\nc\n", "a\nc\n", "line 2: b -> - (removed)\n"},
        {"a\nc\n", "a\nb\nc\nd", "line 2: - -> b (added)\nline 4: - -> d (added)\n"},
        {"", "a\n", "line 1: - -> a (added)\n"},
        {"a", "", "line 1: a -> - (removed)\n"},
        {"a\nb\nc\nd\n", "c\nd\na\nb\n",
         "line 1: a -> - (removed)\nline 2: b -> - (removed)\nline 3: - -> a (added)\nline 4: - -> b (added)\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = ARENA_INIT;
        struct differences found;

        differences_begin(&found, 10, &arena);
        differences_of_text(&found, slice_of(rows[i].before), slice_of(rows[i].after));
        assert_differences(&found, rows[i].wanted);
        arena_free(&arena);
    }
}

/* Applying what was found to the first text gives the second, for texts of few different lines. */
static void an_edit_script_leads_from_one_text_to_the_other(void **state)
{
    unsigned random = 1;

    (void)state;
    for (unsigned trial = 0; trial < 200; trial++) {
        char before[64] = "", after[64] = "";
        struct arena arena = ARENA_INIT;
        struct differences found;
        size_t removed = 0, added = 0;

        for (unsigned side = 0; side < 2; side++)
            for (unsigned i = 0, lines = (random = random * 1103515245U + 12345U) >> 16 & 15; i < lines; i++) {
                random = random * 1103515245U + 12345U;
                strcat(side ? after : before, random >> 16 & 1 ? "x\n" : "y\n");
            }
        differences_begin(&found, 100, &arena);
        differences_of_text(&found, slice_of(before), slice_of(after));
        for (size_t i = 0; i < found.count; i++) {
            removed += found.list[i].before.data != NULL;
            added += found.list[i].after.data != NULL;
        }
        assert_int_equal(strlen(before) / 2 - removed, strlen(after) / 2 - added);
        assert_int_equal(found.count == 0, strcmp(before, after) == 0);
        arena_free(&arena);
    }
}

static void texts_that_share_nothing_are_still_bounded(void **state)
{
    struct arena arena = ARENA_INIT;
    struct differences found;
    struct buf before = BUF_INIT, after = BUF_INIT;

    (void)state;
    for (unsigned i = 0; i < 3000; i++) {
        buf_printf(&before, "a%u\n", i);
        buf_printf(&after, "b%u\n", i);
    }
    differences_begin(&found, 20, &arena);
    differences_of_text(&found, buf_slice(&before), buf_slice(&after));
    assert_int_equal(found.count, 20);
    assert_int_equal(found.left, 2980);
    buf_free(&before);
    buf_free(&after);
    arena_free(&arena);
}

#define HEADER(name, value)                                                                                           \
    {                                                                                                                 \
        {name, sizeof name - 1},                                                                                      \
        {                                                                                                             \
            value, sizeof value - 1                                                                                   \
        }                                                                                                             \
    }

static void headers_that_differ_anyway_are_learned_and_left_out(void **state)
{
    static const struct header one[] = {HEADER("Date", "1"), HEADER("X-Request-Id", "a"), HEADER("Server", "nginx/1"),
                                        HEADER("X-Old", "y"), HEADER("Via", "p")};
    static const struct header two[] = {HEADER("date", "2"), HEADER("x-request-id", "b"), HEADER("server", "nginx/1"),
                                        HEADER("x-old", "y"), HEADER("Via", "p")};
    static const struct header later[] = {HEADER("Date", "9"), HEADER("X-Request-Id", "c"),
                                          HEADER("Server", "nginx/2"), HEADER("X-New", "z"), HEADER("via", "p")};
    struct probe first = {.status = 200, .headers = one, .header_count = COUNT(one)};
    struct probe second = {.status = 200, .headers = two, .header_count = COUNT(two)};
    struct probe third = {.status = 200, .headers = later, .header_count = COUNT(later)};
    const struct probe *old[] = {&first, &second}, *now[] = {&third};
    struct answer before = {.probes = old, .count = 2, .typical = &second};
    struct answer after = {.probes = now, .count = 1, .typical = &third};
    struct arena arena = ARENA_INIT;
    struct differences found;

    (void)state;
    differences_begin(&found, 10, &arena);
    differences_of_headers(&found, &before, &after);
    assert_differences(&found, "server: nginx/1 -> nginx/2 (value)\n"
                               "x-old: y -> - (removed)\n"
                               "X-New: - -> z (added)\n");
    arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_differs_by_pointer),
        cmocka_unit_test(elements_that_have_an_identity_may_move),
        cmocka_unit_test(what_is_no_json_is_not_compared_as_such),
        cmocka_unit_test(text_differs_by_line),
        cmocka_unit_test(an_edit_script_leads_from_one_text_to_the_other),
        cmocka_unit_test(texts_that_share_nothing_are_still_bounded),
        cmocka_unit_test(headers_that_differ_anyway_are_learned_and_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
