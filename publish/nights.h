/* SPDX-License-Identifier: MIT */
/* nights.h - the lines under a comment, one a night, and what happened between two of them.
 *
 *     * 2025-09-11 02:00 UTC, run 0192f3ab: fails, 1 of 2 endpoints (websocket-wrong-path)
 *
 * Read back from the comment on the tracker, they outlive the local database. A line is a list item in Markdown, textile
 * and wiki markup alike, and has only our own words in it. */
#ifndef PUBLISH_NIGHTS_H
#define PUBLISH_NIGHTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

enum night_verdict { NIGHT_WORKS, NIGHT_FAILS, NIGHT_UNSTEADY, NIGHT_NOT_JUDGED };
extern const char *const night_verdict_words[];

/* One run, as far as one ticket is concerned. */
struct night {
    char when[21];   /* "2025-09-11 02:00 UTC" */
    const char *run; /* its short id: hex digits and dashes */
    enum night_verdict verdict;
    unsigned failing, total; /* endpoints of the ticket */
    const char *causes;      /* codes in order, ", " between; "": none was found */
};

enum transition_kind { NIGHT_SAME, NIGHT_FIXED, NIGHT_REGRESSED, NIGHT_OTHER_CAUSE };
extern const char *const night_change_words[]; /* "same", "fixed", "regressed", "other-cause" */

struct nights {
    struct night *list; /* newest first */
    size_t count, capacity;
};

void night_time(struct night *night, struct wall when);

/* Appends the line, without a newline. */
void night_write(const struct night *night, struct buf *out);

/* Reads what night_write() wrote; false on anything else. What it points to lives in `arena`. */
bool night_read(struct slice line, struct arena *arena, struct night *night);

/* All such lines of a comment. */
void nights_read(const char *body, struct arena *arena, struct nights *nights);

/* Puts `night` in its place in time; one of the same run is replaced. */
void nights_add(struct nights *nights, const struct night *night, struct arena *arena);

/* What became of it between the nearest judged night before and `night`. */
enum transition_kind nights_change(const struct nights *nights, const struct night *night);

/* How many nights up to `run` it worked without a break, if it had failed before; else 0. */
unsigned nights_fixed(const struct nights *nights, const char *run);
#endif
