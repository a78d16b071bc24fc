/* SPDX-License-Identifier: MIT */
/* A run among those before it. */
#include "diagnosis/model_nights.h"

#include <string.h>

#include "diagnosis/model_history.h"
#include "diagnosis/model_latency.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/model_night.h"
#include "diagnosis/series.h"

/* One run before is no series yet: that is what a comparison is for. */
enum { EARLIER_FEWEST = 2, ROWS_MOST = 12 };

/* What is made of: the runs that are shown, of the series from `first` on, and the reported one. */
struct among {
    const struct maker *maker;
    const struct model_side *side;
    const struct series *series;
    size_t first, columns; /* columns: with the reported one */
    const struct list *latency;
};

static int verdict_in(const struct among *among, uint32_t endpoint, size_t column)
{
    if (column + 1 == among->columns)
        return (int)answers_verdict(among->maker->answers, endpoint);
    return among->series->nights[among->first + column].turns[endpoint].verdict;
}

static bool changed(const struct among *among, uint32_t endpoint)
{
    for (size_t i = 1; i < among->columns; i++)
        if (verdict_in(among, endpoint, i) != verdict_in(among, endpoint, i - 1))
            return true;
    return false;
}

static bool has_shifted(const struct among *among, uint32_t endpoint)
{
    const struct slice name = slice_of(maker_endpoint(among->maker, endpoint)->name);
    const struct model_latency *rows = among->latency->items;

    for (size_t i = 0; i < among->latency->count; i++)
        if (slice_equals(rows[i].endpoint, name))
            return true;
    return false;
}

/* How much an endpoint wants to be seen: the least first. */
enum rank { RANK_FAILS, RANK_SHIFTED, RANK_CHANGED, RANK_OTHER, RANK_COUNT };

static enum rank rank_of(const struct among *among, uint32_t endpoint)
{
    int now = verdict_in(among, endpoint, among->columns - 1);

    if (now == VERDICT_FAILS || now == VERDICT_UNSTEADY)
        return RANK_FAILS;
    if (has_shifted(among, endpoint))
        return RANK_SHIFTED;
    return changed(among, endpoint) ? RANK_CHANGED : RANK_OTHER;
}

static struct model_outcome outcome_now(const struct among *among, uint32_t endpoint)
{
    const struct answer *answer = answers_of(among->maker->answers, endpoint);
    const struct probe *typical = answer->typical;

    return (struct model_outcome){
        .run = among->side->short_id,
        .started = among->side->run->started,
        .verdict = (int)answer->verdict,
        .passed = answer->passed,
        .total = answer->count,
        .status = typical && typical->status > 0 ? (uint64_t)typical->status : 0,
        .code = typical ? typical->code : NULL,
        .time = answer->median_us,
    };
}

static struct model_nights_row row_of(const struct among *among, uint32_t endpoint)
{
    struct arena *arena = among->maker->arena;
    struct model_outcome *outcomes = arena_new(arena, among->columns, sizeof *outcomes);
    char *strip = arena_new(arena, among->columns * 3 + 1, 1), *end = strip;

    for (size_t i = 0; i + 1 < among->columns; i++)
        outcomes[i] = night_outcome(&among->series->nights[among->first + i], endpoint);
    outcomes[among->columns - 1] = outcome_now(among, endpoint);
    for (size_t i = 0; i < among->columns; i++) {
        const char *sign = night_signs[outcomes[i].verdict];

        memcpy(end, sign, strlen(sign));
        end += strlen(sign);
    }
    return (struct model_nights_row){
        .endpoint = slice_of(maker_endpoint(among->maker, endpoint)->name),
        .strip = strip,
        .outcomes = {.items = outcomes, .count = among->columns},
    };
}

static struct list rows_of(const struct among *among, uint64_t *left_out)
{
    struct model_nights_row *rows = arena_new(among->maker->arena, ROWS_MOST, sizeof *rows);
    uint32_t total = (uint32_t)among->maker->records->suite->endpoint_count;
    size_t count = 0, asked = 0;

    for (uint32_t i = 0; i < total; i++)
        asked += answers_verdict(among->maker->answers, i) != VERDICT_NOT_PROBED;
    for (int rank = 0; rank < RANK_COUNT; rank++)
        for (uint32_t i = 0; i < total && count < ROWS_MOST; i++)
            if (answers_verdict(among->maker->answers, i) != VERDICT_NOT_PROBED && (int)rank_of(among, i) == rank)
                rows[count++] = row_of(among, i);
    *left_out = asked - count;
    return (struct list){.items = rows, .count = count};
}

static struct list nights_of(const struct among *among)
{
    struct arena *arena = among->maker->arena;
    struct model_night *nights = arena_new(arena, among->columns, sizeof *nights);
    const struct run *run = among->side->run;

    for (size_t i = 0; i + 1 < among->columns; i++)
        nights[i] = night_of(&among->series->nights[among->first + i], arena);
    nights[among->columns - 1] = night_of(
        &(struct series_night){
            .id = run->id, .short_id = among->side->short_id, .started = run->started, .labels = run->labels},
        arena);
    for (size_t i = 0; i < among->columns; i++)
        nights[i].short_id = arena_text(arena, nights[i].short_id);
    return (struct list){.items = nights, .count = among->columns};
}

const struct model_nights *maker_nights(const struct maker *maker, const struct model_side *side,
                                        const struct series *series, bool compared)
{
    struct among among = {.maker = maker, .side = side, .series = series};
    struct model_nights *model;
    struct list latency = {.items = NULL};

    if (!series || series->count < EARLIER_FEWEST)
        return NULL;
    if (!compared && side->run->whole)
        latency = maker_nightly(maker, series);
    among.columns = (series->count < NIGHTS_MOST ? series->count : NIGHTS_MOST) + 1;
    among.first = series->count + 1 - among.columns;
    among.latency = &latency;
    model = arena_new(maker->arena, 1, sizeof *model);
    model->runs = among.columns;
    model->nights = nights_of(&among);
    model->endpoints = rows_of(&among, &model->left_out);
    model->latency = latency;
    return model;
}
