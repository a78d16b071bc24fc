/* SPDX-License-Identifier: MIT */
/* table.h - a run on the terminal: a row an endpoint, and what was found. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base/buf.h"
#include "diagnosis/model.h"

/* Appends a row per endpoint, and under a failing one a row per candidate that was asked; `columns` wide at most.
 * Colour only with `colour`. */
void table_endpoints(const struct model *model, bool colour, size_t columns, struct buf *out);

/* Whether stdout is a terminal that wants colour, and its width (100 where it is none). */
bool table_colour(void);
size_t table_columns(void);
#endif
