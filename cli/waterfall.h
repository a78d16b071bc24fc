/* SPDX-License-Identifier: MIT */
/* waterfall.h - which probes stand in the report's chart: the failing one, beside what works. */
#ifndef CLI_WATERFALL_H
#define CLI_WATERFALL_H

#include "base/arena.h"
#include "diagnosis/model.h"
#include "render/chart_waterfall.h"

/* The layers' times of the first finding's failing address, of the address that works instead, and of a passing endpoint
 * on the same host; NULL when nothing fails or nothing was timed. Lives in `arena`. */
const struct chart_waterfall *waterfall_of(const struct model *model, struct arena *arena);
#endif
