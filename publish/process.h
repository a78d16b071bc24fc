/* SPDX-License-Identifier: MIT */
/* process.h - a command of the config, run without a shell: words split at blanks, quotes and backslashes as in a shell,
 * and nothing else of it. Who wants a pipe writes `sh -c '...'`. */
#ifndef PUBLISH_PROCESS_H
#define PUBLISH_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

/* The words of `command`, ending with NULL, in `arena`. NULL: it is empty, or a quote is never closed. */
const char **command_words(const char *command, struct arena *arena, struct error *err);

struct process {
    const char *command;
    struct slice input;             /* its standard input */
    const char *const *environment; /* "NAME=VALUE", beside our own; ends with NULL; NULL: none */
    int64_t timeout_us;             /* then it and its children are killed */
    size_t output_most;             /* bytes; more are an error */
    int status;                     /* of its exit, when it ended by itself; 128 + the signal otherwise */
};

/* Runs it and appends what it prints to `out`; its errors go to ours. False, with a sentence, when it cannot be started,
 * takes too long or prints too much; a status other than 0 is left to the caller. */
bool process_run(struct process *process, struct buf *out, struct error *err);
#endif
