/* SPDX-License-Identifier: MIT */
#include "cli/nights_folded.h"

#include <stdlib.h>
#include <string.h>

#include "store/rollup.h"

/* What is left of pruned runs, and where it goes. */
struct folding {
    struct nights *nights;
    const struct nights_wanted *wanted;
    struct folded *rows;
    const struct endpoint **by_name; /* of the series */
};

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct endpoint *const *)a)->name, (*(const struct endpoint *const *)b)->name);
}

static int is_name(const void *name, const void *endpoint)
{
    return strcmp(name, (*(const struct endpoint *const *)endpoint)->name);
}

/* Whether all of the day's runs lie where runs are looked at: in the window, or not before the oldest of those that were
 * read. */
static bool is_within(const struct folding *folding, const struct rollup *rollup)
{
    const struct nights_wanted *wanted = folding->wanted;
    const struct series *series = &folding->nights->series;
    const struct run first = {.started = rollup->first, .offset_s = series->nights[0].offset_s};
    const struct run last = {.started = rollup->last, .offset_s = first.offset_s};

    if (wanted->window)
        return moment_holds(&wanted->window->span, first.started, select_offset(wanted->zone, &first))
               && moment_holds(&wanted->window->span, last.started, select_offset(wanted->zone, &last));
    return wanted->most == 0 || series->count < wanted->most || first.started.us >= series->nights[0].started.us;
}

static void add_medians(struct folded *row, const struct histogram *medians, struct arena *arena)
{
    uint64_t count = histogram_total(medians);
    size_t room = row->median_count;

    for (uint64_t i = 0; i < count; i++) {
        row->medians = arena_grow(arena, row->medians, row->median_count, &room, sizeof *row->medians);
        row->medians[row->median_count++] =
            histogram_quantile(medians, count > 1 ? (double)i / (double)(count - 1) : 0.5);
    }
}

static bool take_rollup(void *self, const struct rollup *rollup)
{
    struct folding *folding = self;
    const struct suite *suite = folding->nights->series.suite;
    const struct endpoint **found =
        bsearch(rollup->endpoint, folding->by_name, suite->endpoint_count, sizeof(const struct endpoint *), is_name);
    struct folded *row;

    if (!found || !is_within(folding, rollup))
        return true;
    row = &folding->rows[*found - suite->endpoints];
    row->passed += rollup->passing;
    row->failed += rollup->failing;
    row->unsteady += rollup->unsteady;
    row->not_judged += rollup->not_judged;
    row->attempts += rollup->attempts;
    row->attempts_passed += rollup->attempts_passed;
    add_medians(row, rollup->medians, &folding->nights->arena);
    return true;
}

bool nights_fold(struct nights *nights, struct store *store, const struct nights_wanted *wanted, struct error *err)
{
    struct arena *arena = &nights->arena;
    const struct suite *suite = nights->series.suite;
    const struct rollup_filter filter = {.suite = nights->suite ? nights->suite : "",
                                         .environment = nights->environment ? nights->environment : "",
                                         .vantage = nights->vantage ? nights->vantage : "",
                                         .endpoint = wanted->endpoint};
    struct folding folding = {nights, wanted, arena_new(arena, suite->endpoint_count + 1, sizeof *folding.rows),
                              arena_new(arena, suite->endpoint_count + 1, sizeof(const struct endpoint *))};

    for (size_t i = 0; i < suite->endpoint_count; i++)
        folding.by_name[i] = &suite->endpoints[i];
    qsort(folding.by_name, suite->endpoint_count, sizeof(const struct endpoint *), by_name);
    nights->series.folded = folding.rows;
    return store_each_rollup(store, &filter, take_rollup, &folding, err);
}
