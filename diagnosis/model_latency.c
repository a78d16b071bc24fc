/* SPDX-License-Identifier: MIT */
#include "diagnosis/model_latency.h"

#include <math.h>
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
        size_t pair;
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

static void add_row(struct grown *rows, const struct latency *latency, enum measure measure,
                    const struct endpoint_pair *pair, const struct maker *before, const struct maker *after)
{
    struct model_latency *row = grown_add(rows, sizeof *row, after->arena);

    *row = (struct model_latency){
        .endpoint = slice_of(maker_endpoint(after, pair->after - 1)->name),
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
        .after_count = latency->nightly ? pair->after_answer.count : latency->after_count,
        .more = latency->more,
        .before_cites =
            latency->nightly ? (struct cites){NULL, 0, NULL} : maker_cites(before, pair->before_answer.cites),
        .after_cites = maker_cites(after, pair->after_answer.cites),
    };
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
        add_row(&rows, &wholes.list[i], about->measure, pair, before, after);
        for (; layer < layers.count && layers.about[layer].pair <= about->pair; layer++) {
            enum latency_word word = layers.list[layer].word;

            count_row(row, &layers.list[layer]);
            if (word == LATENCY_SLOWER || word == LATENCY_FASTER)
                add_row(&rows, &layers.list[layer], layers.about[layer].measure, pair, before, after);
        }
    }
    row->latency = grown_list(&rows);
    row->threshold_percent = 100 * along->threshold.share;
    row->threshold = (int64_t)along->threshold.us;
}
