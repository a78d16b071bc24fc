/* SPDX-License-Identifier: MIT */
/* maintain.h - the upkeep of a store: is it whole, a copy of it, two made one, an older one brought up to date. */
#ifndef STORE_MAINTAIN_H
#define STORE_MAINTAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* Where the upkeep tells what it found and how far it is. */
struct maintain_sink {
    void (*found)(void *self, const char *what); /* a damage, a line without its end */
    void (*advance)(void *self, uint64_t done, uint64_t planned);
    void *self;
};

/* Looks at all of it: the file's structure, what its rows refer to, every piece of evidence against its digest, and every
 * probe. False: it could not be looked at. `*damages` counts what was found, of which the sink gets the first hundred. */
bool store_check(struct store *store, const struct maintain_sink *sink, uint64_t *damages, struct error *err);

/* Whether an error of store_open() says that the file is damaged. */
bool store_is_damage(const struct error *err);

/* Copies the store, as it is at one moment, to `path`: whole or not at all, for its owner only, also while others write to
 * it. What stands there is replaced only when it is a store of ours that nobody has open, or with `force`. */
bool store_backup(struct store *store, const char *path, bool force, struct error *err);

struct merged {
    uint64_t runs, known, probes; /* taken over; there already; probes of the former */
};

/* Takes over the runs of the store at `path` that `store` does not have, each whole or not at all. A run that `store` knows
 * as one that was never closed is replaced where the other one knows more of it. Digits of redacted values stay those of
 * the other store's key: between runs of two stores, equal secrets do not look equal. */
bool store_merge(struct store *store, const char *path, const struct maintain_sink *sink, struct merged *merged,
                 struct error *err);

/* Brings the store at `path` up to date, or with `dry` only says what it would do: from which schema to which. */
bool store_migrate(const char *path, bool dry, int64_t *from, int64_t *to, struct error *err);
#endif
