/* SPDX-License-Identifier: MIT */
#include "cli/charts_latency.h"

#include <math.h>

#include "base/buf.h"
#include "diagnosis/model_history.h"
#include "diagnosis/model_latency.h"
#include "diagnosis/model_nights.h"
#include "diagnosis/series.h"
#include "diagnosis/verify.h"
#include "render/flavor.h"

static bool has_shifted(int shows)
{
    return shows == LATENCY_SLOWER || shows == LATENCY_FASTER;
}

/* "tls slower by 43 ms" */
static const char *shows_of(int layer, int shows, double shift_ms, struct arena *arena)
{
    struct buf words = BUF_INIT;
    const char *kept;

    if (layer != MEASURE_TOTAL)
        buf_printf(&words, "%s ", measure_words[layer]);
    buf_puts(&words, latency_words[shows]);
    if (isfinite(shift_ms)) {
        buf_puts(&words, " by ");
        words_duration((int64_t)llround(fabs(shift_ms) * 1000), &words);
    }
    kept = arena_text_of(arena, words.data, words.len);
    buf_free(&words);
    return kept;
}

/* `all`: how many times there were, of which `times` are. */
static struct latency_row row_of(const char *name, const struct list *times, uint64_t all, int64_t median,
                                 struct arena *arena)
{
    const struct model_time *list = times->items;
    int64_t *us = arena_new(arena, times->count + 1, sizeof *us);
    const char *each = arena_printf(arena, "n = %llu", (unsigned long long)all);

    for (size_t i = 0; i < times->count; i++)
        us[i] = list[i].time;
    if (all > times->count)
        each = arena_printf(arena, "%s, %zu shown", each, times->count);
    return (struct latency_row){name, each, us, times->count, median};
}

static struct latency_pair pair_of(const struct model_latency *row, struct arena *arena)
{
    const char *before = row->nightly ? "nights before" : "before";

    return (struct latency_pair){
        .label = row->endpoint,
        .shows = shows_of(row->layer, row->shows, row->shift_ms, arena),
        .worse = row->shows == LATENCY_SLOWER,
        .before = row_of(before, &row->before_times, row->before_count, row->before, arena),
        .after = row_of(row->nightly ? "this run" : "after", &row->after_times, row->after_count, row->after, arena),
    };
}

static void add(struct chart_latency *chart, struct latency_pair *pairs, const struct latency_pair *pair)
{
    if (chart->count < LATENCY_PAIRS)
        pairs[chart->count++] = *pair;
    else
        chart->left++;
}

const struct chart_latency *latency_of_model(const struct model *model, struct arena *arena)
{
    const struct list *list = model->comparison ? &model->comparison->latency
                              : model->nights   ? &model->nights->latency
                                                : NULL;
    const struct model_latency *rows = list ? list->items : NULL;
    struct latency_pair *pairs = arena_new(arena, LATENCY_PAIRS, sizeof *pairs);
    struct chart_latency *chart = arena_new(arena, 1, sizeof *chart);

    chart->pairs = pairs;
    for (int layers = 0; layers <= 1; layers++)
        for (size_t i = 0; list && i < list->count; i++) {
            struct latency_pair pair;

            if (!has_shifted(rows[i].shows) || (rows[i].layer != MEASURE_TOTAL) != layers)
                continue;
            pair = pair_of(&rows[i], arena);
            add(chart, pairs, &pair);
        }
    return chart;
}

const struct chart_latency *latency_of_windows(const struct model_windows *windows, struct arena *arena)
{
    const struct model_window_row *rows = windows->transitions.items;
    struct latency_pair *pairs = arena_new(arena, LATENCY_PAIRS, sizeof *pairs);
    struct chart_latency *chart = arena_new(arena, 1, sizeof *chart);

    chart->pairs = pairs;
    for (size_t i = 0; i < windows->transitions.count; i++) {
        const struct model_window_row *row = &rows[i];

        if (!has_shifted(row->shows))
            continue;
        add(chart, pairs,
            &(struct latency_pair){
                .label = row->endpoint,
                .shows = shows_of(MEASURE_TOTAL, row->shows, row->shift_ms, arena),
                .worse = row->shows == LATENCY_SLOWER,
                .before = row_of("runs before", &row->before_times, row->before_count, row->before->median, arena),
                .after = row_of("runs after", &row->after_times, row->after_count, row->after->median, arena),
            });
    }
    return chart;
}

const struct chart_latency *latency_of_verification(const struct verification *made, struct arena *arena)
{
    const struct verified_endpoint *rows = made->endpoints.items;
    struct latency_pair *pairs = arena_new(arena, LATENCY_PAIRS, sizeof *pairs);
    struct chart_latency *chart = arena_new(arena, 1, sizeof *chart);

    chart->pairs = pairs;
    for (size_t i = 0; i < made->endpoints.count; i++) {
        const struct verified_endpoint *row = &rows[i];

        if (!row->compared || !has_shifted(row->shows))
            continue;
        add(chart, pairs,
            &(struct latency_pair){
                .label = row->endpoint,
                .shows = shows_of(MEASURE_TOTAL, row->shows, row->shift_ms, arena),
                .worse = row->shows == LATENCY_SLOWER,
                .before = row_of("when diagnosed", &row->before_times, row->before_count, row->time_before, arena),
                .after = row_of("now", &row->after_times, row->after_count, row->time_after, arena),
            });
    }
    return chart;
}
