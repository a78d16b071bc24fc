/* SPDX-License-Identifier: MIT */
#include "store/maintain.h"

#include <string.h>

#include "store/store_ops.h"

bool store_check(struct store *store, const struct maintain_sink *sink, uint64_t *damages, struct error *err)
{
    *damages = 0;
    return store->ops->check(store->self, sink, damages, err);
}

bool store_is_damage(const struct error *err)
{
    return err->code == ERR_STORE && strstr(err->text, "the store is damaged") != NULL;
}

bool store_backup(struct store *store, const char *path, bool force, struct error *err)
{
    return store->ops->backup(store->self, path, force, err);
}

bool store_merge(struct store *store, const char *path, const struct maintain_sink *sink, struct merged *merged,
                 struct error *err)
{
    struct store *other = store_open(path, STORE_READ, err);
    bool ok;

    *merged = (struct merged){0};
    if (!other)
        return false;
    ok = store->ops->merge(store->self, other->self, sink, merged, err);
    store_close(other);
    return ok;
}

bool store_migrate(const char *path, bool dry, int64_t *from, int64_t *to, struct error *err)
{
    struct store *store;

    if (!sqlite_store_version(path, from, to, err))
        return false;
    if (dry || *from == *to)
        return true;
    store = store_open(path, STORE_CREATE, err);
    store_close(store);
    return store != NULL;
}
