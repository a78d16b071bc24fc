/* SPDX-License-Identifier: MIT */
/* token.h - the token of a tracker: the value of a variable, the first line of a file that nobody else may read, or what a
 * command prints. It is registered as a secret at once, and never part of an error. */
#ifndef PUBLISH_TOKEN_H
#define PUBLISH_TOKEN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"

struct secrets;
struct tracker_settings;

/* The token of `settings` into `*token`, in `arena`; NULL when none is set. A command has half a minute, and not beyond
 * `deadline`. What stands for it where it is shown
 * ("${GITHUB_TOKEN}", "the token in FILE") into `*shown`. */
bool token_obtain(const struct tracker_settings *settings, struct mono deadline, struct secrets *secrets,
                  struct arena *arena, const char **token, const char **shown, struct error *err);
#endif
