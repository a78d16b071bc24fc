/* SPDX-License-Identifier: MIT */
/* nearest.h - "did you mean": the known word closest to a misspelt one. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/* The word of `words` that is at most a third of its letters (at least one) away from `word`, by insertions, deletions,
 * replacements and swaps of neighbours (optimal string alignment; Damerau 1964); NULL when none is that close. */
const char *nearest_word(const char *word, const char *const *words, size_t count);
#endif
