/* SPDX-License-Identifier: MIT */
/* What an answer says, in as few words as a table's cell holds; and what of it differs from time to time. */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "diagnosis/model_maker.h"

enum { SAID_MAX = 160, VARYING_MAX = 12, POINTER_DEPTH = 16 };

static struct slice cut(struct slice text, struct arena *arena)
{
    text.len = utf8_cut(text, SAID_MAX);
    return arena_slice(arena, text);
}

/* The first line that is not blank. */
static struct slice first_line(struct slice text)
{
    size_t start = 0, end;

    while (start < text.len && isspace((unsigned char)text.data[start]))
        start++;
    end = start;
    while (end < text.len && text.data[end] != '\n' && text.data[end] != '\r')
        end++;
    return (struct slice){text.data ? text.data + start : NULL, end - start};
}

/* The text of an error page's <title>; absent when `text` is no HTML or has none. */
static struct slice title_of(struct slice text)
{
    for (size_t i = 0; i + 7 < text.len; i++) {
        size_t start, end;

        if (strncasecmp(text.data + i, "<title", 6) != 0)
            continue;
        for (start = i + 6; start < text.len && text.data[start] != '>'; start++)
            ;
        for (end = ++start; end < text.len && text.data[end] != '<'; end++)
            ;
        return start < text.len ? first_line((struct slice){text.data + start, end - start}) : (struct slice){NULL, 0};
    }
    return (struct slice){NULL, 0};
}

static json_t *load(struct slice text)
{
    /* A document with a key twice would lose one on the way: it is shown as it is. */
    return text.len ? json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL) : NULL;
}

static bool is_scalar(const json_t *value)
{
    return !json_is_object(value) && !json_is_array(value);
}

static void put_scalar(const json_t *value, struct buf *out)
{
    char *text;

    if (json_is_string(value)) {
        buf_put(out, json_string_value(value), json_string_length(value));
        return;
    }
    text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    buf_puts(out, text ? text : "");
    free(text);
}

/* One of a framework's validation errors: {"loc": ["query", "probe"], "msg": "field required"}. */
static bool put_validation(const json_t *error, struct buf *out)
{
    const json_t *message = json_object_get(error, "msg"), *place = json_object_get(error, "loc");

    if (!json_is_string(message))
        return false;
    if (json_array_size(place) > 0) {
        const json_t *field = json_array_get(place, json_array_size(place) - 1);

        if (is_scalar(field)) {
            put_scalar(field, out);
            buf_puts(out, ": ");
        }
    }
    put_scalar(message, out);
    return true;
}

/* What an error answer says, under the keys that frameworks and RFC 9457 use. */
static bool put_error(const json_t *root, struct buf *out)
{
    static const char *const keys[] = {"detail", "message", "error_description", "error", "title", NULL};

    for (size_t i = 0; keys[i]; i++) {
        const json_t *value = json_object_get(root, keys[i]);

        if (json_is_string(value)) {
            put_scalar(value, out);
            return true;
        }
        if (json_is_array(value) && put_validation(json_array_get(value, 0), out))
            return true;
        if (json_is_object(value) && json_is_string(json_object_get(value, "message"))) {
            put_scalar(json_object_get(value, "message"), out);
            return true;
        }
    }
    return false;
}

/* "type: connect": of an object, the member that tells most. */
static bool put_member(json_t *root, struct buf *out)
{
    static const char *const keys[] = {"type", "status", "event", NULL};
    const char *key;
    json_t *value;

    for (size_t i = 0; keys[i]; i++) {
        value = json_object_get(root, keys[i]);
        if (value && is_scalar(value)) {
            buf_printf(out, "%s: ", keys[i]);
            put_scalar(value, out);
            return true;
        }
    }
    json_object_foreach(root, key, value)
    {
        if (!is_scalar(value))
            continue;
        buf_printf(out, "%s: ", key);
        put_scalar(value, out);
        return true;
    }
    return false;
}

struct slice said_whole(const struct probe *probe)
{
    for (size_t i = 0; i < probe->message_count; i++) {
        const struct message *message = &probe->messages[i];

        if (!message->sent && (message->type == MESSAGE_TEXT || message->type == MESSAGE_BINARY))
            return message->data;
    }
    return probe->upgrade && probe->status == 101 ? (struct slice){NULL, 0} : probe->body;
}

struct slice said_by(const struct probe *probe, struct arena *arena)
{
    struct slice whole = said_whole(probe), line;
    struct buf words = BUF_INIT;
    json_t *root;

    /* What broke below is told by the library, what broke above by the answer. */
    if (probe->status == 0)
        return probe->detail.len ? cut(first_line(probe->detail), arena) : slice_of(probe->code);
    root = load(whole);
    if (json_is_object(root) && (put_error(root, &words) || put_member(root, &words)))
        line = cut(first_line(buf_slice(&words)), arena);
    else if (title_of(whole).len)
        line = cut(title_of(whole), arena);
    else
        line = cut(first_line(whole), arena);
    json_decref(root);
    buf_free(&words);
    if (line.len)
        return line;
    return probe->detail.len ? cut(first_line(probe->detail), arena) : (struct slice){NULL, 0};
}

/* Appends `key` to a JSON pointer (RFC 6901, 3). */
static void put_step(struct buf *pointer, const char *key)
{
    buf_putc(pointer, '/');
    for (; *key; key++) {
        if (*key == '~' || *key == '/')
            buf_puts(pointer, *key == '~' ? "~0" : "~1");
        else
            buf_putc(pointer, *key);
    }
}

/* Walks two documents and notes where they differ. */
static void differ(const json_t *a, json_t *b, struct buf *pointer, size_t depth, struct grown *names,
                   struct arena *arena)
{
    const char *key;
    json_t *value;

    if (json_equal(a, b) || names->count >= VARYING_MAX)
        return;
    if (!json_is_object(a) || !json_is_object(b) || depth >= POINTER_DEPTH) {
        grown_once(names, arena_slice(arena, buf_slice(pointer)), arena);
        return;
    }
    json_object_foreach(b, key, value)
    {
        size_t len = pointer->len;

        put_step(pointer, key);
        differ(json_object_get(a, key), value, pointer, depth + 1, names, arena);
        buf_cut(pointer, len);
    }
}

struct list said_varying(const struct answer *answer, struct arena *arena)
{
    struct grown names = {0};
    struct buf pointer = BUF_INIT;
    json_t *first = answer->count ? load(said_whole(answer->probes[0])) : NULL;

    for (size_t i = 1; first && i < answer->count; i++) {
        json_t *other = load(said_whole(answer->probes[i]));

        if (other)
            differ(first, other, &pointer, 0, &names, arena);
        json_decref(other);
    }
    json_decref(first);
    buf_free(&pointer);
    return grown_list(&names);
}
