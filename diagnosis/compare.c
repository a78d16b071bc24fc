/* SPDX-License-Identifier: MIT */
#include "diagnosis/compare.h"

#include <stdlib.h>

#include "diagnosis/matching.h"
#include "diagnosis/rule.h"
#include "diagnosis/series.h"

const char *const transition_words[] = {"regressed", "flapping",      "fixed",         "other-cause",
                                        "changed",   "still-failing", "not-tested",    "new",
                                        "gone",      "renamed",       "still-passing", NULL};
enum { ANSWER_DIFFERENCES_MOST = 24 };

const char *const finding_change_words[] = {"cleared", "new", "remains", "not-tested", "replaced", NULL};
const char *const comparison_words[] = {"better", "worse", "mixed", "unchanged", "all-well", "nothing-compared", NULL};

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_failure(const struct answer *a, const struct answer *b)
{
    return a->typical->status == b->typical->status && same_text(a->typical->code, b->typical->code);
}

/* `asked`: the suite after has the endpoint. */
static enum transition transition_of(const struct answer *before, const struct answer *after, bool asked)
{
    if (after->count == 0)
        return asked ? TRANSITION_NOT_TESTED : TRANSITION_GONE;
    if (before->count == 0)
        return TRANSITION_NEW;
    if (after->verdict == VERDICT_UNSTEADY)
        return TRANSITION_FLAPPING;
    if (before->verdict == VERDICT_NOT_JUDGED || after->verdict == VERDICT_NOT_JUDGED)
        return before->verdict == after->verdict ? TRANSITION_STILL_PASSING : TRANSITION_CHANGED;
    if (after->verdict == VERDICT_PASSES)
        return before->verdict == VERDICT_PASSES ? TRANSITION_STILL_PASSING : TRANSITION_FIXED;
    if (before->verdict == VERDICT_PASSES)
        return TRANSITION_REGRESSED;
    return same_failure(before, after) ? TRANSITION_STILL_FAILING : TRANSITION_OTHER_CAUSE;
}

static const char *name_in(const struct suite *suite, uint32_t endpoint)
{
    return suite->endpoints[endpoint - 1].name;
}

static const char *url_in(const struct suite *suite, uint32_t endpoint)
{
    return suite->endpoints[endpoint - 1].url.shown;
}

/* What the two runs alone do not show: that it flaps, passes with another answer, or under another name. */
static void refine(struct endpoint_pair *pair, bool differs)
{
    bool asked = pair->before_answer.count > 0 && pair->after_answer.count > 0;

    if (asked && pair->verdicts_changed >= FLAPPING_CHANGES)
        pair->transition = TRANSITION_FLAPPING;
    else if (pair->transition == TRANSITION_STILL_PASSING && differs)
        pair->transition = TRANSITION_CHANGED;
    else if (pair->transition == TRANSITION_STILL_PASSING && pair->renamed)
        pair->transition = TRANSITION_RENAMED;
}

/* The suites of two runs, and the runs before the second. */
struct pairing {
    const struct matching *matching;
    const struct records *before_parts, *after_parts;
    const struct series *nights;
    struct arena *arena;
};

static struct endpoint_pair pair_of(const struct pairing *pairing, uint32_t before, uint32_t after)
{
    struct endpoint_pair pair = {.before = before, .after = after};
    const struct suite *old = pairing->matching->before, *now = pairing->matching->after;
    bool differs = false;

    if (before)
        pair.before_answer = answer_of_endpoint(&pairing->before_parts[before - 1], before - 1, pairing->arena);
    if (after)
        pair.after_answer = answer_of_endpoint(&pairing->after_parts[after - 1], after - 1, pairing->arena);
    pair.transition = transition_of(&pair.before_answer, &pair.after_answer, after != 0);
    if (before && after) {
        pair.renamed = strcmp(name_in(old, before), name_in(now, after)) != 0;
        pair.address_changed = strcmp(url_in(old, before), url_in(now, after)) != 0;
        differences_begin(&pair.differences, ANSWER_DIFFERENCES_MOST, pairing->arena);
        differs = differences_of_answers(&pair.differences, &pair.before_answer, &pair.after_answer);
    }
    if (after && pairing->nights && pair.after_answer.count > 0)
        pair.verdicts_changed = series_changes(pairing->nights, after - 1, pair.after_answer.verdict, FLAPPING_RUNS);
    refine(&pair, differs);
    return pair;
}

static int by_telling(const void *a, const void *b)
{
    const struct endpoint_pair *left = a, *right = b;
    uint32_t at = left->after ? left->after : left->before, other = right->after ? right->after : right->before;

    if (left->transition != right->transition)
        return left->transition < right->transition ? -1 : 1;
    return (at > other) - (at < other);
}

static void pair_endpoints(struct comparison *comparison, const struct pairing *pairing)
{
    const struct matching *matching = pairing->matching;
    size_t room = matching->before->endpoint_count + matching->after->endpoint_count;
    struct endpoint_pair *pairs = arena_new(pairing->arena, room + 1, sizeof *pairs);
    size_t count = 0;

    for (uint32_t i = 0; i < matching->after->endpoint_count; i++)
        pairs[count++] = pair_of(pairing, matching->before_of[i], i + 1);
    for (uint32_t i = 0; i < matching->before->endpoint_count; i++)
        if (!matching->after_of[i])
            pairs[count++] = pair_of(pairing, i + 1, 0);
    /* What neither run asked (a candidate by role, a part of the suite) says nothing. */
    for (size_t i = 0; i < count; i++)
        if (pairs[i].before_answer.count + pairs[i].after_answer.count > 0)
            pairs[comparison->endpoint_count++] = pairs[i];
    qsort(pairs, comparison->endpoint_count, sizeof *pairs, by_telling);
    comparison->endpoints = pairs;
}

static const char *address_of(const struct suite *suite, const struct finding *finding)
{
    return finding->endpoint_count ? suite->endpoints[finding->endpoints[0]].url.shown : "";
}

static uint32_t partner_of(const struct matching *matching, const struct finding *before)
{
    return before->endpoint_count ? matching->after_of[before->endpoints[0]] : 0;
}

/* The finding after that has the same cause at the same address. A cause of the whole run has no address. */
static size_t same_finding(const struct matching *matching, const struct finding *finding,
                           const struct findings *after)
{
    uint32_t partner = partner_of(matching, finding);

    for (size_t i = 0; i < after->count; i++) {
        const struct finding *other = &after->list[i];

        if (strcmp(other->rule->code, finding->rule->code) != 0
            || strcmp(address_of(matching->before, finding), address_of(matching->after, other)) != 0)
            continue;
        for (size_t k = 0; k < other->endpoint_count; k++)
            if (other->endpoints[k] + 1 == partner)
                return i;
        if (other->endpoint_count == 0 && finding->endpoint_count == 0)
            return i;
    }
    return after->count;
}

/* What the run after says of `url`, asked as any endpoint or candidate of it, in the plain way. */
static struct answer asked_again(const struct records *records, const char *url, bool upgrade, struct arena *arena)
{
    const struct probe **probes = arena_new(arena, records->count + 1, sizeof(struct probe *));
    uint32_t *ordinals = arena_new(arena, records->count + 1, sizeof *ordinals);
    struct answer answer = {.probes = probes};

    for (size_t i = 0; i < records->count; i++) {
        const struct probe *probe = records->probes[i];
        bool plain = probe->question == QUESTION_NONE || probe->question == QUESTION_REPEAT
                     || probe->question == QUESTION_WIRE || probe->question == QUESTION_CANDIDATE;

        if (!plain || probe->upgrade != upgrade || strcmp(probe->url, url) != 0)
            continue;
        ordinals[answer.count] = probe->ordinal;
        probes[answer.count++] = probe;
        answer.passed += probe->outcome == OUTCOME_PASSED;
    }
    answer.cites = (struct cites){.ordinals = ordinals, .count = answer.count};
    return answer;
}

/* A finding with a replacement is about what its endpoint asks for: it is over when the endpoint passes, wherever. Any
 * other is about a URL, and only that URL, asked again, can clear it. */
static struct finding_pair pair_finding(const struct matching *matching, const struct finding *finding,
                                        const struct compare_side *after, struct arena *arena)
{
    struct finding_pair pair = {.before = finding, .change = CHANGE_NOT_TESTED};
    size_t same = same_finding(matching, finding, after->findings);
    uint32_t partner = partner_of(matching, finding);
    struct answer again = {0};

    if (same < after->findings->count) {
        pair.after = &after->findings->list[same];
        pair.change = CHANGE_REMAINS;
        return pair;
    }
    if (finding->endpoint_count == 0) {
        pair.change = CHANGE_CLEARED;
        return pair;
    }
    if (finding->candidate && partner)
        again = answer_of_endpoint(after->records, partner - 1, arena);
    else if (!finding->candidate)
        again = asked_again(after->records, address_of(matching->before, finding),
                            matching->before->endpoints[finding->endpoints[0]].kind == KIND_WEBSOCKET, arena);
    pair.again = again.cites;
    if (again.count > 0)
        pair.change = again.passed == again.count ? CHANGE_CLEARED : CHANGE_REPLACED;
    return pair;
}

static void pair_findings(struct comparison *comparison, const struct matching *matching,
                          const struct compare_side *before, const struct compare_side *after, struct arena *arena)
{
    size_t room = before->findings->count + after->findings->count;
    struct finding_pair *pairs = arena_new(arena, room + 1, sizeof *pairs);
    bool *known = arena_new(arena, after->findings->count + 1, sizeof *known);

    for (size_t i = 0; i < before->findings->count; i++) {
        struct finding_pair pair = pair_finding(matching, &before->findings->list[i], after, arena);

        if (pair.after)
            known[pair.after - after->findings->list] = true;
        pairs[comparison->finding_count++] = pair;
    }
    for (size_t i = 0; i < after->findings->count; i++)
        if (!known[i])
            pairs[comparison->finding_count++] =
                (struct finding_pair){.after = &after->findings->list[i], .change = CHANGE_NEW};
    comparison->findings = pairs;
}

static bool counts(const struct matching *matching, const struct endpoint_pair *pair)
{
    const struct endpoint *endpoint =
        pair->after ? &matching->after->endpoints[pair->after - 1] : &matching->before->endpoints[pair->before - 1];

    return endpoint->role != ROLE_CANDIDATE;
}

/* What was unsteady before and is so now has become neither better nor worse, and what flaps and passes now is not known to be
 * better. What was not asked, or failed when it was last, is no reason to call all well. */
static enum comparison_verdict verdict_of(const struct comparison *comparison, const struct matching *matching)
{
    size_t better = 0, worse = 0, bad = 0, compared = 0;

    for (size_t i = 0; i < comparison->endpoint_count; i++) {
        const struct endpoint_pair *pair = &comparison->endpoints[i];

        compared += pair->before_answer.count > 0 && pair->after_answer.count > 0;
        if (!counts(matching, pair))
            continue;
        better += pair->transition == TRANSITION_FIXED;
        worse += pair->transition == TRANSITION_REGRESSED
                 || (pair->transition == TRANSITION_FLAPPING && pair->before_answer.verdict == VERDICT_PASSES
                     && pair->after_answer.verdict != VERDICT_PASSES);
        bad += pair->transition == TRANSITION_FLAPPING;
        bad += pair->after_answer.count > 0 ? pair->after_answer.verdict != VERDICT_PASSES
                                            : pair->after != 0 || pair->before_answer.verdict != VERDICT_PASSES;
    }
    if (compared == 0)
        return COMPARISON_NOTHING;
    if (better && worse)
        return COMPARISON_MIXED;
    if (better || worse)
        return better ? COMPARISON_BETTER : COMPARISON_WORSE;
    return bad ? COMPARISON_UNCHANGED : COMPARISON_ALL_WELL;
}

struct comparison compare_among(const struct compare_side *before, const struct compare_side *after,
                                const struct series *nights, struct arena *arena)
{
    struct matching matching = matching_make(before->records->suite, after->records->suite, arena);
    const struct pairing pairing = {&matching, records_by_endpoint(before->records, arena),
                                    records_by_endpoint(after->records, arena), nights, arena};
    struct comparison comparison = {0};

    pair_endpoints(&comparison, &pairing);
    pair_findings(&comparison, &matching, before, after, arena);
    for (size_t i = 0; i < comparison.endpoint_count; i++)
        comparison.of[comparison.endpoints[i].transition] += counts(&matching, &comparison.endpoints[i]);
    comparison.verdict = verdict_of(&comparison, &matching);
    return comparison;
}

struct comparison compare(const struct compare_side *before, const struct compare_side *after, struct arena *arena)
{
    return compare_among(before, after, NULL, arena);
}
