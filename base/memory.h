/* SPDX-License-Identifier: MIT */
/* memory.h - allocation that cannot fail.
 *
 * Out of memory writes one static line to stderr and leaves with status 3: what was reported is in the
 * store by then, so a killed run is a safe run, and no caller tests for NULL. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* `count` zeroed elements of `size` bytes; the caller's, to free with mem_free(). */
void *mem_new(size_t count, size_t size);

/* Grows or shrinks like realloc(); new bytes are not zeroed. */
void *mem_resize(void *block, size_t count, size_t size);

/* A copy of `len` bytes with a terminating NUL behind them. */
char *mem_copy(const char *data, size_t len);

/* free(); NULL is allowed. */
void mem_free(void *block);

/* Room for one more element in an array of `count` elements: doubles `*capacity` when it is reached. */
void *mem_grow(void *array, size_t count, size_t *capacity, size_t size);
#endif
