/* SPDX-License-Identifier: MIT */
#include "collector/names.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"

/* FNV-1a: the names are the config's own, nobody hostile chooses them. */
static uint64_t hash_of(const char *name)
{
    uint64_t hash = 14695981039346656037U;

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211U;
    return hash ^ hash >> 32;
}

static size_t *slot_of(const struct names *names, const char *name)
{
    size_t at = (size_t)hash_of(name) & (names->slot_count - 1);

    while (names->slots[at] && strcmp(names->list[names->slots[at] - 1], name) != 0)
        at = (at + 1) & (names->slot_count - 1);
    return &names->slots[at];
}

static void widen(struct names *names)
{
    mem_free(names->slots);
    names->slot_count = names->slot_count ? names->slot_count * 2 : 64;
    names->slots = mem_new(names->slot_count, sizeof *names->slots);
    for (size_t i = 0; i < names->count; i++)
        *slot_of(names, names->list[i]) = i + 1;
}

size_t names_put(struct names *names, const char *name)
{
    size_t *slot;

    if (2 * (names->count + 1) > names->slot_count)
        widen(names);
    slot = slot_of(names, name);
    if (*slot)
        return *slot - 1;
    names->list = mem_grow(names->list, names->count, &names->room, sizeof(char *));
    names->list[names->count++] = mem_copy(name, strlen(name));
    *slot = names->count;
    return names->count - 1;
}

void names_free(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        mem_free(names->list[i]);
    mem_free(names->list);
    mem_free(names->slots);
    *names = (struct names)NAMES_INIT;
}
