/* SPDX-License-Identifier: MIT */
/* yaml_builder.h - private to yaml_tree.c: libyaml's document, made of the events that were looked at. yaml_parser_load() would
 * read the text a second time, and takes time that grows with the square of its depth. */
#ifndef COLLECTOR_YAML_BUILDER_H
#define COLLECTOR_YAML_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

enum { YAML_DEPTH_MAX = 100 };

struct yaml_anchor {
    char *name;
    int node;
};

/* A collection that is open. */
struct yaml_level {
    int node;
    int key; /* of a mapping, the key that waits for its value; 0: none does */
    bool mapping;
};

struct yaml_builder {
    yaml_document_t *document;
    struct yaml_level levels[YAML_DEPTH_MAX];
    size_t depth;
    struct yaml_anchor *anchors;
    size_t anchor_count, anchor_room;
};

/* Makes an empty document, which is the caller's to delete also after a failure. False: there is no memory for it. */
bool yaml_builder_begin(struct yaml_builder *builder, yaml_document_t *document);
void yaml_builder_end(struct yaml_builder *builder);

/* Adds what `event` brings; no more than YAML_DEPTH_MAX collections may be open at once. False, with what is wrong there. */
bool yaml_builder_put(struct yaml_builder *builder, const yaml_event_t *event, const char **problem);
#endif
