/* SPDX-License-Identifier: MIT */
/* config_scalar.h - private to config*.c: numbers, switches and words, and the traps that YAML has there. */
#ifndef COLLECTOR_CONFIG_SCALAR_H
#define COLLECTOR_CONFIG_SCALAR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "collector/config_loader.h"

/* A scalar that holds no secret, with its variables expanded: a number or a word. NULL when it is none, with "expected
 * `what`", when it is a number with a leading zero, or when it cannot be told yet, because a variable is missing. */
const char *config_plain(struct loader *loader, const struct yaml_node *node, const struct place *place,
                         const char *what);

/* False, with the problem noted where there is one. */
bool config_duration(struct loader *loader, const struct yaml_node *node, const struct place *place, int64_t *us);
bool config_bool(struct loader *loader, const struct yaml_node *node, const struct place *place, bool *flag);

/* As config_bool(); with `words`, `on` and `off` are values too. */
bool config_switch(struct loader *loader, const struct yaml_node *node, const struct place *place, bool words,
                   bool *flag);

/* A scalar that is no text (yaml_meaning()) as a JSON value of the caller's. NULL, with the problem noted, when JSON
 * numbers of ours cannot hold it or it can be read in two ways. */
json_t *config_number(struct loader *loader, const struct yaml_node *node, const struct place *place);
#endif
