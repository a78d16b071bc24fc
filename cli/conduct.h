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

/* What the command line says goes before what the config says. */
void conduct_apply(const struct arguments *arguments, struct suite *suite);

/* Says why a run did not come to its end, whatever it found, and makes EXIT_UNFINISHED of `status`. */
void conduct_admit(enum conducted how, enum exit_status *status);

struct plan;

/* The same, and with the attempts what `more` (NULL: nothing) asks. */
bool conduct_more(struct session *session, const struct arguments *arguments, const struct plan *more,
                  struct recorded *recorded, enum conducted *how, struct error *err);
#endif
