/* SPDX-License-Identifier: MIT */
/* past.h - what the runs before a run say: since when what fails does, and how each endpoint did in the last of them. */
#ifndef CLI_PAST_H
#define CLI_PAST_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/recorded.h"
#include "store/store.h"

struct earlier;
struct since;

struct past {
    struct arena arena;
    struct since *list; /* in the config's order, required ones only */
    size_t count;
    struct earlier *earlier;    /* all that is known, for the model; NULL: nothing is */
    struct past_nights *nights; /* of all endpoints, for suites that are not too large */
    struct past_run *runs;      /* the earlier ones, as far as they were read */
    size_t run_count, run_room;
};

/* Looks for the last good and the first failing run of each required endpoint that fails or is unsteady in `recorded`, of
 * PAST_ENDPOINTS at most, and reads what that endpoint answered in the two; nothing else is read of them but results, by
 * one seek a run. Of a suite with at most PAST_WHOLE endpoints also the results of all in the last NIGHTS_MOST runs are read.
 * What the list points to lives as long as `past` and `recorded`. Free in either case. */
enum { PAST_ENDPOINTS = 12, PAST_RUNS = 100, PAST_WHOLE = 2000 };
bool past_load(struct past *past, struct store *store, const struct recorded *recorded, struct error *err);
void past_free(struct past *past);
#endif
