/* SPDX-License-Identifier: MIT */
/* rule.h - what the tables say of a cause. Its explanation and remedy with values are templates/cause/CODE.md and
 * templates/remedy/CODE.md; what stands here is true of every case, and is what `endoscope explain` prints. */
#ifndef DIAGNOSIS_RULE_H
#define DIAGNOSIS_RULE_H

#include <stddef.h>

#include "collector/probe.h"
#include "diagnosis/fact.h"
#include "diagnosis/finding.h"

enum { RULE_FACTS_MAX = 8 };

struct rule {
    const char *code;  /* "websocket-wrong-path" */
    enum layer layer;
    const char *title; /* one sentence without a full stop */
    enum fact needs[RULE_FACTS_MAX];    /* must hold */
    enum fact excludes[RULE_FACTS_MAX]; /* must have been measured, and not hold */
    enum fact isolates;  /* this fact, an A-B-A or a protocol's own word, makes it confirmed; FACT_NONE: never */
    const char *told_apart; /* how, in a sentence or two */
    const char *remedy;  /* what to change, in a sentence or two */
    const char *standard; /* "RFC 6455, 4.2.2"; may be NULL */
    const char *undecided; /* what would decide, where it stays possible; may be NULL */
};

/* Every rule of every table, lowest layer first; ends with a NULL code. */
const struct rule *const *rules_all(void);

/* NULL: there is none. */
const struct rule *rule_by_code(const char *code);
#endif
