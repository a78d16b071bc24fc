/* SPDX-License-Identifier: MIT */
/* mustache_node.h - a parsed template, as mustache_parse.c makes it and mustache.c renders it. Private to the
 * two. */
#ifndef RENDER_MUSTACHE_NODE_H
#define RENDER_MUSTACHE_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/slice.h"

enum node_type {
    NODE_TEXT,     /* one line of the template at most, so that a partial can be indented line by line */
    NODE_VALUE,    /* {{x}} */
    NODE_RAW,      /* {{{x}}} and {{&x}} */
    NODE_SECTION,  /* {{#x}} */
    NODE_INVERTED, /* {{^x}} */
    NODE_PARTIAL,  /* {{>x}} */
    NODE_BLOCK,    /* {{$x}} … {{/x}} */
    NODE_PARENT,   /* {{<x}} … {{/x}}; of what is in it, the blocks count */
};

struct node {
    enum node_type type;
    bool line_start;     /* NODE_TEXT: begins a line of the template; it may be empty just to say so */
    bool standalone;     /* NODE_PARTIAL, NODE_PARENT, NODE_BLOCK: alone on its line, whose indent then shifts it */
    bool dynamic;        /* NODE_PARTIAL: {{>*x}}, x names the value that holds the name */
    struct slice text;   /* the text, or the name */
    struct slice indent; /* of a standalone partial */
    bool lines;          /* NODE_BLOCK: its content begins on a line of its own, */
    size_t intrinsic;    /* and this many blanks are before it */
    size_t line, column; /* of the tag, from 1 */
    struct node *child;  /* of sections */
    struct node *next;
};

struct mustache {
    struct arena arena; /* of everything below */
    const char *name;
    struct node *first;
};

enum {
    MUSTACHE_SECTIONS = 32, /* sections nest this deep in one template */
    MUSTACHE_PARTIALS = 64, /* and partials, which may well include themselves */
    MUSTACHE_LISTS = 16     /* and sections that repeat: what they cost multiplies */
};
#endif
