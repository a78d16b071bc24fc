/* SPDX-License-Identifier: MIT */
#include "collector/expect_value.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "collector/json_pointer.h"
#include "collector/pattern.h"
#include "collector/suite.h"

static struct slice keep(struct slice text, struct arena *arena)
{
    if (text.len > COMPARED_MOST)
        text.len = utf8_cut(text, COMPARED_MOST);
    return arena_slice(arena, text);
}

static struct compared match(const char *wanted, struct slice actual, struct arena *arena)
{
    enum pattern_answer answer = pattern_match(wanted, actual);

    if (answer == PATTERN_UNDECIDED)
        return compared_not("the regular expression took too long on this text");
    return compared_as(answer == PATTERN_MATCHES, keep(actual, arena));
}

struct compared compare_text(const struct expectation *expectation, struct slice actual, struct arena *arena)
{
    const char *wanted = expectation->wanted.value ? expectation->wanted.value : "";
    size_t len = strlen(wanted);

    if (expectation->operator== OPERATOR_ABSENT)
        return compared_as(actual.data == NULL, keep(actual, arena));
    if (!actual.data)
        return compared_as(false, actual);
    switch (expectation->operator) {
    case OPERATOR_EQUALS:
        return compared_as(slice_equals(actual, slice_of(wanted)), keep(actual, arena));
    case OPERATOR_CONTAINS:
        return compared_as(memmem(actual.data, actual.len, wanted, len) != NULL, keep(actual, arena));
    case OPERATOR_MATCHES:
        return match(wanted, actual, arena);
    default:
        return compared_as(true, keep(actual, arena));
    }
}

/* Where the string that begins at `at` ends. */
static size_t string_end(struct slice text, size_t at)
{
    for (at++; at < text.len && text.data[at] != '"'; at++)
        if (text.data[at] == '\\')
            at++;
    return at < text.len ? at + 1 : text.len;
}

/* An integer that 64 bits do not hold becomes a real, by an exponent; all others stay as exact as they are. */
static void put_number(struct slice number, struct buf *out)
{
    size_t digits = 0;
    char kept[24];

    for (size_t i = 0; i < number.len; i++)
        digits += isdigit((unsigned char)number.data[i]) != 0;
    buf_put(out, number.data, number.len);
    if (digits + (number.data[0] == '-') < number.len)
        return;
    errno = 0;
    if (number.len < sizeof kept) {
        memcpy(kept, number.data, number.len);
        kept[number.len] = '\0';
        strtoll(kept, NULL, 10);
    }
    if (number.len >= sizeof kept || errno == ERANGE)
        buf_puts(out, "e0");
}

static void soften_numbers(struct slice text, struct buf *out)
{
    size_t at = 0;

    while (at < text.len) {
        size_t end = at + 1;

        if (text.data[at] == '"') {
            end = string_end(text, at);
        } else if (isdigit((unsigned char)text.data[at]) || text.data[at] == '-') {
            while (end < text.len && text.data[end] && strchr("0123456789.eE+-", text.data[end]))
                end++;
            put_number((struct slice){text.data + at, end - at}, out);
            at = end;
            continue;
        }
        buf_put(out, text.data + at, end - at);
        at = end;
    }
}

json_t *compared_document(struct slice text)
{
    const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
    json_error_t error;
    json_t *document = json_loadb(text.data, text.len, flags, &error);
    struct buf softened = BUF_INIT;

    if (document || json_error_code(&error) != json_error_numeric_overflow)
        return document;
    soften_numbers(text, &softened);
    document = json_loadb(softened.data, softened.len, flags, NULL);
    buf_free(&softened);
    return document;
}

static const char *type_word(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    default:
        return "null";
    }
}

static struct slice words(const json_t *value, struct arena *arena)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    struct slice kept = keep(slice_of(text), arena);

    free(text);
    return kept;
}

/* A string's own text, another value as JSON: what contains and matches look into. */
static struct compared compare_inside(const struct expectation *expectation, const json_t *value, struct arena *arena)
{
    struct compared compared;
    char *text;

    if (json_is_string(value))
        return compare_text(expectation, (struct slice){json_string_value(value), json_string_length(value)}, arena);
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    compared = compare_text(expectation, slice_of(text), arena);
    free(text);
    return compared;
}

static bool whole_equals(json_int_t whole, double real)
{
    return real >= -0x1p63 && real < 0x1p63 && (json_int_t)real == whole && (double)(json_int_t)real == real;
}

/* JSON has one kind of number: 1 and 1.0 are equal (RFC 8259, 6). Integers of 64 bits are told apart to the last digit,
 * others as doubles, as most readers see them. */
static bool numbers_equal(const json_t *a, const json_t *b)
{
    if (json_is_integer(a) && json_is_integer(b))
        return json_integer_value(a) == json_integer_value(b);
    if (json_is_integer(a))
        return whole_equals(json_integer_value(a), json_real_value(b));
    if (json_is_integer(b))
        return whole_equals(json_integer_value(b), json_real_value(a));
    return json_real_value(a) == json_real_value(b);
}

/* As json_equal() does, but for numbers; no deeper than jansson reads. */
static bool values_equal(const json_t *a, const json_t *b)
{
    const char *key;
    json_t *member;

    if (json_is_number(a) && json_is_number(b))
        return numbers_equal(a, b);
    if (json_typeof(a) != json_typeof(b))
        return false;
    if (json_is_array(a)) {
        for (size_t i = 0; i < json_array_size(a); i++)
            if (i >= json_array_size(b) || !values_equal(json_array_get(a, i), json_array_get(b, i)))
                return false;
        return json_array_size(a) == json_array_size(b);
    }
    if (!json_is_object(a))
        return json_equal(a, b);
    json_object_foreach((json_t *)a, key, member)
    {
        const json_t *other = json_object_get(b, key);

        if (!other || !values_equal(member, other))
            return false;
    }
    return json_object_size(a) == json_object_size(b);
}

static bool equals(const char *wanted, const json_t *value)
{
    json_t *other = compared_document(slice_of(wanted));
    bool same = other && values_equal(other, value);

    json_decref(other);
    return same;
}

static struct compared compare_value(const struct expectation *expectation, const json_t *value, struct arena *arena)
{
    const char *wanted = expectation->wanted.value ? expectation->wanted.value : "";

    switch (expectation->operator) {
    case OPERATOR_EQUALS:
        return compared_as(equals(wanted, value), words(value, arena));
    case OPERATOR_TYPE:
        return compared_as(strcmp(wanted, type_word(value)) == 0, slice_of(type_word(value)));
    case OPERATOR_AT_LEAST:
        return compared_as(json_is_number(value) && json_number_value(value) >= expectation->number,
                           words(value, arena));
    case OPERATOR_AT_MOST:
        return compared_as(json_is_number(value) && json_number_value(value) <= expectation->number,
                           words(value, arena));
    case OPERATOR_CONTAINS:
    case OPERATOR_MATCHES:
        return compare_inside(expectation, value, arena);
    default:
        return compared_as(true, words(value, arena));
    }
}

struct compared compare_json(const struct expectation *expectation, json_t *root, struct arena *arena)
{
    const json_t *value = json_pointer_get(root, expectation->key ? expectation->key : "");

    if (expectation->operator== OPERATOR_ABSENT)
        return compared_as(!value, value ? words(value, arena) : (struct slice){NULL, 0});
    return value ? compare_value(expectation, value, arena) : compared_as(false, (struct slice){NULL, 0});
}
