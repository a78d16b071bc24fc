/* SPDX-License-Identifier: MIT */
/* Nights across, endpoints down. */
#include "diagnosis/model_history.h"

#include <math.h>

#include "base/memory.h"
#include "diagnosis/discovery.h"
#include "diagnosis/history.h"
#include "diagnosis/model_latency.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/model_night.h"

static const double false_discovery_rate = 0.05;

const char *const night_signs[] = {
    [VERDICT_PASSES] = "✓",     [VERDICT_FAILS] = "✗",      [VERDICT_UNSTEADY] = "~",
    [VERDICT_NOT_JUDGED] = "?", [VERDICT_NOT_PROBED] = "·",
};

struct model_night night_of(const struct series_night *night, struct arena *arena)
{
    char id[UUID_TEXT];

    return (struct model_night){
        .id = arena_text(arena, uuid_text(&night->id, id)),
        .short_id = night->short_id,
        .started = night->started,
        .labels = maker_labels(night->labels, arena),
    };
}

const char *night_strip(const struct series *series, size_t endpoint, size_t most, struct arena *arena)
{
    size_t first = most && series->count > most ? series->count - most : 0;
    char *strip = arena_new(arena, (series->count - first) * 3 + 1, 1), *end = strip;

    for (size_t i = first; i < series->count; i++) {
        const char *sign = night_signs[series->nights[i].turns[endpoint].verdict];

        memcpy(end, sign, strlen(sign));
        end += strlen(sign);
    }
    return strip;
}

static int64_t us_of(double us)
{
    return isnan(us) ? NOT_MEASURED : (int64_t)us;
}

const struct model_stretch *night_stretch(const struct series *series, const struct history *history, size_t endpoint,
                                          size_t most, struct arena *arena)
{
    struct model_stretch *row = arena_new(arena, 1, sizeof *row);

    *row = (struct model_stretch){
        .folded = history->folded,
        .runs = series->count + history->folded,
        .passed = history->passed,
        .failed = history->failed,
        .unsteady = history->unsteady,
        .not_judged = history->not_judged,
        .not_probed = series->count + history->folded - history->probed,
        .changes = history->changes,
        .uptime = 100 * history->uptime,
        .uptime_low = isnan(history->uptime) ? NAN : 100 * history->within.low,
        .uptime_high = isnan(history->uptime) ? NAN : 100 * history->within.high,
        .attempts = history->attempts,
        .attempts_passed = history->attempts_passed,
        .median = us_of(history->median_us),
        .lower = us_of(history->lower_us),
        .upper = us_of(history->upper_us),
        .strip = night_strip(series, endpoint, most, arena),
    };
    return row;
}

struct model_outcome night_outcome(const struct series_night *night, size_t endpoint)
{
    const struct turn *turn = &night->turns[endpoint];

    return (struct model_outcome){
        .run = night->short_id,
        .started = night->started,
        .verdict = turn->verdict,
        .passed = turn->passed,
        .total = turn->count,
        .status = turn->status > 0 ? (uint64_t)turn->status : 0,
        .code = turn->code,
        .time = turn->median_us,
    };
}

static struct list outcomes_of(const struct series *series, size_t endpoint, struct arena *arena)
{
    struct model_outcome *rows = arena_new(arena, series->count + 1, sizeof *rows);

    for (size_t i = 0; i < series->count; i++)
        rows[i] = night_outcome(&series->nights[i], endpoint);
    return (struct list){.items = rows, .count = series->count};
}

static bool judged_before(const struct series *series, size_t endpoint, size_t night)
{
    for (size_t i = 0; i < night; i++)
        if (series->nights[i].turns[endpoint].verdict == VERDICT_PASSES)
            return true;
    return false;
}

/* `p`: corrected. */
static void put_shift(struct model_history_row *row, const struct history *history, double p,
                      const struct model_night *nights)
{
    double size = history->shift.after - history->shift.before;

    if (history->shift_at == HISTORY_NONE || p > false_discovery_rate
        || !latency_matters(history->shift.before, size, along_nothing.threshold))
        return;
    row->slower_since = &nights[history->shift_at];
    row->time_before = (int64_t)history->shift.before;
    row->time_after = (int64_t)history->shift.after;
    row->faster = history->shift.after < history->shift.before;
    row->p = p;
}

static struct model_history_row row_of(const struct series *series, const struct history *history, size_t endpoint,
                                       const struct model_night *nights, size_t strip_most, struct arena *arena)
{
    const struct endpoint *of = &series->suite->endpoints[endpoint];

    return (struct model_history_row){
        .endpoint = slice_of(of->name),
        .url = slice_of(of->url.shown),
        .role = (int)of->role,
        .verdict = (int)history->now,
        .flapping = history->flapping,
        .stretch = night_stretch(series, history, endpoint, strip_most, arena),
        .first_failing = history->first_failing == HISTORY_NONE ? NULL : &nights[history->first_failing],
        .last_good = history->last_good == HISTORY_NONE ? NULL : &nights[history->last_good],
        .since_start =
            history->first_failing != HISTORY_NONE && !judged_before(series, endpoint, history->first_failing),
        .time_before = NOT_MEASURED,
        .time_after = NOT_MEASURED,
        .p = NAN,
        .outcomes = outcomes_of(series, endpoint, arena),
    };
}

static void put_gone(struct model_history_row *row, const struct series *series, size_t endpoint, struct arena *arena)
{
    const struct series_gone *gone = series->gone ? &series->gone[endpoint] : NULL;
    struct model_night *night;

    if (!gone || !gone->first)
        return;
    night = arena_new(arena, 1, sizeof *night);
    *night = night_of(gone->first, arena);
    row->gone_since = night;
    row->called = slice_of(gone->called);
}

static void count_row(struct model_history *model, const struct model_history_row *row)
{
    model->gone += row->gone_since != NULL;
    if (row->gone_since)
        return;
    model->flapping += row->flapping;
    model->passing += row->verdict == VERDICT_PASSES;
    model->failing += row->verdict == VERDICT_FAILS || row->verdict == VERDICT_UNSTEADY;
}

const struct model_history *model_of_history(const struct series *series, size_t strip_most, struct arena *arena)
{
    size_t count = series->suite->endpoint_count;
    struct model_history *model = arena_new(arena, 1, sizeof *model);
    struct model_night *nights = arena_new(arena, series->count + 1, sizeof *nights);
    struct model_history_row *rows = arena_new(arena, count + 1, sizeof *rows);
    struct history *histories = mem_new(count + 1, sizeof *histories);
    double *p = mem_new(count + 1, sizeof *p);
    size_t shown = 0;

    for (size_t i = 0; i < series->count; i++)
        nights[i] = night_of(&series->nights[i], arena);
    for (size_t i = 0; i < count; i++) {
        histories[i] = history_of(series, i, along_nothing.threshold);
        p[i] = histories[i].shift_at == HISTORY_NONE ? 1 : histories[i].shift.p;
    }
    discovery_adjust(p, count, p);
    *model = (struct model_history){.schema = "endoscope-history/1", .suite = maker_suite(series->suite, arena)};
    for (size_t i = 0; i < count; i++) {
        /* What no run probed (a candidate by role) has no history. */
        if (histories[i].probed == 0)
            continue;
        rows[shown] = row_of(series, &histories[i], i, nights, strip_most, arena);
        put_gone(&rows[shown], series, i, arena);
        put_shift(&rows[shown], &histories[i], p[i], nights);
        count_row(model, &rows[shown++]);
    }
    model->runs = series->count;
    model->nights = (struct list){.items = nights, .count = series->count};
    model->endpoints = (struct list){.items = rows, .count = shown};
    mem_free(p);
    mem_free(histories);
    return model;
}
