/* SPDX-License-Identifier: MIT */
/* wiki.h - Markdown's tree written in the markup of a tracker that reads no Markdown: Jira's wiki, Redmine's textile.
 *
 * cmark-gfm gives back exactly the words that are visible, and each dialect makes these inert once more in its own way, so
 * that nothing depends on how Markdown escapes. What a dialect has no word for (folds, task boxes, rules for a page) is
 * written in the nearest that it has; HTML of a template is left out. */
#ifndef RENDER_WIKI_H
#define RENDER_WIKI_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

struct wiki {
    /* Append words so that they are shown as they are: running text (`starts_block`: it may begin a line), code within
     * text, a block of code in a language ("" when it is not known). */
    void (*text)(struct slice words, bool starts_block, struct buf *out);
    void (*code)(struct slice words, struct buf *out);
    void (*block)(struct slice words, struct slice language, struct buf *out);
    const char *strong, *emphasis;   /* on both sides */
    const char *header, *header_end; /* around a header cell */
    const char *line_break, *rule;
    const char *quote, *quote_line, *quote_end; /* before a quote, before each of its paragraphs, and behind it */
};

/* Appends `markdown` in `wiki`. */
void wiki_write(const struct wiki *wiki, struct slice markdown, struct buf *out);
#endif
