/* SPDX-License-Identifier: MIT */
/* pattern.h - regular expressions of the config (PCRE2, UTF) on bytes of a server.
 *
 * The expression is the user's, the text is not: a text made to let the expression backtrack for hours ends
 * as PATTERN_UNDECIDED after a second. */
#ifndef COLLECTOR_PATTERN_H
#define COLLECTOR_PATTERN_H

#include <stdbool.h>

#include "base/error.h"
#include "base/slice.h"

enum pattern_answer { PATTERN_NO, PATTERN_MATCHES, PATTERN_UNDECIDED };

/* Whether `expression` compiles; the reason and the place in it in `err` if not. */
bool pattern_check(const char *expression, struct error *err);

/* Whether `expression`, which has been checked, matches anywhere in `text`. */
enum pattern_answer pattern_match(const char *expression, struct slice text);
#endif
