/* SPDX-License-Identifier: MIT */
#include "diagnosis/verify.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "diagnosis/body.h"
#include "diagnosis/model_latency.h"
#include "diagnosis/proportion.h"
#include "diagnosis/rule.h"

#define CHANCE 0.05 /* of an unbroken row of passes, at which it is ruled out */

const char *const verified_words[] = {"passes-as-before", "fixed", "not-shown", "other-cause",
                                      "not-fixed",        "worse", NULL};
const char *const standing_caution_words[] = {"stands", "gone", "not-asked", NULL};

struct verify_record verify_record_of(const struct answer *before, bool among, const struct series *nights,
                                      uint32_t row)
{
    struct verify_record record = {.failed = among ? 0 : before->failed,
                                   .total = among ? 0 : before->count,
                                   .runs = !among && before->count > 0,
                                   .flapping = before->verdict == VERDICT_UNSTEADY};
    size_t count = nights ? nights->count : 0, first = count, last = 0;
    size_t passing = 0;

    for (size_t i = 0; i < count; i++)
        if (nights->nights[i].turns[row].failed > 0) {
            first = i < first ? i : first;
            last = i;
        }
    for (size_t i = first; i < count && i <= last; i++) {
        const struct turn *turn = &nights->nights[i].turns[row];

        record.failed += turn->failed;
        record.total += turn->passed + turn->failed;
        record.runs += turn->count > 0;
        record.flapping = record.flapping || turn->verdict == VERDICT_UNSTEADY;
        passing += turn->verdict == VERDICT_PASSES;
    }
    record.flapping = record.flapping || passing > 0;
    if (record.flapping && record.total > 0)
        record.needed = passes_needed((double)record.failed / (double)record.total, CHANCE);
    return record;
}

bool verify_concerns(const struct ticket *ticket, const struct endpoint *endpoint)
{
    for (size_t i = 0; i < ticket->endpoint_count; i++)
        if (strcmp(ticket->endpoints[i], endpoint->name) == 0)
            return true;
    return ticket->endpoint_count == 0 && endpoint->role == ROLE_REQUIRED;
}

bool verify_finding_concerns(const struct ticket *ticket, const struct suite *suite, const struct finding *finding)
{
    for (size_t i = 0; i < finding->endpoint_count; i++)
        if (finding->endpoints[i] < suite->endpoint_count
            && verify_concerns(ticket, &suite->endpoints[finding->endpoints[i]]))
            return true;
    return false;
}

bool verify_replacement(const struct suite *before, const struct finding *finding, const struct suite *now,
                        uint32_t *endpoint, uint32_t *candidate)
{
    const struct endpoint *old = finding->endpoint_count ? &before->endpoints[finding->endpoints[0]] : NULL;
    const char *url;

    if (!old || finding->candidate == 0 || finding->candidate > old->candidate_count)
        return false;
    url = old->candidates[finding->candidate - 1].url.shown;
    for (uint32_t i = 0; i < now->endpoint_count; i++) {
        const struct endpoint *one = &now->endpoints[i];

        if (strcmp(one->name, old->name) != 0)
            continue;
        *endpoint = i;
        *candidate = 0;
        if (strcmp(one->url.shown, url) == 0)
            return true;
        for (uint32_t k = 0; k < one->candidate_count; k++)
            if (strcmp(one->candidates[k].url.shown, url) == 0) {
                *candidate = k + 1;
                return true;
            }
    }
    return false;
}

static bool is_about(const struct finding *finding, uint32_t endpoint)
{
    for (size_t i = 0; finding && i < finding->endpoint_count; i++)
        if (finding->endpoints[i] == endpoint)
            return true;
    return false;
}

/* Whether what fails now fails as it did: by its findings, where they tell. */
static enum verified judge_failing(const struct comparison *comparison, const struct endpoint_pair *pair)
{
    bool other = pair->transition == TRANSITION_OTHER_CAUSE;

    for (size_t i = 0; i < comparison->finding_count; i++) {
        const struct finding_pair *finding = &comparison->findings[i];

        if (finding->change == CHANGE_REMAINS && is_about(finding->after, pair->after - 1))
            return VERIFIED_NOT_FIXED;
        other = other || (finding->change == CHANGE_REPLACED && is_about(finding->before, pair->before - 1));
    }
    return other ? VERIFIED_OTHER_CAUSE : VERIFIED_NOT_FIXED;
}

static enum verified judge(const struct comparison *comparison, const struct endpoint_pair *pair, uint64_t missing)
{
    enum verdict before = pair->before_answer.verdict, after = pair->after_answer.verdict;

    if (after == VERDICT_PASSES && missing > 0)
        return VERIFIED_NOT_SHOWN;
    if (after == VERDICT_PASSES)
        return before == VERDICT_PASSES ? VERIFIED_PASSES : VERIFIED_FIXED;
    if (after == VERDICT_NOT_PROBED || after == VERDICT_NOT_JUDGED)
        return VERIFIED_NOT_SHOWN;
    if (before == VERDICT_PASSES || (before == VERDICT_UNSTEADY && after == VERDICT_FAILS))
        return VERIFIED_WORSE;
    return judge_failing(comparison, pair);
}

/* The times of the attempts, in ms; the caller's to free. */
static double *times_of(const struct answer *answer, size_t *count)
{
    double *times = mem_new(answer->count + 1, sizeof *times);

    *count = 0;
    for (size_t i = 0; i < answer->count; i++) {
        struct attempt attempt = attempt_of(answer->probes[i]);
        int64_t us = attempt_time(&attempt, MEASURE_TOTAL);

        if (us != NOT_MEASURED)
            times[(*count)++] = (double)us;
    }
    return times;
}

static void put_latency(struct verified_endpoint *row, const struct endpoint_pair *pair,
                        struct latency_threshold threshold, struct arena *arena)
{
    struct sample before, after;
    double *times = times_of(&pair->before_answer, &before.count);
    double *now = times_of(&pair->after_answer, &after.count);

    before.values = times;
    after.values = now;
    if (before.count > 0 && after.count > 0) {
        struct latency latency = latency_of_runs(before, after);

        latency_judge(&latency, 1, threshold);
        row->compared = latency.word != LATENCY_TOO_FEW;
        row->shows = (int)latency.word;
        row->time_before = (int64_t)latency.before_us;
        row->time_after = (int64_t)latency.after_us;
        row->shift_ms = latency.shift_us / 1000;
        row->low_ms = latency.interval.low / 1000;
        row->high_ms = latency.interval.high / 1000;
        row->before_count = before.count;
        row->after_count = after.count;
        if (row->shows == LATENCY_SLOWER || row->shows == LATENCY_FASTER) {
            row->before_times = latency_times(before, arena);
            row->after_times = latency_times(after, arena);
        }
    }
    mem_free(times);
    mem_free(now);
}

static struct slice code_of(const struct answer *answer)
{
    const struct probe *typical = answer->typical;

    return typical && typical->outcome == OUTCOME_FAILED && typical->code ? slice_of(typical->code)
                                                                          : (struct slice){NULL, 0};
}

static struct cites cites_in(struct cites cites, const char *run)
{
    cites.run = run;
    return cites;
}

static struct verified_endpoint endpoint_of(const struct verify_ask *ask, const struct comparison *comparison,
                                            const struct endpoint_pair *pair, struct arena *arena)
{
    const struct endpoint *now = &ask->after->suite->endpoints[pair->after - 1];
    const struct answer *before = &pair->before_answer, *after = &pair->after_answer;
    struct verify_record record = verify_record_of(before, ask->among, ask->nights, pair->after - 1);
    struct verified_endpoint row = {
        .endpoint = slice_of(now->name),
        .url = slice_of(now->url.shown),
        .before = (int)(pair->before ? before->verdict : VERDICT_NOT_PROBED),
        .after = (int)after->verdict,
        .before_passed = before->passed,
        .before_total = before->count,
        .after_passed = after->passed,
        .after_total = after->count,
        .code = code_of(after),
        .code_before = code_of(before),
        .before_cites = cites_in(before->cites, ask->before_id),
        .after_cites = after->cites,
        .bound = after->verdict == VERDICT_PASSES ? answer_bound(after->passed) : NAN,
        .flapping = record.flapping,
        .recorded_failed = record.flapping ? record.failed : 0,
        .recorded_total = record.flapping ? record.total : 0,
        .recorded_runs = record.flapping ? record.runs : 0,
        .rate = record.flapping && record.total ? 100.0 * (double)record.failed / (double)record.total : NAN,
        .needed = record.needed,
        .missing = record.needed > after->passed ? record.needed - after->passed : 0,
        .time_before = NOT_MEASURED,
        .time_after = NOT_MEASURED,
    };

    if (pair->before && pair->address_changed)
        row.formerly = slice_of(ask->before->suite->endpoints[pair->before - 1].url.shown);
    row.result = (int)judge(comparison, pair, row.missing);
    put_latency(&row, pair, ask->threshold, arena);
    return row;
}

static struct list endpoints_of(const struct verify_ask *ask, const struct comparison *comparison, int *verdict,
                                struct arena *arena)
{
    struct verified_endpoint *rows = arena_new(arena, comparison->endpoint_count + 1, sizeof *rows);
    size_t count = 0;

    *verdict = VERIFIED_PASSES;
    for (size_t i = 0; i < comparison->endpoint_count; i++) {
        const struct endpoint_pair *pair = &comparison->endpoints[i];

        if (!pair->after || !verify_concerns(ask->ticket, &ask->after->suite->endpoints[pair->after - 1]))
            continue;
        rows[count] = endpoint_of(ask, comparison, pair, arena);
        if (rows[count].result > *verdict)
            *verdict = rows[count].result;
        count++;
    }
    if (count == 0)
        *verdict = VERIFIED_NOT_SHOWN;
    return (struct list){.items = rows, .count = count};
}

static struct list findings_of(const struct verify_ask *ask, const struct comparison *comparison, struct arena *arena)
{
    struct verified_finding *rows = arena_new(arena, comparison->finding_count + 1, sizeof *rows);
    size_t count = 0;

    for (size_t i = 0; i < comparison->finding_count; i++) {
        const struct finding_pair *pair = &comparison->findings[i];
        const struct finding *finding = pair->before ? pair->before : pair->after;
        const struct suite *suite = pair->before ? ask->before->suite : ask->after->suite;

        if (verify_finding_concerns(ask->ticket, suite, finding))
            rows[count++] = (struct verified_finding){finding->rule->code, finding->rule->title, (int)pair->change};
    }
    return (struct list){.items = rows, .count = count};
}

static struct verified_other other_of(struct slice name, bool candidate, const struct answer *answer)
{
    return (struct verified_other){name,           candidate,     (int)answer->verdict,
                                   answer->passed, answer->count, answer->cites};
}

static struct list controls_of(const struct verify_ask *ask, struct arena *arena)
{
    const struct suite *suite = ask->after->suite;
    struct verified_other *rows = arena_new(arena, suite->endpoint_count + 1, sizeof *rows);
    size_t count = 0;

    for (uint32_t i = 0; i < suite->endpoint_count; i++) {
        struct answer answer;

        if (suite->endpoints[i].role != ROLE_CONTROL || verify_concerns(ask->ticket, &suite->endpoints[i]))
            continue;
        answer = answer_of_endpoint(ask->after, i, arena);
        if (answer.count > 0)
            rows[count++] = other_of(slice_of(suite->endpoints[i].name), false, &answer);
    }
    return (struct list){.items = rows, .count = count};
}

/* What is asked now in the place of a finding's replacement. */
struct replacement {
    struct slice url;
    struct answer works, without;
};

static struct verified_caution caution_of(const struct caution *caution, const struct replacement *now,
                                          const struct caution *said, size_t said_count)
{
    struct verified_caution row = {.of = now->url,
                                   .key = caution->key,
                                   .value = caution->value,
                                   .words = caution->words,
                                   .standing = CAUTION_NOT_ASKED};

    if (caution->key.data && now->works.count > 0) {
        row.standing = CAUTION_GONE;
        row.cites = now->works.cites;
        for (size_t i = 0; i < said_count; i++)
            if (slice_equals(said[i].key, caution->key) && slice_equals(said[i].value, caution->value))
                row.standing = CAUTION_STANDS;
    } else if (!caution->key.data && now->without.count > 0) {
        row.standing = now->without.verdict == VERDICT_PASSES ? CAUTION_STANDS : CAUTION_GONE;
        row.cites = now->without.cites;
    }
    return row;
}

static void put_replacement(struct verification *made, const struct verify_ask *ask, const struct finding *finding,
                            struct arena *arena)
{
    const struct suite *suite = ask->after->suite;
    struct caution *said = arena_new(arena, BODY_CAUTIONS, sizeof *said);
    struct verified_caution *rows = arena_new(arena, finding->caution_count + 1, sizeof *rows);
    struct verified_other *row;
    struct replacement now;
    uint32_t endpoint, candidate;
    size_t said_count = 0;

    if (!verify_replacement(ask->before->suite, finding, suite, &endpoint, &candidate))
        return;
    now.works = candidate ? answer_of_question(ask->after, endpoint, candidate, QUESTION_CANDIDATE, arena)
                          : answer_of_endpoint(ask->after, endpoint, arena);
    now.without = answer_of_question(ask->after, endpoint, candidate, QUESTION_WITHOUT_AUTHORIZATION, arena);
    now.url = slice_of(candidate ? suite->endpoints[endpoint].candidates[candidate - 1].url.shown
                                 : suite->endpoints[endpoint].url.shown);
    if (now.works.typical)
        said_count = body_cautions(now.works.typical, said, 0, arena);
    for (size_t i = 0; i < finding->caution_count; i++)
        rows[i] = caution_of(&finding->cautions[i], &now, said, said_count);
    made->cautions = (struct list){.items = rows, .count = finding->caution_count};
    if (candidate) {
        row = arena_new(arena, 1, sizeof *row);
        *row = other_of(now.url, true, &now.works);
        made->candidates = (struct list){.items = row, .count = 1};
    }
}

static const struct verified_run *run_of(const struct run *run, const char *short_id, struct arena *arena)
{
    struct verified_run *row = arena_new(arena, 1, sizeof *row);
    char text[UUID_TEXT];

    *row = (struct verified_run){arena_text(arena, uuid_text(&run->id, text)), short_id, run->started};
    return row;
}

const struct verification *verify_make(const struct verify_ask *ask, struct arena *arena)
{
    const struct compare_side before = {ask->before, ask->before_findings}, after = {ask->after, ask->after_findings};
    struct comparison comparison = compare(&before, &after, arena);
    struct verification *made = arena_new(arena, 1, sizeof *made);

    *made = (struct verification){
        .ticket = slice_of(ask->ticket->id),
        .title = slice_of(ask->ticket->title),
        .since = run_of(ask->before_run, ask->before_id, arena),
        .run = run_of(ask->after_run, ask->after_id, arena),
        .findings = findings_of(ask, &comparison, arena),
        .controls = controls_of(ask, arena),
        .options = "",
        .tool = ask->after_run->tool,
    };
    made->endpoints = endpoints_of(ask, &comparison, &made->verdict, arena);
    for (size_t i = 0; i < ask->before_findings->count && made->cautions.count == 0; i++)
        if (verify_finding_concerns(ask->ticket, ask->before->suite, &ask->before_findings->list[i]))
            put_replacement(made, ask, &ask->before_findings->list[i], arena);
    return made;
}
