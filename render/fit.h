/* SPDX-License-Identifier: MIT */
/* fit.h - Markdown of our own making, made shorter: the least important goes first, and what went is said. */
#ifndef RENDER_FIT_H
#define RENDER_FIT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

/* Appends `markdown` in at most `most` bytes. As long as it is longer, it loses, from its end on: folds; rows of long tables
 * that show what passes; other rows of long tables; lines of long code; whole sections ("## "), but neither the title and
 * verdict nor the first of them; and at last all behind the last block that fits. A sentence then says what was left out,
 * and `where` it can be had, before the footer (behind the last rule). Nothing when not even that sentence fits. */
void fit_markdown(struct slice markdown, size_t most, const char *where, struct buf *out);
#endif
