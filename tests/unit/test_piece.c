/* SPDX-License-Identifier: MIT */
#include "render/piece.h"

#include "tests/unit/unit.h"

static const char document[] = "# Title\n"
                               "\n"
                               "> quote\n"
                               "> more\n"
                               "\n"
                               "| a | b |\n"
                               "|---|--:|\n"
                               "| 1 | x\\|y |\n"
                               "| 2 | y |\n"
                               "| 3 | z |\n"
                               "\n"
                               "- item\n"
                               "\n"
                               "  its second paragraph\n"
                               "\n"
                               "- item\n"
                               "\n"
                               "1. one\n"
                               "\n"
                               "```text\n"
                               "# code\n"
                               "\n"
                               "| a | b |\n"
                               "|---|---|\n"
                               "| 1 | 2 |\n"
                               "\n"
                               "---\n"
                               "```\n"
                               "\n"
                               "<!-- a\n"
                               "\n"
                               "comment -->\n"
                               "\n"
                               "words\n"
                               "and more\n"
                               "\n"
                               "---\n"
                               "\n"
                               "The end\n";

/* Every piece, a line of "=" between them; "+" before one that goes on with a table. */
static void cut(const char *markdown, size_t least, const char *end, struct buf *out)
{
    struct cutter cutter;
    struct piece piece;

    cutter_init(&cutter, slice_of(markdown), least, end);
    while (cutter_next(&cutter, &piece)) {
        buf_puts(out, piece.continues ? "+" : "");
        buf_put_slice(out, piece.text);
        buf_puts(out, piece.cut ? "=cut\n" : "=\n");
    }
    cutter_free(&cutter);
}

static void a_piece_ends_where_a_block_of_the_document_does(void **state)
{
    struct buf out = BUF_INIT;

    (void)state;
    cut("# Title\n\nwords\nmore\n\n- item\n\n  of it\n\n- item\n\n## Next\n\n```\na\n\nb\n```\n\nend\n", 1, NULL,
        &out);
    assert_string_equal(out.data, "# Title\n\n=\nwords\nmore\n\n- item\n\n  of it\n\n- item\n\n=\n## Next\n\n=\n"
                                  "```\na\n\nb\n```\n\n=\nend\n=\n");
    buf_free(&out);
}

static void a_long_table_is_cut_between_its_rows_and_keeps_its_header(void **state)
{
    struct buf out = BUF_INIT;

    (void)state;
    cut("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n\nend\n", 21, NULL, &out);
    assert_string_equal(out.data, "| a | b |\n|---|---|\n| 1 | 2 |\n=cut\n"
                                  "+| a | b |\n|---|---|\n| 3 | 4 |\n| 5 | 6 |\n\n=\nend\n=\n");
    buf_free(&out);
}

static void what_only_looks_like_a_table_is_not_cut(void **state)
{
    static const char *const alike[] = {
        "| a | b |\n|---|\n| 1 | 2 |\n| 3 | 4 |\n",        /* another number of cells */
        "- item\n| a |\n|---|\n| 1 |\n| 2 |\n",            /* in a list */
        "words\n| a |\n|---|\n| 1 |\n| 2 |\n",             /* in a paragraph */
        "```\n| a |\n|---|\n| 1 |\n| 2 |\n```\n",          /* in code */
        "<!--\n| a |\n|---|\n\n| 1 |\n|---|\n| 2 |\n-->\n" /* in a comment */
    };

    (void)state;
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++) {
        struct buf out = BUF_INIT, whole = BUF_INIT;

        cut(alike[i], 1, NULL, &out);
        buf_printf(&whole, "%s=\n", alike[i]);
        assert_string_equal(out.data, whole.data);
        buf_free(&out);
        buf_free(&whole);
    }
}

static void the_footer_begins_a_piece(void **state)
{
    struct buf out = BUF_INIT;
    const char *footer = strstr(document, "---\n\nThe end");

    (void)state;
    cut(document, 1 << 20, footer, &out);
    assert_non_null(strstr(out.data, "and more\n\n=\n---\n\nThe end\n=\n"));
    buf_free(&out);
}

/* However it is cut, no line is lost, doubled or moved, but for the headers. */
static void nothing_is_lost_whatever_the_size_of_pieces(void **state)
{
    static const char header[] = "| a | b |\n|---|--:|\n";

    (void)state;
    for (size_t least = 1; least < sizeof document; least++) {
        struct cutter cutter;
        struct piece piece;
        struct buf all = BUF_INIT;

        cutter_init(&cutter, slice_of(document), least, NULL);
        while (cutter_next(&cutter, &piece)) {
            size_t skip = piece.continues ? strlen(header) : 0;

            assert_true(piece.text.len > skip);
            assert_memory_equal(piece.text.data, header, skip);
            buf_put(&all, piece.text.data + skip, piece.text.len - skip);
        }
        assert_string_equal(all.data, document);
        cutter_free(&cutter);
        buf_free(&all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_piece_ends_where_a_block_of_the_document_does),
        cmocka_unit_test(a_long_table_is_cut_between_its_rows_and_keeps_its_header),
        cmocka_unit_test(what_only_looks_like_a_table_is_not_cut),
        cmocka_unit_test(the_footer_begins_a_piece),
        cmocka_unit_test(nothing_is_lost_whatever_the_size_of_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
