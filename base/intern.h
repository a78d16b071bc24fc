/* SPDX-License-Identifier: MIT */
/* intern.h - one copy of bytes that come again and again: the headers of ten thousand answers are a few dozen texts. */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include "base/arena.h"
#include "base/slice.h"

struct intern {
    struct arena arena;     /* of the copies */
    struct interned *table; /* by hash; a power of two of places */
    size_t count, room;
};

/* The copy of these bytes, NUL-terminated and aligned for any type, alive until intern_free(); the same one for the same
 * bytes. Absent stays absent. */
struct slice intern_slice(struct intern *intern, struct slice piece);
/* The same of a string; NULL stays NULL. */
const char *intern_text(struct intern *intern, const char *text);
/* The same of an array; NULL when it is empty. */
const void *intern_array(struct intern *intern, const void *array, size_t count, size_t size);

void intern_free(struct intern *intern);
#endif
