/* SPDX-License-Identifier: MIT */
#include "cli/folded.h"

#include <string.h>

#include "cli/nights.h"
#include "store/rollup.h"

struct folding {
    struct nights *nights;
    const struct nights_wanted *wanted;
    struct series_folded *rows;
    size_t at; /* the endpoint that was found last: rollups come endpoint by endpoint */
};

static bool is_within(const struct folding *folding, struct wall when)
{
    const struct series *series = &folding->nights->series;
    const char *zone = folding->wanted->zone;
    int32_t offset_s;

    if (!folding->wanted->window)
        return when.us >= series->nights[0].started.us;
    if (!zone || !zone_offset(zone, when, &offset_s))
        offset_s = series->nights[series->count - 1].offset_s;
    return moment_holds(&folding->wanted->window->span, when, offset_s);
}

static bool find_row(struct folding *folding, const char *name)
{
    const struct suite *suite = folding->nights->series.suite;

    for (size_t i = 0; i < suite->endpoint_count; i++) {
        size_t at = (folding->at + i) % suite->endpoint_count;

        if (strcmp(suite->endpoints[at].name, name) == 0) {
            folding->at = at;
            return true;
        }
    }
    return false;
}

/* One value a run, each off by as much as a histogram's are. */
static void put_medians(struct series_folded *row, const struct histogram *histogram, struct arena *arena)
{
    uint64_t total = histogram_total(histogram);

    for (uint64_t i = 0; i < total; i++) {
        row->medians = arena_grow(arena, row->medians, row->median_count, &row->median_room, sizeof *row->medians);
        row->medians[row->median_count++] =
            histogram_quantile(histogram, total > 1 ? (double)i / (double)(total - 1) : 0);
    }
}

static bool take(void *self, const struct rollup *rollup)
{
    struct folding *folding = self;
    struct series_folded *row;

    if (!is_within(folding, rollup->first) || !is_within(folding, rollup->last)
        || !find_row(folding, rollup->endpoint))
        return true;
    row = &folding->rows[folding->at];
    row->runs += rollup->runs;
    row->passed += rollup->passing;
    row->failed += rollup->failing;
    row->unsteady += rollup->unsteady;
    row->not_judged += rollup->not_judged;
    row->attempts += rollup->attempts;
    row->attempts_passed += rollup->attempts_passed;
    put_medians(row, rollup->medians, &folding->nights->arena);
    return true;
}

bool folded_load(struct nights *nights, struct store *store, const struct nights_wanted *wanted, struct error *err)
{
    const struct rollup_filter filter = {.suite = nights->suite,
                                         .environment = nights->environment,
                                         .vantage = nights->vantage,
                                         .endpoint = wanted->endpoint};
    struct folding folding = {.nights = nights, .wanted = wanted};

    if (nights->series.count == 0)
        return true;
    folding.rows = arena_new(&nights->arena, nights->series.suite->endpoint_count + 1, sizeof *folding.rows);
    nights->series.folded = folding.rows;
    return store_each_rollup(store, &filter, take, &folding, err);
}
