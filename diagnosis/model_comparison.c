/* SPDX-License-Identifier: MIT */
/* The part of the report that is about two runs. */
#include <string.h>

#include "diagnosis/address.h"
#include "diagnosis/compare.h"
#include "diagnosis/difference.h"
#include "diagnosis/model_latency.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/rule.h"

enum { DIFFERENCES_MAX = 100 };

static struct slice name_of(const struct maker *before, const struct maker *after, const struct endpoint_pair *pair)
{
    return slice_of(pair->after ? maker_endpoint(after, pair->after - 1)->name
                                : maker_endpoint(before, pair->before - 1)->name);
}

/* The paths say it, where only they differ. */
static void put_addresses(struct model_transition *row, const char *from, const char *to, struct arena *arena)
{
    bool same = strcmp(address_origin(from, arena), address_origin(to, arena)) == 0
                && !slice_equals(address_target(from), address_target(to));

    row->from = same ? address_target(from) : slice_of(from);
    row->to = same ? address_target(to) : slice_of(to);
}

static struct list transitions_of(const struct comparison *comparison, const struct maker *before,
                                  const struct maker *after)
{
    struct model_transition *rows = arena_new(after->arena, comparison->endpoint_count + 1, sizeof *rows);

    for (size_t i = 0; i < comparison->endpoint_count; i++) {
        const struct endpoint_pair *pair = &comparison->endpoints[i];

        rows[i] = (struct model_transition){
            .endpoint = name_of(before, after, pair),
            .transition = (int)pair->transition,
            .renamed = pair->renamed,
            .address_changed = pair->address_changed,
            .verdicts_changed = pair->verdicts_changed,
            .before = pair->before ? maker_own(before, pair->before - 1) : NULL,
            .after = pair->after ? maker_own(after, pair->after - 1) : NULL,
        };
        if (pair->renamed)
            rows[i].formerly = slice_of(maker_endpoint(before, pair->before - 1)->name);
        if (pair->address_changed)
            put_addresses(&rows[i], maker_endpoint(before, pair->before - 1)->url.shown,
                          maker_endpoint(after, pair->after - 1)->url.shown, after->arena);
    }
    return (struct list){.items = rows, .count = comparison->endpoint_count};
}

/* A finding is cleared by the very replacement it warned of: the warning stands on. */
static void put_replacement(struct model_finding_change *row, const struct comparison *comparison,
                            const struct maker *before, const struct maker *after, const struct finding *finding)
{
    const char *replacement =
        finding->candidate
            ? maker_endpoint(before, finding->endpoints[0])->candidates[finding->candidate - 1].url.shown
            : NULL;

    for (size_t i = 0; replacement && i < comparison->endpoint_count; i++) {
        const struct endpoint_pair *pair = &comparison->endpoints[i];

        if (pair->before != finding->endpoints[0] + 1 || pair->after == 0
            || strcmp(maker_endpoint(after, pair->after - 1)->url.shown, replacement) != 0)
            continue;
        row->now = slice_of(replacement);
        row->cautions = maker_cautions(before, finding, CAUTIONS_ALL);
        row->says = maker_cautions(before, finding, CAUTIONS_SAY);
        row->warns = maker_cautions(before, finding, CAUTIONS_WARN);
    }
}

static struct list findings_of(const struct comparison *comparison, const struct maker *before,
                               const struct maker *after)
{
    struct model_finding_change *rows = arena_new(after->arena, comparison->finding_count + 1, sizeof *rows);

    for (size_t i = 0; i < comparison->finding_count; i++) {
        const struct finding_pair *pair = &comparison->findings[i];
        const struct finding *finding = pair->before ? pair->before : pair->after;
        const struct maker *maker = pair->before ? before : after;
        struct grown names = {0};

        for (size_t k = 0; k < finding->endpoint_count; k++)
            grown_name(&names, slice_of(maker_endpoint(maker, finding->endpoints[k])->name), after->arena);
        rows[i] = (struct model_finding_change){
            .code = finding->rule->code,
            .title = finding->rule->title,
            .certainty = (int)(pair->after ? pair->after->certainty : finding->certainty),
            .change = (int)pair->change,
            .endpoints = grown_list(&names),
            .after = maker_cites(after, pair->after ? pair->after->probes : pair->again),
        };
        if (finding->endpoint_count > 0)
            rows[i].url = slice_of(maker_endpoint(maker, finding->endpoints[0])->url.shown);
        if (pair->before) {
            rows[i].before = maker_cites(before, pair->before->probes);
            put_replacement(&rows[i], comparison, before, after, pair->before);
        }
    }
    return (struct list){.items = rows, .count = comparison->finding_count};
}

static void count_findings(struct model_comparison *row)
{
    const struct model_finding_change *list = row->findings.items;

    for (size_t i = 0; i < row->findings.count; i++) {
        row->cleared += list[i].change == CHANGE_CLEARED;
        row->fresh += list[i].change == CHANGE_NEW;
        row->remaining += list[i].change == CHANGE_REMAINS;
        row->not_tested += list[i].change == CHANGE_NOT_TESTED;
        row->replaced += list[i].change == CHANGE_REPLACED;
    }
    row->open = row->fresh + row->remaining + row->not_tested;
}

static struct list differences_of(const struct comparison *comparison, const struct maker *before,
                                  const struct maker *after)
{
    struct grown rows = {0};

    for (size_t i = 0; i < comparison->endpoint_count; i++) {
        const struct endpoint_pair *pair = &comparison->endpoints[i];

        for (size_t k = 0; k < pair->differences.count && rows.count < DIFFERENCES_MAX; k++) {
            const struct difference *one = &pair->differences.list[k];

            *(struct model_difference *)grown_add(&rows, sizeof(struct model_difference), after->arena) =
                (struct model_difference){name_of(before, after, pair),
                                          one->where,
                                          one->before,
                                          one->after,
                                          maker_cite(before, pair->before_answer.typical),
                                          maker_cite(after, pair->after_answer.typical)};
        }
    }
    return grown_list(&rows);
}

struct model_comparison *maker_comparison(const struct maker *before, const struct maker *after,
                                          const struct along *along)
{
    const struct compare_side old = {before->records, before->findings}, now = {after->records, after->findings};
    struct comparison comparison = compare_among(&old, &now, along->nights, after->arena);
    struct model_comparison *row = arena_new(after->arena, 1, sizeof *row);

    *row = (struct model_comparison){
        .verdict = (int)comparison.verdict,
        .transitions = transitions_of(&comparison, before, after),
        .fixed = comparison.of[TRANSITION_FIXED],
        .regressed = comparison.of[TRANSITION_REGRESSED],
        .still_failing = comparison.of[TRANSITION_STILL_FAILING],
        .other_cause = comparison.of[TRANSITION_OTHER_CAUSE],
        .still_passing = comparison.of[TRANSITION_STILL_PASSING],
        .renamed = comparison.of[TRANSITION_RENAMED],
        .changed = comparison.of[TRANSITION_CHANGED],
        .added = comparison.of[TRANSITION_NEW],
        .gone = comparison.of[TRANSITION_GONE],
        .flapping = comparison.of[TRANSITION_FLAPPING],
        .not_asked = comparison.of[TRANSITION_NOT_TESTED],
        .findings = findings_of(&comparison, before, after),
        .differences = differences_of(&comparison, before, after),
    };
    count_findings(row);
    maker_latency(row, &comparison, before, after, along);
    return row;
}
