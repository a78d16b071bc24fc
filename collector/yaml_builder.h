/* SPDX-License-Identifier: MIT */
/* yaml_builder.h - private to yaml_tree.c: the tree, made of libyaml's events. A document of libyaml's own takes a kilobyte for
 * an endpoint, five times as much. */
#ifndef COLLECTOR_YAML_BUILDER_H
#define COLLECTOR_YAML_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "collector/yaml_tree.h"

enum { YAML_DEPTH_MAX = 100 };

struct yaml_anchor {
    char *name;
    const struct yaml_node *node;
};

/* A collection that is open. */
struct yaml_level {
    struct yaml_node *node;
    size_t start; /* of its children, among those that wait */
};

struct yaml_builder {
    struct yaml_tree *tree;
    struct yaml_level levels[YAML_DEPTH_MAX];
    size_t depth;
    const struct yaml_node **waiting; /* children of the open collections */
    size_t waiting_count, waiting_room;
    struct yaml_node *fresh; /* nodes that nobody has yet */
    size_t fresh_count;
    struct yaml_anchor *anchors;
    size_t anchor_count, anchor_room;
};

/* `tree` is empty, and the caller's to free also after a failure. */
void yaml_builder_begin(struct yaml_builder *builder, struct yaml_tree *tree);
void yaml_builder_end(struct yaml_builder *builder);

/* Adds what `event` brings; no more than YAML_DEPTH_MAX collections may be open at once. False, with what is wrong there. */
bool yaml_builder_put(struct yaml_builder *builder, const yaml_event_t *event, const char **problem);
#endif
