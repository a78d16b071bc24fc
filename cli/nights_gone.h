/* SPDX-License-Identifier: MIT */
/* nights_gone.h - endpoints that older runs have and the newest has no more, while nights are read, the newest first. */
#ifndef CLI_NIGHTS_GONE_H
#define CLI_NIGHTS_GONE_H

#include "cli/nights.h"
#include "diagnosis/matching.h"

enum { GONE_MOST = 100 }; /* a suite whose names change every night must not fill the memory */

/* Makes room for them behind the endpoints of `nights->own`, in a suite of which the series is from now on. */
const struct suite *gone_begin(struct nights *nights);

/* Adds what `matching`, of a run's suite with the series', leaves over, up to GONE_MOST in all; the night read last is the
 * first without them. Candidates by role never had nights of their own. Returns how many were added. */
size_t gone_add(struct nights *nights, const struct matching *matching);

/* Says of the one endpoint of a narrowed series, which stands at `row` of `nights->own`, that `night` was the first without
 * it, and under which name of `later`, that night's suite, it stood there. */
void gone_narrowed(struct nights *nights, uint32_t row, const struct suite *later, const struct series_night *night);
#endif
