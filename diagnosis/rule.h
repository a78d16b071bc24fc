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

/* Of an endpoint's causes, only those of the first rank that has any are reported. */
enum rule_rank {
    RANK_CAUSE,
    RANK_GENERIC, /* says what was seen more than why */
    RANK_APART,   /* named by diagnose() itself: nobody's cause, or a whole run's */
};

/* What endpoints must share so that one finding explains them all. */
enum rule_scope {
    SCOPE_ENDPOINT,
    SCOPE_NAME,        /* the host's name */
    SCOPE_PORT,        /* host and port */
    SCOPE_CERTIFICATE, /* the leaf; where none was seen, host and port */
    SCOPE_ORIGIN,
    SCOPE_RUN,
};

struct rule {
    const char *code; /* "websocket-wrong-path" */
    enum layer layer;
    const char *title; /* one sentence without a full stop */
    enum rule_rank rank;
    enum rule_scope scope;
    const char *failures; /* the collector's codes that it is about, with blanks between; NULL: any */
    const char *statuses; /* unexpected ones that it is about, as status_among() reads them; NULL: any or none */
    const char *closes;   /* close codes that it is about, like statuses; NULL: any or none */
    enum layer on;        /* where the attempts fail; LAYER_NONE: anywhere */
    enum fact needs[RULE_FACTS_MAX];    /* must hold */
    enum fact excludes[RULE_FACTS_MAX]; /* must have been measured, and not hold */
    enum fact isolates;     /* this fact, an A-B-A or a protocol's own word, makes it confirmed; FACT_NONE: never */
    const char *told_apart; /* how, in a sentence or two */
    const char *remedy;     /* what to change, in a sentence or two */
    const char *standard;   /* "RFC 6455, 4.2.2"; may be NULL */
    const char *undecided;  /* what would decide, where it stays possible; may be NULL */
};

/* The tables, by layer. */
extern const struct rule rules_net[], rules_http[], rules_way[], rules_websocket[], rules_said[], rules_content[],
    rules_varied[];

/* Every table, lowest layer first; each ends with a rule without a code, and the tables with NULL. */
const struct rule *const *rules_all(void);

/* NULL: there is none. */
const struct rule *rule_by_code(const char *code);

/* How sure `rule` is to be the cause of a failing endpoint. One that is not steady never gets a confirmed one. */
enum certainty rule_judge(const struct rule *rule, const struct facts *facts);

/* What would decide where rule_judge() says possible: the first exclusion that nobody measured names it, else the rule. */
const char *rule_undecided(const struct rule *rule, const struct facts *facts);
#endif
