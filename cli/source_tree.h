/* SPDX-License-Identifier: MIT */
/* source_tree.h - goes through the files of a source tree that people write. Nothing in it is changed.
 *
 * Passed over: version control, dependencies, build output, what .gitignore names (also those above the folder, up to the
 * repository's root), what the config's globs leave out, binary files, symbolic links, other file systems. */
#ifndef CLI_SOURCE_TREE_H
#define CLI_SOURCE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

enum {
    TREE_FILES_MAX = 20000,
    TREE_FILE_BYTES_MAX = 1 << 20,
    TREE_BYTES_MAX = 64 << 20,
    TREE_US_MAX = 10 * 1000 * 1000,
};

struct source_settings;

/* Called with each file: its path below the folder, and its text, valid during the call. */
typedef void source_take(void *self, const char *path, struct slice text);

/* Goes through the tree in the order of names. `cut` is set when a limit on files, bytes or time was reached: there is more.
 * False when the folder cannot be read. */
bool source_tree_read(const struct source_settings *settings, source_take *take, void *self, bool *cut,
                      struct error *err);

/* Appends a file of the tree to `text`. False when it cannot be read, is binary or too large. */
bool source_tree_file(const struct source_settings *settings, const char *path, struct buf *text);
#endif
