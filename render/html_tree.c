/* SPDX-License-Identifier: MIT */
/* Blocks: each step gathers the nodes of one kind and puts blocks of our own in their place. */
#include "render/html_tree.h"

#include <cmark-gfm-core-extensions.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/html_node.h"
#include "render/html_table.h"

/* The name of the mark that the paragraph `node` begins with, and where that ends; absent: with none. */
static struct slice mark_of(const struct page *page, cmark_node *node, size_t *end)
{
    cmark_node *text = node_is(node, "paragraph") ? cmark_node_first_child(node) : NULL;
    struct slice name;
    size_t start;

    if (text && cmark_node_get_type(text) == CMARK_NODE_TEXT
        && mark_find(page->flavor, slice_of(cmark_node_get_literal(text)), &start, end, &name) && start == 0)
        return name;
    return (struct slice){NULL, 0};
}

static bool begins_with(const struct page *page, cmark_node *node, const char *wanted)
{
    size_t end;

    return slice_equals(mark_of(page, node, &end), slice_of(wanted));
}

/* Takes the anchor's mark out of a fold's summary: what it names is the fold's content, which a browser opens
 * when a link leads there. */
static bool take_anchor(struct page *page, cmark_node *summary, uint32_t *ordinal)
{
    for (cmark_node *node = cmark_node_first_child(summary); node; node = cmark_node_next(node)) {
        const char *text = cmark_node_get_type(node) == CMARK_NODE_TEXT ? cmark_node_get_literal(node) : "";
        struct slice name;
        size_t start, end;

        if (mark_find(page->flavor, slice_of(text), &start, &end, &name) && page_place_anchor(page, name, ordinal))
            return true;
    }
    return false;
}

static cmark_node *fold_end(void)
{
    return node_block(PAGE_FOLD_END, "");
}

/* The end of the fold that `open` begins among the blocks beside it; NULL: they have none. */
static cmark_node *end_of(const struct page *page, cmark_node *open)
{
    cmark_node *node = open;
    size_t depth = 1;

    while (depth && (node = cmark_node_next(node))) {
        if (begins_with(page, node, "fold"))
            depth++;
        else if (begins_with(page, node, "fold-end"))
            depth--;
    }
    return node;
}

/* A fold of the document may be long, so that it can end in another piece; one within a list or a quote ends there, also
 * where the template forgot to. */
static void open_fold(struct page *page, cmark_node *open, size_t mark)
{
    cmark_node *text = cmark_node_first_child(open), *end;
    const char *summary = cmark_node_get_literal(text) + mark;
    char leave[64] = "</summary>\n<div class=\"fold\">";
    uint32_t ordinal;

    if (node_is(cmark_node_parent(open), "document"))
        page->folds++;
    else if ((end = end_of(page, open)))
        cmark_node_set_user_data(end, end);
    else
        cmark_node_append_child(cmark_node_parent(open), fold_end());
    node_set_literal(text, summary + strspn(summary, " "));
    if (take_anchor(page, open, &ordinal))
        snprintf(leave, sizeof leave, "</summary>\n<div class=\"fold\" id=\"p%u\">", ordinal);
    node_become(open, node_block("<details>\n<summary>", leave));
}

static void close_fold(struct page *page, cmark_node *end)
{
    bool document = node_is(cmark_node_parent(end), "document");

    if (document ? page->folds > 0 : cmark_node_get_user_data(end) != NULL) {
        page->folds -= document;
        cmark_node_insert_before(end, fold_end());
    }
    node_drop(end);
}

/* Puts the chart `name` ("chart-waterfall") at its place; without one, nothing is left of that. */
static void make_chart(const struct page *page, cmark_node *place, struct slice name)
{
    for (size_t i = 0; i < page->charts.count; i++) {
        const struct page_chart *chart = &page->charts.list[i];
        struct buf html = BUF_INIT;

        if (chart->svg.len && slice_equals((struct slice){name.data + 6, name.len - 6}, slice_of(chart->name))) {
            buf_printf(&html, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Chart: %s\">\n",
                       chart->name);
            buf_put_slice(&html, chart->svg);
            cmark_node_insert_before(place, node_block(html.data, "</div>"));
        }
        buf_free(&html);
    }
    node_drop(place);
}

/* Folds and charts are recognised by the paragraph that marks them. */
static void make_marked(struct page *page, const struct nodes *paragraphs)
{
    size_t end;

    for (size_t i = 0; i < paragraphs->count; i++) {
        cmark_node *paragraph = paragraphs->all[i];
        struct slice name = mark_of(page, paragraph, &end);

        if (slice_equals(name, slice_of("fold")))
            open_fold(page, paragraph, end);
        else if (slice_equals(name, slice_of("fold-end")))
            close_fold(page, paragraph);
        else if (name.len > 6 && memcmp(name.data, "chart-", 6) == 0)
            make_chart(page, paragraph, name);
    }
}

/* The first quote says how things stand, in the colour of the first label in it. */
static void make_verdict(struct page *page, const struct nodes *quotes)
{
    const char *class = "mute";
    struct nodes strong;
    char enter[48];
    size_t sign;

    if (page->judged || quotes->count == 0)
        return;
    strong = nodes_of(quotes->all[0], CMARK_NODE_STRONG);
    for (size_t i = 0; i < strong.count; i++)
        if (label_of(strong.all[i], &class, &sign))
            break;
    snprintf(enter, sizeof enter, "<div class=\"verdict %s\">", class);
    node_become(quotes->all[0], node_block(enter, "</div>"));
    nodes_free(&strong);
    page->judged = true;
}

/* The paragraph under the title. */
static void make_subtitle(struct page *page, cmark_node *document)
{
    cmark_node *title = cmark_node_first_child(document);

    if (!page->begun && node_is(title, "heading") && node_is(cmark_node_next(title), "paragraph"))
        node_become(cmark_node_next(title), node_block("<p class=\"sub\">", "</p>"));
    page->begun = true;
}

/* "s-what-it-said": letters and digits of the heading. The prefix keeps it apart from the anchors of probes.
 */
static void put_slug(struct page *page, cmark_node *heading, struct buf *slug)
{
    struct buf text = BUF_INIT;
    size_t start, end;
    struct slice name;

    node_text(heading, &text);
    while (mark_find(page->flavor, buf_slice(&text), &start, &end, &name)) {
        memmove(text.data + start, text.data + end, text.len - end + 1);
        text.len -= end - start;
    }
    buf_puts(slug, "s");
    for (size_t i = 0; i < text.len && slug->len < 60; i++) {
        unsigned char byte = (unsigned char)text.data[i];

        if (isalnum(byte)) {
            if (i == 0 || !isalnum((unsigned char)text.data[i - 1]))
                buf_putc(slug, '-');
            buf_putc(slug, (char)tolower(byte));
        }
    }
    buf_free(&text);
}

static void make_heading(struct page *page, cmark_node *heading)
{
    int level = cmark_node_get_heading_level(heading);
    struct buf slug = BUF_INIT, enter = BUF_INIT;
    size_t taken = page->slugs.count;
    char leave[8];

    put_slug(page, heading, &slug);
    intern_slice(&page->slugs, buf_slice(&slug));
    /* No new one: another heading has it. */
    if (page->slugs.count == taken) {
        buf_printf(&slug, "-%zu", page->headings);
        intern_slice(&page->slugs, buf_slice(&slug));
    }
    page->headings++;
    buf_printf(&enter, "<h%d id=\"%s\">", level, slug.data);
    snprintf(leave, sizeof leave, "</h%d>", level);
    node_become(heading, node_block(enter.data, leave));
    buf_free(&slug);
    buf_free(&enter);
}

/* One line of a diff in its colour. */
static void put_diff_line(struct slice line, struct buf *out)
{
    const char *class = line.data[0] == '-' ? "del" : line.data[0] == '+' ? "add" : NULL;

    if (line.len >= 3 && (memcmp(line.data, "---", 3) == 0 || memcmp(line.data, "+++", 3) == 0))
        class = NULL;
    if (class)
        buf_printf(out, "<span class=\"%s\">", class);
    flavor_html_text(line, out);
    buf_puts(out, class ? "</span>\n" : "\n");
}

static void put_code(const char *code, bool diff, struct buf *out)
{
    while (diff && *code) {
        size_t len = strcspn(code, "\n");

        if (len)
            put_diff_line((struct slice){code, len}, out);
        else
            buf_putc(out, '\n');
        code += len + (code[len] == '\n');
    }
    flavor_html_text(slice_of(code), out);
}

static void make_code(cmark_node *code)
{
    struct buf html = BUF_INIT;

    buf_puts(&html, "<pre tabindex=\"0\"><code>");
    put_code(cmark_node_get_literal(code), strcmp(cmark_node_get_fence_info(code), "diff") == 0, &html);
    buf_puts(&html, "</code></pre>");
    node_become(code, node_block(html.data, ""));
    buf_free(&html);
}

/* Things to do: a check box that cannot be checked is no control, so it is a sign, with a word for who sees
 * none. */
static void make_todo(cmark_node *tasks)
{
    cmark_node *item = cmark_node_first_child(tasks), *list;

    if (!node_is(item, "tasklist"))
        return;
    list = node_block("<ul class=\"todo\">", "</ul>");
    for (; item; item = cmark_node_next(item)) {
        bool done = node_is(item, "tasklist") && cmark_gfm_extensions_get_tasklist_item_checked(item);
        cmark_node *made = node_block(done ? "<li class=\"done\"><span class=\"sr\">Done:</span> "
                                           : "<li><span class=\"sr\">To do:</span> ",
                                      "</li>");

        node_move_children(item, made);
        cmark_node_append_child(list, made);
    }
    cmark_node_insert_before(tasks, list);
    node_drop(tasks);
}

/* Blocks by what they become. */
struct blocks_by_kind {
    struct nodes raw, paragraphs, quotes, tables, code, lists, headings;
};

static struct nodes *kind_of(struct blocks_by_kind *kinds, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HTML_BLOCK:
        return &kinds->raw;
    case CMARK_NODE_PARAGRAPH:
        return &kinds->paragraphs;
    case CMARK_NODE_BLOCK_QUOTE:
        return &kinds->quotes;
    case CMARK_NODE_CODE_BLOCK:
        return &kinds->code;
    case CMARK_NODE_LIST:
        return &kinds->lists;
    case CMARK_NODE_HEADING:
        return &kinds->headings;
    default:
        return node_is(node, "table") ? &kinds->tables : NULL;
    }
}

/* Inlines and the rows of tables are passed over. */
static void gather(cmark_node *document, struct blocks_by_kind *kinds)
{
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        struct nodes *kind = event == CMARK_EVENT_ENTER ? kind_of(kinds, node) : NULL;

        if (!kind)
            continue;
        nodes_add(kind, node);
        if (kind != &kinds->quotes && kind != &kinds->lists && cmark_node_first_child(node))
            cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
    }
    cmark_iter_free(iter);
}

static void free_kinds(struct blocks_by_kind *kinds)
{
    nodes_free(&kinds->raw);
    nodes_free(&kinds->paragraphs);
    nodes_free(&kinds->quotes);
    nodes_free(&kinds->tables);
    nodes_free(&kinds->code);
    nodes_free(&kinds->lists);
    nodes_free(&kinds->headings);
}

void page_blocks(struct page *page, cmark_node *document)
{
    struct blocks_by_kind kinds = {.raw = {NULL, 0, 0}};

    make_subtitle(page, document);
    gather(document, &kinds);
    for (size_t i = 0; i < kinds.raw.count; i++)
        node_drop(kinds.raw.all[i]);
    make_marked(page, &kinds.paragraphs);
    make_verdict(page, &kinds.quotes);
    page_tables(page, &kinds.tables);
    for (size_t i = 0; i < kinds.code.count; i++)
        make_code(kinds.code.all[i]);
    for (size_t i = 0; i < kinds.lists.count; i++)
        make_todo(kinds.lists.all[i]);
    for (size_t i = 0; i < kinds.headings.count; i++)
        make_heading(page, kinds.headings.all[i]);
    free_kinds(&kinds);
}
