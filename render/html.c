/* SPDX-License-Identifier: MIT */
/* The page: Markdown, parsed by the parser that shows it on a ticket, decorated and put into a template. */
#include "render/html.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/digest.h"
#include "base/field.h"
#include "base/memory.h"
#include "render/fence.h"
#include "render/html_tree.h"
#include "render/model_view.h"
#include "render/template.h"

/* cmark-gfm needs quadratic time for the pipes in a table's row, and 200 bytes of memory for one of text. */
enum { PIPES_MAX = 64, MARKDOWN_MAX = 16 << 20 };

/* A value that begins like a label says that it is foreign. */
static void foreign(const struct flavor *flavor, enum flavor_form form, struct slice text, struct buf *out)
{
    static const char *const signs[] = {"✓", "✗", "!", "~", "?"};

    for (size_t i = 0; form == FORM_TEXT && i < sizeof signs / sizeof *signs; i++)
        if (text.len >= strlen(signs[i]) && memcmp(text.data, signs[i], strlen(signs[i])) == 0)
            mark_put((const struct page_flavor *)flavor, "foreign", out);
    flavor_markdown_foreign(form, text, out);
}

static void cite(const struct flavor *flavor, const char *run, uint32_t ordinal, struct buf *out)
{
    (void)flavor;
    /* The evidence of another run is not on this page: the link only says that it is a citation. */
    if (run)
        buf_printf(out, "[\\[%s.p%u\\]](#%s.p%u)", run, ordinal, run, ordinal);
    else
        buf_printf(out, "[\\[p%u\\]](#p%u)", ordinal, ordinal);
}

static void mark(const struct flavor *flavor, enum flavor_mark what, uint32_t ordinal, struct buf *out)
{
    char name[32] = "chart-waterfall";

    if (what == MARK_ANCHOR)
        snprintf(name, sizeof name, "p%u", ordinal);
    mark_put((const struct page_flavor *)flavor, name, out);
}

bool page_flavor_init(struct page_flavor *page, int32_t offset_s, struct error *err)
{
    unsigned char random[8];

    memset(page, 0, sizeof *page);
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return fail(err, ERR_SYSTEM, "no random number: %s", strerror(errno));
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(page->nonce + 2 * i, 3, "%02x", random[i]);
    snprintf(page->fold_open, sizeof page->fold_open, "%%%s:fold%% ", page->nonce);
    snprintf(page->fold_summary_end, sizeof page->fold_summary_end, "\n\n");
    snprintf(page->fold_close, sizeof page->fold_close, "\n\n%%%s:fold-end%%\n\n", page->nonce);
    page->flavor = (struct flavor){
        .name = "page",
        .foreign = foreign,
        .cite = cite,
        .mark = mark,
        .fold_open = page->fold_open,
        .fold_summary_end = page->fold_summary_end,
        .fold_close = page->fold_close,
        .offset_s = offset_s,
    };
    return true;
}

static size_t pipes_of(struct slice line)
{
    size_t count = 0;

    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] == '\\')
            i++;
        else
            count += line.data[i] == '|';
    }
    return count;
}

/* A line of nothing but hyphens, colons and pipes makes the lines around it a table. */
static bool is_delimiter(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (!strchr(" >|:-\n", line.data[i]) || !line.data[i])
            return false;
    return memchr(line.data, '-', line.len) != NULL;
}

static bool is_blank(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.data[i] != ' ' && line.data[i] != '\n')
            return false;
    return true;
}

static bool check_size(struct slice markdown, struct error *err)
{
    struct fence fence = {0};
    size_t number = 0, wide = 0;
    bool table = false;
    struct slice line;

    if (markdown.len > MARKDOWN_MAX)
        return fail(err, ERR_TEMPLATE, "the report has %zu bytes, a page holds %d", markdown.len, MARKDOWN_MAX);
    while (fence_line(&markdown, &line)) {
        number++;
        if (fence_holds(&fence, line) || is_blank(line)) {
            wide = 0;
            table = false;
            continue;
        }
        table = table || is_delimiter(line);
        if (pipes_of(line) > PIPES_MAX)
            wide = number;
        if (table && wide)
            return fail(err, ERR_TEMPLATE, "line %zu of the report is a table's row with more than %d cells", wide,
                        PIPES_MAX);
    }
    return true;
}

/* Texts are windows into the block that they were parsed from, until they are asked for; blocks will come and
 * go. */
static void own_texts(cmark_node *document)
{
    cmark_iter *iter = cmark_iter_new(document);

    while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);

        cmark_node_get_literal(node);
        cmark_node_get_url(node);
        cmark_node_get_title(node);
    }
    cmark_iter_free(iter);
}

static cmark_node *parse(struct slice markdown)
{
    /* No autolinks: every link on the page is a template's. */
    static const char *const names[] = {"table", "strikethrough", "tagfilter", "tasklist"};
    cmark_parser *parser;
    cmark_node *document;

    cmark_gfm_core_extensions_ensure_registered();
    parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(names[i]));
    cmark_parser_feed(parser, markdown.data, markdown.len);
    document = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    cmark_consolidate_text_nodes(document);
    own_texts(document);
    return document;
}

/* In the page's template a foreign value is HTML's text. */
static void html_foreign(const struct flavor *flavor, enum flavor_form form, struct slice text, struct buf *out)
{
    (void)flavor, (void)form;
    flavor_html_text(text, out);
}

static void put_base64(const uint8_t *bytes, size_t count, struct buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < count; i += 3) {
        size_t left = count - i;
        uint32_t three =
            (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);

        buf_putc(out, digits[three >> 18]);
        buf_putc(out, digits[three >> 12 & 63]);
        buf_putc(out, (char)(left > 1 ? digits[three >> 6 & 63] : '='));
        buf_putc(out, (char)(left > 2 ? digits[three & 63] : '='));
    }
}

/* What page.html can name. */
struct sheet {
    struct slice title;
    const char *style, *style_hash, *body;
};

static const struct field sheet_fields[] = {
    FIELD(FIELD_FOREIGN, sheet, title),
    FIELD(FIELD_TEXT, sheet, style),
    FIELD(FIELD_TEXT, sheet, style_hash),
    FIELD(FIELD_TEXT, sheet, body),
    FIELD_END,
};
static const struct shape sheet_shape = {"page", sizeof(struct sheet), sheet_fields};

static bool put_page(struct templates *templates, struct slice title, const char *body, struct buf *out,
                     struct error *err)
{
    static const struct flavor html = {.name = "html", .foreign = html_foreign};
    const struct mustache *mustache = template_get(templates, "page.html", err);
    struct mustache_loader loader = template_loader(templates);
    struct buf style = BUF_INIT, hash = BUF_INIT;
    struct digest digest;
    struct sheet sheet;
    struct slice css;
    bool ok = false;

    if (!mustache || !template_text(templates, "page.css", &css, err))
        goto out;
    /* A browser reads CR LF as LF before it takes the hash. */
    for (size_t i = 0; i < css.len; i++)
        if (css.data[i] != '\r')
            buf_putc(&style, css.data[i]);
    /* The style's hash, and no other, is allowed by the page's policy. */
    digest = digest_of(buf_slice(&style));
    buf_puts(&hash, "sha256-");
    put_base64(digest.bytes, sizeof digest.bytes, &hash);
    sheet = (struct sheet){title, style.data, hash.data, body};
    ok = mustache_render(mustache, &loader, &html, model_view(&sheet_shape, &sheet), out, err);
out:
    buf_free(&style);
    buf_free(&hash);
    return ok;
}

bool html_page(struct templates *templates, const struct page_flavor *flavor, struct slice title,
               struct slice markdown, const struct chart *waterfall, struct buf *out, struct error *err)
{
    struct page page = {.flavor = flavor, .waterfall = waterfall};
    cmark_node *document;
    char *body;
    bool ok;

    if (!check_size(markdown, err))
        return false;
    document = parse(markdown);
    page_blocks(&page, document);
    page_inlines(&page, document);
    body = cmark_render_html(document, CMARK_OPT_DEFAULT, NULL);
    ok = put_page(templates, title, body, out, err);
    free(body);
    cmark_node_free(document);
    mem_free(page.anchors);
    return ok;
}
