/* SPDX-License-Identifier: MIT */
/* Which probes a report shows as evidence: every one that a statement cites, as far as there is room; and whole those
 * few that a reader wants to see: one of each answer that a finding stands on. */
#include "diagnosis/model_maker.h"

enum { FULL_MAX = 40, CITED_MAX = 400 };

struct marking {
    const struct maker *maker;
    enum cited *marks;
    size_t full, count;
};

static size_t index_of(const struct records *records, uint32_t ordinal)
{
    size_t low = 0, high = records->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (records->probes[middle]->ordinal < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
    return low < records->count && records->probes[low]->ordinal == ordinal ? low : records->count;
}

static void mark(struct marking *marking, uint32_t ordinal, enum cited wanted)
{
    size_t at = index_of(marking->maker->records, ordinal);
    enum cited *had;

    if (at == marking->maker->records->count)
        return;
    had = &marking->marks[at];
    if (*had == CITED_NOT && marking->count < CITED_MAX) {
        *had = CITED_LINE;
        marking->count++;
    }
    if (wanted == CITED_FULL && *had == CITED_LINE && marking->full < FULL_MAX) {
        *had = CITED_FULL;
        marking->full++;
    }
}

static void mark_cites(struct marking *marking, struct cites cites)
{
    for (size_t i = 0; i < cites.count; i++)
        mark(marking, cites.ordinals[i], CITED_LINE);
}

static void mark_first(struct marking *marking, struct cites cites)
{
    if (cites.count > 0)
        mark(marking, cites.ordinals[0], CITED_FULL);
}

static void mark_answer(struct marking *marking, const struct answer *answer)
{
    bool passed = false;

    if (answer->typical)
        mark(marking, answer->typical->ordinal, CITED_FULL);
    /* Of an unsteady one, both ways to answer. */
    for (size_t i = 0; answer->verdict == VERDICT_UNSTEADY && i < answer->count && !passed; i++)
        if ((passed = answer->probes[i]->outcome == OUTCOME_PASSED))
            mark(marking, answer->probes[i]->ordinal, CITED_FULL);
}

static void mark_finding(struct marking *marking, const struct finding *finding)
{
    static const enum question questions[] = {QUESTION_NO_SUCH_SIBLING, QUESTION_PLAIN_GET,
                                              QUESTION_WITHOUT_AUTHORIZATION, QUESTION_BROKEN_AUTHORIZATION,
                                              QUESTION_UNVERIFIED};
    const struct maker *maker = marking->maker;
    struct answer answer;

    if (finding->endpoint_count == 0)
        return;
    mark_answer(marking, &maker->answers[finding->endpoints[0]]);
    if (finding->candidate) {
        answer = maker_asked(maker, finding->endpoints[0], finding->candidate, QUESTION_CANDIDATE);
        mark_answer(marking, &answer);
    }
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        answer = maker_asked(maker, finding->endpoints[0], 0, questions[i]);
        mark_answer(marking, &answer);
    }
    for (size_t i = 0; i < finding->caution_count; i++)
        mark_first(marking, finding->cautions[i].cites);
}

static void mark_finding_cites(struct marking *marking, const struct finding *finding)
{
    mark_cites(marking, finding->probes);
    mark_cites(marking, finding->experiments);
    for (size_t i = 0; i < finding->excluded_count; i++)
        mark_cites(marking, finding->excluded[i].cites);
    for (size_t i = 0; i < finding->caution_count; i++)
        mark_cites(marking, finding->cautions[i].cites);
}

/* Whether a probe that asked the same of the same address is shown whole already. */
static bool is_shown(const struct marking *marking, const struct probe *probe)
{
    const struct records *part = &marking->maker->parts[probe->endpoint];

    for (size_t i = 0; i < part->count; i++) {
        const struct probe *other = part->probes[i];

        if (other->candidate == probe->candidate && other->question == probe->question
            && marking->marks[index_of(marking->maker->records, other->ordinal)] == CITED_FULL)
            return true;
    }
    return false;
}

/* Of an experiment's probes the first of each question whole. */
static void mark_each_question(struct marking *marking, struct cites cites)
{
    const struct records *records = marking->maker->records;

    for (size_t i = 0; i < cites.count; i++) {
        size_t at = index_of(records, cites.ordinals[i]);

        if (at < records->count)
            mark(marking, cites.ordinals[i], is_shown(marking, records->probes[at]) ? CITED_LINE : CITED_FULL);
    }
}

/* What matters most comes first, since the room ends somewhere. */
enum cited *cited_probes(const struct maker *maker, const struct list *experiments)
{
    const struct findings *findings = maker->findings;
    const struct model_experiment *rows = experiments->items;
    struct marking marking = {.maker = maker};

    marking.marks = arena_new(maker->arena, maker->records->count + 1, sizeof *marking.marks);
    for (size_t i = 0; i < findings->count; i++)
        mark_finding(&marking, &findings->list[i]);
    for (size_t i = 0; i < maker->records->suite->endpoint_count; i++)
        if (maker->answers[i].failed > 0)
            mark_answer(&marking, &maker->answers[i]);
    for (size_t i = 0; i < experiments->count; i++)
        mark_each_question(&marking, rows[i].cites);
    for (size_t i = 0; i < findings->count; i++)
        mark_finding_cites(&marking, &findings->list[i]);
    for (size_t i = 0; i < maker->records->suite->endpoint_count; i++)
        mark_cites(&marking, maker->answers[i].cites);
    for (size_t i = 0; i < maker->records->count; i++)
        if (maker->records->probes[i]->question != QUESTION_NONE)
            mark(&marking, maker->records->probes[i]->ordinal, CITED_LINE);
    return marking.marks;
}
