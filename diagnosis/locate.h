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

/* The address to look for and what works instead: URLs without scheme and query, and their paths. Where the two paths
 * begin alike ("/api/ws", "/api/websocket"), their ends; where they end alike ("/v1/ws", "/v2/ws"), their URLs up to there.
 * Absent where there is none. */
struct needle {
    struct slice from_url, to_url;
    struct slice from_path, to_path;
    struct slice head;               /* "/api": what the paths have in common */
    struct slice from_tail, to_tail; /* "/ws", "/websocket" */
    struct slice from_base, to_base; /* "api.example.com/v1", "api.example.com/v2" */
};

/* A place that holds the address, surest kind first. Stored as numbers: append only. */
enum location_kind {
    LOCATION_URL,       /* the whole URL, or its host and path, in whatever scheme */
    LOCATION_PATH,      /* the path as a literal, or behind a variable: `${API}/ws` */
    LOCATION_TAIL,      /* the path's end behind a variable that has its beginning */
    LOCATION_NAME,      /* the path without its slash, given to a key like WS_PATH */
    LOCATION_BASE,      /* the part before what both paths end with: other addresses may need it as it is */
    LOCATION_ROUTE,     /* the path as a server of this tree declares it: the other side of the same mistake */
    LOCATION_ELSEWHERE, /* the path at another host: nothing was tested there */
    LOCATION_KINDS
};
extern const char *const location_words[];

struct location {
    const char *file; /* as shown: relative to the source's folder */
    unsigned line;    /* from 1 */
    enum location_kind kind;
    bool aside;               /* in a comment, a test or documentation */
    struct slice literal;     /* "/ws", or "${API}/ws": between its delimiters */
    struct slice replacement; /* the same with the working address */
    struct slice key;         /* the name it is given to: "socket", "VITE_WS_PATH"; absent: none was seen */
    size_t at;                /* byte of the file at which the address itself stands */
    struct slice from, with;  /* the address itself, and what would stand there */
};

/* Makes the needle of two URLs (of which `to` may differ in its path alone). Both must outlive it. */
struct needle locate_needle(struct slice from, struct slice to);

/* Finds the address in `text`; the list, in order of place, and what it points to live in `arena`. `head_seen` is set
 * where the text holds an address that ends with the needle's head: only then is a LOCATION_TAIL of that tree one. */
const struct location *locate(const struct needle *needle, const char *file, struct slice text, struct arena *arena,
                              size_t *count, bool *head_seen);

/* Whether `file` is one of those that hold secrets (.env and its kind, keys): its values are shown in no diff. */
bool locate_secret_file(const char *file);

/* Whether a diff may change the place: it is the address as the failing client has it, in code that runs. */
bool locate_mendable(const struct location *location);

/* For qsort: surest kind first, then by file and line. */
int locate_order(const void *a, const void *b);
#endif
