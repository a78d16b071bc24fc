/* SPDX-License-Identifier: MIT */
/* model_night.h - what the models of history, of windows and of a report share while they are made; private to them. */
#ifndef DIAGNOSIS_MODEL_NIGHT_H
#define DIAGNOSIS_MODEL_NIGHT_H

#include "diagnosis/history.h"
#include "diagnosis/model_history.h"

/* Of each verdict, in one column. */
extern const char *const night_signs[];

struct model_outcome night_outcome(const struct series_night *night, size_t endpoint);
struct model_night night_of(const struct series_night *night, struct arena *arena);

/* A sign a run, the last `most` (0: all). */
const char *night_strip(const struct series *series, size_t endpoint, size_t most, struct arena *arena);
const struct model_stretch *night_stretch(const struct series *series, const struct history *history, size_t endpoint,
                                          size_t most, struct arena *arena);
#endif
