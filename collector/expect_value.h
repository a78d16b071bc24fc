/* SPDX-License-Identifier: MIT */
/* expect_value.h - private to expect*.c: one value that was found, a text or a JSON document, against what is wanted. */
#ifndef COLLECTOR_EXPECT_VALUE_H
#define COLLECTOR_EXPECT_VALUE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/slice.h"
#include "collector/probe.h"

struct arena;
struct expectation;

enum { COMPARED_MOST = 200 }; /* bytes of the found value that are kept */

/* One expectation's outcome on its way into the record. */
struct compared {
    enum judgement_verdict verdict;
    struct slice actual;
    const char *reason; /* why it could not be judged; else NULL */
};

static inline struct compared compared_as(bool holds, struct slice actual)
{
    return (struct compared){holds ? JUDGED_HOLDS : JUDGED_DOES_NOT, actual, NULL};
}

static inline struct compared compared_not(const char *reason)
{
    return (struct compared){JUDGED_NOT, {NULL, 0}, reason};
}

/* Compares a text: a header, a body, a message. `actual` absent: there is none. What is kept of it lives in `arena`. */
struct compared compare_text(const struct expectation *expectation, struct slice actual, struct arena *arena);

/* Compares what stands at the expectation's pointer in `root`. */
struct compared compare_json(const struct expectation *expectation, json_t *root, struct arena *arena);

/* `text` as JSON, to be released with json_decref(); NULL when it is none. Whole numbers that are too large to count
 * are taken as reals, and NUL is a character like others. */
json_t *compared_document(struct slice text);
#endif
