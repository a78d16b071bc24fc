/* SPDX-License-Identifier: MIT */
/* rollup_row.h - the rows of rollups, and how a run is folded into them; private to store/. */
#ifndef STORE_ROLLUP_ROW_H
#define STORE_ROLLUP_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/uuid.h"
#include "store/rollup.h"

struct db;

/* A run that is to be folded. */
struct foldable {
    int64_t id; /* its number in this store */
    struct uuid uuid;
    const char *suite, *environment, *vantage; /* NULL where it has none */
    struct wall started;
    int32_t offset_s;
    const char *const *names; /* of its endpoints */
    size_t name_count;
};

/* Adds what came of `run` to the rollups of its day, inside a transaction that takes the run away. */
bool rollup_row_fold(struct db *db, const struct foldable *run, struct error *err);

/* As store_each_rollup(). */
bool rollup_row_each(struct db *db, const struct rollup_filter *filter,
                     bool (*take)(void *self, const struct rollup *rollup), void *self, struct error *err);

/* Notes that the run `id` was pruned, so that it is not merged again; and whether it was. */
bool rollup_row_note(struct db *db, const struct uuid *id, struct error *err);
bool rollup_row_knows(struct db *db, const struct uuid *id, bool *known, struct error *err);
#endif
