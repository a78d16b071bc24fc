/* SPDX-License-Identifier: MIT */
/* Hostile words in every place of a report and of every other page, in every dialect of Markdown and of markup: parsed by cmark-gfm with GitHub's
 * extensions, or read by the dialect's rules, they must be words and nothing else. */
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>
#include <ctype.h>
#include <regex.h>

#include "render/fence.h"
#include "render/finish.h"
#include "render/markdown.h"
#include "render/template.h"
#include "tests/unit/support/hostile.h"

#define ZWSP "\xE2\x80\x8B"

enum { ITEMS = PAGE_NIGHTS };

static void render(const struct flavor *flavor, const struct page_of *page, struct buf *out)
{
    struct templates *templates = templates_open(NULL);
    struct buf markdown = BUF_INIT;
    struct error err = {ERR_NONE, ""};

    if (!report_markdown(templates, page->markdown, page->shape, page->object, flavor, &markdown, &err))
        fail_msg("%s", err.text);
    finish_report(flavor, buf_slice(&markdown), 0, "", out);
    buf_free(&markdown);
    templates_free(templates);
}

static cmark_node *parse(const struct buf *markdown)
{
    static const char *const names[] = {"table", "strikethrough", "autolink", "tagfilter", "tasklist"};
    cmark_parser *parser;
    cmark_node *document;

    cmark_gfm_core_extensions_ensure_registered();
    parser = cmark_parser_new(CMARK_OPT_FOOTNOTES);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(names[i]));
    cmark_parser_feed(parser, markdown->data, markdown->len);
    document = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    cmark_consolidate_text_nodes(document);
    return document;
}

/* What trackers look for in text outside of code, and GitLab besides; compiled once, since that is dear. */
static regex_t common, more;

static int compile(void **state)
{
    (void)state;
    return regcomp(&common,
                   "@[[:alnum:]]|#[[:digit:]]|GH-[[:digit:]]|(ABC|PROJ)-[[:digit:]]|[a-z]+://|www\\.|"
                   "(^|[^[:alnum:]])4f2c1aa|:[a-z+]+[[:alnum:]_+]*:",
                   REG_EXTENDED | REG_NOSUB)
           || regcomp(&more, "[!~%^&$][[:alnum:]\"]|\\*iteration:|\\[[a-z_]+:1|\\{[+-]|\\[\\[_TOC",
                      REG_EXTENDED | REG_NOSUB);
}

static int release(void **state)
{
    (void)state;
    regfree(&common);
    regfree(&more);
    return 0;
}

static void assert_no_trigger(const char *flavor, const char *text, bool gitlab)
{
    if (strpbrk(text, "@#-:/.4!~%^&$*[{") == NULL)
        return;
    if (regexec(&common, text, 0, NULL, 0) == 0 || (gitlab && regexec(&more, text, 0, NULL, 0) == 0))
        fail_msg("%s: what a tracker acts upon is in: %s", flavor, text);
}

/* HTML blocks are our folds, and in a summary only what the flavour writes. */
static void assert_fold(const char *html)
{
    for (; (html = strchr(html, '<')); html++) {
        static const char *const tags[] = {"<details>", "</details>", "<summary>",     "</summary>",
                                           "<code>",    "</code>",    "<em>empty</em>"};
        bool known = strncmp(html, "</em>", 5) == 0;

        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
            known = known || strncmp(html, tags[i], strlen(tags[i])) == 0;
        if (!known)
            fail_msg("HTML that is not ours: %s", html);
    }
}

/* The types of the blocks, one a line: what hostile words must leave as harmless ones do. */
static void walk(const struct flavor *flavor, cmark_node *document, struct buf *blocks)
{
    static const char *const refused = "link image html_inline footnote_definition footnote_reference strikethrough";
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        const char *type = cmark_node_get_type_string(node), *text = cmark_node_get_literal(node);

        if (event != CMARK_EVENT_ENTER)
            continue;
        if (strstr(refused, type))
            fail_msg("%s: a %s came out, to %s, in: %s", flavor->name, type, cmark_node_get_url(node),
                     cmark_render_commonmark(cmark_node_parent(node), 0, 0));
        if (strcmp(type, "html_block") == 0)
            assert_fold(text);
        else if (strcmp(type, "text") == 0)
            assert_no_trigger(flavor->name, text, flavor == &flavor_gitlab);
        if (!strstr("text softbreak linebreak code emph strong", type))
            buf_printf(blocks, "%s\n", type);
    }
    cmark_iter_free(iter);
}

/* Bars that split, of every row: the parser would fill up short rows, and drop what is too much. */
static void count_cells(struct slice markdown, struct buf *cells)
{
    struct fence fence = {0};
    struct slice line;

    while (fence_line(&markdown, &line)) {
        size_t bars = 0;

        if (fence_holds(&fence, line) || line.data[0] != '|')
            continue;
        /* The parser takes the longest run: a bar behind any backslash splits nothing. */
        for (size_t i = 0; i < line.len; i++)
            bars += line.data[i] == '|' && (i == 0 || line.data[i - 1] != '\\');
        buf_printf(cells, "%zu\n", bars);
    }
}

static void assert_same(const char *flavor, const char *what, const struct buf *harmless, const struct buf *hostile)
{
    size_t line = 1, at = 0;

    if (strcmp(harmless->data, hostile->data) == 0)
        return;
    for (; harmless->data[at] && harmless->data[at] == hostile->data[at]; at++)
        line += harmless->data[at] == '\n';
    fail_msg("%s: hostile words change the %s at %zu: %.80s\ninstead of %.80s", flavor, what, line, hostile->data + at,
             harmless->data + at);
}

static void assert_lines(const struct flavor *flavor, const struct buf *text)
{
    struct slice rest = buf_slice(text), line;

    hostile_assert_visible(flavor->name, buf_slice(text));
    if (flavor != &flavor_markdown && strstr(text->data, "endoscope:v"))
        fail_msg("%s: a mark of ours is forged: %.80s", flavor->name, strstr(text->data, "endoscope:v"));
    while (flavor == &flavor_gitlab && fence_line(&rest, &line))
        if (line.data[strspn(line.data, "\t")] == '/')
            fail_msg("a quick action: %.60s", line.data);
    for (const char *at = text->data;
         (flavor == &flavor_redmine || flavor == &flavor_redcarpet || flavor == &flavor_textile)
         && (at = strchr(at, '@'));
         at++)
        if (strncmp(at + 1, ZWSP, 3) != 0)
            fail_msg("%s: a mention: %.60s", flavor->name, at);
}

/* How a wiki reads a line outside of code: by what it begins with, and by its bars. */
static void put_kind(struct slice line, bool textile, struct buf *kinds)
{
    size_t bars = 0, sign = 0;

    while (sign < line.len && strchr("*#", line.data[sign]))
        sign++;
    for (size_t i = 0; i < line.len; i++) {
        struct slice rest = {line.data + i, line.len - i};
        const char *end = textile && rest.len > 6 && memcmp(rest.data, "<code>", 6) == 0
                              ? memmem(rest.data, rest.len, "</code>", 7)
                              : NULL;

        /* Textile takes code out before it looks for cells. */
        if (end)
            i += (size_t)(end - rest.data);
        else if (line.data[i] == '\\')
            i++;
        else
            bars += line.data[i] == '|';
    }
    if (line.len > 2 && line.data[0] == 'h' && isdigit((unsigned char)line.data[1]) && line.data[2] == '.')
        buf_printf(kinds, "heading %c\n", line.data[1]);
    else if (line.data[0] == '|')
        buf_printf(kinds, "row %zu\n", bars);
    else if (sign && sign < line.len && line.data[sign] == ' ')
        buf_printf(kinds, "item %zu\n", sign);
    else if (line.len == 1)
        buf_puts(kinds, "empty\n");
    else
        buf_printf(kinds, "words %zu\n", bars);
}

static void assert_jira_line(struct slice line)
{
    static const char *const constructs[] = {"{{", "}}", "{quote}"};

    for (size_t i = 0; i < line.len; i++) {
        bool known = false;

        if (line.data[i] == '\\') {
            i++;
            continue;
        }
        for (size_t k = 0; k < 3; k++)
            if (line.len - i >= strlen(constructs[k])
                && memcmp(line.data + i, constructs[k], strlen(constructs[k])) == 0) {
                i += strlen(constructs[k]) - 1;
                known = true;
                break;
            }
        if (!known && strchr("{}[]!^~+%@?", line.data[i]))
            fail_msg("jira: a sign that is not escaped: %.*s", (int)(line.len - i), line.data + i);
    }
    if (memmem(line.data, line.len, "://", 3))
        fail_msg("jira: an address: %.*s", (int)line.len, line.data);
}

/* Textile: no sign stands without a zero-width space, but within <code> and where we put it. */
static void assert_textile_line(struct slice line)
{
    bool code = false;

    for (size_t i = 0; i < line.len; i++) {
        struct slice rest = {line.data + i, line.len - i};

        if (!code && rest.len > 6 && memcmp(rest.data, "<code>", 6) == 0) {
            code = true;
            i += 5;
        } else if (code && rest.len >= 7 && memcmp(rest.data, "</code>", 7) == 0) {
            code = false;
            i += 6;
        } else if (!code && strchr("!\"[]{}=<>@", rest.data[0]) && rest.data[0]
                   && (rest.len < 4 || memcmp(rest.data + 1, ZWSP, 3) != 0)) {
            fail_msg("textile: a sign that stands free: %.*s", (int)rest.len, rest.data);
        }
    }
    if (code)
        fail_msg("textile: code is not closed: %.*s", (int)line.len, line.data);
}

static void walk_wiki(const struct flavor *flavor, struct slice text, struct buf *kinds)
{
    static const char *const opens[] = {"{noformat}\n", "{code:json}\n", "{code:xml}\n", "{code:html}\n", "<pre>\n"};
    static const char *const ends[] = {"{noformat}\n", "{code}\n", "{code}\n", "{code}\n", "</pre>\n"};
    size_t block = 0;
    struct slice line;

    while (fence_line(&text, &line)) {
        if (block) {
            if (slice_equals(line, slice_of(ends[block - 1])))
                block = 0;
            else if (memmem(line.data, line.len, flavor == &flavor_jira ? "{noformat" : "</pre",
                            flavor == &flavor_jira ? 9 : 5)
                     || memmem(line.data, line.len, flavor == &flavor_jira ? "{code" : "</pre", 5))
                fail_msg("%s: a block's end within it: %.*s", flavor->name, (int)line.len, line.data);
            continue;
        }
        for (size_t i = 0; i < sizeof opens / sizeof *opens; i++)
            if (slice_equals(line, slice_of(opens[i])))
                block = i + 1;
        if (block) {
            buf_puts(kinds, "code\n");
            continue;
        }
        put_kind(line, flavor == &flavor_textile, kinds);
        if (flavor == &flavor_jira)
            assert_jira_line(line);
        else
            assert_textile_line(line);
    }
    assert_int_equal(block, 0);
}

/* A rendering, and what hostile words must leave of it as harmless ones do. */
struct seen {
    struct buf text, blocks, cells;
};

static void see(const struct flavor *flavor, const struct page_of *page, struct seen *seen)
{
    *seen = (struct seen){BUF_INIT, BUF_INIT, BUF_INIT};
    render(flavor, page, &seen->text);
    if (flavor == &flavor_jira || flavor == &flavor_textile) {
        walk_wiki(flavor, buf_slice(&seen->text), &seen->blocks);
        return;
    }
    /* What no tracker reads is not guarded against what trackers look for. */
    if (flavor != &flavor_markdown) {
        cmark_node *document = parse(&seen->text);

        walk(flavor, document, &seen->blocks);
        cmark_node_free(document);
    }
    count_cells(buf_slice(&seen->text), &seen->cells);
}

static void seen_free(struct seen *seen)
{
    buf_free(&seen->text);
    buf_free(&seen->blocks);
    buf_free(&seen->cells);
}

/* The corpus begins elsewhere each time, so that every place gets all of it. */
static void check_page(const struct flavor *flavor, const struct hostile *hostile, enum page_kind kind)
{
    struct arena arena = ARENA_INIT;
    const struct page_of plain = hostile_page(hostile, kind, true, 0, ITEMS, &arena);
    struct seen harmless, seen;

    see(flavor, &plain, &harmless);
    for (size_t from = 0; from < hostile->count; from += ITEMS) {
        struct arena round = ARENA_INIT;
        const struct page_of page = hostile_page(hostile, kind, false, from, ITEMS, &round);

        see(flavor, &page, &seen);
        assert_lines(flavor, &seen.text);
        assert_same(flavor->name, "blocks", &harmless.blocks, &seen.blocks);
        assert_same(flavor->name, "cells", &harmless.cells, &seen.cells);
        seen_free(&seen);
        arena_free(&round);
    }
    seen_free(&harmless);
    arena_free(&arena);
}

/* An archive's front page is no ticket's: it is a page of HTML only. */
static void check(const struct flavor *flavor)
{
    struct hostile hostile;

    hostile_open(&hostile);
    for (enum page_kind kind = 0; kind < PAGE_SITE; kind++)
        check_page(flavor, &hostile, kind);
    hostile_close(&hostile);
}

static void github_sees_words_only(void **state)
{
    (void)state;
    check(&flavor_github);
}

static void gitlab_sees_words_only(void **state)
{
    (void)state;
    check(&flavor_gitlab);
}

static void gitea_sees_words_only(void **state)
{
    (void)state;
    check(&flavor_gitea);
}

static void redmine_sees_words_only(void **state)
{
    (void)state;
    check(&flavor_redmine);
}

static void redmines_older_markdown_sees_words_only(void **state)
{
    (void)state;
    check(&flavor_redcarpet);
}

static void plain_markdown_keeps_its_cells(void **state)
{
    (void)state;
    check(&flavor_markdown);
}

static void jira_sees_words_only(void **state)
{
    (void)state;
    check(&flavor_jira);
}

static void textile_sees_words_only(void **state)
{
    (void)state;
    check(&flavor_textile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(github_sees_words_only),
        cmocka_unit_test(gitlab_sees_words_only),
        cmocka_unit_test(gitea_sees_words_only),
        cmocka_unit_test(redmine_sees_words_only),
        cmocka_unit_test(redmines_older_markdown_sees_words_only),
        cmocka_unit_test(plain_markdown_keeps_its_cells),
        cmocka_unit_test(jira_sees_words_only),
        cmocka_unit_test(textile_sees_words_only),
    };

    return cmocka_run_group_tests(tests, compile, release);
}
