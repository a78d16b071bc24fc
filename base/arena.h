/* SPDX-License-Identifier: MIT */
/* arena.h - memory that is freed all at once: what a probe, a suite or a report is made of lives in its arena. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/slice.h"

struct arena_block;

struct arena_child;

struct arena {
    struct arena_block *last; /* NULL: nothing allocated yet */
    struct arena_child *children;
};

#define ARENA_INIT                                                                                                    \
    {                                                                                                                 \
        NULL, NULL                                                                                                    \
    }

/* Zeroed, aligned for any type, alive until arena_free(). */
void *arena_new(struct arena *arena, size_t count, size_t size);

/* Terminated copies. NULL (or an absent slice) stays NULL. */
char *arena_text(struct arena *arena, const char *text);
char *arena_text_of(struct arena *arena, const char *data, size_t len);
struct slice arena_slice(struct arena *arena, struct slice slice);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for one more element behind `count` of them; the old array stays valid and is freed with the arena. */
void *arena_grow(struct arena *arena, const void *array, size_t count, size_t *capacity, size_t size);

/* An arena that may be freed and used again by itself, and goes with `parent` at the latest. */
struct arena *arena_child(struct arena *parent);

void arena_free(struct arena *arena);
#endif
