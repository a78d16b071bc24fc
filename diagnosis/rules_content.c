/* SPDX-License-Identifier: MIT */
/* rules_content.c - causes in what was said and how fast, in steadiness, and none. */
#include "diagnosis/rule.h"

const struct rule rules_content[] = {
    {
        .code = "http-fallback-page",
        .layer = LAYER_CONTENT,
        .title = "The path does not exist, and the server answers with its fallback page",
        .on = LAYER_CONTENT,
        .needs = {FACT_LIKE_ABSENT},
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Two paths that cannot exist get the same answer as this one, with the status that "
                      "was expected: a single-page application's fallback.",
        .remedy = "Mend the path where it is configured, or the rule that sends every path to the "
                  "fallback.",
        .standard = "RFC 9110, 15.5.5",
    },
    {
        .code = "content-shape-changed",
        .layer = LAYER_CONTENT,
        .title = "The answer has another shape than in the last good run",
        .on = LAYER_CONTENT,
        .needs = {FACT_BODY_CHANGED, FACT_SHAPE_CHANGED},
        .excludes = {FACT_UNSTEADY, FACT_SAYS_ERROR, FACT_TYPE_LIES},
        .told_apart =
            "Where an expectation looks, something that was there in the last run that passed is gone, or is "
            "of another type.",
        .remedy = "Look at what was released since: let the server keep what its clients read, or teach the clients "
                  "the new shape.",
        .standard = "RFC 8259",
    },
    {
        .code = "content-changed",
        .layer = LAYER_CONTENT,
        .title = "The answer says something else than in the last good run",
        .on = LAYER_CONTENT,
        .needs = {FACT_BODY_CHANGED},
        .excludes = {FACT_UNSTEADY, FACT_SHAPE_CHANGED, FACT_SAYS_ERROR, FACT_TYPE_LIES, FACT_LIKE_ABSENT},
        .told_apart =
            "Where an expectation looks, the value is another one than in the last run that passed, in the same "
            "shape.",
        .remedy = "Look at what was released or entered since; or mend what is expected.",
    },
    {
        .code = "content-not-expected",
        .layer = LAYER_CONTENT,
        .title = "The answer comes, and does not say what was expected",
        .rank = RANK_GENERIC,
        .on = LAYER_CONTENT,
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Status and transport are as expected; which expectation does not hold, and what came "
                      "instead, is in the validation.",
        .remedy = "Mend what the endpoint says, or what is expected of it.",
    },
    {
        .code = "performance-too-slow",
        .layer = LAYER_PERFORMANCE,
        .rank = RANK_GENERIC,
        .title = "The answer takes longer than it should",
        .on = LAYER_PERFORMANCE,
        .excludes = {FACT_UNSTEADY, FACT_LOOP_LATE},
        .told_apart = "Everything else holds; only the time does not. The timings show the layer that takes "
                      "it.",
        .remedy = "Look at the layer that takes the most time; the first byte is the server's part.",
    },
    {
        .code = "flapping",
        .layer = LAYER_CONTENT,
        .rank = RANK_GENERIC,
        .title = "The endpoint does not answer the same way each time",
        .needs = {FACT_SEEN_TO_DIFFER},
        .told_apart = "The same request, sent several times in one run, passed and failed, or failed in "
                      "different ways. One of several back ends, a limit or a race do this.",
        .remedy = "Compare the failing answers with the passing ones by address, header and time; the "
                  "evidence has both.",
        .undecided = "More attempts, each address on its own.",
    },
    {
        .code = "cause-not-found",
        .layer = LAYER_NONE,
        .title = "The cause was not found",
        .rank = RANK_APART,
        .told_apart = "No rule explains what was measured.",
        .remedy = "Read the evidence; what was asked and answered is all there.",
        .undecided = "What was measured fits no cause that is known here.",
    },
    {.code = NULL},
};
