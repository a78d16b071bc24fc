/* SPDX-License-Identifier: MIT */
/* config_expecting.h - the expectations of one endpoint while they are read. Private to config_expect.c and what it is made
 * of. */
#ifndef COLLECTOR_CONFIG_EXPECTING_H
#define COLLECTOR_CONFIG_EXPECTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/config_fields.h"
#include "collector/expect.h"

struct expecting {
    struct loader *loader;
    struct endpoint *endpoint;
    struct expectation *list;
    size_t count, capacity;
};

/* config_expecting.c: adds `expectation`, whose key is copied and whose words are made, in place of what the defaults had of
 * the same thing; one that cannot be is a problem at `node`. */
void expecting_add(struct expecting *expecting, const struct yaml_node *node, const struct place *place,
                   struct expectation expectation);

/* What the defaults had of the same thing gives way. */
void expecting_drop(struct expecting *expecting, const struct expectation *expectation);

/* What comparisons are read for: all but the comparison stands in `base`. */
struct matching {
    struct expecting *expecting;
    struct expectation base;
};

/* config_comparison.c: a plain value means equals; a mapping holds comparisons. */
void comparison_read(struct expecting *expecting, const struct yaml_node *node, const struct place *place,
                     struct expectation base);

/* One comparison of a mapping, and one member of a mapping of header names or JSON pointers; `self` is a struct matching. */
void comparison_read_operator(struct loader *loader, const char *key, const struct yaml_node *key_node,
                              const struct yaml_node *value, const struct place *place, void *self);
void comparison_read_keyed(struct loader *loader, const char *key, const struct yaml_node *key_node,
                           const struct yaml_node *value, const struct place *place, void *self);

/* A size in bytes, with or without its unit. */
bool comparison_read_bytes(struct loader *loader, const struct yaml_node *node, const struct place *place,
                           double *number);

/* config_message.c: `message` and `messages`; `self` is a struct expecting. */
extern const struct config_field message_fields[];
void message_read(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self);
void message_read_list(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self);
#endif
