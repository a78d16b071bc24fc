/* SPDX-License-Identifier: MIT */
/* yaml_tree.h - a YAML file as nodes that know their place, by libyaml; scalars by YAML 1.2's core schema (10.3). */
#ifndef COLLECTOR_YAML_TREE_H
#define COLLECTOR_YAML_TREE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

#include "base/slice.h"

struct yaml_tree {
    yaml_document_t document;
    bool loaded;
};

/* Where and why a text is no YAML. */
struct yaml_fault {
    unsigned line, column; /* from 1 */
    char words[512];       /* with the cure, where the fault is one of the usual traps */
};

/* Reads `text`, one document without tags of its own. False with `fault` filled. */
bool yaml_tree_read(struct slice text, struct yaml_tree *tree, struct yaml_fault *fault);
void yaml_tree_free(struct yaml_tree *tree);

/* NULL: the document is empty. */
const yaml_node_t *yaml_root(struct yaml_tree *tree);
const yaml_node_t *yaml_node(struct yaml_tree *tree, int index);

static inline unsigned yaml_line(const yaml_node_t *node)
{
    return (unsigned)node->start_mark.line + 1;
}

static inline unsigned yaml_column(const yaml_node_t *node)
{
    return (unsigned)node->start_mark.column + 1;
}

struct slice yaml_text(const yaml_node_t *node);

/* What a scalar means: quoted ones are strings, plain ones what the core schema says. */
enum yaml_meaning { YAML_MEANS_STRING, YAML_MEANS_NULL, YAML_MEANS_BOOL, YAML_MEANS_INT, YAML_MEANS_FLOAT };
enum yaml_meaning yaml_meaning(const yaml_node_t *node);

/* "a mapping", "a list", "text", "a number", ...: what was found where something else was expected. */
const char *yaml_kind_words(const yaml_node_t *node);

/* A scalar as a JSON value. */
json_t *yaml_scalar_json(const yaml_node_t *node);
#endif
