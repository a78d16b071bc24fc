/* SPDX-License-Identifier: MIT */
#include "collector/config_loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/utf8.h"

static void add_problem(struct loader *loader, unsigned line, unsigned column, const char *words)
{
    struct problems *problems = loader->problems;
    struct problem *list;
    struct buf safe = BUF_INIT;

    if (problems->count > PROBLEMS_MAX)
        return;
    if (problems->count == PROBLEMS_MAX) {
        words = "there are more problems than these; mend them first";
        line = column = 0;
    }
    list = arena_grow(&problems->arena, problems->list, problems->count, &loader->problem_capacity, sizeof *list);
    utf8_escape(&safe, slice_of(words));
    list[problems->count] = (struct problem){
        arena_text(&problems->arena, loader->source->file),
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

const char *place_words(const struct place *place, struct arena *arena)
{
    struct buf words = BUF_INIT;
    const char *text;

    put_place(&words, place);
    text = arena_text(arena, words.data);
    buf_free(&words);
    return text;
}

void loader_problem(struct loader *loader, const struct yaml_node *node, const struct place *place, const char *format,
                    ...)
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

bool loader_expected(struct loader *loader, const struct yaml_node *node, const struct place *place, const char *what)
{
    if (node->type == YAML_SCALAR && yaml_text(node).len && yaml_text(node).len <= 60)
        loader_problem(loader, node, place, "expected %s, not `%s`", what, yaml_text(node).data);
    else
        loader_problem(loader, node, place, "expected %s, not %s", what, yaml_kind_words(node));
    return false;
}

void loader_fault(struct loader *loader, const struct yaml_fault *fault)
{
    add_problem(loader, fault->line, fault->column, fault->words);
}

struct config_source *loader_enter(struct loader *loader, struct config_source *source)
{
    struct config_source *before = loader->source;

    loader->source = source;
    loader->tree = source ? &source->tree : NULL;
    return before;
}

const char *loader_path(struct loader *loader, const char *path)
{
    const char *folder = loader->source->folder;

    if (path[0] == '/' || !folder[0])
        return path;
    return arena_printf(&loader->suite->arena, "%s/%s", folder, path);
}

bool loader_visit(struct loader *loader, const struct yaml_node *node, const struct place *place)
{
    if (++loader->visited <= NODES_MAX)
        return true;
    if (!loader->unbounded)
        loader_problem(loader, node, place, "aliases (*name) make this too large to read");
    loader->unbounded = true;
    return false;
}

const struct yaml_node *loader_key(const struct yaml_node *node, const char *key)
{
    if (node->type != YAML_MAPPING)
        return NULL;
    for (const struct yaml_pair *pair = node->pairs; pair < node->pairs + node->count; pair++) {
        const struct yaml_node *other = pair->key;

        if (other->type == YAML_SCALAR && slice_equals(yaml_text(other), slice_of(key)))
            return other;
    }
    return NULL;
}

const struct yaml_node *loader_member(const struct yaml_node *node, const char *key)
{
    const struct yaml_node *found = loader_key(node, key);

    for (const struct yaml_pair *pair = node->pairs; found; pair++)
        if (pair->key == found)
            return pair->value;
    return NULL;
}

/* The keys of a mapping, sorted, so that doubled ones stand side by side. */
struct keys {
    const struct yaml_node **list;
    size_t count;
};

static int by_text(const void *a, const void *b)
{
    const struct yaml_node *one = *(const struct yaml_node *const *)a, *other = *(const struct yaml_node *const *)b;
    struct slice text = yaml_text(one), than = yaml_text(other);
    int order = memcmp(text.data, than.data, text.len < than.len ? text.len : than.len);

    if (order == 0)
        order = text.len < than.len ? -1 : text.len > than.len;
    if (order == 0)
        order = one->line != other->line ? (one->line < other->line ? -1 : 1)
                                         : (one->column > other->column) - (one->column < other->column);
    return order;
}

static struct keys keys_of(const struct yaml_node *node)
{
    struct keys keys = {mem_new((size_t)node->count + 1, sizeof(struct yaml_node *)), 0};

    for (const struct yaml_pair *pair = node->pairs; pair < node->pairs + node->count; pair++) {
        const struct yaml_node *key = pair->key;

        if (key->type == YAML_SCALAR)
            keys.list[keys.count++] = key;
    }
    if (keys.count)
        qsort(keys.list, keys.count, sizeof *keys.list, by_text);
    return keys;
}

/* The key as it stands in the mapping for the first time; `key` itself when this is it. */
static const struct yaml_node *first_of(const struct keys *keys, const struct yaml_node *key)
{
    size_t low = 0, high = keys->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct yaml_node *other = keys->list[middle];

        if (slice_equals(yaml_text(other), yaml_text(key)) || by_text(&other, &key) > 0)
            high = middle;
        else
            low = middle + 1;
    }
    return keys->list[low];
}

bool loader_each(struct loader *loader, const struct yaml_node *node, const struct place *place,
                 void (*member)(struct loader *loader, const char *key, const struct yaml_node *key_node,
                                const struct yaml_node *value, const struct place *place, void *self),
                 void *self)
{
    struct keys keys;

    if (node->type != YAML_MAPPING)
        return loader_expected(loader, node, place, "a mapping (`key: value` lines)");
    keys = keys_of(node);
    for (const struct yaml_pair *pair = node->pairs; pair < node->pairs + node->count; pair++) {
        const struct yaml_node *key = pair->key;
        struct place inner = {place, NULL, 0};
        const struct yaml_node *first;

        if (!loader_visit(loader, key, place))
            break;
        if (key->type != YAML_SCALAR) {
            /* `{ ${X}: … }`: the braces of the variable became a mapping. */
            loader_problem(loader, key, place, "a key must be a word; if this is a variable, quote it: \"${NAME}\"");
            continue;
        }
        first = first_of(&keys, key);
        inner.key = yaml_text(key).data;
        if (strlen(inner.key) != yaml_text(key).len)
            loader_problem(loader, key, place, "this key holds a NUL character");
        else if (first != key)
            loader_problem(loader, key, place, "`%s` stands here twice; it stood at %u:%u already", inner.key,
                           yaml_line(first), yaml_column(first));
        else
            member(loader, inner.key, key, pair->value, &inner, self);
    }
    mem_free(keys.list);
    return !loader->unbounded;
}
