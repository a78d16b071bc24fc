/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* Most arenas are those of one probe or one request, and zeroing what they do not use costs as much as using it. */
enum { FIRST_SIZE = 1024 - 64, BLOCK_SIZE = 4096 - 64 };

struct arena_block {
    struct arena_block *before;
    size_t used;
    size_t room;
    _Alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *add_block(struct arena *arena, size_t least)
{
    size_t usual = arena->last ? BLOCK_SIZE : FIRST_SIZE;
    size_t room = least > usual ? least : usual;
    struct arena_block *block = mem_new(1, sizeof *block + room);

    block->room = room;
    block->before = arena->last;
    arena->last = block;
    return block;
}

void *arena_new(struct arena *arena, size_t count, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    struct arena_block *block = arena->last;
    size_t wanted;
    void *place;

    /* An impossible size is handed to mem_new, which knows how to end. */
    if (size && count > (SIZE_MAX / 2) / size)
        return mem_new(SIZE_MAX / 2, 2);
    wanted = (count * size + align - 1) / align * align;
    if (!block || block->room - block->used < wanted)
        block = add_block(arena, wanted);
    place = block->bytes + block->used;
    block->used += wanted;
    return place;
}

char *arena_text_of(struct arena *arena, const char *data, size_t len)
{
    char *copy;

    if (!data)
        return NULL;
    copy = arena_new(arena, len + 1, 1);
    memcpy(copy, data, len);
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
    va_list args;
    char *text;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return arena_new(arena, 1, 1);
    text = arena_new(arena, (size_t)len + 1, 1);
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
    *capacity = *capacity ? *capacity * 2 : 8;
    wider = arena_new(arena, *capacity, size);
    if (count)
        memcpy(wider, array, count * size);
    return wider;
}

void arena_free(struct arena *arena)
{
    struct arena_block *block = arena->last;

    while (block) {
        struct arena_block *before = block->before;

        mem_free(block);
        block = before;
    }
    arena->last = NULL;
}
