/* SPDX-License-Identifier: MIT */
/* command.h - the shell command that repeats a probe. */
#ifndef DIAGNOSIS_COMMAND_H
#define DIAGNOSIS_COMMAND_H

#include "base/buf.h"
#include "base/slice.h"

struct probe;
struct suite;

/* Appends a curl command for a POSIX shell, on one line: same method, headers and body, same address where the config
 * resolves it, same trust. A secret stands as "$NAME": the reader's shell must have it, no report does. An upgrade is
 * asked for over HTTP/1.1; curl then prints the answer's head, which is what a refusal says. */
void command_of_probe(const struct suite *suite, const struct probe *probe, struct buf *out);

/* Appends `text` as one word of a POSIX shell. `${NAME}` in it stays a variable, everything else is itself. */
void command_word(struct slice text, struct buf *out);
#endif
