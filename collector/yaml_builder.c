/* SPDX-License-Identifier: MIT */
#include "collector/yaml_builder.h"

#include <string.h>

#include "base/memory.h"

static const char no_memory[] = "there is no memory to read it";

bool yaml_builder_begin(struct yaml_builder *builder, yaml_document_t *document)
{
    *builder = (struct yaml_builder){.document = document};
    return yaml_document_initialize(document, NULL, NULL, NULL, 1, 1) != 0;
}

void yaml_builder_end(struct yaml_builder *builder)
{
    for (size_t i = 0; i < builder->anchor_count; i++)
        mem_free(builder->anchors[i].name);
    mem_free(builder->anchors);
    builder->anchors = NULL;
}

/* 0: there is none of this name. */
static int anchored(const struct yaml_builder *builder, const yaml_char_t *name)
{
    for (size_t i = 0; i < builder->anchor_count; i++)
        if (strcmp(builder->anchors[i].name, (const char *)name) == 0)
            return builder->anchors[i].node;
    return 0;
}

static bool put_anchor(struct yaml_builder *builder, const yaml_char_t *name, int node, const char **problem)
{
    if (!name)
        return true;
    if (anchored(builder, name)) {
        *problem = "second occurrence found duplicate anchor";
        return false;
    }
    builder->anchors =
        mem_grow(builder->anchors, builder->anchor_count, &builder->anchor_room, sizeof *builder->anchors);
    builder->anchors[builder->anchor_count++] =
        (struct yaml_anchor){mem_copy((const char *)name, strlen((const char *)name)), node};
    return true;
}

/* Puts the node where the innermost collection has room for it; the first of all is the root. */
static bool put_child(struct yaml_builder *builder, int node, const char **problem)
{
    struct yaml_level *level = builder->depth ? &builder->levels[builder->depth - 1] : NULL;
    int done = 1;

    if (!level)
        return true;
    if (!level->mapping) {
        done = yaml_document_append_sequence_item(builder->document, level->node, node);
    } else if (!level->key) {
        level->key = node;
    } else {
        done = yaml_document_append_mapping_pair(builder->document, level->node, level->key, node);
        level->key = 0;
    }
    if (!done)
        *problem = no_memory;
    return done != 0;
}

/* A new node of the document: 0 is none. */
static bool put_node(struct yaml_builder *builder, int node, const yaml_event_t *event, const yaml_char_t *anchor,
                     const char **problem)
{
    yaml_node_t *added = node ? yaml_document_get_node(builder->document, node) : NULL;

    if (!added) {
        *problem = no_memory;
        return false;
    }
    added->start_mark = event->start_mark;
    added->end_mark = event->end_mark;
    return put_anchor(builder, anchor, node, problem) && put_child(builder, node, problem);
}

static bool put_alias(struct yaml_builder *builder, const yaml_event_t *event, const char **problem)
{
    int node = anchored(builder, event->data.alias.anchor);

    if (node)
        return put_child(builder, node, problem);
    *problem = "found undefined alias";
    return false;
}

static bool open_level(struct yaml_builder *builder, int node, bool mapping, const yaml_event_t *event,
                       const yaml_char_t *anchor, const char **problem)
{
    if (!put_node(builder, node, event, anchor, problem))
        return false;
    builder->levels[builder->depth++] = (struct yaml_level){node, 0, mapping};
    return true;
}

static void close_level(struct yaml_builder *builder, const yaml_event_t *event)
{
    yaml_node_t *node = yaml_document_get_node(builder->document, builder->levels[--builder->depth].node);

    node->end_mark = event->end_mark;
}

bool yaml_builder_put(struct yaml_builder *builder, const yaml_event_t *event, const char **problem)
{
    yaml_document_t *document = builder->document;

    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return put_node(builder,
                        yaml_document_add_scalar(document, event->data.scalar.tag, event->data.scalar.value,
                                                 (int)event->data.scalar.length, event->data.scalar.style),
                        event, event->data.scalar.anchor, problem);
    case YAML_SEQUENCE_START_EVENT:
        return open_level(
            builder,
            yaml_document_add_sequence(document, event->data.sequence_start.tag, event->data.sequence_start.style),
            false, event, event->data.sequence_start.anchor, problem);
    case YAML_MAPPING_START_EVENT:
        return open_level(
            builder,
            yaml_document_add_mapping(document, event->data.mapping_start.tag, event->data.mapping_start.style), true,
            event, event->data.mapping_start.anchor, problem);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_level(builder, event);
        return true;
    case YAML_ALIAS_EVENT:
        return put_alias(builder, event, problem);
    default:
        return true;
    }
}
