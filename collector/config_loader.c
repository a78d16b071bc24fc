/* SPDX-License-Identifier: MIT */
#include "collector/config_loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

static void add_problem(struct loader *loader, unsigned line, unsigned column, const char *words)
{
    struct problems *problems = loader->problems;
    struct problem *list =
        arena_grow(&problems->arena, problems->list, problems->count, &loader->problem_capacity, sizeof *list);
    struct buf safe = BUF_INIT;

    utf8_escape(&safe, slice_of(words));
    list[problems->count] = (struct problem){
        arena_text(&problems->arena, loader->file),
        line,
        column,
        arena_text(&problems->arena, safe.data),
    };
    buf_free(&safe);
    problems->list = list;
    problems->count++;
}

static void put_place(struct buf *out, const struct place *place)
{
    if (!place)
        return;
    put_place(out, place->outer);
    if (!place->key)
        buf_printf(out, "[%zu]", place->index);
    else
        buf_printf(out, "%s%s", place->outer ? "." : "", place->key);
}

void loader_problem(struct loader *loader, const yaml_node_t *node, const struct place *place, const char *format, ...)
{
    struct buf words = BUF_INIT;
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    put_place(&words, place);
    if (words.len)
        buf_puts(&words, ": ");
    buf_puts(&words, text);
    add_problem(loader, node ? yaml_line(node) : 0, node ? yaml_column(node) : 0, words.data);
    buf_free(&words);
}

bool loader_expected(struct loader *loader, const yaml_node_t *node, const struct place *place, const char *what)
{
    if (node->type == YAML_SCALAR_NODE && yaml_text(node).len && yaml_text(node).len <= 60)
        loader_problem(loader, node, place, "expected %s, not `%s`", what, yaml_text(node).data);
    else
        loader_problem(loader, node, place, "expected %s, not %s", what, yaml_kind_words(node));
    return false;
}

void loader_fault(struct loader *loader, const struct yaml_fault *fault)
{
    add_problem(loader, fault->line, fault->column, fault->words);
}

const char *loader_path(struct loader *loader, const char *path)
{
    if (path[0] == '/' || !loader->folder[0])
        return path;
    return arena_printf(&loader->suite->arena, "%s/%s", loader->folder, path);
}

static size_t depth_of(const struct place *place)
{
    size_t depth = 0;

    for (; place; place = place->outer)
        depth++;
    return depth;
}

/* The pair in which `key` stood before; NULL when this is the first. */
static const yaml_node_t *earlier(struct loader *loader, const yaml_node_pair_t *first, const yaml_node_pair_t *pair)
{
    struct slice key = yaml_text(yaml_node(&loader->tree, pair->key));

    for (; first < pair; first++) {
        const yaml_node_t *other = yaml_node(&loader->tree, first->key);

        if (other->type == YAML_SCALAR_NODE && slice_equals(yaml_text(other), key))
            return other;
    }
    return NULL;
}

/* Whether `node` may still be read: aliases can lead in circles, and repeat without end. */
static bool within_bounds(struct loader *loader, const yaml_node_t *node, const struct place *place)
{
    if (depth_of(place) <= DEPTH_MAX && ++loader->visited <= NODES_MAX)
        return true;
    if (loader->visited != SIZE_MAX / 2)
        loader_problem(loader, node, place, "aliases (*name) make this too deep or too large to read");
    loader->visited = SIZE_MAX / 2;
    return false;
}

bool loader_each(struct loader *loader, const yaml_node_t *node, const struct place *place,
                 void (*member)(struct loader *loader, const char *key, const yaml_node_t *key_node,
                                const yaml_node_t *value, const struct place *place, void *self),
                 void *self)
{
    const yaml_node_pair_t *first = node->data.mapping.pairs.start;

    if (node->type != YAML_MAPPING_NODE)
        return loader_expected(loader, node, place, "a mapping (`key: value` lines)");
    for (const yaml_node_pair_t *pair = first; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_node(&loader->tree, pair->key);
        const yaml_node_t *value = yaml_node(&loader->tree, pair->value);
        struct place inner = {place, NULL, 0};
        const yaml_node_t *before;

        if (!within_bounds(loader, value, place))
            return false;
        if (key->type != YAML_SCALAR_NODE) {
            /* `{ token: ${X} }`: the braces of the variable became a mapping. */
            loader_problem(loader, key, place, "a key must be a word; if this is a variable, quote it: \"${NAME}\"");
            continue;
        }
        before = earlier(loader, first, pair);
        inner.key = yaml_text(key).data;
        if (before)
            loader_problem(loader, key, place, "`%s` stands here twice; it stood in line %u already", inner.key,
                           yaml_line(before));
        else
            member(loader, inner.key, key, value, &inner, self);
    }
    return true;
}
