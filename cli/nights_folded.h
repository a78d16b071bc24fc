/* SPDX-License-Identifier: MIT */
/* nights_folded.h - what is left of runs that were pruned, added to the nights among which they lay. */
#ifndef CLI_NIGHTS_FOLDED_H
#define CLI_NIGHTS_FOLDED_H

#include "cli/nights.h"

/* Reads it for the endpoints of the series, by name; the series has at least one night. */
bool nights_fold(struct nights *nights, struct store *store, const struct nights_wanted *wanted, struct error *err);
#endif
