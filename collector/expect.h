/* SPDX-License-Identifier: MIT */
/* expect.h - judges what a probe found against what its endpoint expects. */
#ifndef COLLECTOR_EXPECT_H
#define COLLECTOR_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/slice.h"

struct endpoint;
struct expectation;
struct probe;
struct arena;

/* What of a probe is too large or too secret to be kept, and is judged before it goes. */
struct judged_matter {
    struct slice body;            /* whole, decoded; up to max_body */
    const struct slice *messages; /* the server's text and binary messages, in order, whole up to max_body */
    size_t message_count;
    bool message_capped; /* the last of them is longer than what was read */
};

/* Judges every expectation of `endpoint` into `probe`, and sets its outcome; a probe that failed below keeps its layer
 * and code, and its expectations are not judged where nothing was there to judge. A plain experiment (`probe->upgrade`
 * false at a WebSocket endpoint) and a path that cannot exist are not judged at all: their outcome is whether they got
 * an answer. An endpoint without any expectation of a status expects 2xx, a WebSocket 101. */
void expect_judge(const struct endpoint *endpoint, const struct judged_matter *matter, struct probe *probe);

/* Checks one expectation of a config: a regular expression that does not compile, a pointer that is none. */
bool expect_check(const struct expectation *expectation, struct error *err);

/* "status is 2xx", for the config's reader and the report's; in `arena`, from the other members. */
const char *expect_words(const struct expectation *expectation, struct arena *arena);
#endif
