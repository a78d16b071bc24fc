/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* A probe takes little and there are thousands; a suite takes much: so each block is twice the one before. */
enum { BLOCK_FIRST = 1024 - 64, BLOCK_MOST = 64 * 1024 - 64 };

struct arena_block {
    struct arena_block *before;
    size_t used;
    size_t room;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct arena_child {
    struct arena arena;
    struct arena_child *next;
};

static struct arena_block *add_block(struct arena *arena, size_t least)
{
    size_t room = arena->last ? 2 * arena->last->room : BLOCK_FIRST;
    struct arena_block *block;

    if (room > BLOCK_MOST)
        room = BLOCK_MOST;
    if (room < least)
        room = least;
    block = mem_resize(NULL, sizeof *block + room, 1);
    block->used = 0;
    block->room = room;
    block->before = arena->last;
    arena->last = block;
    return block;
}

/* Not zeroed. `align` is a power of two. */
static void *take(struct arena *arena, size_t size, size_t align)
{
    struct arena_block *block = arena->last;
    size_t start = block ? (block->used + align - 1) & ~(align - 1) : 0;

    if (!block || start > block->room || block->room - start < size) {
        block = add_block(arena, size);
        start = 0;
    }
    block->used = start + size;
    return block->bytes + start;
}

void *arena_new(struct arena *arena, size_t count, size_t size)
{
    void *place;

    /* An impossible size is handed to mem_new, which knows how to end. */
    if (size && count > (SIZE_MAX / 2) / size)
        return mem_new(SIZE_MAX / 2, 2);
    place = take(arena, count * size, _Alignof(max_align_t));
    memset(place, 0, count * size);
    return place;
}

char *arena_text_of(struct arena *arena, const char *data, size_t len)
{
    char *copy;

    if (!data)
        return NULL;
    copy = take(arena, len + 1, 1);
    memcpy(copy, data, len);
    copy[len] = '\0';
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return text ? arena_text_of(arena, text, strlen(text)) : NULL;
}

struct slice arena_slice(struct arena *arena, struct slice slice)
{
    return (struct slice){arena_text_of(arena, slice.data, slice.len), slice.len};
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    char small[256];
    va_list args;
    char *text;
    int len;

    va_start(args, format);
    len = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (len < 0)
        return arena_new(arena, 1, 1);
    if ((size_t)len < sizeof small)
        return arena_text_of(arena, small, (size_t)len);
    text = take(arena, (size_t)len + 1, 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}

void *arena_grow(struct arena *arena, const void *array, size_t count, size_t *capacity, size_t size)
{
    void *wider;

    if (count < *capacity)
        return (void *)(uintptr_t)array;
    /* Many lists of large items have one. */
    *capacity = *capacity ? *capacity * 2 : size < 64 ? 8 : 2;
    wider = arena_new(arena, *capacity, size);
    if (count)
        memcpy(wider, array, count * size);
    return wider;
}

struct arena *arena_child(struct arena *parent)
{
    struct arena_child *child = mem_new(1, sizeof *child);

    child->next = parent->children;
    parent->children = child;
    return &child->arena;
}

static void free_children(struct arena *arena)
{
    while (arena->children) {
        struct arena_child *child = arena->children;

        arena->children = child->next;
        arena_free(&child->arena);
        mem_free(child);
    }
}

void arena_free(struct arena *arena)
{
    struct arena_block *block = arena->last;

    free_children(arena);
    while (block) {
        struct arena_block *before = block->before;

        mem_free(block);
        block = before;
    }
    arena->last = NULL;
}
