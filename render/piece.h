/* SPDX-License-Identifier: MIT */
/* piece.h - Markdown of our own making, cut into pieces that are each Markdown by themselves, so that a long report can
 * be parsed without being held as a tree. A piece ends where a block of the document does, or between the rows of a
 * table. Links must be written inline: a reference's definition is not seen from another piece. */
#ifndef RENDER_PIECE_H
#define RENDER_PIECE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "render/fence.h"

/* What is known of the lines so far. */
struct blocks {
    struct fence fence;
    bool open;    /* a blank line, which ends a paragraph, has not come yet */
    bool comment; /* an HTML comment goes on */
    bool code;    /* the last line was code or its fence */
};

/* Whether the document itself has a new block at `line`: neither code nor what a list or a paragraph goes on with. To be
 * asked for every line in turn. */
bool block_begins(struct blocks *blocks, struct slice line);

/* Whether a block that begins with `line` is a rule: "---". */
bool block_is_rule(struct slice line);

/* Whether `line` is nothing but hyphens, colons and pipes: under a table's header it makes it one. */
bool line_is_delimiter(struct slice line);

/* Unescaped pipes. */
size_t line_pipes(struct slice line);

struct piece {
    struct slice text; /* the cutter's, until the next piece */
    bool continues; /* its first block is a table whose first rows were in the piece before; its header is repeated */
    bool cut;       /* its last block is a table that goes on in the next piece */
};

struct cutter {
    struct slice rest;
    size_t least;        /* bytes after which a piece ends as soon as it can */
    const char *end;     /* a piece ends here in any case; NULL: nowhere */
    struct slice header; /* of the table that is cut: its header and delimiter; NULL: none is */
    struct buf text;
};

/* `least`: bytes of a piece. A block is never cut, but for tables: one that is longer makes a longer piece. */
void cutter_init(struct cutter *cutter, struct slice markdown, size_t least, const char *end);
/* False at the end. */
bool cutter_next(struct cutter *cutter, struct piece *piece);
void cutter_free(struct cutter *cutter);
#endif
