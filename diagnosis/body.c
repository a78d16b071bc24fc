/* SPDX-License-Identifier: MIT */
#include "diagnosis/body.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "collector/probe.h"

enum { FIELDS_MOST = 3, VALUE_MOST = 40, DEPTH_MOST = 8, NODES_MOST = 2000, PARSE_MOST = 256 << 10 };

static json_t *parse(struct slice text)
{
    if (!text.data || text.len == 0 || text.len > PARSE_MOST)
        return NULL;
    return json_loadb(text.data, text.len, JSON_DECODE_ANY, NULL);
}

/* Field names, as the frameworks write them. */

struct fields {
    struct buf *out;
    size_t count;
};

static void add_field(struct fields *fields, const char *name, const char *place)
{
    if (!name || !*name || fields->count >= FIELDS_MOST)
        return;
    if (fields->count++ > 0)
        buf_puts(fields->out, ", ");
    buf_puts(fields->out, name);
    if (place && *place)
        buf_printf(fields->out, " (%s)", place);
}

/* FastAPI: {"loc": ["body", "user", "name"]} is "user.name (body)". */
static void add_loc(struct fields *fields, const json_t *loc)
{
    const char *place = json_string_value(json_array_get(loc, 0));
    struct buf name = BUF_INIT;

    for (size_t i = 1; i < json_array_size(loc); i++) {
        const json_t *part = json_array_get(loc, i);

        if (name.len > 0)
            buf_putc(&name, '.');
        if (json_is_integer(part))
            buf_printf(&name, "%" JSON_INTEGER_FORMAT, json_integer_value(part));
        else if (json_is_string(part))
            buf_puts(&name, json_string_value(part));
    }
    if (name.len > 0)
        add_field(fields, name.data, place);
    else
        add_field(fields, place, NULL);
    buf_free(&name);
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* One entry of a list of errors: FastAPI, RFC 9457's invalid-params, JSON:API, express-validator, Spring,
 * Symfony. */
static void add_entry(struct fields *fields, const json_t *entry)
{
    static const char *const names[] = {"field", "param", "name", "propertyPath", "property", "path"};
    const char *place = text_at(entry, "location");

    if (json_is_array(json_object_get(entry, "loc"))) {
        add_loc(fields, json_object_get(entry, "loc"));
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (text_at(entry, names[i])) {
            add_field(fields, text_at(entry, names[i]), place ? place : text_at(entry, "in"));
            return;
        }
    }
    if (text_at(json_object_get(entry, "source"), "parameter"))
        add_field(fields, text_at(json_object_get(entry, "source"), "parameter"), "query");
    else
        add_field(fields, text_at(json_object_get(entry, "source"), "pointer"), NULL);
}

static void add_errors(struct fields *fields, json_t *errors)
{
    const char *key;
    json_t *value;
    size_t i;

    if (json_is_array(errors)) {
        json_array_foreach(errors, i, value) add_entry(fields, value);
    } else if (json_is_object(errors)) {
        /* {"errors": {"email": ["is required"]}}: Rails, Laravel, ASP.NET. */
        json_object_foreach(errors, key, value) if (json_is_array(value) || json_is_string(value))
            add_field(fields, key, NULL);
    }
}

struct slice body_field(const struct probe *probe, struct arena *arena)
{
    static const char *const lists[] = {"detail",      "errors",     "invalid-params", "invalidParams",
                                        "fieldErrors", "violations", "invalid_params"};
    json_t *root = parse(probe->body);
    struct buf out = BUF_INIT;
    struct fields fields = {&out, 0};
    struct slice found = {NULL, 0};

    for (size_t i = 0; i < sizeof lists / sizeof *lists && fields.count == 0; i++)
        add_errors(&fields, json_object_get(root, lists[i]));
    if (fields.count > 0)
        found = arena_slice(arena, buf_slice(&out));
    buf_free(&out);
    json_decref(root);
    return found;
}

/* Signs of a weaker service. */

static const char *const weak_words[] = {
    "legacy",   "simplified", "deprecated",      "deprecation", "compat",   "compatibility", "backward",  "backwards",
    "fallback", "degraded",   "limited",         "basic",       "obsolete", "insecure",      "anonymous", "guest",
    "readonly", "demo",       "unauthenticated", "emulation",   "emulated", "reduced",
};

/* Of a key made of these, it is `false` that says it; with a word of neither list it may say the opposite. */
static const char *const safety_words[] = {"auth",       "authentication", "authenticated", "authorization",
                                           "authorized", "secure",         "encryption",    "encrypted"};
static const char *const filler_words[] = {"required", "requires", "enabled", "is"};

static bool among(const char *word, size_t len, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == len && strncasecmp(words[i], word, len) == 0)
            return true;
    return false;
}

/* How many of the words that `text` is made of ("backward_compatibility", "authRequired") are in `words`. */
static size_t mentions(const char *text, const char *const *words, size_t count, size_t *total)
{
    size_t found = 0;

    *total = 0;
    for (size_t i = 0; text[i];) {
        size_t len = 0;

        if (!isalpha((unsigned char)text[i])) {
            i++;
            continue;
        }
        while (isalpha((unsigned char)text[i + len])
               && (len == 0 || !isupper((unsigned char)text[i + len]) || isupper((unsigned char)text[i + len - 1])))
            len++;
        found += among(text + i, len, words, count);
        (*total)++;
        i += len;
    }
    return found;
}

static bool is_weak(const char *text)
{
    size_t total;

    return mentions(text, weak_words, sizeof weak_words / sizeof *weak_words, &total) > 0;
}

/* "auth_required" is one, "auth_failed" and "enabled" are not. */
static bool is_safety(const char *text)
{
    size_t total, safety, filler;

    safety = mentions(text, safety_words, sizeof safety_words / sizeof *safety_words, &total);
    filler = mentions(text, filler_words, sizeof filler_words / sizeof *filler_words, &total);
    return safety > 0 && safety + filler == total;
}

/* A value is a sign only when it is a word, not prose and not an id that has a word in it
 * ("legacy_48f336b8"). */
static bool is_weak_value(const char *text)
{
    size_t blanks = 0;

    if (strlen(text) > VALUE_MOST || text[strcspn(text, "0123456789")])
        return false;
    for (size_t i = 0; text[i]; i++)
        blanks += text[i] == ' ';
    return blanks <= 2 && is_weak(text);
}

static bool says_yes(const json_t *value)
{
    if (json_is_string(value))
        return json_string_length(value) > 0 && strcasecmp(json_string_value(value), "false") != 0
               && strcasecmp(json_string_value(value), "no") != 0;
    return json_is_true(value) || (json_is_number(value) && json_number_value(value) > 0);
}

struct signs {
    const struct probe *probe;
    struct caution *list;
    size_t count;
    size_t nodes;
    struct arena *arena;
};

static struct cites cite(const struct probe *probe, struct arena *arena)
{
    uint32_t *ordinal = arena_new(arena, 1, sizeof *ordinal);

    *ordinal = probe->ordinal;
    return (struct cites){.ordinals = ordinal, .count = 1};
}

static void add_sign(struct signs *signs, struct slice key, struct slice value)
{
    if (signs->count >= BODY_CAUTIONS)
        return;
    signs->list[signs->count++] = (struct caution){
        .key = arena_slice(signs->arena, key),
        .value = arena_slice(signs->arena, value),
        .cites = cite(signs->probe, signs->arena),
    };
}

static void add_value(struct signs *signs, const char *pointer, const json_t *value)
{
    char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

    add_sign(signs, slice_of(pointer), slice_of(text ? text : json_string_value(value)));
    free(text);
}

/* RFC 6901: ~ and / within a key are escaped. */
static void put_key(struct buf *pointer, const char *key)
{
    buf_putc(pointer, '/');
    for (; *key; key++) {
        if (*key == '~')
            buf_puts(pointer, "~0");
        else if (*key == '/')
            buf_puts(pointer, "~1");
        else
            buf_putc(pointer, *key);
    }
}

static void look(struct signs *signs, struct buf *pointer, json_t *node, unsigned depth);

static void look_at(struct signs *signs, struct buf *pointer, const char *key, json_t *value, unsigned depth)
{
    size_t len = pointer->len;
    bool scalar = !json_is_object(value) && !json_is_array(value);

    put_key(pointer, key);
    if (scalar
        && ((is_weak(key) && says_yes(value)) || (json_is_string(value) && is_weak_value(json_string_value(value)))
            || (json_is_false(value) && is_safety(key))))
        add_value(signs, pointer->data, value);
    else if (!scalar)
        look(signs, pointer, value, depth + 1);
    buf_cut(pointer, len);
}

static void look(struct signs *signs, struct buf *pointer, json_t *node, unsigned depth)
{
    const char *key;
    json_t *value;
    size_t i;

    if (depth > DEPTH_MOST || signs->nodes++ > NODES_MOST)
        return;
    if (json_is_object(node)) {
        json_object_foreach(node, key, value) look_at(signs, pointer, key, value, depth);
    } else if (json_is_array(node)) {
        json_array_foreach(node, i, value)
        {
            char index[24];

            snprintf(index, sizeof index, "%zu", i);
            look_at(signs, pointer, index, value, depth);
        }
    }
}

static struct slice first_text(const struct probe *probe)
{
    for (size_t i = 0; i < probe->message_count; i++)
        if (!probe->messages[i].sent && probe->messages[i].type == MESSAGE_TEXT)
            return probe->messages[i].data;
    return (struct slice){NULL, 0};
}

size_t body_cautions(const struct probe *probe, struct caution *cautions, size_t count, struct arena *arena)
{
    static const char *const headers[] = {"Deprecation", "Sunset"}; /* RFC 9745, RFC 8594 */
    struct signs signs = {.probe = probe, .list = cautions, .count = count, .arena = arena};
    json_t *root = parse(probe->upgrade ? first_text(probe) : probe->body);
    struct buf pointer = BUF_INIT;

    if (root)
        look(&signs, &pointer, root, 0);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct slice value = probe_header(probe, headers[i]);

        if (value.data)
            add_sign(&signs, slice_of(headers[i]), value);
    }
    buf_free(&pointer);
    json_decref(root);
    return signs.count;
}
