/* SPDX-License-Identifier: MIT */
#include "collector/yaml_builder.h"

#include <string.h>

#include "base/memory.h"

enum { FRESH = 64 };

void yaml_builder_begin(struct yaml_builder *builder, struct yaml_tree *tree)
{
    *builder = (struct yaml_builder){.tree = tree};
}

void yaml_builder_end(struct yaml_builder *builder)
{
    for (size_t i = 0; i < builder->anchor_count; i++)
        mem_free(builder->anchors[i].name);
    mem_free(builder->anchors);
    mem_free(builder->waiting);
    builder->anchors = NULL;
    builder->waiting = NULL;
}

/* NULL: there is none of this name. */
static const struct yaml_node *anchored(const struct yaml_builder *builder, const yaml_char_t *name)
{
    for (size_t i = 0; i < builder->anchor_count; i++)
        if (strcmp(builder->anchors[i].name, (const char *)name) == 0)
            return builder->anchors[i].node;
    return NULL;
}

static bool put_anchor(struct yaml_builder *builder, const yaml_char_t *name, const struct yaml_node *node,
                       const char **problem)
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

/* It waits until the innermost collection is closed; the first of all is the root. */
static void put_child(struct yaml_builder *builder, const struct yaml_node *node)
{
    if (builder->depth == 0) {
        builder->tree->root = node;
        return;
    }
    builder->waiting =
        mem_grow(builder->waiting, builder->waiting_count, &builder->waiting_room, sizeof(const struct yaml_node *));
    builder->waiting[builder->waiting_count++] = node;
}

/* Several at once, which lie closer together. */
static struct yaml_node *new_node(struct yaml_builder *builder, enum yaml_type type, const yaml_event_t *event)
{
    struct yaml_node *node;

    if (builder->fresh_count == 0) {
        builder->fresh = arena_new(&builder->tree->arena, FRESH, sizeof *builder->fresh);
        builder->fresh_count = FRESH;
    }
    node = &builder->fresh[FRESH - builder->fresh_count--];
    node->type = (uint8_t)type;
    node->line = (uint32_t)event->start_mark.line + 1;
    node->column = (uint32_t)event->start_mark.column + 1;
    return node;
}

static bool put_scalar(struct yaml_builder *builder, const yaml_event_t *event, const char **problem)
{
    struct yaml_node *node = new_node(builder, YAML_SCALAR, event);

    node->text =
        arena_text_of(&builder->tree->arena, (const char *)event->data.scalar.value, event->data.scalar.length);
    node->count = (uint32_t)event->data.scalar.length;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    put_child(builder, node);
    return put_anchor(builder, event->data.scalar.anchor, node, problem);
}

static bool put_alias(struct yaml_builder *builder, const yaml_event_t *event, const char **problem)
{
    const struct yaml_node *node = anchored(builder, event->data.alias.anchor);

    if (!node) {
        *problem = "found undefined alias";
        return false;
    }
    put_child(builder, node);
    return true;
}

static bool open_level(struct yaml_builder *builder, enum yaml_type type, const yaml_event_t *event,
                       const yaml_char_t *anchor, const char **problem)
{
    struct yaml_node *node = new_node(builder, type, event);

    put_child(builder, node);
    builder->levels[builder->depth++] = (struct yaml_level){node, builder->waiting_count};
    return put_anchor(builder, anchor, node, problem);
}

/* Its children are all there: the collection gets its list of them. */
static void close_level(struct yaml_builder *builder)
{
    struct yaml_level level = builder->levels[--builder->depth];
    size_t count = builder->waiting_count - level.start;
    struct arena *arena = &builder->tree->arena;
    const struct yaml_node **children;

    builder->waiting_count = level.start;
    if (!builder->waiting || count == 0)
        return;
    children = builder->waiting + level.start;
    if (level.node->type == YAML_MAPPING) {
        struct yaml_pair *pairs = arena_new(arena, count / 2, sizeof *pairs);

        for (size_t i = 0; i < count / 2; i++)
            pairs[i] = (struct yaml_pair){children[2 * i], children[2 * i + 1]};
        level.node->pairs = pairs;
        level.node->count = (uint32_t)(count / 2);
    } else {
        const struct yaml_node **items = arena_new(arena, count, sizeof(const struct yaml_node *));

        memcpy(items, children, count * sizeof(const struct yaml_node *));
        level.node->items = items;
        level.node->count = (uint32_t)count;
    }
}

bool yaml_builder_put(struct yaml_builder *builder, const yaml_event_t *event, const char **problem)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return put_scalar(builder, event, problem);
    case YAML_SEQUENCE_START_EVENT:
        return open_level(builder, YAML_SEQUENCE, event, event->data.sequence_start.anchor, problem);
    case YAML_MAPPING_START_EVENT:
        return open_level(builder, YAML_MAPPING, event, event->data.mapping_start.anchor, problem);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_level(builder);
        return true;
    case YAML_ALIAS_EVENT:
        return put_alias(builder, event, problem);
    default:
        return true;
    }
}
