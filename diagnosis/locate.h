/* SPDX-License-Identifier: MIT */
/* locate.h - where a source file holds the wrong address, and what it would be instead: text in, places out.
 *
 * Only the literal and its key are kept of a line, since the rest of it may be anybody's secret. */
#ifndef DIAGNOSIS_LOCATE_H
#define DIAGNOSIS_LOCATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/slice.h"

/* The address to look for and what works instead: URLs without their query, and their paths. */
struct needle {
    struct slice from_url, to_url;
    struct slice from_path, to_path;
};

/* A place that holds the address, surest kind first. */
enum location_kind {
    LOCATION_URL,  /* the whole URL, or its host and path, in whatever scheme */
    LOCATION_PATH, /* the path as a literal, or behind a variable: `${API}/ws` */
};

struct location {
    const char *file; /* as shown: relative to the source's folder */
    unsigned line;    /* from 1 */
    enum location_kind kind;
    struct slice literal;     /* "/ws", or "${API}/ws": between its delimiters */
    struct slice replacement; /* the same with the working address */
    struct slice key;         /* the name it is given to: "socket", "VITE_WS_PATH"; absent: none was seen */
    size_t at, len;           /* bytes of the file that change: those of the address itself */
    struct slice with;        /* what would stand there */
};

/* Finds the address in `text`; the list and what it points to live in `arena`. */
const struct location *locate(const struct needle *needle, const char *file, struct slice text, struct arena *arena,
                              size_t *count);

/* Whether `file` is one of those that hold secrets (.env and its kind, keys): its values are shown in no diff. */
bool locate_secret_file(const char *file);

/* Makes the needle of two URLs (of which `to` may differ in its path alone). */
struct needle locate_needle(struct slice from, struct slice to);
#endif
