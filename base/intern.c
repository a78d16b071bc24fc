/* SPDX-License-Identifier: MIT */
#include "base/intern.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"

enum { ROOM_FIRST = 256, LONGEST = 4096 };

struct interned {
    const char *data; /* NULL: free */
    uint32_t len, hash;
};

/* FNV-1a, eight bytes at a time where there are so many. What comes here was sent by servers, but a server that makes
 * its texts collide slows down only the run that asks it. */
static uint32_t hash_of(struct slice piece)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ piece.len;
    size_t at = 0;

    for (; at + 8 <= piece.len; at += 8) {
        uint64_t word;

        memcpy(&word, piece.data + at, 8);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    for (; at < piece.len; at++)
        hash = (hash ^ (unsigned char)piece.data[at]) * UINT64_C(0x100000001b3);
    return (uint32_t)(hash ^ hash >> 32);
}

static struct interned *place_of(const struct intern *intern, struct slice piece, uint32_t hash)
{
    size_t at = hash & (intern->room - 1);

    for (;; at = (at + 1) & (intern->room - 1)) {
        struct interned *place = &intern->table[at];

        if (!place->data)
            return place;
        if (place->hash == hash && place->len == piece.len && memcmp(place->data, piece.data, piece.len) == 0)
            return place;
    }
}

static void widen(struct intern *intern)
{
    struct interned *before = intern->table;
    size_t room = intern->room;

    intern->room = room ? 2 * room : ROOM_FIRST;
    intern->table = mem_new(intern->room, sizeof *intern->table);
    for (size_t i = 0; i < room; i++)
        if (before[i].data)
            *place_of(intern, (struct slice){before[i].data, before[i].len}, before[i].hash) = before[i];
    mem_free(before);
}

static char *copy_of(struct intern *intern, struct slice piece)
{
    char *copy = arena_new(&intern->arena, piece.len + 1, 1);

    memcpy(copy, piece.data, piece.len);
    return copy;
}

struct slice intern_slice(struct intern *intern, struct slice piece)
{
    struct interned *place;
    uint32_t hash;

    if (!piece.data)
        return piece;
    /* Such bodies are rarely the same. */
    if (piece.len > LONGEST)
        return (struct slice){copy_of(intern, piece), piece.len};
    if (2 * intern->count >= intern->room)
        widen(intern);
    hash = hash_of(piece);
    place = place_of(intern, piece, hash);
    if (!place->data) {
        *place = (struct interned){copy_of(intern, piece), (uint32_t)piece.len, hash};
        intern->count++;
    }
    return (struct slice){place->data, piece.len};
}

const char *intern_text(struct intern *intern, const char *text)
{
    return text ? intern_slice(intern, slice_of(text)).data : NULL;
}

const void *intern_array(struct intern *intern, const void *array, size_t count, size_t size)
{
    return count ? intern_slice(intern, (struct slice){array, count * size}).data : NULL;
}

void intern_free(struct intern *intern)
{
    arena_free(&intern->arena);
    mem_free(intern->table);
    *intern = (struct intern){0};
}
