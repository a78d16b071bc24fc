/* SPDX-License-Identifier: MIT */
/* Hostile words in every place of a report and of every other page, in the formats that programs read: each is parsed strictly, and holds as many
 * elements, rows, cells and samples as with harmless words. */
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <regex.h>

#include "cli/charts.h"
#include "render/csv.h"
#include "render/fence.h"
#include "render/html.h"
#include "render/json.h"
#include "render/junit.h"
#include "render/markdown.h"
#include "render/prometheus.h"
#include "render/template.h"
#include "render/wrap.h"
#include "tests/unit/support/hostile.h"

enum { ITEMS = PAGE_NIGHTS };

/* Elements of valid XML. */
static size_t see_junit(const struct page_of *page)
{
    const struct model *model = page->object;
    xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(SOURCE_DIR "/tests/report/junit.xsd");
    xmlSchema *schema = xmlSchemaParse(parser);
    xmlSchemaValidCtxt *valid = xmlSchemaNewValidCtxt(schema);
    struct buf out = BUF_INIT;
    size_t count = 0;
    xmlDoc *document;

    junit_write(model, &out);
    hostile_assert_visible("junit", buf_slice(&out));
    document = xmlReadMemory(out.data, (int)out.len, "report.xml", NULL, XML_PARSE_NONET);
    assert_non_null(document);
    if (xmlSchemaValidateDoc(valid, document) != 0)
        fail_msg("not valid: %.2000s", out.data);
    for (const char *at = out.data, *last = at + out.len; (at = memchr(at, '<', (size_t)(last - at))); at++)
        count++;
    xmlFreeDoc(document);
    xmlSchemaFreeValidCtxt(valid);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    buf_free(&out);
    return count;
}

/* Takes one cell off, read as RFC 4180 wants it; true when another follows on the row. */
static bool take_cell(const char **at, struct buf *cell)
{
    if (**at == '"') {
        for (++*at; **at != '"' || (*at)[1] == '"'; ++*at) {
            assert_int_not_equal(**at, '\0');
            *at += **at == '"';
            buf_putc(cell, **at);
        }
        ++*at;
    }
    for (; **at && !strchr(",\r\n", **at); ++*at) {
        assert_int_not_equal(**at, '"');
        buf_putc(cell, **at);
    }
    if (**at == ',') {
        ++*at;
        return true;
    }
    assert_true(strncmp(*at, "\r\n", 2) == 0);
    *at += 2;
    return false;
}

static size_t see_csv(const struct page_of *page)
{
    const struct model *model = page->object;
    const struct model_evidence *evidence = model->evidence.items;
    struct buf out = BUF_INIT;
    size_t rows = 0, columns = 0;
    const char *at;

    csv_head(&out);
    for (size_t i = 0; i < model->evidence.count; i++)
        csv_probe("01", &evidence[i], &out);
    assert_null(strchr(out.data, 0x1B));
    for (at = out.data; *at; rows++) {
        struct buf cell = BUF_INIT;
        size_t cells = 1;

        while (take_cell(&at, &cell)) {
            if (cell.len && strchr("=+-@", cell.data[strspn(cell.data, " ")]) && cell.data[strspn(cell.data, " ")])
                fail_msg("a formula: %s", cell.data);
            buf_clear(&cell);
            cells++;
        }
        columns = columns ? columns : cells;
        assert_int_equal(cells, columns);
        buf_free(&cell);
    }
    buf_free(&out);
    assert_int_equal(rows, model->evidence.count + 1);
    return rows;
}

static size_t see_prometheus(const struct page_of *page)
{
    const struct model *model = page->object;
    static const char *const form = "^(# (HELP|TYPE) endoscope_[a-z_]+ "
                                    ".+|endoscope_[a-z_0-9]+\\{([a-z_0-9]+=\"([^\"\\\\]|\\\\[\"\\\\n])*\",?)*\\} "
                                    "[0-9]+(\\.[0-9]+)?)\n$";
    struct buf out = BUF_INIT;
    struct slice rest, line;
    size_t lines = 0;
    regex_t pattern;

    assert_int_equal(regcomp(&pattern, form, REG_EXTENDED | REG_NOSUB), 0);
    prometheus_write(model, &out);
    hostile_assert_visible("prometheus", buf_slice(&out));
    for (rest = buf_slice(&out); fence_line(&rest, &line); lines++) {
        struct buf copy = BUF_INIT;

        buf_put_slice(&copy, line);
        if (line.len < 3000 && regexec(&pattern, copy.data, 0, NULL, 0) != 0)
            fail_msg("no line of the exposition format: %s", copy.data);
        buf_free(&copy);
    }
    regfree(&pattern);
    buf_free(&out);
    assert_true(lines > 20);
    return 0;
}

/* What a terminal gets: no control at all, and no line that it would have to break but a single word's. */
static size_t see_text(const struct page_of *page)
{
    struct templates *templates = templates_open(NULL);
    struct buf out = BUF_INIT, wrapped = BUF_INIT;
    struct error err = {ERR_NONE, ""};
    struct slice rest, line;

    assert_true(report_markdown(templates, page->text, page->shape, page->object, &flavor_plain, &out, &err));
    wrap_text(buf_slice(&out), WRAP_COLUMNS, &wrapped);
    hostile_assert_visible("text", buf_slice(&wrapped));
    for (rest = buf_slice(&wrapped); fence_line(&rest, &line);) {
        size_t indent = 0;

        while (indent < line.len && line.data[indent] == ' ')
            indent++;
        assert_null(memchr(line.data, '\t', line.len));
        if (utf8_columns(line) > WRAP_COLUMNS + 1 && memchr(line.data + indent, ' ', line.len - indent))
            fail_msg("a line of %zu columns: %.*s", utf8_columns(line), (int)line.len, line.data);
        assert_true(line.len <= 998);
    }
    buf_free(&out);
    buf_free(&wrapped);
    templates_free(templates);
    return 0;
}

/* To an anchor of the page, or to a file of the archive. */
static bool leads_within(const char *href)
{
    size_t len = strspn(href, "abcdefghijklmnopqrstuvwxyz/");

    return *href == '#' || strncmp(href + len, ".html\"", 6) == 0 || strncmp(href + len, ".xml\"", 5) == 0;
}

/* Whether what stands at `tag` ("<b>") is markup that no page of ours has, or an address that leads out. */
static void assert_tag(const char *tag, size_t left)
{
    static const char *const refused[] = {"<script", "<iframe", "<object",   "<embed",    "<img",
                                          "<link",   "<meta",   "<base",     "<form",     "<input",
                                          "<video",  "<audio",  "<textarea", "<plaintext"};
    const char *close = memchr(tag, '>', left);
    size_t len = close ? (size_t)(close - tag) : left;
    const char *href = memmem(tag, len, "href=", 5);

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strncasecmp(tag, refused[i], strlen(refused[i])) == 0)
            fail_msg("on the page: %.80s", tag);
    if (memmem(tag, len, " on", 3) || memmem(tag, len, "src=", 4) || memmem(tag, len, "javascript:", 11)
        || (href && !leads_within(href + 6)))
        fail_msg("on the page: %.*s", (int)len, tag);
}

static struct page_charts charts_of(const struct page_of *page, struct arena *arena)
{
    struct page_charts charts = {NULL, 0};

    if (page->shape == &model_shape)
        charts = charts_of_model(page->object, 0, arena);
    else if (page->shape == &model_history_shape)
        charts = charts_of_history(page->object, 0, arena);
    else if (page->shape == &model_windows_shape)
        charts = charts_of_windows(page->object, arena);
    else if (page->shape == &verification_shape)
        charts = charts_of_verification(page->object, arena);
    else
        return charts; /* the archive's are those of a history */
    /* A report has its waterfall, and what came before it. */
    assert_true(charts.count >= (strcmp(page->markdown, "report.md") == 0 ? 3 : 1));
    return charts;
}

static size_t see_html(const struct page_of *page)
{
    struct templates *templates = templates_open(NULL);
    struct buf markdown = BUF_INIT, out = BUF_INIT;
    struct error err = {ERR_NONE, ""};
    struct arena arena = ARENA_INIT;
    struct page_flavor flavor;
    size_t count = 0;

    assert_true(page_flavor_init(&flavor, 0, &err));
    assert_true(
        report_markdown(templates, page->markdown, page->shape, page->object, &flavor.flavor, &markdown, &err));
    if (!html_page(templates, &flavor, slice_of("title"), buf_slice(&markdown), charts_of(page, &arena),
                   buf_sink(&out), &err))
        fail_msg("%s", err.text);
    hostile_assert_visible("html", buf_slice(&out));
    for (const char *at = strstr(out.data, "<body"), *last = out.data + out.len;
         (at = memchr(at, '<', (size_t)(last - at))); at++) {
        static const char *const counted[] = {"<table", "<tr",  "<td",  "<th",    "<details", "<summary",
                                              "<pre",   "<h1",  "<h2",  "<h3",    "<ul",      "<li",
                                              "<a ",    "<svg", "<use", "<circle"};

        assert_tag(at, (size_t)(last - at));
        for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
            count += strncmp(at, counted[i], strlen(counted[i])) == 0;
    }
    arena_free(&arena);
    buf_free(&markdown);
    buf_free(&out);
    templates_free(templates);
    return count;
}

static size_t see_json(const struct page_of *page)
{
    struct templates *templates = templates_open(NULL);
    struct error err = {ERR_NONE, ""};
    struct buf out = BUF_INIT;
    json_error_t broken;
    json_t *json;
    size_t count;

    assert_true(json_write(page->shape, page->object, templates, 0, &out, &err));
    json = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &broken);
    if (!json)
        fail_msg("%s at %d", broken.text, broken.line);
    count = json_array_size(json_object_get(json, "evidence"));
    json_decref(json);
    buf_free(&out);
    templates_free(templates);
    return count;
}

/* The pages from `first` to `last`. */
static void check(size_t (*see)(const struct page_of *page), enum page_kind first, enum page_kind last)
{
    struct hostile hostile;

    hostile_open(&hostile);
    for (enum page_kind kind = first; kind <= last; kind++) {
        struct arena arena = ARENA_INIT;
        const struct page_of plain = hostile_page(&hostile, kind, true, 0, ITEMS, &arena);
        size_t harmless = see(&plain);

        for (size_t from = 0; from < hostile.count; from += ITEMS) {
            struct arena round = ARENA_INIT;
            const struct page_of page = hostile_page(&hostile, kind, false, from, ITEMS, &round);

            assert_int_equal(see(&page), harmless);
            arena_free(&round);
        }
        arena_free(&arena);
    }
    hostile_close(&hostile);
}

static void junit_is_valid_and_has_no_more_elements(void **state)
{
    (void)state;
    check(see_junit, PAGE_REPORT, PAGE_COMPARISON);
}

static void csv_keeps_its_columns_and_holds_no_formula(void **state)
{
    (void)state;
    check(see_csv, PAGE_REPORT, PAGE_REPORT);
}

static void prometheus_reads_each_line(void **state)
{
    (void)state;
    check(see_prometheus, PAGE_REPORT, PAGE_REPORT);
}

static void a_terminal_gets_no_control(void **state)
{
    (void)state;
    check(see_text, PAGE_REPORT, PAGE_WINDOWS);
}

static void a_page_has_no_more_than_its_own_tags(void **state)
{
    (void)state;
    check(see_html, PAGE_REPORT, PAGE_SITE);
}

static void json_is_json(void **state)
{
    (void)state;
    check(see_json, PAGE_REPORT, PAGE_WINDOWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(junit_is_valid_and_has_no_more_elements),
        cmocka_unit_test(csv_keeps_its_columns_and_holds_no_formula),
        cmocka_unit_test(prometheus_reads_each_line),
        cmocka_unit_test(a_terminal_gets_no_control),
        cmocka_unit_test(a_page_has_no_more_than_its_own_tags),
        cmocka_unit_test(json_is_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
