/* SPDX-License-Identifier: MIT */
/* variation.h - requests with one thing changed: what a failing endpoint is asked without, with, or by another way.
 *
 * Each is a row of a table: for which failures it is worth a probe, what it changes, and which facts its answers are.
 * That a variation passes once makes its fact hold; that the thing makes the difference is shown by an A-B-A of it with
 * the endpoint's own request (diagnosis/fact.h). */
#ifndef DIAGNOSIS_VARIATION_H
#define DIAGNOSIS_VARIATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "collector/plan.h"
#include "diagnosis/answer.h"
#include "diagnosis/fact.h"

enum { VARIATIONS_MOST = 12 }; /* of one kind, for one endpoint */

/* A failing endpoint, as a variation sees it. */
struct varied {
    const struct endpoint *settings;
    const struct records *part; /* its probes */
    const struct probe *typical;
    bool portable; /* its request may be made as it is on other paths */
    struct arena *arena;
};

struct variation {
    enum question question;
    enum fact works; /* a request varied so passes */
    enum fact shown; /* ... and by A-B-A that makes the difference */
    bool whole;      /* then nothing else is the matter: it is the endpoint itself that passes so */
    /* The `k`-th item to ask for this failure, from 0, with `varied` and the changed member set; false: no more. */
    bool (*item)(const struct varied *of, unsigned k, struct plan_item *item);
};

/* Ends with a row without an item. */
extern const struct variation variations[];

/* The row of `question`; NULL when it is no variation. */
const struct variation *variation_of(enum question question);

/* The row whose A-B-A `fact` is; NULL: none. */
const struct variation *variation_shown_by(enum fact fact);

/* The probes of `endpoint` that were varied by `question` to `value`. */
struct answer answer_of_variation(const struct records *part, uint32_t endpoint, enum question question,
                                  const char *value, struct arena *arena);
#endif
