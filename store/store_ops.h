/* SPDX-License-Identifier: MIT */
/* store_ops.h - what a back end of the store does; private to store/. The promises are those of store.h. */
#ifndef STORE_STORE_OPS_H
#define STORE_STORE_OPS_H

#include "store/maintain.h"
#include "store/prune.h"
#include "store/result.h"
#include "store/rollup.h"
#include "store/store.h"

struct store_ops {
    void (*close)(void *self);
    bool (*redaction_key)(void *self, uint8_t key[32], struct error *err);
    bool (*begin_run)(void *self, const struct run *run, struct error *err);
    bool (*put_probes)(void *self, const struct uuid *run, struct probe *const *probes, size_t count,
                       struct error *err);
    bool (*end_run)(void *self, const struct run *run, struct error *err);
    bool (*get_run)(void *self, const struct uuid *id, struct arena *arena, struct run *run, struct error *err);
    struct probe *(*get_probe)(void *self, const struct uuid *run, uint32_t ordinal, struct error *err);
    bool (*each_probe)(void *self, const struct uuid *run, bool evidence,
                       bool (*take)(void *taker, struct probe *probe, struct error *err), void *taker,
                       struct error *err);
    bool (*each_result)(void *self, const struct uuid *run, int64_t endpoint,
                        bool (*take)(void *taker, const struct result *result), void *taker, struct error *err);
    bool (*each_run)(void *self, const struct run_filter *filter, bool (*take)(void *taker, const struct run *run),
                     void *taker, struct error *err);
    bool (*each_rollup)(void *self, const struct rollup_filter *filter,
                        bool (*take)(void *taker, const struct rollup *rollup), void *taker, struct error *err);
    /* Hands over the ids from `low` to `high`, both included, in their order (or the reverse), without reading the
     * runs. `take` returns false to stop. */
    bool (*each_id)(void *self, const struct uuid *low, const struct uuid *high, bool descending,
                    bool (*take)(void *taker, const struct uuid *id), void *taker, struct error *err);
    bool (*check)(void *self, const struct maintain_sink *sink, uint64_t *damages, struct error *err);
    bool (*backup)(void *self, const char *path, bool force, struct error *err);
    bool (*prune)(void *self, const struct prune *prune, const struct maintain_sink *sink, struct pruned *pruned,
                  struct error *err);
    /* `other` is a store of the same kind. */
    bool (*merge)(void *self, void *other, const struct maintain_sink *sink, struct merged *merged, struct error *err);
};

struct store {
    const struct store_ops *ops;
    void *self;
};

/* The back end in a file; NULL on failure. */
void *sqlite_store_open(const char *path, enum store_mode mode, struct error *err);
/* The schema of the store at `path`, and the one that this program writes. */
bool sqlite_store_version(const char *path, int64_t *version, int64_t *current, struct error *err);
extern const struct store_ops sqlite_store_ops;
#endif
