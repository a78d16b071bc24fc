/* SPDX-License-Identifier: MIT */
/* conduct.h - one run from its plan to its findings: attempts, rounds of experiments, the close. */
#ifndef CLI_CONDUCT_H
#define CLI_CONDUCT_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/options.h"
#include "cli/recorded.h"
#include "cli/session.h"

enum conducted {
    CONDUCTED_WHOLE,
    CONDUCTED_STOPPED,  /* by a signal */
    CONDUCTED_DEADLINE, /* by max_time */
    CONDUCTED_OFFLINE,  /* nothing was reached anywhere: our own side */
};

/* Runs the session's suite into its store. `recorded` comes empty and becomes what recorded_load() would read of the run:
 * the caller's to free, in either case. What ended it early is no error: the run is closed as interrupted. */
bool conduct_run(struct session *session, const struct arguments *arguments, struct recorded *recorded,
                 enum conducted *how, struct error *err);

/* The same, of a run whose id was made just before: whoever wrote it down finds the run again, however this ends. */
bool conduct_run_as(const struct uuid *id, struct session *session, const struct arguments *arguments,
                    struct recorded *recorded, enum conducted *how, struct error *err);
#endif
