/* SPDX-License-Identifier: MIT */
/* The last steps on a report: what goes first when it is too long, what each tracker gets, and what its patterns no longer
 * find. */
#include "render/finish.h"

#include "render/fit.h"
#include "tests/unit/unit.h"

#define ZWSP "\xE2\x80\x8B"

static const char where[] = "the page has it";

/* Title, verdict, a first section with a cause; a table of `rows`; folds; and a footer. */
static void write_report(size_t rows, struct buf *out)
{
    buf_puts(out, "# Title\n\n> **\xE2\x9C\x97 failing**\n\n## Root cause\n\nThe cause.\n\n## Endpoints\n\n| E | R "
                  "|\n|---|---|\n");
    for (size_t i = 0; i < rows; i++)
        buf_printf(out, "| row %zu | %s |\n", i, i % 2 ? "**\xE2\x9C\x93 works**" : "**\xE2\x9C\x97 fails**");
    buf_puts(out, "\n## Validation\n\nAll of it.\n\n## Evidence\n\n");
    for (size_t i = 0; i < 10; i++)
        buf_printf(out, "<details>\n<summary>fold %zu</summary>\n\n```\n## no heading\n\n---\n```\n\n</details>\n\n",
                   i);
    buf_puts(out, "---\n\nThe footer.\n");
}

static void assert_has(const struct buf *text, const char *what, bool has)
{
    if ((strstr(text->data, what) != NULL) != has)
        fail_msg("%s is %s in:\n%s", what, has ? "not" : "still", text->data);
}

static void what_fits_is_not_touched(void **state)
{
    struct buf report = BUF_INIT, out = BUF_INIT;

    (void)state;
    write_report(3, &report);
    fit_markdown(buf_slice(&report), report.len, where, &out);
    assert_string_equal(out.data, report.data);
    buf_free(&report);
    buf_free(&out);
}

static void the_last_folds_go_first_then_rows_that_pass_then_the_last_sections(void **state)
{
    struct buf report = BUF_INIT, out = BUF_INIT;

    (void)state;
    write_report(200, &report);
    fit_markdown(buf_slice(&report), report.len - 1, where, &out);
    assert_has(&out, "fold 0", true);
    assert_has(&out, "fold 9", false);
    assert_has(&out, "row 199", true);
    assert_has(&out, "folded parts; the page has it.\n\n---\n\nThe footer.\n", true);
    buf_clear(&out);
    fit_markdown(buf_slice(&report), report.len - 1900, where, &out);
    assert_has(&out, "fold 0", false);
    assert_has(&out, "row 199 ", false);
    assert_has(&out, "row 1 ", true);
    assert_has(&out, "row 198 ", true);
    assert_has(&out, "rows of tables", true);
    assert_has(&out, "All of it.", true);
    buf_clear(&out);
    fit_markdown(buf_slice(&report), 1310, where, &out);
    assert_has(&out, "row 19 ", true);
    assert_has(&out, "row 20 ", false);
    assert_has(&out, "All of it.", false);
    assert_has(&out, "the sections Evidence, Validation", true);
    assert_has(&out, "The cause.", true);
    buf_free(&report);
    buf_free(&out);
}

static void nothing_outgrows_its_limit_and_no_block_is_cut_open(void **state)
{
    struct buf report = BUF_INIT;

    (void)state;
    write_report(60, &report);
    for (size_t i = 0; flavor_list[i]; i++)
        for (size_t most = 100; most < report.len * 2; most += 211) {
            struct buf out = BUF_INIT;
            size_t folds = 0, ends = 0;

            finish_report(flavor_list[i], buf_slice(&report), most, where, &out);
            assert_true(finish_size(flavor_list[i], buf_slice(&out)) <= most);
            for (const char *at = out.data; (at = strstr(at, "<details>")); at++)
                folds++;
            for (const char *at = out.data; (at = strstr(at, "</details>")); at++)
                ends++;
            assert_int_equal(folds, ends);
            assert_true(out.len == 0 || out.data[out.len - 1] == '\n');
            buf_free(&out);
        }
    buf_free(&report);
}

static void finished(const struct flavor *flavor, const char *markdown, const char *expected)
{
    struct buf out = BUF_INIT;

    finish_report(flavor, slice_of(markdown), 0, where, &out);
    assert_string_equal(out.data, expected);
    buf_free(&out);
}

static void no_line_begins_with_a_quick_action(void **state)
{
    (void)state;
    finished(&flavor_gitlab, "/close\n```\n/label x\n\t/title\n```\ntext /title\n",
             " /close\n```\n /label x\n \t/title\n```\ntext /title\n");
}

static void no_mention_is_left_for_redmines_mail_even_in_code(void **state)
{
    (void)state;
    finished(&flavor_redmine, "`@all` a@" ZWSP "b\n```\n@c\n```\n",
             "`@" ZWSP "all` a@" ZWSP "b\n```\n@" ZWSP "c\n```\n");
}

/* It shows HTML as text. */
static void redmines_older_markdown_gets_no_fold(void **state)
{
    (void)state;
    finished(&flavor_redcarpet, FINISH_FOLD "\n\n#### p1\n\na@b\n\n" FINISH_FOLD_END "\n",
             "\n#### p1\n\na@" ZWSP "b\n\n");
}

static void nobody_forges_the_mark_of_our_comment(void **state)
{
    (void)state;
    for (size_t i = 0; flavor_list[i]; i++) {
        struct buf out = BUF_INIT;

        finish_report(flavor_list[i],
                      slice_of("endoscope:v1 `endoscope:v1`\n\n```\nendoscope:v1 key=1 nightly.\n```\n"), 0, where,
                      &out);
        if (strcmp(flavor_list[i]->name, "plain") != 0)
            assert_has(&out, "endoscope:v1", false);
        buf_free(&out);
    }
}

static void jira_gets_its_wiki_markup(void **state)
{
    (void)state;
    finished(
        &flavor_jira,
        "# A\n\ntext **bold** *it* `co}de` [w](https://x.y)\n\n- one\n  - two\n- [x] done\n\n1. n\n\n> quoted\n\n| h "
        "| i |\n|---|---|\n| a\\|b | |\n\n```json\n{\"a\":1}\n```\n\n```\n{code} {NoFormat}\n```\n\n---\n",
        "h1. A\n\ntext *bold* _it_ {{co\\}de}} w (https:" ZWSP
        "//x.y)\n\n* one\n** two\n* \xE2\x98\x91 done\n\n# n\n\n{quote}\nquoted\n\n{quote}\n\n|| h || i ||\n| a\\|b | "
        "|\n\n{code:json}\n{\"a\":1}\n{code}\n\n{noformat}\n{" ZWSP "code} {" ZWSP "NoFormat}\n{noformat}\n\n----\n");
}

static void redmine_gets_textile(void **state)
{
    (void)state;
    finished(&flavor_textile,
             "# A\n\ntext **bold** `co</code>de`\n\n- one\n\n> quoted\n\n| h | i |\n|---|---|\n| a\\|b | c "
             "|\n\n```\n</pre> @x\n```\n",
             "h1. A\n\ntext *bold* <code>co<" ZWSP
             "/code>de</code>\n\n* one\n\nbq. quoted\n\n|_. h |_. i |\n| a&#124;b | c |\n\n<pre>\n<" ZWSP
             "/pre> @" ZWSP "x\n</pre>\n");
}

static void folds_are_headings_where_there_are_none(void **state)
{
    struct buf report = BUF_INIT, out = BUF_INIT;

    (void)state;
    buf_printf(&report, "a\n\n%ssum%sin\n%s\nb\n", flavor_markdown.fold_open, flavor_markdown.fold_summary_end,
               flavor_markdown.fold_close);
    finish_report(&flavor_markdown, buf_slice(&report), 0, where, &out);
    assert_string_equal(out.data, "a\n\n#### sum\n\nin\n\nb\n");
    buf_free(&report);
    buf_free(&out);
}

static void jira_counts_characters(void **state)
{
    (void)state;
    assert_int_equal(finish_size(&flavor_jira, slice_of("a\xE2\x98\x91\xF0\x9F\x98\x80")), 4);
    assert_int_equal(finish_size(&flavor_github, slice_of("a\xE2\x98\x91\xF0\x9F\x98\x80")), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_not_touched),
        cmocka_unit_test(the_last_folds_go_first_then_rows_that_pass_then_the_last_sections),
        cmocka_unit_test(nothing_outgrows_its_limit_and_no_block_is_cut_open),
        cmocka_unit_test(no_line_begins_with_a_quick_action),
        cmocka_unit_test(no_mention_is_left_for_redmines_mail_even_in_code),
        cmocka_unit_test(redmines_older_markdown_gets_no_fold),
        cmocka_unit_test(nobody_forges_the_mark_of_our_comment),
        cmocka_unit_test(jira_gets_its_wiki_markup),
        cmocka_unit_test(redmine_gets_textile),
        cmocka_unit_test(folds_are_headings_where_there_are_none),
        cmocka_unit_test(jira_counts_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
