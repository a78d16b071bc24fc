/* SPDX-License-Identifier: MIT */
/* config_include.h - private to config*.c: the files that a config is made of. */
#ifndef COLLECTOR_CONFIG_INCLUDE_H
#define COLLECTOR_CONFIG_INCLUDE_H

#include "base/buf.h"
#include "collector/config_loader.h"

enum { SOURCES_MAX = 100, INCLUDE_DEPTH_MAX = 8 };

/* Reads all of `path` into `text`; no more than a config may be, and only of a regular file. */
bool config_read_file(const char *path, struct buf *text, struct error *err);

/* The folder that relative paths in `path` start from, in `arena`. */
const char *config_folder(const char *path, struct arena *arena);

/* Reads the files that `include` of the current source names, and theirs, into sources behind it. */
void config_include(struct loader *loader);

/* The key `include` once more, for its form. */
void config_check_include(struct loader *loader, const struct yaml_node *value, const struct place *place,
                          void *object);
#endif
