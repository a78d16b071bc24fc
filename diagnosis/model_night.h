/* SPDX-License-Identifier: MIT */
/* model_night.h - what the models of history and of windows share while they are made; private to them. */
#ifndef DIAGNOSIS_MODEL_NIGHT_H
#define DIAGNOSIS_MODEL_NIGHT_H

#include "diagnosis/history.h"
#include "diagnosis/model_history.h"

struct model_night night_of(const struct series_night *night, struct arena *arena);

/* A sign a run, the last `most` (0: all). */
const char *night_strip(const struct series *series, size_t endpoint, size_t most, struct arena *arena);
const struct model_stretch *night_stretch(const struct series *series, const struct history *history, size_t endpoint,
                                          size_t most, struct arena *arena);
#endif
