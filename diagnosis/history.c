/* SPDX-License-Identifier: MIT */
#include "diagnosis/history.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

static const double confidence = 0.95;

static const struct turn *turn_at(const struct series *series, size_t night, size_t endpoint)
{
    return &series->nights[night].turns[endpoint];
}

static void count_night(struct history *history, const struct turn *turn, size_t night)
{
    history->probed += turn->count > 0;
    history->attempts += turn->count;
    history->attempts_passed += turn->passed;
    switch ((enum verdict)turn->verdict) {
    case VERDICT_PASSES:
        history->passed++;
        history->last_good = night;
        history->first_failing = HISTORY_NONE;
        break;
    case VERDICT_FAILS:
    case VERDICT_UNSTEADY:
        history->failed += turn->verdict == VERDICT_FAILS;
        history->unsteady += turn->verdict == VERDICT_UNSTEADY;
        if (history->first_failing == HISTORY_NONE)
            history->first_failing = night;
        break;
    case VERDICT_NOT_JUDGED:
        history->not_judged++;
        break;
    case VERDICT_NOT_PROBED:
        return;
    }
    history->now = (enum verdict)turn->verdict;
}

/* The run of the `index`-th median. */
static size_t night_of_median(const struct series *series, size_t endpoint, size_t index)
{
    size_t seen = 0;

    for (size_t i = 0; i < series->count; i++)
        if (turn_at(series, i, endpoint)->median_us > 0 && seen++ == index)
            return i;
    return HISTORY_NONE;
}

static void put_latency(struct history *history, const struct series *series, size_t endpoint,
                        struct latency_threshold threshold)
{
    struct arena scratch = ARENA_INIT;
    size_t nights;
    struct sample all = series_times(series, endpoint, &nights, &scratch);

    history->shift = change_point_find(all.values, nights);
    if (latency_matters(history->shift.before, history->shift.after - history->shift.before, threshold))
        change_point_refine(&history->shift, all.values, nights);
    if (history->shift.first > 0)
        history->shift_at = night_of_median(series, endpoint, history->shift.first);
    history->median_us = sample_quantile(all, 0.5);
    history->lower_us = sample_quantile(all, 0.25);
    history->upper_us = sample_quantile(all, 0.75);
    arena_free(&scratch);
}

static void count_folded(struct history *history, const struct folded *folded)
{
    size_t runs = folded->passed + folded->failed + folded->unsteady + folded->not_judged;

    history->folded = runs;
    history->probed += runs;
    history->passed += folded->passed;
    history->failed += folded->failed;
    history->unsteady += folded->unsteady;
    history->not_judged += folded->not_judged;
    history->attempts += folded->attempts;
    history->attempts_passed += folded->attempts_passed;
}

struct history history_of(const struct series *series, size_t endpoint, struct latency_threshold threshold)
{
    struct history history = {.now = VERDICT_NOT_PROBED,
                              .first_failing = HISTORY_NONE,
                              .last_good = HISTORY_NONE,
                              .shift_at = HISTORY_NONE,
                              .uptime = NAN};
    size_t judged;

    for (size_t i = 0; i < series->count; i++)
        count_night(&history, turn_at(series, i, endpoint), i);
    if (series->folded)
        count_folded(&history, &series->folded[endpoint]);
    judged = history.passed + history.failed + history.unsteady;
    history.changes = series_changes(series, endpoint, VERDICT_NOT_PROBED, series->count);
    history.flapping = history.now == VERDICT_UNSTEADY
                       || series_changes(series, endpoint, VERDICT_NOT_PROBED, FLAPPING_RUNS) >= FLAPPING_CHANGES;
    history.within = proportion_interval(history.passed, judged, confidence);
    if (judged > 0)
        history.uptime = (double)history.passed / (double)judged;
    put_latency(&history, series, endpoint, threshold);
    return history;
}

/* The last run of the series that probed the endpoint, one that judged it if there is any; NULL: none did. */
static const struct turn *last_turn(const struct series *series, size_t endpoint)
{
    const struct turn *probed = NULL;

    for (size_t i = series->count; i > 0; i--) {
        const struct turn *turn = turn_at(series, i - 1, endpoint);

        if (turn->count == 0)
            continue;
        if (turn->verdict != VERDICT_NOT_JUDGED)
            return turn;
        probed = probed ? probed : turn;
    }
    return probed;
}

static bool same_failure(const struct turn *a, const struct turn *b)
{
    return a->status == b->status && !a->code == !b->code && (!a->code || strcmp(a->code, b->code) == 0);
}

enum transition history_transition(const struct series *before, const struct series *after, size_t endpoint)
{
    const struct turn *old = last_turn(before, endpoint), *now = last_turn(after, endpoint);

    if (!now)
        return TRANSITION_NOT_TESTED;
    if (!old)
        return TRANSITION_NEW;
    if (now->verdict == VERDICT_UNSTEADY
        || series_changes(after, endpoint, VERDICT_NOT_PROBED, FLAPPING_RUNS) >= FLAPPING_CHANGES)
        return TRANSITION_FLAPPING;
    if (old->verdict == VERDICT_NOT_JUDGED || now->verdict == VERDICT_NOT_JUDGED)
        return old->verdict == now->verdict ? TRANSITION_STILL_PASSING : TRANSITION_CHANGED;
    if (now->verdict == VERDICT_PASSES)
        return old->verdict == VERDICT_PASSES ? TRANSITION_STILL_PASSING : TRANSITION_FIXED;
    if (old->verdict == VERDICT_PASSES)
        return TRANSITION_REGRESSED;
    return same_failure(old, now) ? TRANSITION_STILL_FAILING : TRANSITION_OTHER_CAUSE;
}
