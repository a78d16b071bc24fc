/* SPDX-License-Identifier: MIT */
/* history_grid.h - nights across and endpoints down, on a terminal. */
#ifndef CLI_HISTORY_GRID_H
#define CLI_HISTORY_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "diagnosis/model_history.h"

/* Appends a row per endpoint, `columns` wide at most, with as many of the newest nights as there is room for, and a legend of
 * the signs. Dates are written in the zone of `offset_s`. */
void history_grid(const struct model_history *history, bool colour, size_t columns, int32_t offset_s, struct buf *out);
#endif
