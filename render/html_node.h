/* SPDX-License-Identifier: MIT */
/* html_node.h - cmark-gfm's tree, handled in the few ways that the page needs. Private to render/html*.c. */
#ifndef RENDER_HTML_NODE_H
#define RENDER_HTML_NODE_H

#include <cmark-gfm.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Nodes in document order, gathered before anything is changed. */
struct nodes {
    cmark_node **all;
    size_t count, room;
};

void nodes_add(struct nodes *nodes, cmark_node *node);
/* Every node of `type` below `root`. */
struct nodes nodes_of(cmark_node *root, cmark_node_type type);
void nodes_free(struct nodes *nodes);

/* Whether the node's type has the name `type` (as cmark_node_get_type_string() gives it): extensions have types of their
 * own, which no header has. */
bool node_is(cmark_node *node, const char *type);

/* What the page's nodes are allocated with: nothing is freed before node_free_all(), so that texts, which are windows
 * into the block that they were parsed from, outlive it. */
cmark_mem *node_memory(void);
void node_free_all(void);

/* A node that writes `enter` and `leave` as they are, around its children. */
cmark_node *node_block(const char *enter, const char *leave);
cmark_node *node_inline(const char *enter, const char *leave);

void node_move_children(cmark_node *from, cmark_node *to);

/* Sets the text of a node; `text` may be a part of what it has. */
void node_set_literal(cmark_node *node, const char *text);

/* Puts `by` where `node` is, with its children, and drops `node`. */
void node_become(cmark_node *node, cmark_node *by);

/* Puts `around` where `node` is, and `node` into it. */
void node_wrap(cmark_node *node, cmark_node *around);

void node_drop(cmark_node *node);

/* Appends the words of `node` and all below it. */
void node_text(cmark_node *node, struct buf *out);
#endif
