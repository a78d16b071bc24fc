/* SPDX-License-Identifier: MIT */
/* history_csv.h - the history as a table for a spreadsheet (RFC 4180): a row per endpoint and night. */
#ifndef CLI_HISTORY_CSV_H
#define CLI_HISTORY_CSV_H

#include "base/buf.h"
#include "diagnosis/model_history.h"

/* Appends it, with a line of names first. What a spreadsheet would take for a formula gets an apostrophe before it. */
void history_csv(const struct model_history *history, int32_t offset_s, struct buf *out);
#endif
