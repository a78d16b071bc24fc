/* SPDX-License-Identifier: MIT */
/* ${VAR}, ${VAR:-default} and $${ in the strings of a config. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "collector/config_loader.h"
#include "collector/secret.h"
#include "collector/url.h"

/* One ${…}: its parts in the text, and where it ends. */
struct reference {
    struct slice name, fallback; /* fallback absent: none */
    size_t end;
};

static bool is_name(struct slice name)
{
    if (name.len == 0 || isdigit((unsigned char)name.data[0]))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!isalnum((unsigned char)name.data[i]) && name.data[i] != '_')
            return false;
    return true;
}

/* Reads the reference whose "${" stands at `at`; false when it is none. */
static bool read_reference(struct slice text, size_t at, struct reference *reference)
{
    const char *start = text.data + at + 2;
    const char *close = memchr(start, '}', text.len - at - 2);
    const char *sign;

    if (!close)
        return false;
    sign = memmem(start, (size_t)(close - start), ":-", 2);
    reference->name = (struct slice){start, (size_t)((sign ? sign : close) - start)};
    reference->fallback = sign ? (struct slice){sign + 2, (size_t)(close - sign) - 2} : (struct slice){NULL, 0};
    reference->end = (size_t)(close - text.data) + 1;
    return is_name(reference->name);
}

static bool is_listed(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static void note_missing(struct loader *loader, const char *name)
{
    struct arena *arena = &loader->suite->arena;

    if (is_listed(loader->missing, loader->missing_count, name))
        return;
    loader->missing =
        arena_grow(arena, loader->missing, loader->missing_count, &loader->missing_capacity, sizeof *loader->missing);
    loader->missing[loader->missing_count++] = arena_text(arena, name);
}

/* Scheme, host and port are public, a password before the host is not. `end`: where the authority ends in `text`. */
static bool in_origin(struct slice text, size_t at, size_t end)
{
    return at < end && memchr(text.data + at, '@', end - at) == NULL;
}

/* The end of scheme, host and port in a URL's unexpanded text; where even the scheme is a variable's, the end of that. */
static size_t origin_end(struct slice text)
{
    size_t end = url_authority_end(text.data);

    if (end == 0 && text.len > 1 && text.data[0] == '$') {
        const char *slash = memchr(text.data, '/', text.len);

        end = slash ? (size_t)(slash - text.data) : text.len;
    }
    return end;
}

struct expanding {
    struct loader *loader;
    const yaml_node_t *node;
    const struct place *place;
    struct buf value, shown;
    size_t origin_end;
    bool whole, ok;
};

static void put_both(struct expanding *expanding, const char *data, size_t len)
{
    buf_put(&expanding->value, data, len);
    buf_put(&expanding->shown, data, len);
}

static void put_missing(struct expanding *expanding, const char *name, struct slice written)
{
    struct loader *loader = expanding->loader;

    expanding->whole = false;
    note_missing(loader, name);
    if (loader->variables == VARIABLES_REQUIRED) {
        loader_problem(loader, expanding->node, expanding->place,
                       "the variable %s has no value; set it in the environment, or write ${%s:-default}", name, name);
        expanding->ok = false;
    }
    put_both(expanding, written.data, written.len);
}

static void put_secret(struct expanding *expanding, const char *name, const char *value)
{
    struct error err = {0};

    if (!secrets_add(expanding->loader->secrets, name, value, &err)) {
        loader_problem(expanding->loader, expanding->node, expanding->place, "%s", err.text);
        expanding->ok = false;
    }
    buf_puts(&expanding->value, value);
    buf_printf(&expanding->shown, "${%s}", name);
}

static void put_reference(struct expanding *expanding, struct slice text, size_t at, const struct reference *reference)
{
    struct loader *loader = expanding->loader;
    const char *name = arena_text_of(&loader->suite->arena, reference->name.data, reference->name.len);
    const char *value = getenv(name);
    bool public =
        is_listed(loader->public_names, loader->public_count, name) || in_origin(text, at, expanding->origin_end);

    if (value && *value && public)
        put_both(expanding, value, strlen(value));
    else if (value && *value)
        put_secret(expanding, name, value);
    else if (reference->fallback.data)
        put_both(expanding, reference->fallback.data, reference->fallback.len);
    else
        put_missing(expanding, name, (struct slice){text.data + at, reference->end - at});
}

static void expand(struct expanding *expanding, struct slice text)
{
    for (size_t at = 0; at < text.len;) {
        struct slice rest = {text.data + at, text.len - at};
        struct reference reference;

        if (rest.len >= 3 && memcmp(rest.data, "$${", 3) == 0) {
            put_both(expanding, "${", 2);
            at += 3;
        } else if (rest.len >= 2 && memcmp(rest.data, "${", 2) == 0) {
            if (!read_reference(text, at, &reference)) {
                loader_problem(expanding->loader, expanding->node, expanding->place,
                               "`%.40s` is no variable; write ${NAME} or ${NAME:-default}, and $${ for a plain ${",
                               rest.data);
                expanding->ok = false;
                return;
            }
            put_reference(expanding, text, at, &reference);
            at = reference.end;
        } else {
            put_both(expanding, rest.data, 1);
            at++;
        }
    }
}

bool loader_expand(struct loader *loader, const yaml_node_t *node, const struct place *place, enum expansion how,
                   struct setting *setting, bool *whole)
{
    struct expanding expanding = {loader, node, place, BUF_INIT, BUF_INIT, 0, true, true};
    struct slice text;

    if (node->type != YAML_SCALAR_NODE || yaml_meaning(node) == YAML_MEANS_NULL)
        return loader_expected(loader, node, place, "text");
    text = yaml_text(node);
    if (memchr(text.data, '\0', text.len)) {
        loader_problem(loader, node, place, "this text holds a NUL character");
        return false;
    }
    if (how == EXPAND_URL)
        expanding.origin_end = origin_end(text);
    expand(&expanding, text);
    setting->value = arena_text(&loader->suite->arena, expanding.value.data);
    setting->shown = strcmp(expanding.value.data, expanding.shown.data) == 0
                         ? setting->value
                         : arena_text(&loader->suite->arena, expanding.shown.data);
    buf_free(&expanding.value);
    buf_free(&expanding.shown);
    if (whole)
        *whole = expanding.whole && expanding.ok;
    return expanding.ok;
}

void loader_read_public(struct loader *loader, const yaml_node_t *root)
{
    struct arena *arena = &loader->suite->arena;

    if (root->type != YAML_MAPPING_NODE)
        return;
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_node(&loader->tree, pair->key);
        const yaml_node_t *list = yaml_node(&loader->tree, pair->value);

        if (key->type != YAML_SCALAR_NODE || !slice_equals(yaml_text(key), slice_of("public"))
            || list->type != YAML_SEQUENCE_NODE)
            continue;
        for (const yaml_node_item_t *item = list->data.sequence.items.start; item < list->data.sequence.items.top;
             item++) {
            const yaml_node_t *name = yaml_node(&loader->tree, *item);

            if (name->type != YAML_SCALAR_NODE)
                continue;
            loader->public_names = arena_grow(arena, loader->public_names, loader->public_count,
                                              &loader->public_capacity, sizeof *loader->public_names);
            loader->public_names[loader->public_count++] = arena_text(arena, yaml_text(name).data);
        }
    }
}
