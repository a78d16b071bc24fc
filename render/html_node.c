/* SPDX-License-Identifier: MIT */
#include "render/html_node.h"

#include <string.h>

#include "base/memory.h"

bool node_is(cmark_node *node, const char *type)
{
    return node && strcmp(cmark_node_get_type_string(node), type) == 0;
}

cmark_mem *node_memory(void)
{
    return cmark_get_arena_mem_allocator();
}

void node_free_all(void)
{
    cmark_arena_reset();
}

void nodes_add(struct nodes *nodes, cmark_node *node)
{
    nodes->all = mem_grow(nodes->all, nodes->count, &nodes->room, sizeof(cmark_node *));
    nodes->all[nodes->count++] = node;
}

struct nodes nodes_of(cmark_node *root, cmark_node_type type)
{
    struct nodes nodes = {NULL, 0, 0};
    cmark_iter *iter = cmark_iter_new(root);
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);

        if (event == CMARK_EVENT_ENTER && node != root && cmark_node_get_type(node) == type)
            nodes_add(&nodes, node);
    }
    cmark_iter_free(iter);
    return nodes;
}

void nodes_free(struct nodes *nodes)
{
    mem_free(nodes->all);
}

static cmark_node *custom(cmark_node_type type, const char *enter, const char *leave)
{
    cmark_node *node = cmark_node_new_with_mem(type, node_memory());

    cmark_node_set_on_enter(node, enter);
    cmark_node_set_on_exit(node, leave);
    return node;
}

cmark_node *node_block(const char *enter, const char *leave)
{
    return custom(CMARK_NODE_CUSTOM_BLOCK, enter, leave);
}

cmark_node *node_inline(const char *enter, const char *leave)
{
    return custom(CMARK_NODE_CUSTOM_INLINE, enter, leave);
}

void node_move_children(cmark_node *from, cmark_node *to)
{
    cmark_node *child;

    while ((child = cmark_node_first_child(from))) {
        cmark_node_unlink(child);
        cmark_node_append_child(to, child);
    }
}

void node_set_literal(cmark_node *node, const char *text)
{
    char *copy = mem_copy(text, strlen(text));

    cmark_node_set_literal(node, copy);
    mem_free(copy);
}

void node_become(cmark_node *node, cmark_node *by)
{
    cmark_node_insert_before(node, by);
    node_move_children(node, by);
    node_drop(node);
}

void node_wrap(cmark_node *node, cmark_node *around)
{
    cmark_node_insert_before(node, around);
    cmark_node_unlink(node);
    cmark_node_append_child(around, node);
}

void node_drop(cmark_node *node)
{
    cmark_node_unlink(node);
    cmark_node_free(node);
}

void node_text(cmark_node *node, struct buf *out)
{
    cmark_iter *iter = cmark_iter_new(node);
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *at = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(at);

        if (event != CMARK_EVENT_ENTER)
            continue;
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            buf_puts(out, cmark_node_get_literal(at));
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            buf_putc(out, ' ');
    }
    cmark_iter_free(iter);
}
