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
    struct nights_alias *names; /* of the series, in order, those that they had among them */
    size_t name_count;
};

enum { ALIASES_MOST = 1000 };

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct nights_alias *)a)->name, ((const struct nights_alias *)b)->name);
}

static int is_name(const void *name, const void *alias)
{
    return strcmp(name, ((const struct nights_alias *)alias)->name);
}

static bool is_noted(const struct nights *nights, const char *name)
{
    for (size_t i = 0; i < nights->alias_count; i++)
        if (strcmp(nights->aliases[i].name, name) == 0)
            return true;
    return false;
}

void nights_note_names(struct nights *nights, const struct matching *matching, uint32_t only)
{
    for (size_t i = 0; i < matching->before->endpoint_count && nights->alias_count < ALIASES_MOST; i++) {
        const char *name = matching->before->endpoints[i].name;
        uint32_t row = matching->after_of[i];

        if (row == 0 || (only && row != only) || strcmp(name, matching->after->endpoints[row - 1].name) == 0
            || is_noted(nights, name))
            continue;
        nights->aliases = arena_grow(&nights->arena, nights->aliases, nights->alias_count, &nights->alias_room,
                                     sizeof *nights->aliases);
        nights->aliases[nights->alias_count++] =
            (struct nights_alias){arena_text(&nights->arena, name), only ? 0 : row - 1};
    }
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
    const struct nights_alias *found =
        bsearch(rollup->endpoint, folding->names, folding->name_count, sizeof *folding->names, is_name);
    struct folded *row;

    if (!found || !is_within(folding, rollup))
        return true;
    row = &folding->rows[found->row];
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
    size_t all = suite->endpoint_count + nights->alias_count;
    struct rollup_filter filter = {.suite = nights->suite ? nights->suite : "",
                                   .environment = nights->environment ? nights->environment : "",
                                   .vantage = nights->vantage ? nights->vantage : "",
                                   .endpoint = wanted->endpoint};
    struct folding folding = {nights, wanted, arena_new(arena, suite->endpoint_count + 1, sizeof *folding.rows),
                              arena_new(arena, all + 1, sizeof *folding.names), all};

    for (size_t i = 0; i < suite->endpoint_count; i++)
        folding.names[i] = (struct nights_alias){suite->endpoints[i].name, i};
    for (size_t i = 0; i < nights->alias_count; i++)
        folding.names[suite->endpoint_count + i] = nights->aliases[i];
    qsort(folding.names, all, sizeof *folding.names, by_name);
    nights->series.folded = folding.rows;
    if (!store_each_rollup(store, &filter, take_rollup, &folding, err))
        return false;
    for (size_t i = 0; wanted->endpoint && i < nights->alias_count; i++) {
        filter.endpoint = nights->aliases[i].name;
        if (!store_each_rollup(store, &filter, take_rollup, &folding, err))
            return false;
    }
    return true;
}
