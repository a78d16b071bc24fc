/* SPDX-License-Identifier: MIT */
/* The page: Markdown, parsed by the parser that shows it on a ticket, decorated and put into a template. */
#include "render/html.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "render/html_node.h"
#include "render/html_sheet.h"
#include "render/html_tree.h"

/* Bytes of Markdown that are parsed at once: cmark-gfm needs some forty times as many for its tree. */
enum { PIECE_LEAST = 64 << 10 };

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
    static const char *const charts[] = {[MARK_CHART_WATERFALL] = "chart-waterfall",
                                         [MARK_CHART_NIGHTS] = "chart-nights",
                                         [MARK_CHART_LATENCY] = "chart-latency"};
    char name[32];

    if (what == MARK_ANCHOR)
        snprintf(name, sizeof name, "p%u", ordinal);
    else
        snprintf(name, sizeof name, "%s", charts[what]);
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
    page->mark_open[0] = '%';
    memcpy(page->mark_open + 1, page->nonce, 16);
    page->mark_open[17] = ':';
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

static cmark_node *parse(struct slice markdown)
{
    /* No autolinks: every link on the page is a template's. */
    static const char *const names[] = {"table", "strikethrough", "tagfilter", "tasklist"};
    cmark_parser *parser;

    cmark_gfm_core_extensions_ensure_registered();
    parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, node_memory());
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(names[i]));
    cmark_parser_feed(parser, markdown.data, markdown.len);
    return cmark_parser_finish(parser);
}

static bool put(struct sink out, const char *text, struct error *err)
{
    return out.put(out.self, slice_of(text), err);
}

static bool close_folds(struct page *page, struct sink out, struct error *err)
{
    for (; page->folds; page->folds--)
        if (!put(out, PAGE_FOLD_END "\n", err))
            return false;
    return true;
}

static bool put_piece(struct page *page, struct sink out, struct error *err)
{
    cmark_node *document = parse(page->piece.text);
    bool footer = page->piece.text.data == page->survey.footer, ok = true;

    if (footer) {
        node_drop(cmark_node_first_child(document));
        ok = close_folds(page, out, err) && put(out, "<footer>\n", err);
    }
    page_blocks(page, document);
    page_inlines(page, document);
    ok = ok && put(out, cmark_render_html(document, CMARK_OPT_DEFAULT, NULL), err);
    node_free_all();
    return ok;
}

static bool put_pieces(struct page *page, struct slice markdown, struct sink out, struct error *err)
{
    struct cutter cutter;
    bool ok = true;

    cutter_init(&cutter, markdown, PIECE_LEAST, page->survey.footer);
    while (ok && cutter_next(&cutter, &page->piece))
        ok = put_piece(page, out, err);
    cutter_free(&cutter);
    return ok && close_folds(page, out, err) && (!page->survey.footer || put(out, "</footer>\n", err));
}

bool html_page(struct templates *templates, const struct page_flavor *flavor, struct slice title,
               struct slice markdown, struct page_charts charts, struct sink out, struct error *err)
{
    struct page page = {.flavor = flavor, .charts = charts};
    struct sheet sheet;
    bool ok = sheet_read(&sheet, templates, flavor, title, err) && survey_read(&page.survey, flavor, markdown, err)
              && out.put(out.self, sheet.before, err) && put_pieces(&page, markdown, out, err)
              && out.put(out.self, sheet.after, err);

    sheet_free(&sheet);
    survey_free(&page.survey);
    intern_free(&page.slugs);
    return ok;
}
