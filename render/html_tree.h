/* SPDX-License-Identifier: MIT */
/* html_tree.h - the steps that turn a parsed report into the page's tree. Private to render/html*.c. */
#ifndef RENDER_HTML_TREE_H
#define RENDER_HTML_TREE_H

#include <cmark-gfm.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "render/html.h"

/* What the steps share. */
struct page {
    const struct page_flavor *flavor;
    const struct chart *waterfall; /* NULL: none */
    uint32_t *anchors;             /* ordinals that the page has an anchor for */
    size_t anchor_count, anchor_room;
};

/* A mark in the Markdown is "%NONCE:NAME%". Appends it. */
void mark_put(const struct page_flavor *flavor, const char *name, struct buf *out);

/* The first mark in `text`: where it begins and ends, and its name. */
bool mark_find(const struct page_flavor *flavor, const char *text, size_t *start, size_t *end, struct slice *name);

/* The ordinal of an anchor's name "p17"; false when it is another name, or was had before. */
bool page_add_anchor(struct page *page, struct slice name, uint32_t *ordinal);
bool page_has_anchor(const struct page *page, uint32_t ordinal);

/* Whether `node` is strong text that begins with a label's sign; then its class and the sign's length. */
bool label_of(cmark_node *node, const char **class, size_t *sign);

/* Folds, charts, tables, code, lists, headings, the verdict, subtitle and footer. */
void page_blocks(struct page *page, cmark_node *document);

/* Anchors, labels, citations, images; and no mark is left. */
void page_inlines(struct page *page, cmark_node *document);
#endif
