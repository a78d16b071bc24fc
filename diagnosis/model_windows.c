/* SPDX-License-Identifier: MIT */
/* Two windows of runs, side by side. */
#include <math.h>

#include "base/memory.h"
#include "diagnosis/matching.h"
#include "diagnosis/model_latency.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/model_night.h"

static const struct model_window *window_of(const struct window_side *side, struct arena *arena)
{
    const struct series *series = side->series;
    struct model_window *row = arena_new(arena, 1, sizeof *row);
    struct model_night *ends = arena_new(arena, 2, sizeof *ends);

    *row = (struct model_window){.words = slice_of(side->words), .runs = series->count};
    if (series->count > 0) {
        ends[0] = night_of(&series->nights[0], arena);
        ends[1] = night_of(&series->nights[series->count - 1], arena);
        row->first = &ends[0];
        row->last = &ends[1];
    }
    return row;
}

/* The endpoints that both windows timed, judged together, and where each of them stands. Each run counts once, by its median: a
 * window's nights are what is sampled. */
static void put_latency(struct model_windows *model, struct model_window_row *rows, const struct series *before,
                        const struct series *after, struct latency_threshold threshold, struct arena *arena)
{
    size_t count = after->suite->endpoint_count, known = 0;
    struct latency *list = mem_new(count + 1, sizeof *list);
    size_t *at = mem_new(count + 1, sizeof *at);
    struct arena scratch = ARENA_INIT;
    size_t nights;

    for (size_t i = 0; i < count; i++) {
        struct sample old = series_times(before, i, &nights, &scratch);
        struct sample now = series_times(after, i, &nights, &scratch);

        if (old.count == 0 || now.count == 0)
            continue;
        list[known] = latency_of_runs(old, now);
        at[known++] = i;
    }
    latency_judge(list, known, threshold);
    for (size_t i = 0; i < known; i++) {
        struct model_window_row *row = &rows[at[i]];

        row->shows = (int)list[i].word;
        row->shift_ms = list[i].shift_us / 1000;
        row->more = list[i].more;
        if (list[i].more == 0) {
            row->low_ms = list[i].interval.low / 1000;
            row->high_ms = list[i].interval.high / 1000;
            row->p = list[i].adjusted;
        }
        row->before_count = list[i].before_count;
        row->after_count = list[i].after_count;
        if (list[i].word == LATENCY_SLOWER || list[i].word == LATENCY_FASTER) {
            row->before_times = latency_times(series_times(before, at[i], &nights, &scratch), arena);
            row->after_times = latency_times(series_times(after, at[i], &nights, &scratch), arena);
        }
        model->slower += list[i].word == LATENCY_SLOWER;
        model->faster += list[i].word == LATENCY_FASTER;
        model->unshifted += list[i].word == LATENCY_UNCHANGED;
        model->too_few += list[i].word == LATENCY_TOO_FEW;
        model->more = list[i].more > model->more ? list[i].more : model->more;
    }
    arena_free(&scratch);
    mem_free(at);
    mem_free(list);
}

static struct model_window_row blank_row(const struct endpoint *endpoint, enum transition transition)
{
    return (struct model_window_row){
        .endpoint = slice_of(endpoint->name),
        .transition = (int)transition,
        .role = (int)endpoint->role,
        .shows = LATENCY_TOO_FEW,
        .shift_ms = NAN,
        .low_ms = NAN,
        .high_ms = NAN,
        .p = NAN,
    };
}

static void count_rows(struct model_windows *model, const struct model_window_row *rows, size_t count)
{
    uint64_t of[TRANSITION_COUNT] = {0};

    for (size_t i = 0; i < count; i++)
        of[rows[i].transition] += rows[i].role != ROLE_CANDIDATE;
    model->fixed = of[TRANSITION_FIXED];
    model->regressed = of[TRANSITION_REGRESSED];
    model->still_failing = of[TRANSITION_STILL_FAILING];
    model->other_cause = of[TRANSITION_OTHER_CAUSE];
    model->still_passing = of[TRANSITION_STILL_PASSING];
    model->changed = of[TRANSITION_CHANGED];
    model->added = of[TRANSITION_NEW];
    model->gone = of[TRANSITION_GONE];
    model->flapping = of[TRANSITION_FLAPPING];
    model->not_asked = of[TRANSITION_NOT_TESTED];
}

/* Most telling first, and then in the config's order. */
static struct list in_order(const struct model_window_row *rows, size_t count, struct arena *arena)
{
    struct model_window_row *ordered = arena_new(arena, count + 1, sizeof *ordered);
    size_t known = 0;

    for (int transition = 0; transition < TRANSITION_COUNT; transition++)
        for (size_t i = 0; i < count; i++)
            if (rows[i].transition == transition)
                ordered[known++] = rows[i];
    return (struct list){.items = ordered, .count = known};
}

/* Rows stay where they are but for those that no run probed; behind them what only the earlier suite has. */
static size_t add_gone(struct model_window_row *rows, size_t count, const struct suite *earlier,
                       const struct suite *suite, struct arena *arena)
{
    struct matching matching = matching_make(earlier, suite, arena);

    for (size_t i = 0; i < earlier->endpoint_count; i++)
        if (!matching.after_of[i] && earlier->endpoints[i].role != ROLE_CANDIDATE)
            rows[count++] = blank_row(&earlier->endpoints[i], TRANSITION_GONE);
    return count;
}

static size_t drop_unprobed(struct model_window_row *rows, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (rows[i].before->attempts + rows[i].after->attempts > 0)
            rows[kept++] = rows[i];
    return kept;
}

const struct model_windows *model_of_windows(const struct window_side *before, const struct window_side *after,
                                             const struct suite *earlier, struct latency_threshold threshold,
                                             struct arena *arena)
{
    const struct suite *suite = after->series->suite;
    struct model_windows *model = arena_new(arena, 1, sizeof *model);
    size_t count = suite->endpoint_count;
    struct model_window_row *rows = arena_new(arena, count + earlier->endpoint_count + 1, sizeof *rows);

    *model = (struct model_windows){
        .schema = "endoscope-windows/1",
        .suite = maker_suite(suite, arena),
        .before = window_of(before, arena),
        .after = window_of(after, arena),
        .threshold_percent = 100 * threshold.share,
        .threshold = (int64_t)threshold.us,
    };
    for (size_t i = 0; i < count; i++) {
        struct history old = history_of(before->series, i, threshold), now = history_of(after->series, i, threshold);

        rows[i] = blank_row(&suite->endpoints[i], history_transition(before->series, after->series, i));
        rows[i].before = night_stretch(before->series, &old, i, 0, arena);
        rows[i].after = night_stretch(after->series, &now, i, 0, arena);
    }
    put_latency(model, rows, before->series, after->series, threshold, arena);
    count = add_gone(rows, drop_unprobed(rows, count), earlier, suite, arena);
    count_rows(model, rows, count);
    model->transitions = in_order(rows, count, arena);
    return model;
}
