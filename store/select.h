/* SPDX-License-Identifier: MIT */
/* select.h - which run a person means: an id or a unique prefix of one, `latest`, `previous`, `last-good`, a date or time,
 * a label; and which runs, by a window of time. */
#ifndef STORE_SELECT_H
#define STORE_SELECT_H

#include <stdbool.h>

#include "store/moment.h"
#include "store/store.h"

/* What `previous` is previous to, and which runs count. */
struct selection {
    struct run_filter filter;
    /* `previous` and `last-good` are looked for before this run, in its suite, environment and vantage unless `filter`
     * names others. NULL: `previous` is the one before the latest, `last-good` may be the latest itself. */
    const struct uuid *before;
    const char *zone; /* that dates and times are meant in; NULL: the one that each run was recorded in */
    struct wall now;  /* what `today` is counted from; 0: now */
};

/* `latest`, `previous`, `last-good` mean complete runs over the whole suite in one environment and vantage; prefixes (of
 * at least 4 hex digits, with or without dashes) mean any run. `last-good`: every attempt of every required endpoint
 * passed. A date or time (see moment.h) means the last run over the whole suite that started within it, a label
 * ("deploy=4f2c1") the last one that has it: one that was cut off only where no complete one fits. `selection` may be
 * NULL: all runs count. ERR_NOT_FOUND, with what there is instead, when nothing fits; ERR_USAGE when a prefix is
 * ambiguous, with the runs it could be, and when `expression` is none of these. */
bool select_run(struct store *store, const char *expression, const struct selection *selection, struct uuid *id,
                struct error *err);

/* "0192f3.17" or "0192f3.p17": a run and a probe's ordinal; "latest.17" as well. */
bool select_probe(struct store *store, const char *expression, const struct selection *selection, struct uuid *run,
                  uint32_t *ordinal, struct error *err);

/* A date or time alone, on the calendar of the selection's zone, else of the newest run's. */
bool select_moment(struct store *store, const char *text, const struct selection *selection, struct moment *moment,
                   struct error *err);

/* The offset that `run` started at in `zone`, or, when that is NULL or unknown, in its own. */
int32_t select_offset(const char *zone, const struct run *run);

/* Narrows `filter` to what can lie in `moment` in any zone; moment_holds() is still to be asked. */
void select_bounds(const struct moment *moment, struct run_filter *filter);
#endif
