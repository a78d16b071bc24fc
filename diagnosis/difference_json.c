/* SPDX-License-Identifier: MIT */
/* Two JSON documents, walked side by side. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "diagnosis/difference.h"

enum { DEPTH_MOST = 64 };

struct walk {
    struct differences *differences;
    struct buf pointer; /* to where the walk is */
    unsigned depth;
};

/* Appends a reference token (RFC 6901, 3); returns the length to cut back to. */
static size_t descend(struct walk *walk, const char *token, size_t len)
{
    size_t back = walk->pointer.len;

    buf_putc(&walk->pointer, '/');
    for (size_t i = 0; i < len; i++)
        if (token[i] == '~')
            buf_puts(&walk->pointer, "~0");
        else if (token[i] == '/')
            buf_puts(&walk->pointer, "~1");
        else
            buf_putc(&walk->pointer, token[i]);
    return back;
}

static size_t descend_to(struct walk *walk, size_t index)
{
    size_t back = walk->pointer.len;

    buf_printf(&walk->pointer, "/%zu", index);
    return back;
}

static void note(struct walk *walk, enum difference_kind kind, json_t *before, json_t *after)
{
    enum { FLAGS = JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS };
    char *old = before ? json_dumps(before, FLAGS) : NULL;
    char *now = after ? json_dumps(after, FLAGS) : NULL;
    struct slice where = walk->pointer.len ? buf_slice(&walk->pointer) : slice_of("/");

    differences_add(walk->differences, kind, where, slice_of(old), slice_of(now));
    free(old);
    free(now);
}

static void compare_values(struct walk *walk, json_t *before, json_t *after);

static void compare_objects(struct walk *walk, json_t *before, json_t *after)
{
    const char *key;
    size_t len;
    json_t *value;

    json_object_keylen_foreach(before, key, len, value)
    {
        json_t *other = json_object_getn(after, key, len);
        size_t back = descend(walk, key, len);

        if (other)
            compare_values(walk, value, other);
        else
            note(walk, DIFFERENCE_REMOVED, value, NULL);
        buf_cut(&walk->pointer, back);
    }
    json_object_keylen_foreach(after, key, len, value)
    {
        size_t back = descend(walk, key, len);

        if (!json_object_getn(before, key, len))
            note(walk, DIFFERENCE_ADDED, NULL, value);
        buf_cut(&walk->pointer, back);
    }
}

/* What tells an array's elements from each other: `key` of each, a string or number, as a key of an object that leads
 * to the element. NULL when one has none, or two have the same. */
static json_t *by_identity(json_t *array, const char *key)
{
    json_t *index = json_object();
    size_t i;
    json_t *element;

    json_array_foreach(array, i, element)
    {
        json_t *id = json_object_get(element, key);
        char *text = json_is_string(id) || json_is_number(id) ? json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
        bool fresh = text && !json_object_get(index, text) && json_object_set(index, text, element) == 0;

        free(text);
        if (!fresh) {
            json_decref(index);
            return NULL;
        }
    }
    return index;
}

/* Elements that moved have not changed; the pointer names each by its place: where it is now or, if gone, was. */
static void compare_identified(struct walk *walk, json_t *before, json_t *after, json_t *old, json_t *now,
                               const char *key)
{
    size_t i;
    json_t *element;

    json_array_foreach(before, i, element)
    {
        char *text = json_dumps(json_object_get(element, key), JSON_ENCODE_ANY | JSON_COMPACT);
        size_t back = descend_to(walk, i);

        if (text && !json_object_get(now, text))
            note(walk, DIFFERENCE_REMOVED, element, NULL);
        buf_cut(&walk->pointer, back);
        free(text);
    }
    json_array_foreach(after, i, element)
    {
        char *text = json_dumps(json_object_get(element, key), JSON_ENCODE_ANY | JSON_COMPACT);
        json_t *other = text ? json_object_get(old, text) : NULL;
        size_t back = descend_to(walk, i);

        if (other)
            compare_values(walk, other, element);
        else
            note(walk, DIFFERENCE_ADDED, NULL, element);
        buf_cut(&walk->pointer, back);
        free(text);
    }
}

static void compare_positions(struct walk *walk, json_t *before, json_t *after)
{
    size_t old = json_array_size(before), now = json_array_size(after);

    for (size_t i = 0; i < old || i < now; i++) {
        size_t back = descend_to(walk, i);

        if (i >= now)
            note(walk, DIFFERENCE_REMOVED, json_array_get(before, i), NULL);
        else if (i >= old)
            note(walk, DIFFERENCE_ADDED, NULL, json_array_get(after, i));
        else
            compare_values(walk, json_array_get(before, i), json_array_get(after, i));
        buf_cut(&walk->pointer, back);
    }
}

static void compare_arrays(struct walk *walk, json_t *before, json_t *after)
{
    static const char *const keys[] = {"id", "uuid", "key", "name"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_t *old = by_identity(before, keys[i]);
        json_t *now = old ? by_identity(after, keys[i]) : NULL;
        bool identified = now != NULL;

        if (identified)
            compare_identified(walk, before, after, old, now, keys[i]);
        json_decref(old);
        json_decref(now);
        if (identified)
            return;
    }
    compare_positions(walk, before, after);
}

static bool same_type(const json_t *before, const json_t *after)
{
    return json_typeof(before) == json_typeof(after) || (json_is_number(before) && json_is_number(after))
           || (json_is_boolean(before) && json_is_boolean(after));
}

static void compare_values(struct walk *walk, json_t *before, json_t *after)
{
    bool numbers = json_is_number(before) && json_is_number(after);

    if (json_equal(before, after) || (numbers && json_number_value(before) == json_number_value(after)))
        return;
    if (!same_type(before, after)) {
        note(walk, DIFFERENCE_TYPE, before, after);
        return;
    }
    if (walk->depth >= DEPTH_MOST || (!json_is_object(before) && !json_is_array(before))) {
        note(walk, DIFFERENCE_VALUE, before, after);
        return;
    }
    walk->depth++;
    if (json_is_object(before))
        compare_objects(walk, before, after);
    else
        compare_arrays(walk, before, after);
    walk->depth--;
}

/* Whole numbers that are too large to count are taken as reals. */
static json_t *document(struct slice text)
{
    enum { FLAGS = JSON_DECODE_ANY | JSON_ALLOW_NUL };
    json_t *root = text.data ? json_loadb(text.data, text.len, FLAGS, NULL) : NULL;

    if (!root && text.data)
        root = json_loadb(text.data, text.len, FLAGS | JSON_DECODE_INT_AS_REAL, NULL);
    return root;
}

bool differences_of_json(struct differences *differences, struct slice before, struct slice after)
{
    struct walk walk = {.differences = differences, .pointer = BUF_INIT};
    json_t *old = document(before);
    json_t *now = document(after);
    bool both = old && now;

    if (both)
        compare_values(&walk, old, now);
    json_decref(old);
    json_decref(now);
    buf_free(&walk.pointer);
    return both;
}
