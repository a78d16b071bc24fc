/* SPDX-License-Identifier: MIT */
/* compare_windows.h - `endoscope compare A..B [C..D]`. */
#ifndef CLI_COMPARE_WINDOWS_H
#define CLI_COMPARE_WINDOWS_H

#include <stdbool.h>

#include "cli/output.h"
#include "cli/session.h"
#include "diagnosis/latency.h"

/* Compares two windows of runs, or one with the equally long one before it, and writes that. `*status` says whether
 * something required regressed. */
bool compare_windows(struct session *session, const struct arguments *arguments, struct latency_threshold threshold,
                     enum format format, enum exit_status *status, struct error *err);
#endif
