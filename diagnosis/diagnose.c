/* SPDX-License-Identifier: MIT */
/* diagnose.c - holds every rule against every failing endpoint, and joins what has one cause into one
 * finding. */
#include "diagnosis/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "diagnosis/address.h"
#include "diagnosis/body.h"
#include "diagnosis/fact.h"
#include "diagnosis/rule.h"
#include "diagnosis/survey.h"
#include "diagnosis/variation.h"

/* A finding for one endpoint, before those with one cause are joined. */
struct draft {
    const struct rule *rule;
    size_t order;    /* of the rule in the tables */
    const char *key; /* equal keys, one cause */
    const struct facts *facts;
    enum certainty certainty;
};

struct drafts {
    struct draft *list;
    size_t count, capacity;
};

struct work {
    const struct survey *survey;
    struct arena *arena;
    struct drafts drafts;
};

static const char *host_and_port(const struct work *work, uint32_t endpoint)
{
    const char *origin = survey_origin(work->survey, endpoint)->text;

    return strchr(strstr(origin, "://") + 3, ':') ? strstr(origin, "://") + 3 : origin;
}

static const char *key_of(const struct work *work, const struct rule *rule, const struct facts *facts,
                          enum certainty certainty)
{
    const struct probe *typical = facts->original.typical;

    switch (rule->scope) {
    case SCOPE_ENDPOINT:
        return arena_printf(work->arena, "%010u", (unsigned)facts->endpoint);
    case SCOPE_NAME:
        return survey_origin(work->survey, facts->endpoint)->host;
    case SCOPE_CERTIFICATE:
        if (typical->certificate_count > 0 && typical->certificates[0].sha256.len > 0)
            return arena_text_of(work->arena, typical->certificates[0].sha256.data,
                                 typical->certificates[0].sha256.len);
        return host_and_port(work, facts->endpoint);
    case SCOPE_PORT:
        return host_and_port(work, facts->endpoint);
    case SCOPE_ORIGIN:
        /* Not so surely the same cause that a sure one could speak for an unsure one. */
        return arena_printf(work->arena, "%s %d", survey_origin(work->survey, facts->endpoint)->text, certainty);
    case SCOPE_RUN:
        break;
    }
    return "";
}

static void add_draft(struct work *work, const struct rule *rule, size_t order, const struct facts *facts,
                      enum certainty certainty)
{
    struct drafts *drafts = &work->drafts;

    drafts->list = mem_grow(drafts->list, drafts->count, &drafts->capacity, sizeof *drafts->list);
    drafts->list[drafts->count++] =
        (struct draft){rule, order, key_of(work, rule, facts, certainty), facts, certainty};
}

static size_t judge_rank(struct work *work, const struct facts *facts, enum rule_rank rank)
{
    const struct rule *const *tables = rules_all();
    size_t order = 0, named = 0;

    for (size_t i = 0; tables[i]; i++) {
        for (const struct rule *rule = tables[i]; rule->code; rule++, order++) {
            enum certainty certainty = rule->rank == rank ? rule_judge(rule, facts) : CERTAINTY_NONE;

            if (certainty == CERTAINTY_NONE)
                continue;
            add_draft(work, rule, order, facts, certainty);
            named++;
        }
    }
    return named;
}

/* Where the endpoint's own request passes with one thing changed, again and again, nothing else is the matter with it:
 * of its drafts, which start at `first`, that one stays. */
static void keep_whole_explanation(struct work *work, size_t first)
{
    struct drafts *drafts = &work->drafts;

    for (size_t i = first; i < drafts->count; i++) {
        const struct variation *variation = variation_shown_by(drafts->list[i].rule->isolates);

        if (!variation || !variation->whole || drafts->list[i].certainty != CERTAINTY_CONFIRMED)
            continue;
        drafts->list[first] = drafts->list[i];
        drafts->count = first + 1;
        return;
    }
}

static void judge_endpoint(struct work *work, uint32_t endpoint)
{
    struct facts *facts = arena_new(work->arena, 1, sizeof *facts);
    size_t first = work->drafts.count;

    *facts = facts_of(work->survey, endpoint);
    if (judge_rank(work, facts, RANK_CAUSE) == 0 && judge_rank(work, facts, RANK_GENERIC) == 0)
        add_draft(work, rule_by_code("cause-not-found"), SIZE_MAX, facts, CERTAINTY_NONE);
    keep_whole_explanation(work, first);
}

static int by_cause(const void *a, const void *b)
{
    const struct draft *left = a, *right = b;
    int order;

    if (left->order != right->order)
        return left->order < right->order ? -1 : 1;
    order = strcmp(left->key, right->key);
    if (order)
        return order;
    if (left->certainty != right->certainty)
        return left->certainty > right->certainty ? -1 : 1;
    return (left->facts->endpoint > right->facts->endpoint) - (left->facts->endpoint < right->facts->endpoint);
}

/* A growing set of ordinals. */
struct gathered {
    uint32_t *list;
    size_t count, capacity;
};

static void gather(struct gathered *gathered, struct cites cites)
{
    for (size_t i = 0; i < cites.count; i++) {
        gathered->list = mem_grow(gathered->list, gathered->count, &gathered->capacity, sizeof *gathered->list);
        gathered->list[gathered->count++] = cites.ordinals[i];
    }
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

/* Records are in order of ordinals. What the wire asks again is asked of every refusal, and decides nothing by itself. */
static bool is_experiment(const struct records *records, uint32_t ordinal)
{
    size_t low = 0, high = records->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (records->probes[middle]->ordinal < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
    return low < records->count && records->probes[low]->ordinal == ordinal
           && records->probes[low]->question != QUESTION_NONE && records->probes[low]->question != QUESTION_WIRE;
}

/* Sorted, each once; of all, or of experiments alone. */
static struct cites cites_from(struct work *work, struct gathered *gathered, bool experiments)
{
    uint32_t *ordinals = arena_new(work->arena, gathered->count + 1, sizeof *ordinals);
    struct cites cites = {.ordinals = ordinals};

    if (gathered->count > 0)
        qsort(gathered->list, gathered->count, sizeof *gathered->list, by_number);
    for (size_t i = 0; i < gathered->count; i++)
        if ((i == 0 || gathered->list[i] != gathered->list[i - 1])
            && (!experiments || is_experiment(work->survey->records, gathered->list[i])))
            ordinals[cites.count++] = gathered->list[i];
    return cites;
}

/* What was measured beside a rule's own exclusions, and rules out as well what a reader would think of. */
static const enum fact also_excluded[] = {FACT_TOKEN_BREAKS, FACT_ORIGIN_DOWN};

static bool excludes(const struct rule *rule, enum fact fact)
{
    for (size_t i = 0; i < RULE_FACTS_MAX && rule->excludes[i]; i++)
        if (rule->excludes[i] == fact)
            return true;
    return false;
}

static void add_exclusion(struct finding *finding, struct exclusion *list, const struct facts *facts, enum fact fact)
{
    if (facts->of[fact] == DOES_NOT && facts->cites[fact].count > 0 && fact_words[fact].excluded)
        list[finding->excluded_count++] = (struct exclusion){fact_words[fact].excluded, facts->cites[fact]};
}

static void fill_exclusions(struct work *work, struct finding *finding, const struct facts *facts)
{
    const struct rule *rule = finding->rule;
    bool answered = rule->rank == RANK_CAUSE && (rule->layer == LAYER_HTTP || rule->layer == LAYER_WEBSOCKET);
    size_t extra = sizeof also_excluded / sizeof *also_excluded;
    struct exclusion *list = arena_new(work->arena, RULE_FACTS_MAX + extra, sizeof *list);

    for (size_t i = 0; i < RULE_FACTS_MAX && rule->excludes[i]; i++)
        add_exclusion(finding, list, facts, rule->excludes[i]);
    for (size_t i = 0; answered && i < extra; i++)
        if (!excludes(rule, also_excluded[i]))
            add_exclusion(finding, list, facts, also_excluded[i]);
    finding->excluded = list;
}

static void gather_draft(struct work *work, struct gathered *gathered, const struct draft *draft)
{
    const struct rule *rule = draft->rule;
    const struct facts *facts = draft->facts;

    gather(gathered, facts->original.cites);
    for (size_t i = 0; i < RULE_FACTS_MAX && rule->needs[i]; i++)
        gather(gathered, facts->cites[rule->needs[i]]);
    if (rule->isolates)
        gather(gathered, facts->cites[rule->isolates]);
    if (rule->layer == LAYER_AUTH) {
        gather(gathered, facts->cites[FACT_SAME_WITHOUT]);
        gather(gathered, facts->cites[FACT_BROKEN_REFUSED]);
        gather(gathered, facts->cites[FACT_TOKEN_ACCEPTED]);
    }
    if (rule->layer == LAYER_TLS)
        gather(gathered,
               answers_asked(work->survey->answers, facts->endpoint, 0, QUESTION_UNVERIFIED, work->arena).cites);
}

static bool needs(const struct rule *rule, enum fact fact)
{
    for (size_t i = 0; i < RULE_FACTS_MAX && rule->needs[i]; i++)
        if (rule->needs[i] == fact)
            return true;
    return false;
}

/* What a reader must know before taking the candidate for the remedy. */
static void fill_cautions(struct work *work, struct finding *finding, const struct facts *facts)
{
    const struct endpoint *endpoint = &work->survey->records->suite->endpoints[facts->endpoint];
    bool socket = endpoint->kind == KIND_WEBSOCKET;
    const struct answer *working = needs(finding->rule, FACT_DISCOVERED) ? &facts->found : &facts->working;
    struct caution *list;

    if (!needs(finding->rule, FACT_CANDIDATE_WORKS) && !needs(finding->rule, FACT_DISCOVERED))
        return;
    list = arena_new(work->arena, BODY_CAUTIONS + 2, sizeof *list);
    finding->cautions = list;
    finding->caution_count = body_cautions(working->typical, list, 0, work->arena);
    if (working == &facts->found)
        return;
    finding->candidate = facts->candidate;
    if (facts->opens_without)
        list[finding->caution_count++] = (struct caution){
            .words = socket ? "it opens without a token too" : "it answers without a token too",
            .cites = facts->without,
        };
    if (!endpoint_expects_content(endpoint))
        list[finding->caution_count++] = (struct caution){
            .words = "nothing is expected of what it says, so that was not tested",
            .cites = facts->working.cites,
        };
}

/* Of drafts with one cause, the first is the surest: it gives the finding its words. */
static struct finding join(struct work *work, const struct draft *drafts, size_t count)
{
    const struct draft *first = &drafts[0];
    struct finding finding = {.rule = first->rule, .certainty = first->certainty};
    uint32_t *endpoints = arena_new(work->arena, count, sizeof *endpoints);
    struct gathered gathered = {0};

    for (size_t i = 0; i < count; i++) {
        endpoints[i] = drafts[i].facts->endpoint;
        gather_draft(work, &gathered, &drafts[i]);
    }
    finding.endpoints = endpoints;
    finding.endpoint_count = count;
    fill_exclusions(work, &finding, first->facts);
    for (size_t i = 0; i < finding.excluded_count; i++)
        for (size_t k = 0; k < finding.excluded[i].cites.count; k++)
            if (is_experiment(work->survey->records, finding.excluded[i].cites.ordinals[k]))
                gather(&gathered, (struct cites){.ordinals = &finding.excluded[i].cites.ordinals[k], .count = 1});
    finding.probes = cites_from(work, &gathered, false);
    finding.experiments = cites_from(work, &gathered, true);
    fill_cautions(work, &finding, first->facts);
    for (size_t i = 0; i < RULE_FACTS_MAX && first->rule->needs[i]; i++)
        if (first->facts->varied[first->rule->needs[i]])
            finding.varied = first->facts->varied[first->rule->needs[i]];
    if (needs(first->rule, FACT_FIELD_NAMED))
        finding.field = first->facts->field;
    else if (needs(first->rule, FACT_BODY_CHANGED))
        finding.field = first->facts->change;
    else if (first->facts->original.typical->status >= 500)
        finding.field = first->facts->error;
    if (finding.certainty == CERTAINTY_POSSIBLE)
        finding.undecided = rule_undecided(first->rule, first->facts);
    else if (finding.certainty == CERTAINTY_NONE)
        finding.undecided = first->rule->undecided;
    mem_free(gathered.list);
    return finding;
}

static int by_sureness(const void *a, const void *b)
{
    const struct finding *left = a, *right = b;

    if (left->certainty != right->certainty)
        return left->certainty > right->certainty ? -1 : 1;
    if (left->rule->layer != right->rule->layer)
        return left->rule->layer < right->rule->layer ? -1 : 1;
    if (left->endpoints[0] != right->endpoints[0])
        return left->endpoints[0] < right->endpoints[0] ? -1 : 1;
    return strcmp(left->rule->code, right->rule->code);
}

/* The one finding of a run that reached nothing. */
static void add_offline(struct work *work, struct finding *finding)
{
    const struct survey *survey = work->survey;
    size_t count = survey->records->suite->endpoint_count;
    uint32_t *endpoints = arena_new(work->arena, count + 1, sizeof *endpoints);
    struct gathered gathered = {0};

    *finding = (struct finding){.rule = rule_by_code("collector-offline"), .endpoints = endpoints};
    for (uint32_t e = 0; e < count; e++) {
        if (answers_of(survey->answers, e)->count == 0)
            continue;
        endpoints[finding->endpoint_count++] = e;
        gather(&gathered, answers_of(survey->answers, e)->cites);
    }
    finding->certainty = survey->origin_count > 1 ? CERTAINTY_LIKELY : CERTAINTY_POSSIBLE;
    finding->undecided = finding->certainty == CERTAINTY_POSSIBLE ? finding->rule->undecided : NULL;
    finding->probes = cites_from(work, &gathered, false);
    finding->experiments = cites_from(work, &gathered, true);
    mem_free(gathered.list);
}

static size_t join_all(struct work *work, struct finding *list)
{
    struct drafts *drafts = &work->drafts;
    size_t count = 0;

    if (drafts->count > 0)
        qsort(drafts->list, drafts->count, sizeof *drafts->list, by_cause);
    for (size_t i = 0; i < drafts->count;) {
        size_t end = i + 1;

        while (end < drafts->count && drafts->list[end].order == drafts->list[i].order
               && strcmp(drafts->list[end].key, drafts->list[i].key) == 0)
            end++;
        list[count++] = join(work, &drafts->list[i], end - i);
        i = end;
    }
    if (count > 0)
        qsort(list, count, sizeof *list, by_sureness);
    return count;
}

/* Findings about one endpoint stand together, at the place of the surest of them: they are read together. */
static void put_together(const struct work *work, struct finding *list, size_t count)
{
    const size_t none = SIZE_MAX;
    size_t endpoints = work->survey->records->suite->endpoint_count;
    struct finding *sorted = arena_new(work->arena, count + 1, sizeof *sorted);
    size_t *first = arena_new(work->arena, endpoints + 1, sizeof *first);
    size_t *last = arena_new(work->arena, endpoints + 1, sizeof *last);
    size_t *next = arena_new(work->arena, count + 1, sizeof *next);
    size_t placed = 0;

    memset(first, 0xFF, (endpoints + 1) * sizeof *first);
    for (size_t i = 0; i < count; i++) {
        uint32_t endpoint = list[i].endpoints[0];

        next[i] = none;
        if (first[endpoint] == none)
            first[endpoint] = i;
        else
            next[last[endpoint]] = i;
        last[endpoint] = i;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = first[list[i].endpoints[0]] == i ? i : none; k != none; k = next[k])
            sorted[placed++] = list[k];
    if (count)
        memcpy(list, sorted, count * sizeof *list);
}

struct findings diagnose(const struct records *records, struct arena *arena)
{
    struct arena *ground = arena_child(arena);
    struct survey survey = survey_make(records, ground);
    struct work work = {.survey = &survey, .arena = arena};
    struct findings findings = {.rules = RULES_VERSION};
    struct finding *list;

    if (diagnose_offline(records)) {
        list = arena_new(arena, 1, sizeof *list);
        add_offline(&work, list);
        findings.list = list;
        findings.count = 1;
        return findings;
    }
    for (uint32_t e = 0; e < records->suite->endpoint_count; e++)
        if (survey_in_need(&survey, e))
            judge_endpoint(&work, e);
    list = arena_new(arena, work.drafts.count + 1, sizeof *list);
    findings.count = join_all(&work, list);
    put_together(&work, list, findings.count);
    findings.list = list;
    mem_free(work.drafts.list);
    /* Nearly every night nothing is wrong, and nothing then points to what was looked at. */
    if (findings.count == 0)
        arena_free(ground);
    return findings;
}

static bool among(const char *code, const char *const *codes)
{
    for (; code && *codes; codes++)
        if (strcmp(code, *codes) == 0)
            return true;
    return false;
}

bool diagnose_offline(const struct records *records)
{
    /* Someone out there answered, or nothing was asked of anyone. */
    static const char *const theirs[] = {"dns-nxdomain", "dns-no-address", "dns-bad-name",       "tcp-refused",
                                         "tcp-reset",    "dns-malformed",  "tcp-local-shortage", NULL};
    static const char *const ours[] = {"dns-timeout", "dns-refused", "dns-unreachable", "tcp-unreachable", NULL};
    struct arena arena = ARENA_INIT;
    const char *first = NULL;
    bool several = false, all_ours = true;
    bool offline = records->count > 0 && answers_probe_count(records) == records->count; /* those in brief passed */

    for (size_t i = 0; i < records->count && offline; i++) {
        const struct probe *probe = records->probes[i];
        const char *origin;

        offline = probe_reach(probe) <= LAYER_TCP && !among(probe->code, theirs);
        if (!offline)
            break;
        origin = address_origin(probe->url ? probe->url : "", &arena);
        first = first ? first : origin;
        several = several || strcmp(first, origin) != 0;
        all_ours = all_ours && among(probe->code, ours);
    }
    arena_free(&arena);
    return offline && (several || all_ours);
}
