/* SPDX-License-Identifier: MIT */
/* quantity.h - durations and sizes as people write them: 500ms 10s 5m 2h 14d, 64KiB 8MiB 1000. */
#ifndef COLLECTOR_QUANTITY_H
#define COLLECTOR_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* What a duration and a size must look like: for messages. */
extern const char quantity_durations[];
extern const char quantity_sizes[];

/* Read the whole of `text`; false when it is none, or too large to count. */
bool quantity_duration(const char *text, int64_t *us);
bool quantity_size(const char *text, uint64_t *bytes);

/* "500 ms", "1.5 s", "14 d"; "64 KiB", "1000 bytes". A duration has three digits at most. In `arena`. */
const char *quantity_duration_words(int64_t us, struct arena *arena);
const char *quantity_size_words(uint64_t bytes, struct arena *arena);
#endif
