/* SPDX-License-Identifier: MIT */
/* html.h - the report's Markdown as one HTML page: no script, no request to anywhere.
 *
 * The page makes more of Markdown than a ticket does. What the templates write for it:
 *
 *   **✓ works** **✗ fails** **! refused** **~ unsteady** **? not judged**    strong text that begins with one
 * of these signs and a blank is a label: pass, fail, warn, warn, mute
 *   {{cites}}                        links to the probes' anchors, where the page has them
 *   {{fold.open}}{{ordinal.anchor}}SUMMARY{{fold.summary_end}} … {{fold.close}}    a fold; the anchor is its
 * target
 *   {{chart.NAME}}                   on a line of its own: the chart of that name, where the page has it
 *   > …                              the first quote is the verdict's box, in the colour of the first label
 * in it a table whose header cells all begin with a label    one card a column: broken beside working
 *   - [ ] …, - [x] …                 a list of things to do
 *   the paragraph under the title    the page's subtitle
 *   --- …                            what follows the last rule is the footer
 *
 * None of that can be had by foreign words: they come out of the flavour without marks, and a value that
 * begins with a label's sign carries the nonce, which says that it is none. */
#ifndef RENDER_HTML_H
#define RENDER_HTML_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/sink.h"
#include "base/slice.h"
#include "render/flavor.h"

struct templates;

/* The flavour in which Markdown for a page is written: the GitHub one, but citations are links, and folds,
 * anchors and charts are marked with `nonce` (16 random hex digits of this rendering). It points into itself:
 * not to be copied. */
struct page_flavor {
    struct flavor flavor;          /* first: flavor's calls get a pointer to it */
    char nonce[17], mark_open[18]; /* what a mark begins with, unterminated */
    char fold_open[32], fold_summary_end[4], fold_close[40];
};
bool page_flavor_init(struct page_flavor *page, int32_t offset_s, struct error *err);

/* A chart that was drawn for the page. */
struct page_chart {
    const char *name; /* what templates call it behind "chart.": "waterfall" */
    struct slice svg; /* the element; empty: nothing stands there */
};
struct page_charts {
    const struct page_chart *list;
    size_t count;
};

/* Reads `markdown` (made with `page`) with cmark-gfm in safe mode, decorates the tree and puts it into the
 * template "page.html" with "page.css". `title` is plain text. `charts` stand at their marks, none
 * is left of a chart that is not among them. The page is made and put out in pieces, so that memory does not grow with it. */
bool html_page(struct templates *templates, const struct page_flavor *page, struct slice title, struct slice markdown,
               struct page_charts charts, struct sink out, struct error *err);
#endif
