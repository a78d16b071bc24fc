/* SPDX-License-Identifier: MIT */
/* Foreign words, written in GitHub's flavour and read back by cmark-gfm with GitHub's extensions: what comes
 * back must be the visible characters and nothing else. */

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "render/flavor.h"
#include "tests/unit/unit.h"

#define ZWSP "\xE2\x80\x8B"

#define TICKS "````````````````````````````````````````````````````````````````"

static const char *const hostile[] = {
    "plain words",
    "*bold* _it_ **b** __b__ ***x*** ~~gone~~ ~one~",
    "`code` ``more`` ``` fence",
    "# heading",
    "###### six",
    "> quote",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "1234567) item",
    "===",
    "---",
    "***",
    "___",
    ":---",
    ":-:|:-:",
    "|a|b|",
    "a|b\\|c\\\\|d",
    "\\",
    "\\\\",
    "\\*not\\*",
    "ends in a backslash\\",
    "    indented code",
    "\tindented by a tab",
    "two blanks at the end  ",
    " ",
    "   ",
    "[x](http://evil.example)",
    "[x]: http://evil.example",
    "[^1]: footnote",
    "[^1]",
    "[p17]",
    "[ ] task",
    "[x] task",
    "![image](http://evil.example/p.png)",
    "look!",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "<!-- comment -->",
    "<details><summary>x",
    "</details>",
    "<http://evil.example>",
    "<mail@evil.example>",
    "&lt; &amp; &#64; &copy; &",
    "http://evil.example/path?x=1#y",
    "https://evil.example",
    "ftp://evil.example",
    "(https://evil.example)",
    "www.evil.example",
    "WWW.evil.example and www.evil.example.",
    "mail me at someone@evil.example now",
    "mailto:someone@evil.example",
    "xmpp:someone@evil.example/r",
    "@user and @org/team",
    "email@a.b @c",
    "#12 GH-12 gh-3 o/r#12 closes #1",
    "ABC-1 AB-12 x",
    "4f2c1aa 9be01d4c3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c",
    "org/repo@4f2c1aa",
    "https://github.com/o/r/issues/1",
    "/close",
    "/label ~bug",
    "$x$ and $$y$$ and $`z`$",
    ":tada: :+1: :100: 02:00:04",
    "[!NOTE]",
    "line one\nline two\n\n# heading\n",
    "cr\rlf\r\nend",
    "a\tb",
    "\xE2\x80\xAEright to left\xE2\x80\xAC",
    "zero\xE2\x80\x8Bwidth",
    "nul\x01\x1B[31mred",
    "broken \xFF\xC3(",
    "caf\xC3\xA9 \xE4\xB8\xAD\xE6\x96\x87 \xF0\x9F\x98\x80",
    "{{mustache}} {{{x}}} {{>p}}",
    "%n:fold% %0123456789abcdef:fold%",
    "✓ works",
    "``",
    "`",
    " ` ",
    "a``b`c```d",
    "x<y>z \"quoted\" 'single'",
    "javascript:alert(1)",
    "||||||||",
    "~~~",
    "```\n# out of the fence\n```\n",
    "````",
    "a\n````\nb\n`````",
    "\n\n\n",
    "{\"a\":1}",
    /* More backticks than the parser counts. */
    TICKS TICKS " [x](http://evil.example) " TICKS,
    TICKS TICKS TICKS TICKS TICKS "\n# out of the fence\n" TICKS TICKS TICKS TICKS,
};
enum { HOSTILE = sizeof hostile / sizeof *hostile };

static cmark_node *parse(const char *markdown, size_t len)
{
    static const char *const names[] = {"table", "strikethrough", "autolink", "tagfilter", "tasklist"};
    cmark_parser *parser;
    cmark_node *document;

    cmark_gfm_core_extensions_ensure_registered();
    parser = cmark_parser_new(CMARK_OPT_FOOTNOTES);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(names[i]));
    cmark_parser_feed(parser, markdown, len);
    document = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    return document;
}

/* What a reader sees of the tree, without zero-width spaces. `*allowed` names the node types that may occur.
 */
static void visible(cmark_node *document, const char *allowed, const char *markdown, struct buf *out)
{
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        const char *text = cmark_node_get_literal(node), *type = cmark_node_get_type_string(node);

        if (event != CMARK_EVENT_ENTER)
            continue;
        if (!strstr(allowed, type))
            fail_msg("a %s came out of: %s", type, markdown);
        for (; text && *text; text++) {
            if (strncmp(text, ZWSP, 3) == 0)
                text += 2;
            else
                buf_putc(out, *text);
        }
    }
    cmark_iter_free(iter);
}

/* Writes `text` between `before` and `after`, reads it back and compares. */
static void check(const struct flavor *flavor, enum flavor_form form, struct slice text, const char *before,
                  const char *after, const char *expected, const char *allowed)
{
    struct buf markdown = BUF_INIT, seen = BUF_INIT;
    cmark_node *document;

    buf_puts(&markdown, before);
    flavor->foreign(flavor, form, text, &markdown);
    buf_puts(&markdown, after);
    document = parse(markdown.data, markdown.len);
    visible(document, allowed, markdown.data, &seen);
    if (strcmp(seen.data, expected) != 0)
        fail_msg("form %s: %s\n  reads back as: %s\n  instead of:    %s", form_words[form], markdown.data, seen.data,
                 expected);
    cmark_node_free(document);
    buf_free(&markdown);
    buf_free(&seen);
}

static void running_text_reads_back_as_its_visible_characters(void **state)
{
    (void)state;
    for (size_t i = 0; i < HOSTILE; i++) {
        struct slice text = slice_of(hostile[i]);
        struct buf shown = BUF_INIT, expected = BUF_INIT;

        utf8_escape(&shown, text);
        check(&flavor_github, FORM_TEXT, text, "", "\n", shown.data, "document paragraph text");
        check(&flavor_github, FORM_TEXT, text, "> ", "\n", shown.data, "document block_quote paragraph text");
        check(&flavor_github, FORM_TEXT, text, "- ", "\n", shown.data, "document list item paragraph text");
        check(&flavor_github, FORM_TEXT, text, "**", "**\n", shown.data, "document paragraph strong text");
        buf_printf(&expected, "a: %s[p1]", shown.data);
        check(&flavor_github, FORM_TEXT, text, "a: ", "[p1]\n", expected.data, "document paragraph text");
        buf_clear(&expected);
        buf_printf(&expected, "above%s", shown.data);
        check(&flavor_github, FORM_TEXT, text, "above\n", "\n", expected.data, "document paragraph text softbreak");
        buf_clear(&expected);
        buf_printf(&expected, "hx%sy", shown.data);
        check(&flavor_github, FORM_TEXT, text, "| h |\n|---|\n| x", "y |\n", expected.data,
              "document table table_header table_row table_cell text");
        buf_free(&shown);
        buf_free(&expected);
    }
}

/* A code span of blanks alone is named instead. */
static void name_blanks(struct buf *shown)
{
    if (strspn(shown->data, " ") < shown->len)
        return;
    buf_clear(shown);
    buf_puts(shown, "blank");
}

static void code_reads_back_as_its_visible_characters(void **state)
{
    (void)state;
    for (size_t i = 0; i < HOSTILE; i++) {
        struct slice text = slice_of(hostile[i]);
        struct buf shown = BUF_INIT, expected = BUF_INIT;

        utf8_escape(&shown, text);
        name_blanks(&shown);
        check(&flavor_github, FORM_CODE, text, "", "\n", shown.data, "document paragraph code emph text");
        check(&flavor_github, FORM_URL, text, "- ", "\n", shown.data, "document list item paragraph code emph text");
        buf_printf(&expected, "hi%s", shown.data);
        check(&flavor_github, FORM_CODE, text, "| h | i |\n|---|---|\n| ", " | |\n", expected.data,
              "document table table_header table_row table_cell text code emph");
        buf_free(&shown);
        buf_free(&expected);
    }
}

static void a_cell_stays_one_cell_and_narrow(void **state)
{
    (void)state;
    for (size_t i = 0; i < HOSTILE; i++) {
        struct slice text = slice_of(hostile[i]);
        struct buf shown = BUF_INIT, expected = BUF_INIT;

        flavor_narrow(text, 60, &shown);
        assert_true(utf8_columns(buf_slice(&shown)) <= 60);
        name_blanks(&shown);
        buf_printf(&expected, "hi%sz", shown.data);
        check(&flavor_github, FORM_CELL, text, "| h | i |\n|---|---|\n| ", " | z |\n", expected.data,
              "document table table_header table_row table_cell text code emph");
        buf_free(&shown);
        buf_free(&expected);
    }
}

static void a_fence_holds_whatever_is_in_it(void **state)
{
    static const char *const befores[] = {"", "text ", "- item\n\n  ", "> "};

    (void)state;
    for (size_t i = 0; i < HOSTILE; i++) {
        for (size_t j = 0; j < sizeof befores / sizeof *befores; j++) {
            struct slice text = slice_of(hostile[i]);
            struct buf expected = BUF_INIT;

            buf_puts(&expected, j == 1 ? "text" : j == 2 ? "item" : "");
            utf8_escape_block(&expected, text);
            if (expected.data[expected.len - 1] != '\n')
                buf_putc(&expected, '\n');
            buf_puts(&expected, "end");
            check(&flavor_github, FORM_FENCE, text, befores[j], "\nend\n", expected.data,
                  "document list item block_quote paragraph text code_block");
            buf_free(&expected);
        }
    }
}

static void nothing_that_a_tracker_looks_for_is_left_in_running_text(void **state)
{
    static const char *const pairs[][2] = {
        {"@user", "@" ZWSP "user"},
        {"closes #12", "closes #" ZWSP "12"},
        {"GH-12", "GH-" ZWSP "12"},
        {"commit 4f2c1aa.", "commit 4f2c" ZWSP "1aa."},
        {"http://a.b", "http:" ZWSP "//a.b"},
        {"www.a.b", "www" ZWSP ".a.b"},
        {":tada: at 02:00:04", "\\:" ZWSP "tada: at 02:00:04"},
        {"/close", "\\/close"},
        {"cost $5 $", "cost " ZWSP "\\$" ZWSP "5 " ZWSP "\\$" ZWSP},
        {"a plain sentence, with 12 words (or so).", "a plain sentence, with 12 words (or so)."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct buf out = BUF_INIT;

        flavor_github.foreign(&flavor_github, FORM_TEXT, slice_of(pairs[i][0]), &out);
        assert_string_equal(out.data, pairs[i][1]);
        buf_free(&out);
    }
}

static void a_folds_summary_is_written_as_html(void **state)
{
    struct buf out = BUF_INIT;

    (void)state;
    buf_puts(&out, flavor_github.fold_open);
    flavor_github.foreign(&flavor_github, FORM_TEXT, slice_of("<img src=x> *a* @me \x01"), &out);
    buf_putc(&out, ' ');
    flavor_github.foreign(&flavor_github, FORM_CODE, slice_of("`</summary>` & @me"), &out);
    flavor_github.foreign(&flavor_github, FORM_TEXT, slice_of(""), &out);
    buf_puts(&out, flavor_github.fold_summary_end);
    flavor_github.foreign(&flavor_github, FORM_TEXT, slice_of("*a*"), &out);
    assert_string_equal(out.data, "<details>\n<summary>&lt;img src=x&gt; *a* @" ZWSP "me \\u{0001} "
                                  "<code>`&lt;/summary&gt;` &amp; @me</code><em>empty</em></summary>\n\n\\*a\\*");
    buf_free(&out);
}

static void absent_is_nothing_and_empty_says_so(void **state)
{
    static const struct flavor *const flavors[] = {&flavor_github, &flavor_plain};

    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (int form = 0; form < FORM_COUNT; form++) {
            struct buf out = BUF_INIT;

            flavors[i]->foreign(flavors[i], (enum flavor_form)form, (struct slice){NULL, 0}, &out);
            assert_string_equal(out.data, "");
            flavors[i]->foreign(flavors[i], (enum flavor_form)form, (struct slice){"", 0}, &out);
            assert_string_equal(out.data, i ? "(empty)" : "*empty*");
            buf_free(&out);
        }
}

static void json_on_one_line_is_spread_and_anything_else_is_left_alone(void **state)
{
    struct buf out = BUF_INIT;

    (void)state;
    flavor_github.foreign(
        &flavor_github, FORM_FENCE,
        slice_of("{\"type\":\"connect\",\"data\":{\"mode\":\"legacy\",\"n\":[],\"x\":[1,-2.5e3]}}\n"), &out);
    assert_string_equal(out.data, "```json\n{\n  \"type\": \"connect\",\n  \"data\": {\n    \"mode\": \"legacy\",\n"
                                  "    \"n\": [],\n    \"x\": [\n      1,\n      -2.5e3\n    ]\n  }\n}\n```\n");
    buf_clear(&out);
    flavor_github.foreign(&flavor_github, FORM_FENCE,
                          slice_of("{\"type\":\"connect\",\"data\":{\"mode\":\"legacy\",\"n\":[01]}}"), &out);
    assert_string_equal(out.data, "```json\n{\"type\":\"connect\",\"data\":{\"mode\":\"legacy\",\"n\":[01]}}\n```\n");
    buf_free(&out);
}

static void the_language_of_a_block_is_guessed(void **state)
{
    (void)state;
    assert_string_equal(flavor_language(slice_of(" [1]\n")), "json");
    assert_string_equal(flavor_language(slice_of("HTTP/1.1 500 Internal Server Error\r\n")), "http");
    assert_string_equal(flavor_language(slice_of("<!DOCTYPE html><p>")), "html");
    assert_string_equal(flavor_language(slice_of("--- a/x\n+++ b/x\n@@ -1 +1 @@\n")), "diff");
    assert_string_equal(flavor_language(slice_of("words")), "");
    assert_string_equal(flavor_language(slice_of("")), "");
}

static void the_plain_flavour_moves_no_cursor(void **state)
{
    struct buf out = BUF_INIT;

    (void)state;
    flavor_plain.foreign(&flavor_plain, FORM_TEXT, slice_of("a\x1B[2Jb\n*c*"), &out);
    flavor_plain.cite(&flavor_plain, NULL, 17, &out);
    assert_string_equal(out.data, "a\\u{001B}[2Jb\\n*c*[p17]");
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_text_reads_back_as_its_visible_characters),
        cmocka_unit_test(code_reads_back_as_its_visible_characters),
        cmocka_unit_test(a_cell_stays_one_cell_and_narrow),
        cmocka_unit_test(a_fence_holds_whatever_is_in_it),
        cmocka_unit_test(nothing_that_a_tracker_looks_for_is_left_in_running_text),
        cmocka_unit_test(a_folds_summary_is_written_as_html),
        cmocka_unit_test(absent_is_nothing_and_empty_says_so),
        cmocka_unit_test(json_on_one_line_is_spread_and_anything_else_is_left_alone),
        cmocka_unit_test(the_language_of_a_block_is_guessed),
        cmocka_unit_test(the_plain_flavour_moves_no_cursor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
