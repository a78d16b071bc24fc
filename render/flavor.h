/* SPDX-License-Identifier: MIT */
/* flavor.h - the dialect that is written: how foreign words are made inert in it, how a probe is cited.
 *
 * Each form brings its own delimiters: a template never puts backticks or fences around a foreign value. */
#ifndef RENDER_FLAVOR_H
#define RENDER_FLAVOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum flavor_form {
    FORM_TEXT,  /* in running text: {{x}} and {{x.text}} */
    FORM_CODE,  /* a code span, on one line: {{x.code}} */
    FORM_CELL,  /* a code span in a table's cell, cut to a narrow width: {{x.cell}} */
    FORM_FENCE, /* a block of its own, its language guessed (json, html, http, diff) : {{x.fence}} */
    FORM_URL,   /* an address, shown as text and never linked: {{x.url}} */
    FORM_COUNT
};
extern const char *const form_words[];

struct flavor {
    const char *name; /* "github", "page", "plain" */
    /* Appends `text` in `form`, such that a parser of the dialect gives back exactly its visible characters. */
    void (*foreign)(const struct flavor *flavor, enum flavor_form form, struct slice text, struct buf *out);
    /* Appends the citation of one probe: "[p17]", or a link to it; with `run` not NULL "[0192f3.p17]", never a link. */
    void (*cite)(const struct flavor *flavor, const char *run, uint32_t ordinal, struct buf *out);
    /* A part that is folded away where the dialect can: around a summary, and at the end. */
    const char *fold_open, *fold_summary_end, *fold_close;
    int32_t offset_s; /* zone in which times are written */
};

extern const struct flavor flavor_github; /* GitHub's Markdown: what goes on a ticket, and what cmark-gfm reads */
extern const struct flavor flavor_plain;  /* for JSON strings and terminals: no marks, hidden characters as escapes */

/* "69 ms", "3.2 s", "61 days", "4 µs": three significant digits at most. */
void words_duration(int64_t us, struct buf *out);

/* "21 bytes", "64 KiB". */
void words_bytes(uint64_t bytes, struct buf *out);
#endif
