/* SPDX-License-Identifier: MIT */
/* store.h - runs, probes and evidence, kept across nights.
 *
 * A store serves one thread; two processes on one store are safe. Whatever store_put_probes() returned true for
 * survives a kill; a run that was never closed reads back as interrupted. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "collector/probe.h"

struct store; /* opaque: what keeps it is behind store_open() */

enum store_mode {
    STORE_CREATE, /* made when missing, an older schema is migrated */
    STORE_READ,   /* must exist; nothing is written, nothing migrated */
};

/* Opens the store at `path`. A newer schema, a file that is no store of ours, a damaged one: errors that say so. */
struct store *store_open(const char *path, enum store_mode mode, struct error *err);
void store_close(struct store *store); /* NULL is allowed */

/* The random key of this store's redaction digests; made when the store is. */
bool store_redaction_key(struct store *store, uint8_t key[32], struct error *err);

/* Writes `run` as open: `ended`, `state` and `findings` are not looked at. */
bool store_begin_run(struct store *store, const struct run *run, struct error *err);

/* Writes all of `probes` and their evidence, or none. They stay the caller's. */
bool store_put_probes(struct store *store, const struct uuid *run, struct probe *const *probes, size_t count,
                      struct error *err);

/* Closes a run: `ended`, `state` and `findings` of `run`, durably. */
bool store_end_run(struct store *store, const struct run *run, struct error *err);

/* Reads one run; what it points to lives in `arena`. ERR_NOT_FOUND when there is none. */
bool store_get_run(struct store *store, const struct uuid *id, struct arena *arena, struct run *run,
                   struct error *err);

/* One probe with its evidence, the caller's to free; NULL on failure, ERR_NOT_FOUND when there is none. */
struct probe *store_get_probe(struct store *store, const struct uuid *run, uint32_t ordinal, struct error *err);

/* Hands every probe of a run over, in order of ordinals, to `take`, which owns it and returns false to stop; then the
 * call fails too, with what `take` put into `err`. Without `evidence`, headers (also the request's), bodies, messages,
 * certificates, judgements, redirects and tokens are left out. */
bool store_each_probe(struct store *store, const struct uuid *run, bool evidence,
                      bool (*take)(void *self, struct probe *probe, struct error *err), void *self, struct error *err);

/* Which runs are meant: NULL and 0 do not restrict. */
struct run_filter {
    const char *suite, *environment, *vantage;
    struct wall since, until; /* runs that started from `since` on, and before `until`; 0: any */
};

/* Hands runs over, newest first; `take` returns false to stop early, which is no failure. What `run` points to is valid
 * during the call only. */
bool store_each_run(struct store *store, const struct run_filter *filter,
                    bool (*take)(void *self, const struct run *run), void *self, struct error *err);

/* The shortest prefix, of at least 6 hex digits, that tells `id` from all other runs, into `text` of UUID_TEXT. */
bool store_short_id(struct store *store, const struct uuid *id, char text[UUID_TEXT], struct error *err);
#endif
