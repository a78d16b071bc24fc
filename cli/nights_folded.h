/* SPDX-License-Identifier: MIT */
/* nights_folded.h - what is left of runs that were pruned, added to the nights among which they lay. */
#ifndef CLI_NIGHTS_FOLDED_H
#define CLI_NIGHTS_FOLDED_H

#include "cli/nights.h"
#include "diagnosis/matching.h"

/* Remembers the names by which `matching`, of a run's suite with the series', found what is called otherwise now: what is
 * left of pruned runs knows nothing but names. `only`: the one endpoint that is looked at, from 1; 0: all. */
void nights_note_names(struct nights *nights, const struct matching *matching, uint32_t only);

/* Reads it for the endpoints of the series, by the names that they have and had; the series has at least one night. */
bool nights_fold(struct nights *nights, struct store *store, const struct nights_wanted *wanted, struct error *err);
#endif
