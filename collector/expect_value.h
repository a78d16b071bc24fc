/* SPDX-License-Identifier: MIT */
/* expect_value.h - private to expect*.c: one text, or one value of a JSON text, against one expectation. */
#ifndef COLLECTOR_EXPECT_VALUE_H
#define COLLECTOR_EXPECT_VALUE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/slice.h"
#include "collector/probe.h"
#include "collector/suite.h"

/* One expectation's outcome on its way into the record. */
struct finding_of_one {
    enum judgement_verdict verdict;
    struct slice actual; /* in the probe's arena */
    const char *reason;
};

static inline struct finding_of_one holds(bool it, struct slice actual)
{
    return (struct finding_of_one){it ? JUDGED_HOLDS : JUDGED_DOES_NOT, actual, NULL};
}

static inline struct finding_of_one not_judged(const char *reason)
{
    return (struct finding_of_one){JUDGED_NOT, {NULL, 0}, reason};
}

/* Texts: headers, bodies, messages, subprotocols. `actual` absent: there is none. What is kept of it is short. */
struct finding_of_one expect_judge_text(const struct expectation *expectation, struct slice actual,
                                        struct arena *arena);

/* The value that the expectation's pointer leads to in `text`, which is parsed when it is first asked for: `*parsed`
 * is the caller's, to release. */
struct finding_of_one expect_judge_json(const struct expectation *expectation, struct slice text, json_t **parsed,
                                        struct arena *arena);
#endif
