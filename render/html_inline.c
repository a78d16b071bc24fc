/* SPDX-License-Identifier: MIT */
/* Words that become more than words: labels, citations, anchors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "render/html_node.h"
#include "render/html_tree.h"

void mark_put(const struct page_flavor *flavor, const char *name, struct buf *out)
{
    buf_printf(out, "%%%s:%s%%", flavor->nonce, name);
}

bool mark_find(const struct page_flavor *flavor, struct slice text, size_t *start, size_t *end, struct slice *name)
{
    const char *at = memmem(text.data, text.len, flavor->mark_open, sizeof flavor->mark_open);
    const char *from = at ? at + sizeof flavor->mark_open : NULL;
    const char *close = at ? memchr(from, '%', text.len - (size_t)(from - text.data)) : NULL;

    if (!close)
        return false;
    *start = (size_t)(at - text.data);
    *end = (size_t)(close - text.data) + 1;
    *name = (struct slice){from, (size_t)(close - from)};
    return true;
}

bool mark_ordinal(struct slice name, uint32_t *ordinal)
{
    uint64_t number = 0;

    if (name.len < 2 || name.len > 11 || name.data[0] != 'p')
        return false;
    for (size_t i = 1; i < name.len; i++) {
        if (name.data[i] < '0' || name.data[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(name.data[i] - '0');
    }
    *ordinal = (uint32_t)number;
    return number <= UINT32_MAX;
}

bool page_place_anchor(struct page *page, struct slice name, uint32_t *ordinal)
{
    struct anchor *anchor = mark_ordinal(name, ordinal) ? anchor_of(&page->survey.anchors, *ordinal) : NULL;

    if (!anchor || anchor->placed)
        return false;
    anchor->placed = true;
    return true;
}

/* The text of `node` where it is text, else "". */
static const char *literal_of(cmark_node *node)
{
    return node && cmark_node_get_type(node) == CMARK_NODE_TEXT ? cmark_node_get_literal(node) : "";
}

bool label_of(cmark_node *node, const char **class, size_t *sign)
{
    static const struct {
        const char *sign, *class;
    } labels[] = {{"✓", "pass"}, {"✗", "fail"}, {"!", "warn"}, {"~", "warn"}, {"?", "mute"}};
    cmark_node *first = node_is(node, "strong") ? cmark_node_first_child(node) : NULL;
    const char *text = literal_of(first);

    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        size_t len = strlen(labels[i].sign);

        if (strncmp(text, labels[i].sign, len) != 0)
            continue;
        /* The parser leaves a "!" or "~" as a text of its own. */
        if ((text[len] ? text[len] : literal_of(cmark_node_next(first))[0]) != ' ')
            continue;
        *class = labels[i].class;
        *sign = len;
        return true;
    }
    return false;
}

static void make_label(cmark_node *node)
{
    cmark_node *first = cmark_node_first_child(node);
    char enter[80];
    const char *class, *text;
    size_t sign;

    if (!label_of(node, &class, &sign))
        return;
    text = cmark_node_get_literal(first);
    snprintf(enter, sizeof enter, "<span class=\"pill %s\"><b aria-hidden=\"true\">%.*s</b> ", class, (int)sign, text);
    if (text[sign])
        sign++;
    else
        node_set_literal(cmark_node_next(first), cmark_node_get_literal(cmark_node_next(first)) + 1);
    node_set_literal(first, text + sign);
    node_become(node, node_inline(enter, "</span>"));
}

/* The templates' own links are left; a citation of what is not on the page is no link. */
static void make_cite(const struct page *page, cmark_node *node)
{
    const char *url = cmark_node_get_url(node);
    const char *run_end = strrchr(url, '.'); /* "#0192f3.p17": of another run */
    uint32_t ordinal;

    if (url[0] != '#' || !mark_ordinal(slice_of(run_end ? run_end + 1 : url + 1), &ordinal))
        return;
    if (!run_end && anchor_of(&page->survey.anchors, ordinal))
        node_wrap(node, node_inline("<span class=\"cite\">", "</span>"));
    else
        node_become(node, node_inline("<span class=\"cite\">", "</span>"));
}

/* Takes the marks out of a text; an anchor leaves an element behind. */
static void take_marks(struct page *page, cmark_node *node)
{
    size_t start, end;
    struct slice name;
    uint32_t ordinal;

    while (mark_find(page->flavor, slice_of(cmark_node_get_literal(node)), &start, &end, &name)) {
        const char *text = cmark_node_get_literal(node);
        struct buf rest = BUF_INIT;

        if (page_place_anchor(page, name, &ordinal)) {
            char enter[32];

            snprintf(enter, sizeof enter, "<a id=\"p%u\"></a>", ordinal);
            cmark_node_insert_before(node, node_inline(enter, ""));
        }
        buf_put(&rest, text, start);
        buf_puts(&rest, text + end);
        cmark_node_set_literal(node, rest.data);
        buf_free(&rest);
    }
}

/* Inlines by what they become. */
struct inlines {
    struct nodes strong, marked, links, images, raw;
};

static void gather(cmark_node *document, struct inlines *inlines)
{
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);

        if (event != CMARK_EVENT_ENTER)
            continue;
        if (cmark_node_get_type(node) == CMARK_NODE_STRONG)
            nodes_add(&inlines->strong, node);
        else if (cmark_node_get_type(node) == CMARK_NODE_TEXT && strchr(cmark_node_get_literal(node), '%'))
            nodes_add(&inlines->marked, node);
        else if (cmark_node_get_type(node) == CMARK_NODE_LINK)
            nodes_add(&inlines->links, node);
        else if (cmark_node_get_type(node) == CMARK_NODE_IMAGE)
            nodes_add(&inlines->images, node);
        else if (cmark_node_get_type(node) == CMARK_NODE_HTML_INLINE)
            nodes_add(&inlines->raw, node);
    }
    cmark_iter_free(iter);
}

void page_inlines(struct page *page, cmark_node *document)
{
    struct inlines inlines = {.raw = {NULL, 0, 0}};

    gather(document, &inlines);
    for (size_t i = 0; i < inlines.strong.count; i++)
        make_label(inlines.strong.all[i]);
    for (size_t i = 0; i < inlines.marked.count; i++)
        take_marks(page, inlines.marked.all[i]);
    for (size_t i = 0; i < inlines.links.count; i++)
        make_cite(page, inlines.links.all[i]);
    for (size_t i = 0; i < inlines.images.count; i++)
        node_become(inlines.images.all[i], node_inline("", ""));
    /* Safe mode would leave a comment in their place. */
    for (size_t i = 0; i < inlines.raw.count; i++)
        node_drop(inlines.raw.all[i]);
    nodes_free(&inlines.strong);
    nodes_free(&inlines.marked);
    nodes_free(&inlines.links);
    nodes_free(&inlines.images);
    nodes_free(&inlines.raw);
}
