/* SPDX-License-Identifier: MIT */
/* compare.h - two runs: what became of each endpoint, and of each finding.
 *
 * A finding is cleared only by what was asked again. One whose address nobody asked any more stays open. */
#ifndef DIAGNOSIS_COMPARE_H
#define DIAGNOSIS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "diagnosis/answer.h"
#include "diagnosis/difference.h"
#include "diagnosis/finding.h"
#include "diagnosis/records.h"

/* Most telling first. */
enum transition {
    TRANSITION_REGRESSED,   /* passed, and fails */
    TRANSITION_FLAPPING,    /* unsteady now, or its verdict changed three times in the last ten runs */
    TRANSITION_FIXED,       /* failed or was unsteady, and passes */
    TRANSITION_OTHER_CAUSE, /* failed, and fails in another way */
    TRANSITION_CHANGED,     /* passes as before, but a recorded fact differs; or was not judged in one of the runs */
    TRANSITION_STILL_FAILING,
    TRANSITION_NOT_TESTED, /* still in the suite, and not asked in the run after: a part of it, or cut off */
    TRANSITION_NEW,        /* not in the run before, or not asked there */
    TRANSITION_GONE,       /* no longer in the suite */
    TRANSITION_RENAMED,    /* passes as before under another name */
    TRANSITION_STILL_PASSING,
    TRANSITION_COUNT
};
extern const char *const transition_words[]; /* ends with NULL, as all words here */

enum finding_change {
    CHANGE_CLEARED, /* what it is about was asked again, and passes */
    CHANGE_NEW,
    CHANGE_REMAINS,    /* same cause, same endpoint, same address */
    CHANGE_NOT_TESTED, /* its address was not asked in the run after */
    CHANGE_REPLACED,   /* asked again, it does not pass, but for another cause */
    CHANGE_COUNT
};
extern const char *const finding_change_words[];

enum comparison_verdict {
    COMPARISON_BETTER,
    COMPARISON_WORSE,
    COMPARISON_MIXED,
    COMPARISON_UNCHANGED,
    COMPARISON_ALL_WELL,
    COMPARISON_NOTHING /* no endpoint was asked in both runs */
};
extern const char *const comparison_words[];

struct compare_side {
    const struct records *records;
    const struct findings *findings;
};

struct endpoint_pair {
    uint32_t before, after; /* index in its suite, from 1; 0: not there */
    enum transition transition;
    bool renamed;                              /* another name for the same URL */
    bool address_changed;                      /* another URL under the same name */
    size_t verdicts_changed;                   /* in the last FLAPPING_RUNS runs; 0 where they are not known */
    struct differences differences;            /* facts in which the two answers differ */
    struct answer before_answer, after_answer; /* count 0: not asked */
};

struct finding_pair {
    const struct finding *before, *after; /* NULL: not in that run */
    enum finding_change change;
    struct cites again; /* the probes after that cleared it, or show that it does not pass */
};

struct comparison {
    const struct endpoint_pair *endpoints; /* most telling first, then in the config's order */
    size_t endpoint_count;
    size_t of[TRANSITION_COUNT]; /* how many of each, candidates (by role) not counted */
    const struct finding_pair *findings;
    size_t finding_count;
    enum comparison_verdict verdict;
};

struct series;

/* Pure; all lives in `arena`. Endpoints are matched by name, then by URL. */
struct comparison compare(const struct compare_side *before, const struct compare_side *after, struct arena *arena);

/* The same with the runs before `after`, by whose suite the series must be: they tell what flaps. NULL: none are known. */
struct comparison compare_among(const struct compare_side *before, const struct compare_side *after,
                                const struct series *nights, struct arena *arena);
#endif
