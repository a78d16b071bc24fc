/* SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <string.h>

#include "base/memory.h"
#include "store/store_ops.h"

/* Of a short id: below this a reader would take it for a number. */
enum { LEAST_DIGITS = 6 };

struct store *store_open(const char *path, enum store_mode mode, struct error *err)
{
    void *self = sqlite_store_open(path, mode, err);
    struct store *store;

    if (!self)
        return NULL;
    store = mem_new(1, sizeof *store);
    store->ops = &sqlite_store_ops;
    store->self = self;
    return store;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    store->ops->close(store->self);
    mem_free(store);
}

bool store_redaction_key(struct store *store, uint8_t key[32], struct error *err)
{
    return store->ops->redaction_key(store->self, key, err);
}

bool store_begin_run(struct store *store, const struct run *run, struct error *err)
{
    return store->ops->begin_run(store->self, run, err);
}

bool store_put_probes(struct store *store, const struct uuid *run, struct probe *const *probes, size_t count,
                      struct error *err)
{
    return store->ops->put_probes(store->self, run, probes, count, err);
}

bool store_end_run(struct store *store, const struct run *run, struct error *err)
{
    return store->ops->end_run(store->self, run, err);
}

bool store_get_run(struct store *store, const struct uuid *id, struct arena *arena, struct run *run, struct error *err)
{
    return store->ops->get_run(store->self, id, arena, run, err);
}

struct probe *store_get_probe(struct store *store, const struct uuid *run, uint32_t ordinal, struct error *err)
{
    return store->ops->get_probe(store->self, run, ordinal, err);
}

bool store_each_probe(struct store *store, const struct uuid *run, bool evidence,
                      bool (*take)(void *self, struct probe *probe, struct error *err), void *self, struct error *err)
{
    return store->ops->each_probe(store->self, run, evidence, take, self, err);
}

bool store_each_result(struct store *store, const struct uuid *run, int64_t endpoint,
                       bool (*take)(void *self, const struct result *result), void *self, struct error *err)
{
    return store->ops->each_result(store->self, run, endpoint, take, self, err);
}

bool store_each_run(struct store *store, const struct run_filter *filter,
                    bool (*take)(void *self, const struct run *run), void *self, struct error *err)
{
    return store->ops->each_run(store->self, filter, take, self, err);
}

/* The longest prefix, in hex digits, that another id shares with `id`. */
struct neighbour {
    const struct uuid *id;
    size_t shared;
};

static size_t shared_digits(const struct uuid *a, const struct uuid *b)
{
    size_t i = 0;

    while (i < sizeof a->bytes && a->bytes[i] == b->bytes[i])
        i++;
    if (i < sizeof a->bytes && a->bytes[i] >> 4 == b->bytes[i] >> 4)
        return 2 * i + 1;
    return 2 * i;
}

static bool compare_next(void *self, const struct uuid *id)
{
    struct neighbour *neighbour = self;
    size_t shared;

    if (memcmp(id->bytes, neighbour->id->bytes, sizeof id->bytes) == 0)
        return true;
    shared = shared_digits(id, neighbour->id);
    if (shared > neighbour->shared)
        neighbour->shared = shared;
    return false;
}

bool store_short_id(struct store *store, const struct uuid *id, char text[UUID_TEXT], struct error *err)
{
    struct neighbour neighbour = {id, 0};
    struct uuid lowest = {{0}};
    struct uuid highest;
    size_t digits;
    size_t at = 0;

    memset(highest.bytes, 0xFF, sizeof highest.bytes);
    /* In the order of ids, the one that shares most stands next to it, on one side or the other. */
    if (!store->ops->each_id(store->self, id, &highest, false, compare_next, &neighbour, err)
        || !store->ops->each_id(store->self, &lowest, id, true, compare_next, &neighbour, err))
        return false;
    digits = neighbour.shared + 1 > LEAST_DIGITS ? neighbour.shared + 1 : LEAST_DIGITS;
    uuid_text(id, text);
    while (digits && text[at])
        if (text[at++] != '-')
            digits--;
    text[at] = '\0';
    return true;
}
