/* SPDX-License-Identifier: MIT */
/* suite_names.h - the names of a run's endpoints, from the config that it keeps; private to store/. Runs next to each other
 * mostly have the same one, so the last few stay at hand. */
#ifndef STORE_SUITE_NAMES_H
#define STORE_SUITE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

struct evidence;

struct suite_names {
    int64_t config; /* the piece of evidence; 0: none is held */
    uint64_t asked; /* when it was last asked for; the oldest makes room */
    struct arena arena;
    const char **names;
    size_t count;
};

enum { NAMES_HELD = 4 };

struct names_cache {
    struct evidence *evidence;
    struct suite_names held[NAMES_HELD];
    uint64_t asked;
};

void names_cache_free(struct names_cache *cache);

/* The names in the config that is piece `config` of the evidence; none when it is 0. They live until NAMES_HELD - 1 others
 * have been asked for. NULL on failure. */
const struct suite_names *names_of(struct names_cache *cache, int64_t config, struct error *err);
#endif
