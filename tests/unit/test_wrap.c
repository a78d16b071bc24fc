/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "render/wrap.h"

static void check(const char *from, const char *to)
{
    struct buf out = BUF_INIT;

    wrap_text(slice_of(from), 20, &out);
    assert_string_equal(out.data, to);
    buf_free(&out);
}

static void long_lines_break_at_blanks_and_keep_their_indent(void **state)
{
    (void)state;
    check("one two three four five six\n", "one two three four\nfive six\n");
    check("  one two three four five\n\nx", "  one two three four\n  five\n\nx");
}

static void what_fits_stays_as_it_is(void **state)
{
    (void)state;
    check("a   b\n  c    d\n", "a   b\n  c    d\n");
    check("", "");
}

static void a_long_word_stays_whole(void **state)
{
    (void)state;
    check("see https://example.com/a/long/path now", "see\nhttps://example.com/a/long/path\nnow");
}

static void columns_count_not_bytes(void **state)
{
    (void)state;
    check("äöü äöü äöü äöü äöü äöü", "äöü äöü äöü äöü äöü\näöü");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_lines_break_at_blanks_and_keep_their_indent),
        cmocka_unit_test(what_fits_stays_as_it_is),
        cmocka_unit_test(a_long_word_stays_whole),
        cmocka_unit_test(columns_count_not_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
