/* SPDX-License-Identifier: MIT */
/* charts_latency.h - whose times stand in the chart of distributions: what became slower or faster. */
#ifndef CLI_CHARTS_LATENCY_H
#define CLI_CHARTS_LATENCY_H

#include "base/arena.h"
#include "diagnosis/model.h"
#include "render/chart_latency.h"

struct model_windows;
struct verification;

/* An empty chart where nothing did. Whole times come before those of layers. In `arena`. */
const struct chart_latency *latency_of_model(const struct model *model, struct arena *arena);
const struct chart_latency *latency_of_windows(const struct model_windows *windows, struct arena *arena);
const struct chart_latency *latency_of_verification(const struct verification *made, struct arena *arena);
#endif
