/* SPDX-License-Identifier: MIT */
/* threshold.h - the least change of a latency that matters, as the command line says it. */
#ifndef CLI_THRESHOLD_H
#define CLI_THRESHOLD_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/options.h"
#include "diagnosis/latency.h"

/* Reads each of "10%", "5ms" or "10%,5ms"; what none of `given` says is 10% and 5ms. ERR_USAGE on anything else. */
bool threshold_parse(const struct texts *given, struct latency_threshold *threshold, struct error *err);
#endif
