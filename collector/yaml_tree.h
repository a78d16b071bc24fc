/* SPDX-License-Identifier: MIT */
/* yaml_tree.h - a YAML file as nodes that know their place, by libyaml; scalars by YAML 1.2's core schema (10.3). */
#ifndef COLLECTOR_YAML_TREE_H
#define COLLECTOR_YAML_TREE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

enum yaml_type { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

/* An alias is the very node that its anchor names: a tree may have circles. */
struct yaml_node {
    union {
        const char *text; /* of a scalar, terminated */
        const struct yaml_node *const *items;
        const struct yaml_pair *pairs;
    };
    uint32_t count;        /* bytes, items, pairs */
    uint32_t line, column; /* from 1 */
    uint8_t type;          /* enum yaml_type */
    bool plain;            /* a scalar without quotes */
};

struct yaml_pair {
    const struct yaml_node *key, *value;
};

struct yaml_tree {
    struct arena arena;
    const struct yaml_node *root; /* NULL: there is none */
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
const struct yaml_node *yaml_root(struct yaml_tree *tree);

static inline unsigned yaml_line(const struct yaml_node *node)
{
    return node->line;
}

static inline unsigned yaml_column(const struct yaml_node *node)
{
    return node->column;
}

struct slice yaml_text(const struct yaml_node *node);

/* What a scalar means: quoted ones are strings, plain ones what the core schema says. */
enum yaml_meaning { YAML_MEANS_STRING, YAML_MEANS_NULL, YAML_MEANS_BOOL, YAML_MEANS_INT, YAML_MEANS_FLOAT };
enum yaml_meaning yaml_meaning(const struct yaml_node *node);

/* "a mapping", "a list", "text", "a number", ...: what was found where something else was expected. */
const char *yaml_kind_words(const struct yaml_node *node);

/* A scalar as a JSON value. */
json_t *yaml_scalar_json(const struct yaml_node *node);
#endif
