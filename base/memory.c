/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void out_of_memory(void)
{
    static const char line[] = "endoscope: out of memory; what was reported is stored, the rest of this run is not\n";

    /* Nothing can be done about a failed write on the way out. */
    if (write(STDERR_FILENO, line, sizeof line - 1) < 0)
        _exit(3);
    _exit(3);
}

void *mem_new(size_t count, size_t size)
{
    void *block = calloc(count ? count : 1, size ? size : 1);

    if (!block)
        out_of_memory();
    return block;
}

void *mem_resize(void *block, size_t count, size_t size)
{
    void *moved;

    if (size && count > SIZE_MAX / size)
        out_of_memory();
    moved = realloc(block, count == 0 || size == 0 ? 1 : count * size);
    if (!moved)
        out_of_memory();
    return moved;
}

char *mem_copy(const char *data, size_t len)
{
    char *copy = mem_resize(NULL, len + 1, 1);

    if (len)
        memcpy(copy, data, len);
    copy[len] = '\0';
    return copy;
}

void mem_free(void *block)
{
    free(block);
}

void *mem_grow(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 8;
    return mem_resize(array, *capacity, size);
}
