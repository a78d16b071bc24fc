/* SPDX-License-Identifier: MIT */
/* charts.h - the pictures of a page, drawn from its model. */
#ifndef CLI_CHARTS_H
#define CLI_CHARTS_H

#include <stdint.h>

#include "base/arena.h"
#include "diagnosis/model.h"
#include "render/html.h"

struct model_history;
struct model_windows;
struct verification;

/* Each lives in `arena`. `offset_s`: of the zone that dates are written in.
 *
 * Of a report or a comparison: "waterfall" where something fails, "nights" where earlier runs are known, "latency" where
 * something became slower or faster. */
struct page_charts charts_of_model(const struct model *model, int32_t offset_s, struct arena *arena);

/* Of nights: "nights". */
struct page_charts charts_of_history(const struct model_history *history, int32_t offset_s, struct arena *arena);

/* Of two windows of nights: "latency". */
struct page_charts charts_of_windows(const struct model_windows *windows, struct arena *arena);

/* Of a verification: "latency". */
struct page_charts charts_of_verification(const struct verification *made, struct arena *arena);
#endif
