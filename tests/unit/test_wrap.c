/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "render/wrap.h"

static void expect(const char *text, const char *wanted)
{
    struct buf out = BUF_INIT;

    wrap_text(slice_of(text), 20, &out);
    assert_string_equal(out.data, wanted);
    buf_free(&out);
}

static void lines_are_broken_at_blanks_and_keep_their_indent(void **state)
{
    (void)state;
    expect("12345678901234567890\n", "12345678901234567890\n");
    expect("1234567890 123456789 1\n", "1234567890 123456789\n1\n");
    expect("  one two three four five\n", "  one two three four\n  five\n");
    expect("a\n\n  \nb", "a\n\n\nb");
    expect("", "");
}

static void a_word_that_is_too_wide_stays_whole(void **state)
{
    (void)state;
    expect("  see https://a.example/a/long/path now\n", "  see\n  https://a.example/a/long/path\n  now\n");
    expect("123456789012345678901\n", "123456789012345678901\n");
}

static void columns_are_counted_not_bytes(void **state)
{
    (void)state;
    expect("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4 123456789\n",
           "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4 123456789\n");
}

static void aligned_columns_stay_aligned(void **state)
{
    (void)state;
    expect("  x    y   z  \n", "  x    y   z\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_broken_at_blanks_and_keep_their_indent),
        cmocka_unit_test(a_word_that_is_too_wide_stays_whole),
        cmocka_unit_test(columns_are_counted_not_bytes),
        cmocka_unit_test(aligned_columns_stay_aligned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
