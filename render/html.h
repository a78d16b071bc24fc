/* SPDX-License-Identifier: MIT */
/* html.h - the report's Markdown as one HTML page: no script, no request to anywhere. */
#ifndef RENDER_HTML_H
#define RENDER_HTML_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "render/flavor.h"

struct templates;

/* The flavour in which Markdown for a page is written: the GitHub one, but citations are links, and folds are marked
 * with `nonce` (16 random hex digits of this rendering), so that no server's words can pass for ours. */
struct page_flavor {
    struct flavor flavor; /* first: flavor's calls get a pointer to it */
    char nonce[17];
    char fold_open[64], fold_summary_end[8], fold_close[64];
};
bool page_flavor_init(struct page_flavor *page, int32_t offset_s, struct error *err);

/* Reads `markdown` (made with `page`) with cmark-gfm in safe mode, decorates the tree (tables that scroll, status words
 * as labels, folds, anchors of probes) and puts it into the template "page.html" with "page.css". `title` is plain text. */
bool html_page(struct templates *templates, const struct page_flavor *page, struct slice title,
               struct slice markdown, struct buf *out, struct error *err);
#endif
