/* SPDX-License-Identifier: MIT */
/* evidence.h - pieces of evidence, each kept once however often it was seen; private to store/.
 *
 * A piece is named by the SHA-256 of its bytes, packed with zstd where that helps, and read back and compared while its
 * transaction can still be rolled back. Rows refer to it by a short number of this store. */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/slice.h"

struct db;
struct evidence;

struct evidence *evidence_new(struct db *db);
void evidence_free(struct evidence *evidence); /* NULL is allowed */

/* Keeps `piece`, inside a transaction, and sets `*id`, 0 when it is absent; `digest` (NULL is allowed) gets its name. */
bool evidence_put(struct evidence *evidence, struct slice piece, int64_t *id, struct digest *digest,
                  struct error *err);

/* To be called when a transaction begins: until then another process, or a rollback, may have taken away what was put. */
void evidence_forget(struct evidence *evidence);

/* While `held`, an open statement keeps one snapshot, in which a piece cannot change: those read again and again are then
 * read once. Otherwise another process may have taken a piece away, and given its number to another. */
void evidence_snapshot(struct evidence *evidence, bool held);

/* The piece `id` into `arena`, with a NUL behind it, checked against its name; 0: absent. */
bool evidence_get(struct evidence *evidence, int64_t id, struct arena *arena, struct slice *piece, struct error *err);

/* Name and size of `id` without its bytes. */
bool evidence_name(struct evidence *evidence, int64_t id, struct digest *digest, uint64_t *size, struct error *err);
#endif
