/* SPDX-License-Identifier: MIT */
/* config_text.h - a config that is in memory: for tests and fuzzing; otherwise private to config.c. */
#ifndef COLLECTOR_CONFIG_TEXT_H
#define COLLECTOR_CONFIG_TEXT_H

#include "base/slice.h"
#include "collector/config.h"

/* As config_load(), of `text` that would stand in the file `path`. */
bool config_load_text(const char *path, struct slice text, enum variables variables, struct suite *suite,
                      struct secrets *secrets, struct config_use *use, struct problems *problems);
#endif
