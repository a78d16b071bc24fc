/* SPDX-License-Identifier: MIT */
/* night_past.h - which runs are nights, and which night was before a run. A run that somebody makes by hand between two
 * nights must not take what happened out of the mail of the second: its own words went to whoever made it. */
#ifndef CLI_NIGHT_PAST_H
#define CLI_NIGHT_PAST_H

#include <stdbool.h>

#include "base/arena.h"
#include "store/select.h"

struct series;

/* "by=nightly", the label that `nightly` gives its runs; as on a command line, and so for select_run(). */
extern const char night_label[];

/* Whether a run with these labels (a JSON object; NULL: none) is a night. */
bool night_is(const char *labels);

/* What `run`, which `selection` is before, is compared with: a night with the night before it, where there is one that has
 * the label; else, and any other run, with `previous`. ERR_NOT_FOUND when there is none. */
bool night_before(struct store *store, const struct run *run, const struct selection *selection, struct uuid *id,
                  struct error *err);

/* The nights among those of `series`, in `arena`: runs from before the label came count as nights. */
void night_series(const struct series *series, struct series *nights, struct arena *arena);
#endif
