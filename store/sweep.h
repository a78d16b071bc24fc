/* SPDX-License-Identifier: MIT */
/* sweep.h - drops evidence that nothing refers to, and gives freed pages back; private to store/.
 *
 * What refers to evidence has no index for it (see schema.h), so all of it is read once and marked. Meanwhile others may
 * record: what they refer to is marked again, inside the transaction that deletes. */
#ifndef STORE_SWEEP_H
#define STORE_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct db;
struct maintain_sink;

/* Notes, inside the transaction that takes a run away, that a sweep is due. */
bool sweep_note(struct db *db, struct error *err);

/* Sweeps if one is due, or is known to be; `*dropped` counts the pieces. */
bool sweep_evidence(struct db *db, bool due_anyway, const struct maintain_sink *sink, uint64_t *dropped,
                    struct error *err);

/* Gives free pages back, some at a time; `*bytes` counts them. A file that was not made for it keeps them for later. */
bool sweep_pages(struct db *db, const struct maintain_sink *sink, uint64_t *bytes, struct error *err);
#endif
