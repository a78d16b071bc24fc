/* SPDX-License-Identifier: MIT */
/* past.h - since when a run's failing endpoints fail, from the runs before it. */
#ifndef CLI_PAST_H
#define CLI_PAST_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/recorded.h"
#include "store/store.h"

struct since;

struct past {
    struct arena arena;
    struct since *list; /* in the config's order, required ones only */
    size_t count;
    struct past_run *runs; /* the earlier ones, as far as they were read */
    size_t run_count, run_room;
};

/* Looks for the last good and the first failing run of each required endpoint that fails or is unsteady in `recorded`, of
 * PAST_ENDPOINTS at most, and reads what that endpoint answered in the two; nothing else is read of them but results, by
 * one seek a run. What the list points to lives as long as `past` and `recorded`. Free in either case. */
enum { PAST_ENDPOINTS = 12, PAST_RUNS = 100 };
bool past_load(struct past *past, struct store *store, const struct recorded *recorded, struct error *err);
void past_free(struct past *past);
#endif
