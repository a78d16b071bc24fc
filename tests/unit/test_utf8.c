/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "base/utf8.h"

static void check(const char *from, const char *to)
{
    struct buf out = BUF_INIT;

    utf8_escape(&out, slice_of(from));
    assert_string_equal(out.data, to);
    assert_true(utf8_valid(buf_slice(&out)));
    buf_free(&out);
}

static void printable_text_stays_as_it_is(void **state)
{
    (void)state;
    check("plain \"text\" \\ and | marks", "plain \"text\" \\ and | marks");
    check("Grüße, 日本語, ✓ 🎯", "Grüße, 日本語, ✓ 🎯");
}

static void control_and_bidi_characters_become_visible(void **state)
{
    (void)state;
    check("a\x1b[31mb", "a\\u{001B}[31mb");
    check("a\nb\tc\r", "a\\nb\\tc\\r");
    check("user\xe2\x80\xae" /* NOLINT(misc-misleading-bidirectional): what it is about */
          "gpj.exe",
          "user\\u{202E}gpj.exe");
    check("zero\xe2\x80\x8bwidth", "zero\\u{200B}width");
    check("no\xc2\xa0"
          "break",
          "no\\u{00A0}break");
    check("\xe2\xa0\x80", "\\u{2800}");
}

static void broken_bytes_are_shown_as_bytes(void **state)
{
    (void)state;
    check("\xff\xfe", "\\xFF\\xFE");
    check("cut \xe2\x82", "cut \\xE2\\x82");
    check("\xed\xa0\x80", "\\xED\\xA0\\x80");
    check("\xc0\xaf", "\\xC0\\xAF");
}

static void blocks_keep_their_lines(void **state)
{
    struct buf out = BUF_INIT;

    (void)state;
    utf8_escape_block(&out, slice_of("a\r\n\tb\rc\x07"));
    assert_string_equal(out.data, "a\n\tb\\rc\\u{0007}");
    buf_free(&out);
}

static void cuts_fall_between_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_cut(slice_of("aé"), 2), 1);
    assert_int_equal(utf8_cut(slice_of("aé"), 3), 3);
    assert_int_equal(utf8_cut(slice_of("🎯🎯"), 7), 4);
    assert_int_equal(utf8_cut(slice_of("\x80\x80\x80\x80\x80\x80\x80\x80"), 6), 2);
}

static void columns_are_those_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(utf8_columns(slice_of("abc")), 3);
    assert_int_equal(utf8_columns(slice_of("日本")), 4);
    assert_int_equal(utf8_columns(slice_of("e\xcc\x81")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printable_text_stays_as_it_is),
        cmocka_unit_test(control_and_bidi_characters_become_visible),
        cmocka_unit_test(broken_bytes_are_shown_as_bytes),
        cmocka_unit_test(blocks_keep_their_lines),
        cmocka_unit_test(cuts_fall_between_characters),
        cmocka_unit_test(columns_are_those_of_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
