/* SPDX-License-Identifier: MIT */
/* The part of the report that is about two runs. */
#include "diagnosis/compare.h"
#include "diagnosis/difference.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/rule.h"

enum { DIFFERENCES_MAX = 100, ENDPOINT_DIFFERENCES_MAX = 8 };

static struct slice name_of(const struct maker *before, const struct maker *after, const struct endpoint_pair *pair)
{
    return slice_of(pair->after ? maker_endpoint(after, pair->after - 1)->name
                                : maker_endpoint(before, pair->before - 1)->name);
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
            .address_changed = pair->address_changed,
            .before = pair->before ? maker_own(before, pair->before - 1) : NULL,
            .after = pair->after ? maker_own(after, pair->after - 1) : NULL,
        };
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

struct differing {
    const struct maker *before, *after;
    struct grown rows;
    struct slice endpoint;
    const struct answer *before_answer, *after_answer;
    const struct probe *old, *now;
};

static void add_difference(struct differing *differing, struct slice what, struct slice before, struct slice after)
{
    if (differing->rows.count >= DIFFERENCES_MAX)
        return;
    *(struct model_difference *)grown_add(&differing->rows, sizeof(struct model_difference), differing->after->arena) =
        (struct model_difference){differing->endpoint,
                                  what,
                                  before,
                                  after,
                                  maker_cite(differing->before, differing->old),
                                  maker_cite(differing->after, differing->now)};
}

static void differ(struct differing *differing, const char *what, struct slice before, struct slice after)
{
    if (!slice_equals(before, after))
        add_difference(differing, slice_of(what), before, after);
}

static struct slice certificate_of(const struct probe *probe)
{
    return probe->certificate_count ? probe->certificates[0].sha256 : (struct slice){NULL, 0};
}

/* Each as "KIND WHERE": "header server", "body /status". */
static void add_found(struct differing *differing, const char *kind, const struct differences *found)
{
    struct arena *arena = differing->after->arena;

    for (size_t i = 0; i < found->count; i++) {
        const struct difference *one = &found->list[i];
        const char *what = arena_printf(arena, "%s %.*s", kind, (int)one->where.len, one->where.data);

        add_difference(differing, slice_of(what), one->before, one->after);
    }
}

static void differ_headers(struct differing *differing)
{
    struct differences found;

    differences_begin(&found, ENDPOINT_DIFFERENCES_MAX, differing->after->arena);
    differences_of_headers(&found, differing->before_answer, differing->after_answer);
    add_found(differing, "header", &found);
}

static bool is_named(const struct list *names, struct slice name)
{
    const struct model_name *list = names->items;

    for (size_t i = 0; i < names->count; i++)
        if (slice_equals(list[i].name, name))
            return true;
    return false;
}

/* What differs between two attempts of one run differs anyway, and is left out. */
static void differ_json(struct differing *differing, const char *kind, const struct differences *all)
{
    struct arena *arena = differing->after->arena;
    struct list before = said_varying(differing->before_answer, arena);
    struct list after = said_varying(differing->after_answer, arena);
    struct differences kept;

    differences_begin(&kept, ENDPOINT_DIFFERENCES_MAX, arena);
    for (size_t i = 0; i < all->count; i++)
        if (!is_named(&before, all->list[i].where) && !is_named(&after, all->list[i].where))
            differences_add(&kept, all->list[i].kind, all->list[i].where, all->list[i].before, all->list[i].after);
    add_found(differing, kind, &kept);
}

/* Whether every attempt of the run said the same. */
static bool says_one_thing(const struct answer *answer)
{
    for (size_t i = 1; i < answer->count; i++)
        if (!slice_equals(said_whole(answer->probes[0]), said_whole(answer->probes[i])))
            return false;
    return answer->count > 1;
}

static void differ_content(struct differing *differing)
{
    const char *kind = differing->now->upgrade ? "message" : "body";
    struct slice before = said_whole(differing->old), after = said_whole(differing->now);
    struct differences found;

    if (differing->old->body_cut || differing->now->body_cut || slice_equals(before, after))
        return;
    differences_begin(&found, DIFFERENCES_MAX, differing->after->arena);
    if (differences_of_json(&found, before, after)) {
        differ_json(differing, kind, &found);
    } else if (says_one_thing(differing->before_answer) && says_one_thing(differing->after_answer)) {
        differences_begin(&found, ENDPOINT_DIFFERENCES_MAX, differing->after->arena);
        differences_of_text(&found, before, after);
        add_found(differing, kind, &found);
    }
}

/* What tells that it is another machine, another release or another certificate that answers now. */
static void differ_probes(struct differing *differing)
{
    const struct probe *old = differing->old, *now = differing->now;

    differ(differing, "address asked", slice_of(old->url), slice_of(now->url));
    if (old->address.len && now->address.len)
        differ(differing, "remote address", old->address, now->address);
    if (old->certificate_count && now->certificate_count)
        differ(differing, "certificate", certificate_of(old), certificate_of(now));
    if (old->tls_version.len && now->tls_version.len)
        differ(differing, "TLS version", old->tls_version, now->tls_version);
    if (old->status == 0 || now->status == 0)
        return;
    if (old->status == now->status) {
        differ(differing, "subprotocol", old->subprotocol, now->subprotocol);
        differ_headers(differing);
        differ_content(differing);
    } else {
        differ(differing, "server header", probe_header(old, "server"), probe_header(now, "server"));
    }
}

static struct list differences_of(const struct comparison *comparison, const struct maker *before,
                                  const struct maker *after)
{
    struct differing differing = {.before = before, .after = after};

    for (size_t i = 0; i < comparison->endpoint_count; i++) {
        const struct endpoint_pair *pair = &comparison->endpoints[i];

        differing.before_answer = &pair->before_answer;
        differing.after_answer = &pair->after_answer;
        differing.old = pair->before_answer.typical;
        differing.now = pair->after_answer.typical;
        differing.endpoint = name_of(before, after, pair);
        if (differing.old && differing.now)
            differ_probes(&differing);
    }
    return grown_list(&differing.rows);
}

struct model_comparison *maker_comparison(const struct maker *before, const struct maker *after,
                                          const struct along *along)
{
    const struct compare_side old = {before->records, before->findings}, now = {after->records, after->findings};
    struct comparison comparison = compare(&old, &now, after->arena);
    struct model_comparison *row = arena_new(after->arena, 1, sizeof *row);

    *row = (struct model_comparison){
        .verdict = (int)comparison.verdict,
        .transitions = transitions_of(&comparison, before, after),
        .fixed = comparison.of[TRANSITION_FIXED],
        .regressed = comparison.of[TRANSITION_REGRESSED],
        .still_failing = comparison.of[TRANSITION_STILL_FAILING],
        .still_passing = comparison.of[TRANSITION_STILL_PASSING],
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
