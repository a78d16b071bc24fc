/* SPDX-License-Identifier: MIT */
/* night_state.h - what one nightly leaves to the next, in a small file beside the store: which run it was about to make, so
 * that one that was killed is finished; which night was finished last; when something was last told.
 *
 * The file is replaced whole and durably. Several suites may share a store: each has its own part. */
#ifndef CLI_NIGHT_STATE_H
#define CLI_NIGHT_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/uuid.h"
#include "collector/suite.h"

struct night_state {
    struct arena arena;
    const char *path, *key;
    json_t *root;        /* of all suites */
    bool begun;          /* `pending` is a run that nobody has finished */
    struct uuid pending; /* the run that was begun */
    bool finished;       /* `last` is set */
    struct uuid last;    /* the run of the night that was finished last */
    struct wall told;    /* when a night was last told while something failed; 0: never */
};

/* Reads the part of `suite` from the file at `path`; one that is missing is empty. False when it cannot be read or makes no
 * sense: then it is as if it were missing. Free in either case. */
bool night_state_load(struct night_state *state, const char *path, const struct suite *suite, struct error *err);
bool night_state_save(struct night_state *state, struct error *err);
void night_state_free(struct night_state *state);
#endif
