/* SPDX-License-Identifier: MIT */
/* Which probes a report shows as evidence: every one that a statement cites, as far as there is room; and whole those
 * few that a reader wants to see: one of each answer that a finding stands on. */
#include <stdlib.h>

#include "base/memory.h"
#include "collector/probe_brief.h"
#include "diagnosis/model_maker.h"

enum { FULL_MAX = 40, CITED_MAX = 400 };

/* A probe of the run, with its mark. */
struct listed {
    uint32_t ordinal;
    uint32_t at; /* among the probes in full; behind them, those in brief */
    uint8_t mark;
};

struct marking {
    const struct maker *maker;
    struct listed *list; /* in order of ordinals */
    size_t probes;
    size_t full, count;
};

static int by_ordinal(const void *a, const void *b)
{
    const struct listed *one = a, *other = b;

    return (one->ordinal > other->ordinal) - (one->ordinal < other->ordinal);
}

static void list_probes(struct marking *marking)
{
    const struct records *records = marking->maker->records;
    const struct briefs *briefs = records->briefs;

    marking->probes = answers_probe_count(records);
    marking->list = mem_new(marking->probes, sizeof *marking->list);
    for (size_t i = 0; i < records->count; i++)
        marking->list[i] = (struct listed){records->probes[i]->ordinal, (uint32_t)i, CITED_NOT};
    for (size_t i = records->count; i < marking->probes; i++)
        marking->list[i] = (struct listed){briefs->list[i - records->count].ordinal, (uint32_t)i, CITED_NOT};
    if (briefs && briefs->count)
        qsort(marking->list, marking->probes, sizeof *marking->list, by_ordinal);
}

/* NULL: there is none. */
static struct listed *find(const struct marking *marking, uint32_t ordinal)
{
    size_t low = 0, high = marking->probes;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (marking->list[middle].ordinal < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
    return low < marking->probes && marking->list[low].ordinal == ordinal ? &marking->list[low] : NULL;
}

/* One in brief is read into the maker's arena. */
static const struct probe *probe_of(const struct marking *marking, const struct listed *listed)
{
    const struct records *records = marking->maker->records;
    struct probe *probe;

    if (listed->at < records->count)
        return records->probes[listed->at];
    probe = arena_new(marking->maker->arena, 1, sizeof *probe);
    brief_read(&records->briefs->list[listed->at - records->count], probe);
    return probe;
}

static void mark(struct marking *marking, uint32_t ordinal, enum cited wanted)
{
    struct listed *listed = find(marking, ordinal);

    if (!listed)
        return;
    if (listed->mark == CITED_NOT && marking->count < CITED_MAX) {
        listed->mark = CITED_LINE;
        marking->count++;
    }
    if (wanted == CITED_FULL && listed->mark == CITED_LINE && marking->full < FULL_MAX) {
        listed->mark = CITED_FULL;
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
    mark_answer(marking, answers_of(maker->answers, finding->endpoints[0]));
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
    const struct records *part = answers_part(marking->maker->answers, probe->endpoint);

    for (size_t i = 0; i < part->count; i++) {
        const struct probe *other = part->probes[i];

        if (other->candidate == probe->candidate && other->question == probe->question
            && find(marking, other->ordinal)->mark == CITED_FULL)
            return true;
    }
    return false;
}

/* Of an experiment's probes the first of each question whole. */
static void mark_each_question(struct marking *marking, struct cites cites)
{
    for (size_t i = 0; i < cites.count; i++) {
        const struct listed *listed = find(marking, cites.ordinals[i]);

        if (listed)
            mark(marking, cites.ordinals[i], is_shown(marking, probe_of(marking, listed)) ? CITED_LINE : CITED_FULL);
    }
}

/* Of the endpoints' answers, as far as there is room. */
static void mark_answers(struct marking *marking)
{
    const struct maker *maker = marking->maker;

    for (size_t i = 0; i < maker->records->suite->endpoint_count && marking->count < CITED_MAX; i++) {
        struct arena arena = ARENA_INIT;

        mark_cites(marking, answers_look(maker->answers, i, &arena).cites);
        arena_free(&arena);
    }
}

static const struct cited_probe *marked(const struct marking *marking, size_t *count)
{
    struct cited_probe *cited = arena_new(marking->maker->arena, marking->count + 1, sizeof *cited);

    *count = 0;
    for (size_t i = 0; i < marking->probes; i++)
        if (marking->list[i].mark != CITED_NOT)
            cited[(*count)++] =
                (struct cited_probe){probe_of(marking, &marking->list[i]), (enum cited)marking->list[i].mark};
    return cited;
}

/* What matters most comes first, since the room ends somewhere. */
const struct cited_probe *cited_probes(const struct maker *maker, const struct list *experiments, size_t *count)
{
    const struct cited_probe *cited;
    const struct findings *findings = maker->findings;
    const struct model_experiment *rows = experiments->items;
    struct marking marking = {.maker = maker};

    list_probes(&marking);
    for (size_t i = 0; i < findings->count; i++)
        mark_finding(&marking, &findings->list[i]);
    for (size_t i = 0; i < maker->records->suite->endpoint_count; i++)
        if (!answers_plain(maker->answers, i) && answers_of(maker->answers, i)->failed > 0)
            mark_answer(&marking, answers_of(maker->answers, i));
    for (size_t i = 0; i < experiments->count; i++)
        mark_each_question(&marking, rows[i].cites);
    for (size_t i = 0; i < findings->count; i++)
        mark_finding_cites(&marking, &findings->list[i]);
    mark_answers(&marking);
    for (size_t i = 0; i < maker->records->count; i++)
        if (maker->records->probes[i]->question != QUESTION_NONE)
            mark(&marking, maker->records->probes[i]->ordinal, CITED_LINE);
    cited = marked(&marking, count);
    mem_free(marking.list);
    return cited;
}
