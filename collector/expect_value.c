/* SPDX-License-Identifier: MIT */
#include "collector/expect_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
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

json_t *compared_document(struct slice text)
{
    json_error_t error;
    json_t *document = json_loadb(text.data, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

    if (!document && json_error_code(&error) == json_error_numeric_overflow)
        document = json_loadb(text.data, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
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

/* JSON has one kind of number: 1 and 1.0 are equal (RFC 8259, 6). */
static bool equals(const char *wanted, const json_t *value)
{
    json_t *other = compared_document(slice_of(wanted));
    bool same = other
                && (json_equal(other, value)
                    || (json_is_number(other) && json_is_number(value) && (json_is_real(other) || json_is_real(value))
                        && json_number_value(other) == json_number_value(value)));

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
