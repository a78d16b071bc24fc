/* SPDX-License-Identifier: MIT */
/* html_tree.h - the steps that turn a parsed piece of the report into a part of the page. Private to render/html*.c. */
#ifndef RENDER_HTML_TREE_H
#define RENDER_HTML_TREE_H

#include <cmark-gfm.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/intern.h"
#include "base/slice.h"
#include "render/html.h"
#include "render/html_survey.h"
#include "render/piece.h"

/* What ends a fold, wherever it began. */
#define PAGE_FOLD_END "</div>\n</details>"

/* What the steps share, and what one piece tells the next. */
struct page {
    const struct page_flavor *flavor;
    struct page_charts charts;
    struct survey survey;
    struct intern slugs; /* that headings have taken */
    size_t headings;
    size_t folds; /* that are open where the piece ends */
    bool begun;   /* the title and what stands under it were in an earlier piece */
    bool judged;  /* the verdict's box is there */
    struct piece piece;
};

/* A mark in the Markdown is "%NONCE:NAME%". Appends it. */
void mark_put(const struct page_flavor *flavor, const char *name, struct buf *out);

/* The first mark in `text`: where it begins and ends, and its name. */
bool mark_find(const struct page_flavor *flavor, struct slice text, size_t *start, size_t *end, struct slice *name);

/* The ordinal of an anchor's name: "p17". */
bool mark_ordinal(struct slice name, uint32_t *ordinal);

/* Whether this is the place of the anchor `name`: false when it is no anchor's, or the page had it before. */
bool page_place_anchor(struct page *page, struct slice name, uint32_t *ordinal);

/* Whether `node` is strong text that begins with a label's sign; then its class and the sign's length. */
bool label_of(cmark_node *node, const char **class, size_t *sign);

/* Folds, charts, tables, code, lists, headings, the verdict and the subtitle. */
void page_blocks(struct page *page, cmark_node *document);

/* Anchors, labels, citations, images; and no mark is left. */
void page_inlines(struct page *page, cmark_node *document);
#endif
