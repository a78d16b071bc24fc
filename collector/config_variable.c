/* SPDX-License-Identifier: MIT */
/* ${VAR}, ${VAR:-default} and $${ in the strings of a config.
 *
 * Whether a variable is public belongs to the variable, not to the place: one that names a host must not be redacted
 * wherever that host's name stands in an answer. So the URLs are looked at before anything is expanded. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
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

/* Adds `name` to one of the loader's lists of names, once. */
static void note_name(struct loader *loader, const char ***list, size_t *count, size_t *capacity, const char *name)
{
    struct arena *arena = &loader->suite->arena;

    if (is_listed(*list, *count, name))
        return;
    *list = arena_grow(arena, *list, *count, capacity, sizeof **list);
    (*list)[(*count)++] = arena_text(arena, name);
}

static void note_public(struct loader *loader, const char *name)
{
    note_name(loader, &loader->public_names, &loader->public_count, &loader->public_capacity, name);
}

static void note_missing(struct loader *loader, const char *name)
{
    struct arena *arena = &loader->suite->arena;

    for (size_t i = 0; i < loader->missing_count; i++)
        if (strcmp(loader->missing[i].name, name) == 0) {
            if (loader->need < loader->missing[i].need)
                loader->missing[i].need = loader->need;
            return;
        }
    loader->missing =
        arena_grow(arena, loader->missing, loader->missing_count, &loader->missing_capacity, sizeof *loader->missing);
    loader->missing[loader->missing_count++] = (struct missing_variable){arena_text(arena, name), loader->need};
}

struct expanding {
    struct loader *loader;
    const struct yaml_node *node;
    const struct place *place;
    enum expansion how;
    struct buf value, shown;
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
    if (loader->variables == VARIABLES_ALL ? loader->need != NEED_NIGHTLY
                                           : loader->variables == VARIABLES_REQUIRED && loader->need == NEED_RUN) {
        loader_problem(loader, expanding->node, expanding->place,
                       "the variable %s has no value; set it in the environment, or write ${%s:-default}", name, name);
        expanding->ok = false;
    }
    put_both(expanding, written.data, written.len);
}

/* What is shown must be text. */
static void put_public(struct expanding *expanding, const char *name, const char *value)
{
    if (!utf8_valid(slice_of(value))) {
        loader_problem(expanding->loader, expanding->node, expanding->place, "the variable %s is not valid UTF-8",
                       name);
        expanding->ok = false;
        return;
    }
    put_both(expanding, value, strlen(value));
}

static void put_plain(struct expanding *expanding, const char *name, const char *value)
{
    struct loader *loader = expanding->loader;
    struct arena *arena = &loader->suite->arena;

    loader->plain_uses = arena_grow(arena, loader->plain_uses, loader->plain_count, &loader->plain_capacity,
                                    sizeof *loader->plain_uses);
    loader->plain_uses[loader->plain_count++] =
        (struct plain_use){name, expanding->node, place_words(expanding->place, arena)};
    put_public(expanding, name, value);
}

static void put_secret(struct expanding *expanding, const char *name, const char *value)
{
    struct loader *loader = expanding->loader;
    struct error err = {0};

    if (!secrets_add(loader->secrets, name, value, &err)) {
        loader_problem(loader, expanding->node, expanding->place, "%s", err.text);
        expanding->ok = false;
    }
    note_name(loader, &loader->secret_names, &loader->secret_count, &loader->secret_capacity, name);
    buf_puts(&expanding->value, value);
    buf_printf(&expanding->shown, "${%s}", name);
}

static void put_reference(struct expanding *expanding, struct slice written, const struct reference *reference)
{
    struct loader *loader = expanding->loader;
    const char *name = arena_text_of(&loader->suite->arena, reference->name.data, reference->name.len);
    const char *value = getenv(name);

    if (!value || !*value) {
        if (reference->fallback.data)
            put_both(expanding, reference->fallback.data, reference->fallback.len);
        else
            put_missing(expanding, name, written);
    } else if (is_listed(loader->public_names, loader->public_count, name)) {
        put_public(expanding, name, value);
    } else if (expanding->how == EXPAND_PLAIN) {
        put_plain(expanding, name, value);
    } else {
        put_secret(expanding, name, value);
    }
}

static void expand(struct expanding *expanding, struct slice text)
{
    size_t at = 0;

    while (at < text.len) {
        struct slice rest = {text.data + at, text.len - at};
        const char *dollar = memchr(rest.data, '$', rest.len);
        size_t plain = dollar ? (size_t)(dollar - rest.data) : rest.len;
        struct reference reference;

        if (plain) {
            put_both(expanding, rest.data, plain);
            at += plain;
        } else if (rest.len >= 3 && memcmp(rest.data, "$${", 3) == 0) {
            put_both(expanding, "${", 2);
            at += 3;
        } else if (rest.len < 2 || rest.data[1] != '{') {
            put_both(expanding, "$", 1);
            at++;
        } else if (read_reference(text, at, &reference)) {
            put_reference(expanding, (struct slice){rest.data, reference.end - at}, &reference);
            at = reference.end;
        } else {
            loader_problem(expanding->loader, expanding->node, expanding->place,
                           "`%.*s` is no variable; write ${NAME} or ${NAME:-default}, and $${ for a plain ${",
                           (int)utf8_cut(rest, 40), rest.data);
            expanding->ok = false;
            return;
        }
    }
}

bool loader_expand(struct loader *loader, const struct yaml_node *node, const struct place *place, enum expansion how,
                   struct setting *setting)
{
    struct expanding expanding = {loader, node, place, how, BUF_INIT, BUF_INIT, true, true};
    struct arena *arena = &loader->suite->arena;
    struct slice text;

    if (node->type != YAML_SCALAR || yaml_meaning(node) == YAML_MEANS_NULL)
        return loader_expected(loader, node, place, "text");
    text = yaml_text(node);
    if (memchr(text.data, '\0', text.len)) {
        loader_problem(loader, node, place, "this text holds a NUL character");
        return false;
    }
    expand(&expanding, text);
    setting->value = arena_text(arena, expanding.value.data);
    setting->shown = strcmp(expanding.value.data, expanding.shown.data) == 0 ? setting->value
                                                                             : arena_text(arena, expanding.shown.data);
    if (!expanding.whole) {
        loader->open =
            arena_grow(arena, loader->open, loader->open_count, &loader->open_capacity, sizeof *loader->open);
        loader->open[loader->open_count++] = setting->value;
    }
    buf_free(&expanding.value);
    buf_free(&expanding.shown);
    return expanding.ok;
}

bool loader_is_open(const struct loader *loader, const char *value)
{
    /* What was made last is asked about most. */
    for (size_t i = loader->open_count; i > 0; i--)
        if (loader->open[i - 1] == value)
            return true;
    return false;
}

/* Scheme, host and port are public; a user and a password before the host are not. `end`: where they end in `text`. */
static bool in_origin(struct slice text, size_t at, size_t end)
{
    return at < end && memchr(text.data + at, '@', end - at) == NULL;
}

/* The end of scheme, host and port in a URL's unexpanded text. Where a variable begins it that may hold a whole
 * address, the end of that variable; one that holds a path supplies none of them. */
static size_t origin_end(struct slice text)
{
    size_t end = url_authority_end(text.data);
    struct reference reference;

    if (end == 0 && text.len > 2 && memcmp(text.data, "${", 2) == 0 && read_reference(text, 0, &reference)) {
        struct arena arena = ARENA_INIT;
        const char *value = getenv(arena_text_of(&arena, reference.name.data, reference.name.len));

        end = !value || strstr(value, "://") ? reference.end : 0;
        arena_free(&arena);
    }
    return end;
}

static void note_origin(struct loader *loader, const struct yaml_node *node)
{
    struct arena arena = ARENA_INIT;
    struct slice text;
    size_t end;

    if (!node || node->type != YAML_SCALAR)
        return;
    text = yaml_text(node);
    end = origin_end(text);
    for (size_t at = 0; at + 2 < text.len && at < end; at++) {
        struct reference reference;

        if (memcmp(text.data + at, "${", 2) != 0 || (at > 0 && text.data[at - 1] == '$')
            || !read_reference(text, at, &reference))
            continue;
        if (in_origin(text, at, end))
            note_public(loader, arena_text_of(&arena, reference.name.data, reference.name.len));
        at = reference.end - 1;
    }
    arena_free(&arena);
}

/* Calls `each` for the items of the list `node`, or for `node` itself when it is none. */
static void each_node(struct loader *loader, const struct yaml_node *node,
                      void (*each)(struct loader *loader, const struct yaml_node *node))
{
    if (!node || node->type != YAML_SEQUENCE) {
        each(loader, node);
        return;
    }
    for (const struct yaml_node *const *item = node->items;
         item < node->items + node->count && loader_visit(loader, node, NULL); item++)
        each(loader, *item);
}

static void note_endpoint(struct loader *loader, const struct yaml_node *node)
{
    static const char *const urls[] = {"url", "candidates", "origins"};

    for (size_t i = 0; node && i < sizeof urls / sizeof *urls; i++)
        each_node(loader, loader_member(node, urls[i]), note_origin);
}

static void note_listed(struct loader *loader, const struct yaml_node *node)
{
    if (node && node->type == YAML_SCALAR)
        note_public(loader, yaml_text(node).data);
}

void loader_read_public(struct loader *loader, const struct yaml_node *root)
{
    each_node(loader, loader_member(root, "public"), note_listed);
    each_node(loader, loader_member(root, "defaults"), note_endpoint);
    each_node(loader, loader_member(root, "endpoints"), note_endpoint);
    loader->visited = 0;
}

void loader_check_plain(struct loader *loader)
{
    for (size_t i = 0; i < loader->plain_count; i++) {
        const struct plain_use *use = &loader->plain_uses[i];

        if (is_listed(loader->secret_names, loader->secret_count, use->name))
            loader_problem(loader, use->node, NULL,
                           "%s: the variable %s is a secret elsewhere, and would be shown here; use two variables, or "
                           "list it under `public:`",
                           use->place, use->name);
    }
}
