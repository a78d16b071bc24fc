/* SPDX-License-Identifier: MIT */
/* progress.h - one line on stderr that says how far a run is; nothing where stderr is no terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "collector/collector.h"

struct progress_line {
    bool on;    /* stderr is a terminal */
    bool drawn; /* something is there to clear */
    struct mono started, last;
    const char *doing; /* "probing", "asking further" */
};

void progress_start(struct progress_line *line, bool quiet, const char *doing);

/* Draws at most ten times a second. */
void progress_show(struct progress_line *line, const struct progress *progress);

/* The same for what has only parts. */
void progress_part(struct progress_line *line, uint64_t done, uint64_t planned);

/* Takes the line away, before anything else is printed. */
void progress_clear(struct progress_line *line);
#endif
