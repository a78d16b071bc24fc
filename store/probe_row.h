/* SPDX-License-Identifier: MIT */
/* probe_row.h - a probe and its row; private to store/. */
#ifndef STORE_PROBE_ROW_H
#define STORE_PROBE_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "collector/probe.h"
#include "store/document.h"

struct db;
struct evidence;

/* The run that probes belong to: its number in this store and its start, from which theirs are counted. */
struct run_key {
    int64_t id;
    struct wall started;
};

/* Writes `probe` and its evidence, inside a transaction. */
bool probe_row_put(struct db *db, struct evidence *evidence, const struct run_key *run, const struct probe *probe,
                   struct document_room *room, struct error *err);

/* Whether `run` has a probe `ordinal`. */
bool probe_row_exists(struct db *db, const struct run_key *run, uint32_t ordinal, bool *exists, struct error *err);

/* Reads the probes of `run` in order of their ordinals, one (`ordinal`) or all (0), until `take` returns false, which
 * fails with what `take` wrote into `err`. */
bool probe_row_each(struct db *db, struct evidence *evidence, const struct run_key *run, uint32_t ordinal,
                    bool with_evidence, bool (*take)(void *self, struct probe *probe, struct error *err), void *self,
                    struct error *err);
#endif
