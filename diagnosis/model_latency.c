/* SPDX-License-Identifier: MIT */
#include "diagnosis/model_latency.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "diagnosis/compare.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/series.h"

/* Of the attempts of one endpoint in one run: Hodges-Lehmann looks at all pairs, and more shows no more. */
enum { ATTEMPTS_MOST = 400 };

const struct along along_nothing = {NULL, false, {0.10, 5000}};

/* Comparisons that are judged together, in the order of pairs, and beside each what it is about. */
struct family {
    struct latency *list;
    struct about {
        size_t pair; /* or endpoint */
        enum measure measure;
    } * about;
    size_t count, room;
};

/* The times of an answer's attempts, without what an experiment asked again; `values` has room for ATTEMPTS_MOST. */
static struct sample times_of(const struct answer *answer, enum measure measure, double *values)
{
    size_t count = 0;

    for (size_t i = 0; i < answer->count && count < ATTEMPTS_MOST; i++) {
        struct attempt attempt = attempt_of(answer->probes[i]);
        int64_t us = attempt_time(&attempt, measure);

        if (us >= 0)
            values[count++] = us ? (double)us : 0.5;
    }
    return (struct sample){values, count};
}

static void add_latency(struct family *family, struct latency latency, struct about about, struct arena *arena)
{
    size_t room = family->room;

    family->list = arena_grow(arena, family->list, family->count, &family->room, sizeof *family->list);
    family->about = arena_grow(arena, family->about, family->count, &room, sizeof *family->about);
    family->list[family->count] = latency;
    family->about[family->count++] = about;
}

/* `room`: for both samples and all nights. */
static void measure_pair(struct family *family, const struct endpoint_pair *pair, struct about about,
                         const struct along *along, double *room, struct arena *arena)
{
    struct sample before = times_of(&pair->before_answer, about.measure, room);
    struct sample after = times_of(&pair->after_answer, about.measure, room + ATTEMPTS_MOST);
    double *nights = room + 2 * (size_t)ATTEMPTS_MOST;
    size_t known = along->nightly ? series_medians(along->nights, pair->after - 1, about.measure, nights) : 0;

    if (after.count > 0 && known >= NIGHTS_FEWEST)
        add_latency(family, latency_of_night(nights, known, sample_median(after)), about, arena);
    else if (after.count > 0 && before.count > 0)
        add_latency(family, latency_of_runs(before, after), about, arena);
}

static void measure_all(struct family *wholes, struct family *layers, const struct comparison *comparison,
                        const struct along *along, struct arena *arena)
{
    double *room = mem_new(2 * (size_t)ATTEMPTS_MOST + (along->nights ? along->nights->count : 0), sizeof *room);

    for (size_t i = 0; i < comparison->endpoint_count; i++) {
        const struct endpoint_pair *pair = &comparison->endpoints[i];

        for (int m = 0; m < MEASURE_COUNT && pair->before && pair->after; m++)
            measure_pair(m == MEASURE_TOTAL ? wholes : layers, pair, (struct about){i, (enum measure)m}, along, room,
                         arena);
    }
    mem_free(room);
}

static double ms_of(double us)
{
    return isfinite(us) ? us / 1000 : NAN;
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

struct list latency_times(struct sample values, struct arena *arena)
{
    size_t count = values.count < LATENCY_TIMES_MOST ? values.count : LATENCY_TIMES_MOST;
    struct model_time *rows = arena_new(arena, count + 1, sizeof *rows);
    double *sorted = mem_new(values.count + 1, sizeof *sorted);

    for (size_t i = 0; i < values.count; i++)
        sorted[i] = values.values[i];
    qsort(sorted, values.count, sizeof *sorted, by_value);
    for (size_t i = 0; i < count; i++)
        rows[i].time = (int64_t)sorted[count > 1 ? i * (values.count - 1) / (count - 1) : 0];
    mem_free(sorted);
    return (struct list){.items = rows, .count = count};
}

/* What the two medians are of. Asked again of the few that are shown. */
static void put_times(struct model_latency *row, const struct latency *latency, enum measure measure,
                      const struct endpoint_pair *pair, const struct along *along, struct arena *arena)
{
    size_t nights = latency->nightly ? along->nights->count : 0, known;
    double *room = mem_new((size_t)ATTEMPTS_MOST + nights, sizeof *room);

    if (latency->nightly) {
        known = series_medians(along->nights, pair->after - 1, measure, room);
        row->before_times =
            latency_times((struct sample){room + known - latency->before_count, latency->before_count}, arena);
    } else {
        row->before_times = latency_times(times_of(&pair->before_answer, measure, room), arena);
    }
    row->after_times = latency_times(times_of(&pair->after_answer, measure, room), arena);
    mem_free(room);
}

static bool has_shifted(const struct latency *latency)
{
    return latency->word == LATENCY_SLOWER || latency->word == LATENCY_FASTER;
}

static struct model_latency row_of(const struct latency *latency, enum measure measure)
{
    return (struct model_latency){
        .layer = (int)measure,
        .shows = (int)latency->word,
        .nightly = latency->nightly,
        .before = (int64_t)latency->before_us,
        .after = (int64_t)latency->after_us,
        .shift_ms = ms_of(latency->shift_us),
        .low_ms = latency->more ? NAN : ms_of(latency->interval.low),
        .high_ms = latency->more ? NAN : ms_of(latency->interval.high),
        .p = latency->more ? NAN : latency->adjusted,
        .before_count = latency->before_count,
        .after_count = latency->after_count,
        .more = latency->more,
    };
}

static void add_row(struct grown *rows, const struct latency *latency, enum measure measure,
                    const struct endpoint_pair *pair, const struct maker *before, const struct maker *after,
                    const struct along *along)
{
    struct model_latency *row = grown_add(rows, sizeof *row, after->arena);

    *row = row_of(latency, measure);
    row->endpoint = slice_of(maker_endpoint(after, pair->after - 1)->name);
    if (latency->nightly)
        row->after_count = pair->after_answer.count;
    else
        row->before_cites = maker_cites(before, pair->before_answer.cites);
    row->after_cites = maker_cites(after, pair->after_answer.cites);
    if (has_shifted(latency))
        put_times(row, latency, measure, pair, along, after->arena);
}

static void count_row(struct model_comparison *row, const struct latency *latency)
{
    enum latency_word word = latency->word;

    row->slower += word == LATENCY_SLOWER;
    row->faster += word == LATENCY_FASTER;
    row->unshifted += word == LATENCY_UNCHANGED;
    row->too_few += word == LATENCY_TOO_FEW;
    row->more = latency->more > row->more ? latency->more : row->more;
}

/* The whole times are one question, with a correction of its own: that they are looked at by layer, too, must not make it
 * harder to see that an endpoint is slower. */
void maker_latency(struct model_comparison *row, const struct comparison *comparison, const struct maker *before,
                   const struct maker *after, const struct along *along)
{
    struct family wholes = {.count = 0}, layers = {.count = 0};
    struct grown rows = {0};
    size_t layer = 0;

    measure_all(&wholes, &layers, comparison, along, after->arena);
    latency_judge(wholes.list, wholes.count, along->threshold);
    latency_judge(layers.list, layers.count, along->threshold);
    for (size_t i = 0; i < wholes.count; i++) {
        const struct about *about = &wholes.about[i];
        const struct endpoint_pair *pair = &comparison->endpoints[about->pair];

        count_row(row, &wholes.list[i]);
        add_row(&rows, &wholes.list[i], about->measure, pair, before, after, along);
        for (; layer < layers.count && layers.about[layer].pair <= about->pair; layer++) {
            count_row(row, &layers.list[layer]);
            if (has_shifted(&layers.list[layer]))
                add_row(&rows, &layers.list[layer], layers.about[layer].measure, pair, before, after, along);
        }
    }
    row->latency = grown_list(&rows);
    row->threshold_percent = 100 * along->threshold.share;
    row->threshold = (int64_t)along->threshold.us;
}

/* The medians of the last nights; `values` has room for all. */
static struct sample nights_of(const struct series *series, size_t endpoint, double *values)
{
    size_t first = series->count > NIGHTS_MOST ? series->count - NIGHTS_MOST : 0, count = 0;

    for (size_t i = first; i < series->count; i++)
        if (series->nights[i].turns[endpoint].median_us > 0)
            values[count++] = (double)series->nights[i].turns[endpoint].median_us;
    return (struct sample){values, count};
}

struct list maker_nightly(const struct maker *maker, const struct series *series)
{
    struct family family = {.count = 0};
    struct grown rows = {0};
    double times[ATTEMPTS_MOST], nights[NIGHTS_MOST];

    for (size_t i = 0; i < maker->records->suite->endpoint_count; i++) {
        struct sample before = nights_of(series, i, nights), after;
        struct arena arena = ARENA_INIT;
        struct answer answer;

        if (before.count < NIGHTS_FEWEST)
            continue;
        answer = answers_look(maker->answers, i, &arena);
        after = times_of(&answer, MEASURE_TOTAL, times);
        if (after.count > 0)
            add_latency(&family, latency_of_night(nights, before.count, sample_median(after)),
                        (struct about){i, MEASURE_TOTAL}, maker->arena);
        arena_free(&arena);
    }
    latency_judge(family.list, family.count, along_nothing.threshold);
    for (size_t i = 0; i < family.count; i++) {
        const struct answer *answer = answers_of(maker->answers, family.about[i].pair);
        struct model_latency *row;

        if (!has_shifted(&family.list[i]))
            continue;
        row = grown_add(&rows, sizeof *row, maker->arena);
        *row = row_of(&family.list[i], MEASURE_TOTAL);
        row->endpoint = slice_of(maker_endpoint(maker, (uint32_t)family.about[i].pair)->name);
        row->before_times = latency_times(nights_of(series, family.about[i].pair, nights), maker->arena);
        row->after_times = latency_times(times_of(answer, MEASURE_TOTAL, times), maker->arena);
        row->after_count = answer->count;
        row->after_cites = maker_cites(maker, answer->cites);
    }
    return grown_list(&rows);
}
