/* SPDX-License-Identifier: MIT */
#include "diagnosis/rule.h"

#include <string.h>

#include "diagnosis/variation.h"

static const struct rule *const tables[] = {rules_net,  rules_way,     rules_http,   rules_websocket,
                                            rules_said, rules_content, rules_varied, NULL};

const struct rule *const *rules_all(void)
{
    return tables;
}

const struct rule *rule_by_code(const char *code)
{
    for (size_t i = 0; tables[i]; i++)
        for (const struct rule *rule = tables[i]; rule->code; rule++)
            if (strcmp(rule->code, code) == 0)
                return rule;
    return NULL;
}

static bool word_among(const char *words, const char *word)
{
    size_t len = strlen(word);

    while (*words) {
        size_t run = strcspn(words, " ");

        if (run == len && memcmp(words, word, len) == 0)
            return true;
        words += run + (words[run] == ' ');
    }
    return false;
}

static bool is_about(const struct rule *rule, const struct facts *facts)
{
    const struct probe *typical = facts->original.typical;

    if (!typical || rule->rank == RANK_APART)
        return false;
    if (rule->failures && (!typical->code || !word_among(rule->failures, typical->code)))
        return false;
    if (rule->statuses
        && (facts->of[FACT_STATUS_UNEXPECTED] != HOLDS || !status_among(rule->statuses, typical->status)))
        return false;
    if (rule->closes && !status_among(rule->closes, typical->close_code))
        return false;
    return rule->on == LAYER_NONE || rule->on == typical->layer;
}

/* Whether nothing speaks for it but that a request with one thing changed passed. */
static bool rests_on_variation(const struct rule *rule)
{
    const struct variation *variation = variation_shown_by(rule->isolates);

    for (size_t i = 0; variation && i < RULE_FACTS_MAX && rule->needs[i]; i++)
        if (rule->needs[i] == variation->works)
            return true;
    return false;
}

enum certainty rule_judge(const struct rule *rule, const struct facts *facts)
{
    bool excluded = true;

    if (!is_about(rule, facts))
        return CERTAINTY_NONE;
    for (size_t i = 0; i < RULE_FACTS_MAX && rule->needs[i]; i++)
        if (facts->of[rule->needs[i]] != HOLDS)
            return CERTAINTY_NONE;
    for (size_t i = 0; i < RULE_FACTS_MAX && rule->excludes[i]; i++) {
        if (facts->of[rule->excludes[i]] == HOLDS)
            return CERTAINTY_NONE;
        if (facts->of[rule->excludes[i]] == UNKNOWN)
            excluded = false;
    }
    if (!excluded)
        return CERTAINTY_POSSIBLE;
    if (rule->isolates && facts->of[rule->isolates] == HOLDS && facts->of[FACT_SEEN_TO_DIFFER] == DOES_NOT)
        return CERTAINTY_CONFIRMED;
    return rests_on_variation(rule) ? CERTAINTY_POSSIBLE : CERTAINTY_LIKELY;
}

const char *rule_undecided(const struct rule *rule, const struct facts *facts)
{
    for (size_t i = 0; i < RULE_FACTS_MAX && rule->excludes[i]; i++) {
        enum fact fact = rule->excludes[i];

        if (facts->of[fact] != UNKNOWN || !fact_words[fact].undecided)
            continue;
        if ((fact == FACT_LIKE_ABSENT || fact == FACT_ROUTE_THERE) && facts->of[FACT_ABSENT_AGREE] != UNKNOWN)
            return "Paths that cannot exist were asked, and their answers do not decide it: the server's own list of "
                   "routes does.";
        return fact_words[fact].undecided;
    }
    return rule->undecided ? rule->undecided : "What was measured fits other causes too.";
}
