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

bool mark_find(const struct page_flavor *flavor, const char *text, size_t *start, size_t *end, struct slice *name)
{
    char open[20];
    const char *at, *close;

    snprintf(open, sizeof open, "%%%s:", flavor->nonce);
    at = strstr(text, open);
    close = at ? strchr(at + strlen(open), '%') : NULL;
    if (!close)
        return false;
    *start = (size_t)(at - text);
    *end = (size_t)(close - text) + 1;
    *name = (struct slice){at + strlen(open), (size_t)(close - at) - strlen(open)};
    return true;
}

bool page_has_anchor(const struct page *page, uint32_t ordinal)
{
    for (size_t i = 0; i < page->anchor_count; i++)
        if (page->anchors[i] == ordinal)
            return true;
    return false;
}

static bool read_ordinal(const char *text, size_t len, uint32_t *ordinal)
{
    uint64_t number = 0;

    if (len < 2 || len > 11 || text[0] != 'p')
        return false;
    for (size_t i = 1; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    *ordinal = (uint32_t)number;
    return number <= UINT32_MAX;
}

bool page_add_anchor(struct page *page, struct slice name, uint32_t *ordinal)
{
    if (!read_ordinal(name.data, name.len, ordinal) || page_has_anchor(page, *ordinal))
        return false;
    page->anchors = mem_grow(page->anchors, page->anchor_count, &page->anchor_room, sizeof *page->anchors);
    page->anchors[page->anchor_count++] = *ordinal;
    return true;
}

bool label_of(cmark_node *node, const char **class, size_t *sign)
{
    static const struct {
        const char *sign, *class;
    } labels[] = {{"✓", "pass"}, {"✗", "fail"}, {"!", "warn"}, {"~", "warn"}, {"?", "mute"}};
    cmark_node *first = node_is(node, "strong") ? cmark_node_first_child(node) : NULL;
    const char *text = first && node_is(first, "text") ? cmark_node_get_literal(first) : "";

    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        size_t len = strlen(labels[i].sign);

        if (strncmp(text, labels[i].sign, len) != 0 || text[len] != ' ')
            continue;
        *class = labels[i].class;
        *sign = len;
        return true;
    }
    return false;
}

static void set_literal(cmark_node *node, const char *text)
{
    /* The text may be a part of what it replaces. */
    char *copy = mem_copy(text, strlen(text));

    cmark_node_set_literal(node, copy);
    mem_free(copy);
}

static void make_label(cmark_node *node)
{
    cmark_node *first = cmark_node_first_child(node);
    struct buf enter = BUF_INIT;
    const char *class;
    size_t sign;

    if (!label_of(node, &class, &sign))
        return;
    buf_printf(&enter, "<span class=\"pill %s\"><b aria-hidden=\"true\">%.*s</b> ", class, (int)sign,
               cmark_node_get_literal(first));
    set_literal(first, cmark_node_get_literal(first) + sign + 1);
    node_become(node, node_inline(enter.data, "</span>"));
    buf_free(&enter);
}

/* The templates' own links are left; a citation of what is not on the page is no link. */
static void make_cite(const struct page *page, cmark_node *node)
{
    const char *url = cmark_node_get_url(node);
    const char *run_end = strrchr(url, '.'); /* "#0192f3.p17": of another run */
    const char *probe = run_end ? run_end + 1 : url + 1;
    uint32_t ordinal;

    if (url[0] != '#' || !read_ordinal(probe, strlen(probe), &ordinal))
        return;
    if (!run_end && page_has_anchor(page, ordinal))
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

    while (mark_find(page->flavor, cmark_node_get_literal(node), &start, &end, &name)) {
        const char *text = cmark_node_get_literal(node);
        struct buf rest = BUF_INIT;

        if (page_add_anchor(page, name, &ordinal)) {
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

void page_inlines(struct page *page, cmark_node *document)
{
    struct nodes strong = nodes_of(document, "strong"), links, texts, images, raw;

    for (size_t i = 0; i < strong.count; i++)
        make_label(strong.all[i]);
    nodes_free(&strong);
    texts = nodes_of(document, "text");
    for (size_t i = 0; i < texts.count; i++)
        take_marks(page, texts.all[i]);
    nodes_free(&texts);
    links = nodes_of(document, "link");
    for (size_t i = 0; i < links.count; i++)
        make_cite(page, links.all[i]);
    nodes_free(&links);
    images = nodes_of(document, "image");
    for (size_t i = 0; i < images.count; i++)
        node_become(images.all[i], node_inline("", ""));
    nodes_free(&images);
    /* Safe mode would leave a comment in their place. */
    raw = nodes_of(document, "html_inline");
    for (size_t i = 0; i < raw.count; i++)
        node_drop(raw.all[i]);
    nodes_free(&raw);
}
