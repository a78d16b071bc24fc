/* SPDX-License-Identifier: MIT */
/* charts.h - the pictures of a page, drawn from its model. */
#ifndef CLI_CHARTS_H
#define CLI_CHARTS_H

#include "base/arena.h"
#include "diagnosis/model.h"
#include "render/html.h"

/* Of a report or a comparison. They live in `arena`. */
struct page_charts charts_of_model(const struct model *model, struct arena *arena);
#endif
