/* SPDX-License-Identifier: MIT */
#include "diagnosis/cost.h"

#include <stdbool.h>

#include "diagnosis/rule.h"
#include "diagnosis/variation.h"

/* Facts that come from the same probes have the same set. */
enum set {
    SET_ABSENT,
    SET_CANDIDATE,
    SET_BESIDE,
    SET_AGAIN,
    SET_WITHOUT,
    SET_BROKEN,
    SET_PLAIN,
    SET_PREFLIGHT,
    SET_PARENT,
    SET_VARIED,
    SETS
};

static const struct {
    enum fact fact;
    enum set set;
} sources[] = {
    {FACT_ABSENT_AGREE, SET_ABSENT},
    {FACT_LIKE_ABSENT, SET_ABSENT},
    {FACT_ROUTE_THERE, SET_ABSENT},
    {FACT_CANDIDATE_WORKS, SET_CANDIDATE},
    {FACT_CANDIDATE_UNSTEADY, SET_AGAIN},
    {FACT_CANDIDATE_IS_ANY, SET_BESIDE},
    {FACT_RECOVERED, SET_AGAIN},
    {FACT_CANDIDATE_SHOWN, SET_AGAIN},
    {FACT_SAME_WITHOUT, SET_WITHOUT},
    {FACT_TOKEN_BREAKS, SET_WITHOUT},
    {FACT_REFUSED_FOR_OTHER_REASON, SET_WITHOUT},
    {FACT_TOKEN_ACCEPTED, SET_WITHOUT},
    {FACT_BROKEN_REFUSED, SET_BROKEN},
    {FACT_PLAIN_SAME, SET_PLAIN},
    {FACT_HOST_SERVES_NOTHING, SET_PARENT},
    {FACT_PLAIN_ANSWERS, SET_PLAIN},
    {FACT_PREFLIGHT_REFUSED, SET_PREFLIGHT},
    {FACT_SPEAKS_NO_TLS, SET_VARIED},
    {FACT_TARGET_FAILS, SET_VARIED},
};

/* Probes of each set: two paths; a candidate, a path beside it, twice more with the original four times; ... */
static const size_t probes[SETS] = {
    [SET_ABSENT] = 2, [SET_CANDIDATE] = 1, [SET_BESIDE] = 1, [SET_AGAIN] = 6,     [SET_WITHOUT] = 1,
    [SET_BROKEN] = 1, [SET_PLAIN] = 1,     [SET_VARIED] = 1, [SET_PREFLIGHT] = 1, [SET_PARENT] = 1,
};

static void mark(bool *wanted, enum fact fact)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (sources[i].fact == fact)
            wanted[sources[i].set] = true;
    for (const struct variation *variation = variations; variation->item; variation++) {
        if (variation->works == fact)
            wanted[SET_VARIED] = true;
        if (variation->shown == fact)
            wanted[SET_AGAIN] = true;
    }
}

size_t rule_experiments(const struct rule *rule)
{
    bool wanted[SETS] = {false};
    size_t count = 0;

    for (size_t i = 0; i < RULE_FACTS_MAX; i++) {
        mark(wanted, rule->needs[i]);
        mark(wanted, rule->excludes[i]);
    }
    mark(wanted, rule->isolates);
    for (size_t i = 0; i < SETS; i++)
        count += wanted[i] ? probes[i] : 0;
    return count;
}
