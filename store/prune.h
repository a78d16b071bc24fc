/* SPDX-License-Identifier: MIT */
/* prune.h - what is old is folded away, and what it is needed for stays.
 *
 * Of the runs of a suite, environment and vantage that are older than what is kept, these stay whole: the first and the
 * last, both sides of every change (of an endpoint's verdict, of what a failing one fails with, or of which endpoints there
 * are), and the last of each day. The other complete runs over the whole suite are folded into rollups (see rollup.h);
 * the other runs, of `verify`, of `run --only` or cut off, are dropped. Evidence that nothing refers to any more is
 * dropped, and freed pages are given back.
 *
 * Everything is done in small transactions beside whoever else writes. Killed at any moment, the store is whole: a run is
 * there or in its rollups, and the next prune does what is left. */
#ifndef STORE_PRUNE_H
#define STORE_PRUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/maintain.h"
#include "store/store.h"

struct prune {
    const struct run_filter *filter; /* whose runs; `since` and `until` are not looked at; NULL: all */
    int64_t keep_us;                 /* whole days older than this are old; at least a day */
    struct wall now;
    bool dry; /* only say what would go; evidence and space are then not looked at */
};

struct pruned {
    uint64_t folded, dropped; /* runs */
    uint64_t probes;          /* of these */
    uint64_t stayed;          /* old runs that stay whole */
    uint64_t evidence;        /* pieces */
    uint64_t bytes;           /* given back */
    struct wall first, last;  /* starts of the first and last run that went; 0: none did */
};

/* `sink` may be NULL. ERR_USAGE when `keep_us` is less than a day. */
bool store_prune(struct store *store, const struct prune *prune, const struct maintain_sink *sink,
                 struct pruned *pruned, struct error *err);
#endif
