/* SPDX-License-Identifier: MIT */
/* Blocks: each step gathers the nodes of one kind and puts blocks of our own in their place. */
#include "render/html_tree.h"

#include <cmark-gfm-core-extensions.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/chart.h"
#include "render/html_node.h"
#include "render/html_table.h"

/* Whether the paragraph `node` begins with the mark `wanted`, and where that ends. */
static bool begins_with(const struct page *page, cmark_node *node, const char *wanted, size_t *end)
{
    cmark_node *text = node_is(node, "paragraph") ? cmark_node_first_child(node) : NULL;
    struct slice name;
    size_t start;

    return text && node_is(text, "text") && mark_find(page->flavor, cmark_node_get_literal(text), &start, end, &name)
           && start == 0 && slice_equals(name, slice_of(wanted));
}

/* Takes the anchor's mark out of a fold's summary: what it names is the fold's content, which a browser opens
 * when a link leads there. */
static bool take_anchor(struct page *page, cmark_node *summary, uint32_t *ordinal)
{
    for (cmark_node *node = cmark_node_first_child(summary); node; node = cmark_node_next(node)) {
        const char *text = node_is(node, "text") ? cmark_node_get_literal(node) : "";
        struct slice name;
        size_t start, end;

        if (mark_find(page->flavor, text, &start, &end, &name) && page_add_anchor(page, name, ordinal))
            return true;
    }
    return false;
}

static void make_fold(struct page *page, cmark_node *open)
{
    cmark_node *details = node_block("<details>", "</details>"), *summary, *body, *next;
    cmark_node *text = cmark_node_first_child(open);
    char enter[48] = "<div class=\"fold\">";
    size_t depth = 1, end = 0;
    uint32_t ordinal;
    char *rest;

    begins_with(page, open, "fold", &end);
    rest = strdup(cmark_node_get_literal(text) + end);
    cmark_node_set_literal(text, rest + strspn(rest, " "));
    free(rest);
    if (take_anchor(page, open, &ordinal))
        snprintf(enter, sizeof enter, "<div class=\"fold\" id=\"p%u\">", ordinal);
    summary = node_block("<summary>", "</summary>");
    body = node_block(enter, "</div>");
    cmark_node_insert_before(open, details);
    cmark_node_append_child(details, summary);
    cmark_node_append_child(details, body);
    node_move_children(open, summary);
    node_drop(open);
    while ((next = cmark_node_next(details))) {
        if (begins_with(page, next, "fold", &end))
            depth++;
        else if (begins_with(page, next, "fold-end", &end) && --depth == 0)
            break;
        cmark_node_unlink(next);
        cmark_node_append_child(body, next);
    }
    if (next)
        node_drop(next);
}

static void make_chart(const struct page *page, cmark_node *place)
{
    struct buf svg = BUF_INIT;

    if (page->waterfall)
        chart_waterfall(page->waterfall, &svg);
    if (svg.len) {
        cmark_node_insert_before(
            place, node_block("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Chart\">", "</div>"));
        cmark_node_append_child(cmark_node_previous(place), node_block(svg.data, ""));
    }
    node_drop(place);
    buf_free(&svg);
}

/* Both kinds are recognised by the paragraph that marks them. */
static void make_marked(struct page *page, cmark_node *document)
{
    struct nodes paragraphs = nodes_of(document, "paragraph");
    size_t end, kept = 0;

    /* Ends of folds are freed along with their folds: only what begins something is looked at. */
    for (size_t i = 0; i < paragraphs.count; i++)
        if (begins_with(page, paragraphs.all[i], "fold", &end)
            || begins_with(page, paragraphs.all[i], "chart-waterfall", &end))
            paragraphs.all[kept++] = paragraphs.all[i];
    for (size_t i = 0; i < kept; i++) {
        if (begins_with(page, paragraphs.all[i], "fold", &end))
            make_fold(page, paragraphs.all[i]);
        else
            make_chart(page, paragraphs.all[i]);
    }
    nodes_free(&paragraphs);
}

/* The first quote says how things stand, in the colour of the first label in it. */
static void make_verdict(cmark_node *document)
{
    struct nodes quotes = nodes_of(document, "block_quote");

    if (quotes.count) {
        struct nodes strong = nodes_of(quotes.all[0], "strong");
        const char *class = "mute";
        char enter[48];
        size_t sign;

        for (size_t i = 0; i < strong.count; i++)
            if (label_of(strong.all[i], &class, &sign))
                break;
        snprintf(enter, sizeof enter, "<div class=\"verdict %s\">", class);
        node_become(quotes.all[0], node_block(enter, "</div>"));
        nodes_free(&strong);
    }
    nodes_free(&quotes);
}

/* The paragraph under the title, and what follows the last rule. */
static void make_ends(cmark_node *document)
{
    cmark_node *title = cmark_node_first_child(document), *rule = cmark_node_last_child(document);

    if (node_is(title, "heading") && node_is(cmark_node_next(title), "paragraph"))
        node_become(cmark_node_next(title), node_block("<p class=\"sub\">", "</p>"));
    while (rule && !node_is(rule, "thematic_break"))
        rule = cmark_node_previous(rule);
    if (rule) {
        cmark_node *footer = node_block("<footer>", "</footer>"), *next;

        cmark_node_insert_before(rule, footer);
        node_drop(rule);
        while ((next = cmark_node_next(footer))) {
            cmark_node_unlink(next);
            cmark_node_append_child(footer, next);
        }
    }
}

/* "s-what-it-said": letters and digits of the heading. The prefix keeps it apart from the anchors of probes.
 */
static void put_slug(struct page *page, cmark_node *heading, struct buf *slug)
{
    struct buf text = BUF_INIT;
    size_t start, end;
    struct slice name;

    node_text(heading, &text);
    while (mark_find(page->flavor, text.data, &start, &end, &name)) {
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

static void make_headings(struct page *page, cmark_node *document)
{
    struct nodes headings = nodes_of(document, "heading");
    struct buf taken = BUF_INIT; /* " slug slug" */

    for (size_t i = 0; i < headings.count; i++) {
        int level = cmark_node_get_heading_level(headings.all[i]);
        struct buf slug = BUF_INIT, enter = BUF_INIT, word = BUF_INIT;
        char leave[8];

        put_slug(page, headings.all[i], &slug);
        buf_printf(&word, " %s ", slug.data);
        if (strstr(taken.data, word.data))
            buf_printf(&slug, "-%zu", i);
        buf_printf(&taken, " %s ", slug.data);
        buf_printf(&enter, "<h%d id=\"%s\">", level, slug.data);
        snprintf(leave, sizeof leave, "</h%d>", level);
        node_become(headings.all[i], node_block(enter.data, leave));
        buf_free(&slug);
        buf_free(&enter);
        buf_free(&word);
    }
    nodes_free(&headings);
    buf_free(&taken);
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

static void make_code(cmark_node *document)
{
    struct nodes blocks = nodes_of(document, "code_block");

    for (size_t i = 0; i < blocks.count; i++) {
        const char *info = cmark_node_get_fence_info(blocks.all[i]);
        struct buf html = BUF_INIT;

        buf_puts(&html, "<pre tabindex=\"0\"><code>");
        put_code(cmark_node_get_literal(blocks.all[i]), strcmp(info, "diff") == 0, &html);
        buf_puts(&html, "</code></pre>");
        node_become(blocks.all[i], node_block(html.data, ""));
        buf_free(&html);
    }
    nodes_free(&blocks);
}

/* Things to do: a check box that cannot be checked is no control, so it is a sign, with a word for who sees
 * none. */
static void make_todos(cmark_node *document)
{
    struct nodes lists = nodes_of(document, "list");

    for (size_t i = 0; i < lists.count; i++) {
        cmark_node *item = cmark_node_first_child(lists.all[i]), *list;

        if (!node_is(item, "tasklist"))
            continue;
        list = node_block("<ul class=\"todo\">", "</ul>");
        for (; item; item = cmark_node_next(item)) {
            bool done = node_is(item, "tasklist") && cmark_gfm_extensions_get_tasklist_item_checked(item);
            cmark_node *made = node_block(done ? "<li class=\"done\"><span class=\"sr\">Done:</span> "
                                               : "<li><span class=\"sr\">To do:</span> ",
                                          "</li>");

            node_move_children(item, made);
            cmark_node_append_child(list, made);
        }
        cmark_node_insert_before(lists.all[i], list);
        node_drop(lists.all[i]);
    }
    nodes_free(&lists);
}

static void drop_raw(cmark_node *document)
{
    struct nodes raw = nodes_of(document, "html_block");

    for (size_t i = 0; i < raw.count; i++)
        node_drop(raw.all[i]);
    nodes_free(&raw);
}

void page_blocks(struct page *page, cmark_node *document)
{
    drop_raw(document);
    make_ends(document);
    make_marked(page, document);
    make_verdict(document);
    page_tables(document);
    make_code(document);
    make_todos(document);
    make_headings(page, document);
}
