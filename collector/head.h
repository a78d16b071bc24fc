/* SPDX-License-Identifier: MIT */
/* head.h - the head of an HTTP response (RFC 9112, sections 4 and 5): status line and header fields.
 *
 * One parser for what libcurl hands us line by line and for what the wire reads itself. It takes what clients
 * take (bare LF, folded lines, unknown versions) and keeps every field in the order in which it came. */
#ifndef COLLECTOR_HEAD_H
#define COLLECTOR_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/slice.h"
#include "collector/probe.h"

enum {
    HEAD_MOST = 300 * 1024, /* bytes: libcurl's limit too */
    HEAD_FIELDS_MOST = 400,
};

struct head {
    const char *version; /* "1.1"; NULL: no status line could be read */
    int status;
    struct slice reason;
    const struct header *headers;
    size_t header_count;
    bool cut;          /* there are more fields than HEAD_FIELDS_MOST */
    const char *fault; /* what is malformed; NULL: nothing is */
};

/* The length of the head at the start of `bytes`, with its blank line; 0: it is not whole yet. The first
 * `seen` bytes were looked at before. */
size_t head_end(struct slice bytes, size_t seen);

/* Whether `bytes` can be the beginning of a response at all. */
bool head_plausible(struct slice bytes);

/* Reads `bytes` (a whole head, or what there is of one) into copies in `arena`. False when it is malformed;
 * what could be read stays in `head`. */
bool head_read(struct slice bytes, struct arena *arena, struct head *head);

/* The value of the first field called `name` (any case) at or behind `*from`, which is moved behind it;
 * absent when there is no further one. */
struct slice head_field(const struct head *head, const char *name, size_t *from);

/* Whether a field called `name` lists `token` among its comma-separated values (any case). */
bool head_lists(const struct head *head, const char *name, const char *token);
#endif
