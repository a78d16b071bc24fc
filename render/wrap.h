/* SPDX-License-Identifier: MIT */
/* wrap.h - plain text for terminals and mail: no line wider than what they show. */
#ifndef RENDER_WRAP_H
#define RENDER_WRAP_H

#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

enum { WRAP_COLUMNS = 80 };

/* Appends `text`, every line broken at blanks to at most `columns` columns; what goes to the next line is indented as the
 * line was. A word that is wider than that (an address, a digest) stays whole, on a line of its own; one of more than
 * 800 bytes comes in parts of 400. */
void wrap_text(struct slice text, size_t columns, struct buf *out);
#endif
