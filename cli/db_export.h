/* SPDX-License-Identifier: MIT */
/* db_export.h - runs and probes as JSON Lines, for what endoscope itself does not do. */
#ifndef CLI_DB_EXPORT_H
#define CLI_DB_EXPORT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/uuid.h"

struct store;
struct run_filter;

/* Writes each run that fits `filter` (or only `id`, unless it is NULL), oldest first, and behind it its probes: a line
 * each, with "record" saying which of the two it is. Bytes that are no UTF-8 are {"hex": "..."}; what was not measured or
 * not there is left out. Goes to `path` whole or not at all, NULL: to standard output. Secrets were redacted before they
 * were stored. */
bool db_export(struct store *store, const struct run_filter *filter, const struct uuid *id, const char *path,
               struct error *err);
#endif
