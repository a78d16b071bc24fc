/* SPDX-License-Identifier: MIT */
/* utf8.h - foreign bytes made safe to show: what is no printable UTF-8 becomes a visible escape. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* The code point at the start of `text` and its length in bytes; 0 bytes where the encoding is broken or it ends. */
size_t utf8_next(struct slice text, int32_t *point);

bool utf8_valid(struct slice text);

/* Whether a reader could not see `point`, or could be misled by it: controls, bidi marks, zero-width characters,
 * surrogates, private use and what Unicode has not assigned. Space, and no other white space, is visible. */
bool utf8_hidden(int32_t point);

/* Appends `text` with every hidden point as \n, \t, \u{202E}, and every broken byte as \xFF. A backslash stays
 * one. Always valid UTF-8. */
void utf8_escape(struct buf *out, struct slice text);

/* The same, but newlines and tabs are kept as they are: for bodies shown as blocks. CR before LF is dropped. */
void utf8_escape_block(struct buf *out, struct slice text);

/* The largest length up to `most` at which `text` can be cut without splitting a character. */
size_t utf8_cut(struct slice text, size_t most);

/* Columns that `text` takes on a terminal (wide characters two, combining marks none). */
size_t utf8_columns(struct slice text);
#endif
