/* SPDX-License-Identifier: MIT */
/* select.h - which run a person means: an id or a unique prefix of one, `latest`, `previous`, `last-good`. */
#ifndef STORE_SELECT_H
#define STORE_SELECT_H

#include <stdbool.h>

#include "store/store.h"

/* What `previous` is previous to, and which runs count. */
struct selection {
    struct run_filter filter;
    /* `previous` and `last-good` are looked for before this run, in its suite, environment and vantage unless `filter`
     * names others. NULL: `previous` is the one before the latest, `last-good` may be the latest itself. */
    const struct uuid *before;
};

/* `latest`, `previous`, `last-good` mean complete runs over the whole suite in one environment and vantage; prefixes (of
 * at least 4 hex digits, with or without dashes) mean any run. `last-good`: every attempt of every required endpoint
 * passed. `selection` may be NULL: all runs count. ERR_NOT_FOUND, with what there is instead, when nothing fits; ERR_USAGE
 * when a prefix is ambiguous, with the runs it could be, and when `expression` is none of these. */
bool select_run(struct store *store, const char *expression, const struct selection *selection, struct uuid *id,
                struct error *err);

/* "0192f3.17" or "0192f3.p17": a run and a probe's ordinal; "latest.17" as well. */
bool select_probe(struct store *store, const char *expression, const struct selection *selection, struct uuid *run,
                  uint32_t *ordinal, struct error *err);
#endif
