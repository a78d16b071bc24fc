/* SPDX-License-Identifier: MIT */
/* patch.h - the unified diff that puts the working address in place of the failing one. It is shown, never applied. */
#ifndef DIAGNOSIS_PATCH_H
#define DIAGNOSIS_PATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

struct location;

/* Appends the diff of `text` (the file `file`, in which all of `locations` lie, in order) with three lines of context,
 * as `git apply` takes it. Places that locate_mendable() does not name stay as they are. False, and nothing is appended,
 * when there is none to mend, a line that it would show looks like a secret, `text` is no longer what was searched, or the
 * file's name is one that a diff cannot hold. */
bool patch_file(const char *file, struct slice text, const struct location *locations, size_t count, struct buf *out);
#endif
