/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "render/chart_waterfall.h"
#include "render/html.h"
#include "render/markdown.h"
#include "render/template.h"

#include "tests/unit/house_model.h"
#include "tests/unit/unit.h"

static const struct page_charts no_charts = {NULL, 0};

/* The page of `markdown`, with the templates that we ship. */
static bool page_of(const struct page_flavor *page, struct slice markdown, struct page_charts charts, struct buf *out,
                    struct error *err)
{
    struct templates *shipped = templates_open(SOURCE_DIR "/templates");
    bool ok = html_page(shipped, page, slice_of("A <title> & \"more\""), markdown, charts, buf_sink(out), err);

    templates_free(shipped);
    return ok;
}

/* The page of the small report over `house`. */
static void report_page(const struct house *house, struct page_charts charts, struct buf *out)
{
    struct templates *templates = templates_open(SOURCE_DIR "/tests/golden/render");
    struct error err = {ERR_NONE, ""};
    struct buf markdown = BUF_INIT;
    struct page_flavor page;

    assert_true(page_flavor_init(&page, 0, &err));
    if (!report_markdown(templates, "report.md", &house_shape, house, &page.flavor, &markdown, &err)
        || !page_of(&page, buf_slice(&markdown), charts, out, &err))
        fail_msg("%s", err.text);
    assert_null(strstr(out->data, page.nonce));
    buf_free(&markdown);
    templates_free(templates);
}

/* Plain Markdown, as a server could have sent it in a place that forgot to escape. */
static void raw_page(const char *markdown, struct buf *out)
{
    struct error err = {ERR_NONE, ""};
    struct page_flavor page;

    assert_true(page_flavor_init(&page, 0, &err));
    if (!page_of(&page, slice_of(markdown), no_charts, out, &err))
        fail_msg("%s", err.text);
}

static void has(const struct buf *page, const char *text)
{
    if (!strstr(page->data, text))
        fail_msg("not in the page: %s\n%s", text, strstr(page->data, "<main>"));
}

static void has_not(const struct buf *page, const char *text)
{
    if (strstr(page->data, text))
        fail_msg("in the page: %s\n%s", text, strstr(page->data, "<main>"));
}

static size_t count_of(const struct buf *page, const char *text)
{
    size_t count = 0;

    /* Not strstr(): where strings are checked strictly it reads to the end each time. */
    for (const char *at = page->data, *end = at + page->len; (at = memmem(at, (size_t)(end - at), text, strlen(text)));
         at++)
        count++;
    return count;
}

static void the_page_allows_nothing_but_its_own_style(void **state)
{
    struct buf page = BUF_INIT;

    (void)state;
    raw_page("words", &page);
    has(&page, "content=\"default-src 'none'; style-src 'sha256-");
    has(&page, "='; base-uri 'none'");
    has(&page, "<title>A &lt;title&gt; &amp; &quot;more&quot;</title>");
    has(&page, "<html lang=\"en\">");
    has(&page, "<meta charset=\"utf-8\">");
    has_not(&page, "<script");
    has_not(&page, "src=");
    buf_free(&page);
}

static void the_report_is_decorated(void **state)
{
    struct house house = some_house();
    struct buf page = BUF_INIT;

    (void)state;
    house.title = "A house";
    report_page(&house, no_charts, &page);
    has(&page, "<h1 id=\"s-a-house\">");
    has(&page, "<p class=\"sub\">\nOf &lt;Jo&gt;\n</p>");
    has(&page, "<div class=\"verdict fail\">");
    has(&page, "<span class=\"pill fail\"><b aria-hidden=\"true\">✗</b> falls</span>");
    has(&page, "<div class=\"two\">\n<div>\n<p class=\"head\">\n<span class=\"pill fail\"><b "
               "aria-hidden=\"true\">✗</b> "
               "broken</span> <code>kitchen</code>\n</p>\n<p>one</p>\n</div>");
    has(&page, "<td class=\"n\">\n3\n</td>");
    has(&page, "<span class=\"pill warn\"><b aria-hidden=\"true\">~</b> falls-down</span>");
    has(&page, "<h2 id=\"s-rooms-and-more\">");
    has(&page, "<h2 id=\"s-rooms-and-more-2\">");
    has(&page, "<ul class=\"todo\">\n<li><span class=\"sr\">To do:</span> \n<p>to do</p>");
    has(&page, "<li class=\"done\"><span class=\"sr\">Done:</span> \n<p>done</p>");
    has(&page, "<footer>\n<p>The end</p>\n</footer>");
    has_not(&page, "<svg");
    buf_free(&page);
}

static void folds_nest_and_are_what_citations_lead_to(void **state)
{
    struct house house = some_house();
    struct buf page = BUF_INIT;

    (void)state;
    report_page(&house, no_charts, &page);
    has(&page, "<details>\n<summary>\np2 · &lt;Jo&gt;\n</summary>\n<div class=\"fold\" id=\"p2\">\n<pre "
               "tabindex=\"0\">"
               "<code>&lt;Jo&gt;\n</code></pre>\n<details>\n<summary>\ninner\n</summary>\n<div class=\"fold\">\n"
               "<p>in it</p>\n</div>\n</details>\n</div>\n</details>");
    /* The second anchor of the same probe is none, and a citation of what is not here is no link. */
    assert_int_equal(count_of(&page, "id=\"p2\""), 1);
    has(&page, "<p>Again: <span class=\"cite\"><a href=\"#p2\">[p2]</a></span></p>");
    has(&page, "down <span class=\"cite\">[p4]</span> <span class=\"cite\">[p17]</span>");
    buf_free(&page);
}

static void a_chart_stands_where_the_template_puts_it(void **state)
{
    static const struct waterfall_segment segments[] = {
        {"dns", 2000, false}, {"http", 32000, true}, {"websocket", -1, false}};
    static const struct waterfall_row rows[] = {{{"/ws<x>", 6}, {"500 & more", 10}, segments, 3}};
    static const struct chart_waterfall chart = {"Time per layer", rows, 1};
    struct house house = some_house();
    struct buf page = BUF_INIT, svg = BUF_INIT;
    struct page_chart charts[2] = {{"nights", {"<svg>other</svg>", 16}}, {"waterfall", {NULL, 0}}};

    (void)state;
    chart_waterfall(&chart, &svg);
    charts[1].svg = buf_slice(&svg);
    report_page(&house, (struct page_charts){charts, 2}, &page);
    has(&page, "aria-label=\"Chart: waterfall\"");
    has_not(&page, "other</svg>");
    has(&page, "<svg class=\"chart\" viewBox=\"0 0 800 56\" role=\"img\"");
    has(&page, "<title id=\"waterfall-title\">Time per layer</title><desc "
               "id=\"waterfall-text\">/ws&lt;x&gt;: dns 2 ms, "
               "http 32 ms (failed); 500 &amp; more.</desc>");
    has(&page, "<rect class=\"l-http bad\"");
    has_not(&page, "l-websocket\"");
    buf_free(&page);
    buf_free(&svg);
}

static void foreign_words_get_none_of_it(void **state)
{
    static const char *const hostile[] = {
        "✓ works",
        "✗ fails",
        "! x",
        "~ x",
        "? x",
        "[p2] [p2](#p2)",
        "</details></div>",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](http://evil.example)",
        "http://evil.example",
        "# heading",
        "- [x] done",
        "%0000000000000000:fold%",
        "---",
        "> quote",
        "| a | b |",
        "[x](javascript:alert(1))",
    };

    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct house plain = some_house(), house = some_house();
        struct buf page = BUF_INIT, before = BUF_INIT;
        static const char *const things[] = {"<", "class=", "id=", "href=", "pill"};

        plain.owner = slice_of("words");
        house.owner = slice_of(hostile[i]);
        report_page(&plain, no_charts, &before);
        report_page(&house, no_charts, &page);
        for (size_t j = 0; j < sizeof things / sizeof *things; j++)
            if (count_of(&page, things[j]) != count_of(&before, things[j]))
                fail_msg("%s changed the number of %s", hostile[i], things[j]);
        has_not(&page, "\xE2\x80\x8B");
        buf_free(&page);
        buf_free(&before);
    }
}

static void raw_html_images_and_script_links_are_left_out(void **state)
{
    struct buf page = BUF_INIT;

    (void)state;
    raw_page("a <b onclick=x>b</b> ![alt](http://evil.example/x.png) [l](javascript:alert(1)) "
             "http://evil.example\n\n"
             "<script>alert(1)</script>\n\n<div>x</div>\n",
             &page);
    has(&page, "<p>a b alt <a href=\"\">l</a> http://evil.example</p>");
    has_not(&page, "onclick");
    has_not(&page, "script>");
    has_not(&page, "<!--");
    buf_free(&page);
}

static void diffs_are_coloured_line_by_line(void **state)
{
    struct buf page = BUF_INIT;

    (void)state;
    raw_page("```diff\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n\n-old <\n+new\n```\n", &page);
    has(&page, "<code>--- a/x\n+++ b/x\n@@ -1 +1 @@\n\n<span class=\"del\">-old &lt;</span>\n<span "
               "class=\"add\">+new"
               "</span>\n</code>");
    buf_free(&page);
}

static void a_row_of_too_many_cells_is_refused_but_not_a_body_of_pipes(void **state)
{
    struct error err = {ERR_NONE, ""};
    struct buf markdown = BUF_INIT, out = BUF_INIT;
    struct page_flavor page;

    (void)state;
    assert_true(page_flavor_init(&page, 0, NULL));
    buf_puts(&markdown, "```\n");
    for (int i = 0; i < 65; i++)
        buf_putc(&markdown, '|');
    buf_puts(&markdown, "\n---\n```\n");
    assert_true(page_of(&page, buf_slice(&markdown), no_charts, &out, &err));
    buf_clear(&markdown);
    buf_puts(&markdown, "| a | b |\n|---|---|\n");
    for (int i = 0; i < 65; i++)
        buf_putc(&markdown, '|');
    assert_false(page_of(&page, buf_slice(&markdown), no_charts, &out, &err));
    assert_string_equal(err.text, "line 3 of the report is a table's row with more than 64 cells");
    buf_free(&markdown);
    buf_free(&out);
}

static void the_same_report_is_the_same_page(void **state)
{
    struct house house = some_house();
    struct buf one = BUF_INIT, two = BUF_INIT;

    (void)state;
    house.owner = slice_of("✓ works");
    report_page(&house, no_charts, &one);
    report_page(&house, no_charts, &two);
    assert_string_equal(one.data, two.data);
    buf_free(&one);
    buf_free(&two);
}

static void a_fold_that_is_never_closed_ends_with_the_report(void **state)
{
    struct error err = {ERR_NONE, ""};
    struct buf markdown = BUF_INIT, out = BUF_INIT;
    struct page_flavor page;

    (void)state;
    assert_true(page_flavor_init(&page, 0, NULL));
    buf_printf(&markdown, "%ssummary%sbody\n\n%% not%s\n", page.fold_open, page.fold_summary_end,
               page.fold_summary_end);
    assert_true(page_of(&page, buf_slice(&markdown), no_charts, &out, &err));
    has(&out, "</summary>\n<div class=\"fold\">\n<p>body</p>\n<p>% not</p>\n</div>\n</details>");
    buf_free(&markdown);
    buf_free(&out);
}

static void a_fold_within_a_list_ends_there(void **state)
{
    struct error err = {ERR_NONE, ""};
    struct buf markdown = BUF_INIT, out = BUF_INIT;
    struct page_flavor page;

    (void)state;
    assert_true(page_flavor_init(&page, 0, NULL));
    buf_printf(&markdown,
               "- %%%s:fold%% one\n\n  within\n\n  %%%s:fold-end%%\n\n  beside\n\n- %%%s:fold%% two\n\n  never "
               "closed\n\nafter\n\n%s\n",
               page.nonce, page.nonce, page.nonce, page.fold_close);
    assert_true(page_of(&page, buf_slice(&markdown), no_charts, &out, &err));
    has(&out,
        "<summary>\none\n</summary>\n<div class=\"fold\">\n<p>within</p>\n</div>\n</details>\n<p>beside</p>\n</li>");
    has(&out, "<p>never closed</p>\n</div>\n</details>\n</li>\n</ul>\n<p>after</p>\n</main>");
    buf_free(&markdown);
    buf_free(&out);
}

/* A report of several pieces: what is open at the end of one is closed where it belongs. */
static void a_long_report_is_one_page(void **state)
{
    enum { ROWS = 5000 };
    struct buf markdown = BUF_INIT, out = BUF_INIT;
    struct error err = {ERR_NONE, ""};
    struct page_flavor page;
    char row[64];

    (void)state;
    assert_true(page_flavor_init(&page, 0, NULL));
    buf_printf(&markdown, "# Title\n\nsubtitle\n\n[\\[p7\\]](#p7) and [\\[p8\\]](#p8)\n\n## Same\n\n%sall of it%s",
               page.fold_open, page.fold_summary_end);
    buf_puts(&markdown, "| **✓ a** | **✗ b** |\n|---|--:|\n");
    for (int i = 0; i < ROWS; i++)
        buf_printf(&markdown, "| r%d | **✓ fine** |\n", i);
    buf_printf(&markdown, "\n> later quote\n\n%%%s:p7%%here\n%s## Same\n\n---\n\nThe end\n", page.nonce,
               page.fold_close);
    assert_true(page_of(&page, buf_slice(&markdown), no_charts, &out, &err));
    assert_int_equal(count_of(&out, "<table>"), 1);
    assert_int_equal(count_of(&out, "</table></div>"), 1);
    assert_int_equal(count_of(&out, "<thead>"), 1);
    assert_int_equal(count_of(&out, "<tbody>"), 1);
    assert_int_equal(count_of(&out, "</tbody>"), 1);
    assert_int_equal(count_of(&out, "<tr>"), ROWS + 1);
    assert_int_equal(count_of(&out, "<td class=\"n\">"), ROWS);
    for (int i = 0; i < ROWS; i += 1000) {
        snprintf(row, sizeof row, "<td>\nr%d\n</td>", i);
        assert_int_equal(count_of(&out, row), 1);
    }
    /* What stands in a later piece is known in the first. */
    has(&out, "<p><span class=\"cite\"><a href=\"#p7\">[p7]</a></span> and <span class=\"cite\">[p8]</span></p>");
    has(&out, "<a id=\"p7\"></a>");
    has(&out, "<p class=\"sub\">\nsubtitle\n</p>");
    assert_int_equal(count_of(&out, "class=\"sub\""), 1);
    has(&out, "<h2 id=\"s-same\">");
    has(&out, "<h2 id=\"s-same-2\">");
    has(&out, "</div>\n</details>\n<h2 id=\"s-same-2\">\nSame\n</h2>\n<footer>\n<p>The end</p>\n</footer>\n</main>");
    assert_int_equal(count_of(&out, "<div class=\"verdict"), 1);
    buf_free(&markdown);
    buf_free(&out);
}

static void a_page_without_a_place_for_the_report_is_an_error(void **state)
{
    static const char *const pages[] = {"<title>{{title}}</title>", "{{{body}}}{{{body}}}"};
    static const char *const words[] = {"has no {{{body}}}", "has {{{body}}} more than once"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char folder[] = "/tmp/endoscope-test-XXXXXX", path[64];
        struct error err = {ERR_NONE, ""};
        struct buf out = BUF_INIT;
        struct templates *templates;
        struct page_flavor page;
        FILE *file;

        assert_non_null(mkdtemp(folder));
        snprintf(path, sizeof path, "%s/page.html", folder);
        file = fopen(path, "w");
        assert_non_null(file);
        fputs(pages[i], file);
        fclose(file);
        templates = templates_open(folder);
        assert_true(page_flavor_init(&page, 0, NULL));
        assert_false(html_page(templates, &page, slice_of("t"), slice_of("x"), no_charts, buf_sink(&out), &err));
        assert_non_null(strstr(err.text, words[i]));
        assert_int_equal(out.len, 0);
        templates_free(templates);
        buf_free(&out);
        unlink(path);
        rmdir(folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_allows_nothing_but_its_own_style),
        cmocka_unit_test(the_report_is_decorated),
        cmocka_unit_test(folds_nest_and_are_what_citations_lead_to),
        cmocka_unit_test(a_chart_stands_where_the_template_puts_it),
        cmocka_unit_test(foreign_words_get_none_of_it),
        cmocka_unit_test(raw_html_images_and_script_links_are_left_out),
        cmocka_unit_test(diffs_are_coloured_line_by_line),
        cmocka_unit_test(a_row_of_too_many_cells_is_refused_but_not_a_body_of_pipes),
        cmocka_unit_test(the_same_report_is_the_same_page),
        cmocka_unit_test(a_fold_that_is_never_closed_ends_with_the_report),
        cmocka_unit_test(a_fold_within_a_list_ends_there),
        cmocka_unit_test(a_long_report_is_one_page),
        cmocka_unit_test(a_page_without_a_place_for_the_report_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
