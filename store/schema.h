/* SPDX-License-Identifier: MIT */
/* schema.h - the tables, and how an older store gets them; private to store/.
 *
 * A step leads from one version to the next and is never changed once released. Evidence is referred to without an index
 * on the referring side, which would cost every probe several times its own insert: what deletes evidence turns
 * foreign keys off for its transaction and asks all at once what is still referred to. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "store/store.h"

struct db;

/* 'ends', in the header of every store of ours, so that no other program's database is taken for one. */
enum { SCHEMA_APPLICATION = 0x656e6473 };

/* SQL that leads from version `index` to `index + 1`. */
struct schema_step {
    const char *sql;
    bool readable; /* a store before this step is read as it is: the step adds what reading does without */
};

extern const struct schema_step schema_steps[];
extern const size_t schema_step_count; /* the version that this program writes */

/* Makes the tables in an empty file, or brings an older store to version `count`; with STORE_READ it only looks,
 * and an older store is an error unless every step that it lacks says `readable`. A file of another program and a newer
 * store are left untouched. */
bool schema_bring(struct db *db, const struct schema_step *steps, size_t count, enum store_mode mode,
                  struct error *err);

/* The version of a store, without changing it; fails on what schema_bring() would refuse. */
bool schema_version(struct db *db, int64_t *number, struct error *err);

/* The random key that the first step left. */
bool schema_key(struct db *db, uint8_t key[32], struct error *err);
#endif
