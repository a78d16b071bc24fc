/* SPDX-License-Identifier: MIT */
/* charts_nights.h - what stands in the strip of runs: each endpoint's outcomes, and the labels that changed. */
#ifndef CLI_CHARTS_NIGHTS_H
#define CLI_CHARTS_NIGHTS_H

#include <stdint.h>

#include "base/arena.h"
#include "diagnosis/model.h"
#include "render/chart_nights.h"

struct model_history;

/* An empty chart where no earlier runs are known. In `arena`. */
const struct chart_nights *nights_of_model(const struct model *model, int32_t offset_s, struct arena *arena);
const struct chart_nights *nights_of_history(const struct model_history *history, int32_t offset_s,
                                             struct arena *arena);
#endif
