/* SPDX-License-Identifier: MIT */
/* folded.h - what is left of pruned runs, beside those that are whole. */
#ifndef CLI_FOLDED_H
#define CLI_FOLDED_H

#include <stdbool.h>

#include "base/error.h"

struct nights;
struct nights_wanted;
struct store;

/* Adds to the series of `nights`, which were read as `wanted` says, the sums over runs that were pruned: those of whole days
 * within the window or, without one, from the first of the nights on. */
bool folded_load(struct nights *nights, struct store *store, const struct nights_wanted *wanted, struct error *err);
#endif
