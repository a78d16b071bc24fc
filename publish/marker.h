/* SPDX-License-Identifier: MIT */
/* marker.h - by what a comment of ours is known again, when the local database is lost too.
 *
 * "endoscope:v1 key=HEX nightly" in a form that the tracker does not show. Anybody can copy it into a comment of their
 * own: it counts only together with the author. */
#ifndef PUBLISH_MARKER_H
#define PUBLISH_MARKER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/slice.h"

/* How a tracker hides a line. */
enum marker_form { MARKER_HTML, MARKER_LINK, MARKER_WIKI };

/* What is the same for all comments on one ticket by one suite in one environment; lives in `arena`. */
const char *marker_key(const char *suite, const char *environment, const char *ticket, struct arena *arena);

/* The marker of the comment `what`: "nightly", or "event RUN". */
const char *marker_words(const char *key, const char *what, struct arena *arena);

/* The line that holds it. */
const char *marker_line(const char *key, const char *what, enum marker_form form, struct arena *arena);

/* Whether `body` ends with a line that holds the marker `words`: our own comments do, and one that merely quotes it
 * further up does not. */
bool marker_found(const char *body, const char *words);
#endif
