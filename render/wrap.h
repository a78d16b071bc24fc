/* SPDX-License-Identifier: MIT */
/* wrap.h - plain text folded to a width, for mail and terminals. */
#ifndef RENDER_WRAP_H
#define RENDER_WRAP_H

#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

/* Appends `text` with lines of at most `columns` columns: broken at blanks, continued at the indent of their line. A
 * word that is longer stays whole, so that an address or a command can still be copied. */
void wrap_text(struct slice text, size_t columns, struct buf *out);
#endif
