/* SPDX-License-Identifier: MIT */
/* globs.h - which files of a tree are meant: rules as .gitignore has them (gitignore(5)), each below a folder. */
#ifndef CLI_GLOBS_H
#define CLI_GLOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct globs;

struct globs *globs_new(void);
void globs_free(struct globs *globs); /* NULL is allowed */

/* Adds one rule for what lies below `folder` ("" for the root, "src/web" without a slash behind). False when it is no
 * glob that can be read: it then matches nothing, as git has it. */
bool globs_add(struct globs *globs, const char *folder, struct slice rule);

/* Adds every line of a .gitignore that stands in `folder`. */
void globs_add_lines(struct globs *globs, const char *folder, struct slice text);

/* Whether the last rule that matches `path` (relative to the root) is no exception ("!rule"). */
bool globs_match(const struct globs *globs, const char *path, bool is_folder);

/* Whether `path`, a file, or one of the folders that it lies in is matched. */
bool globs_cover(const struct globs *globs, const char *path);

size_t globs_count(const struct globs *globs);
#endif
