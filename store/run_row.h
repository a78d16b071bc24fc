/* SPDX-License-Identifier: MIT */
/* run_row.h - a run and its row; private to store/. The config and the findings are evidence: most nights have the same
 * ones as the night before. */
#ifndef STORE_RUN_ROW_H
#define STORE_RUN_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "store/probe_row.h"
#include "store/store.h"

struct db;
struct evidence;

/* What writing into a run needs to know of it. */
struct run_state_row {
    struct run_key key;
    bool open;
    int64_t last_ordinal, last_ended;
};

/* Both inside a transaction. */
bool run_row_begin(struct db *db, struct evidence *evidence, const struct run *run, struct error *err);
bool run_row_end(struct db *db, struct evidence *evidence, const struct run *run, struct error *err);

/* Takes a run and its probes away, inside a transaction; their evidence stays. */
bool run_row_remove(struct db *db, const struct uuid *id, struct error *err);

/* ERR_NOT_FOUND when there is no such run. */
bool run_row_find(struct db *db, const struct uuid *id, struct run_state_row *row, struct error *err);

/* Notes the highest ordinal and the latest end of its probes. */
bool run_row_advance(struct db *db, const struct run_state_row *row, struct error *err);

bool run_row_get(struct db *db, struct evidence *evidence, const struct uuid *id, struct arena *arena, struct run *run,
                 struct error *err);
bool run_row_each(struct db *db, struct evidence *evidence, const struct run_filter *filter,
                  bool (*take)(void *self, const struct run *run), void *self, struct error *err);
bool run_row_each_id(struct db *db, const struct uuid *low, const struct uuid *high, bool descending,
                     bool (*take)(void *self, const struct uuid *id), void *self, struct error *err);
#endif
