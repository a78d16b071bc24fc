/* SPDX-License-Identifier: MIT */
/* prune_plan.h - which runs stay whole when the store is pruned; private to store/. Reads only.
 *
 * What is decided here is decided the same way again when half of it has been done: a run that goes was equal to the runs on
 * both sides, so that what is left of it compares as it did with it. */
#ifndef STORE_PRUNE_PLAN_H
#define STORE_PRUNE_PLAN_H

#include "base/uuid.h"
#include "store/prune.h"
#include "store/suite_names.h"

struct db;

/* A run, as far as pruning asks. */
struct planned_run {
    int64_t id; /* its number in this store */
    struct uuid uuid;
    const char *suite, *environment, *vantage; /* NULL where it has none */
    struct wall started;
    int32_t offset_s;
    int64_t day;
    int64_t config;      /* piece of evidence */
    int64_t probes;      /* as far as its last ordinal tells */
    bool whole, usual;   /* over the whole suite; and complete */
    bool settled;        /* an earlier prune left it whole, and for good */
    bool old;            /* older than what is kept */
    bool stays, for_now; /* stays whole; but only as long as it is the last */
};

struct prune_plan {
    struct arena arena;
    struct planned_run *runs; /* by suite, environment, vantage and start */
    size_t count, capacity;
};

#define PRUNE_PLAN_INIT                                                                                               \
    {                                                                                                                 \
        ARENA_INIT, NULL, 0, 0                                                                                        \
    }

bool prune_plan_make(struct prune_plan *plan, struct db *db, struct names_cache *names, const struct prune *prune,
                     const struct maintain_sink *sink, struct error *err);
void prune_plan_free(struct prune_plan *plan);
#endif
