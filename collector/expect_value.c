/* SPDX-License-Identifier: MIT */
#include "collector/expect_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "collector/json_pointer.h"
#include "collector/pattern.h"

enum { ACTUAL_MOST = 200 };

static struct slice keep(struct arena *arena, struct slice text)
{
    if (text.len > ACTUAL_MOST)
        text.len = utf8_cut(text, ACTUAL_MOST);
    return arena_slice(arena, text);
}

struct finding_of_one expect_judge_text(const struct expectation *expectation, struct slice actual,
                                        struct arena *arena)
{
    const char *wanted = expectation->wanted.value ? expectation->wanted.value : "";
    size_t len = strlen(wanted);

    if (expectation->operator== OPERATOR_ABSENT)
        return holds(actual.data == NULL, keep(arena, actual));
    if (!actual.data)
        return holds(false, actual);
    switch (expectation->operator) {
    case OPERATOR_EQUALS:
        return holds(slice_equals(actual, slice_of(wanted)), keep(arena, actual));
    case OPERATOR_CONTAINS:
        return holds(memmem(actual.data, actual.len, wanted, len) != NULL, keep(arena, actual));
    case OPERATOR_MATCHES:
        switch (pattern_match(wanted, actual)) {
        case PATTERN_UNDECIDED:
            return not_judged("the regular expression took too long on this text");
        case PATTERN_MATCHES:
            return holds(true, keep(arena, actual));
        case PATTERN_NO:
            return holds(false, keep(arena, actual));
        }
        return holds(false, keep(arena, actual));
    default:
        return holds(true, keep(arena, actual));
    }
}

static const char *json_type_word(const json_t *value)
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

static struct slice json_words(const json_t *value, struct arena *arena)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    struct slice kept = keep(arena, slice_of(text));

    free(text);
    return kept;
}

/* A string's own text, another value as JSON: what contains and matches look into. */
static struct finding_of_one judge_json_text(const struct expectation *expectation, const json_t *value,
                                             struct arena *arena)
{
    struct finding_of_one found;
    char *text;

    if (json_is_string(value))
        return expect_judge_text(expectation, (struct slice){json_string_value(value), json_string_length(value)},
                                 arena);
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    found = expect_judge_text(expectation, slice_of(text), arena);
    free(text);
    return found;
}

/* 5 and 5.0 are one number (RFC 8259, 6), which jansson tells apart. */
static bool json_equals(const char *wanted, const json_t *value)
{
    json_t *other = json_loads(wanted, JSON_DECODE_ANY, NULL);
    bool same = other && json_equal(other, value);

    if (json_is_number(other) && json_is_number(value) && (json_is_real(other) || json_is_real(value)))
        same = json_number_value(other) == json_number_value(value);

    json_decref(other);
    return same;
}

static struct finding_of_one judge_json_value(const struct expectation *expectation, const json_t *value,
                                              struct arena *arena)
{
    const char *wanted = expectation->wanted.value ? expectation->wanted.value : "";

    if (expectation->operator== OPERATOR_ABSENT)
        return holds(!value, value ? json_words(value, arena) : (struct slice){NULL, 0});
    if (!value)
        return holds(false, (struct slice){NULL, 0});
    switch (expectation->operator) {
    case OPERATOR_EQUALS:
        return holds(json_equals(wanted, value), json_words(value, arena));
    case OPERATOR_TYPE:
        return holds(strcmp(wanted, json_type_word(value)) == 0, slice_of(json_type_word(value)));
    case OPERATOR_AT_LEAST:
        return holds(json_is_number(value) && json_number_value(value) >= expectation->number,
                     json_words(value, arena));
    case OPERATOR_AT_MOST:
        return holds(json_is_number(value) && json_number_value(value) <= expectation->number,
                     json_words(value, arena));
    case OPERATOR_CONTAINS:
    case OPERATOR_MATCHES:
        return judge_json_text(expectation, value, arena);
    default:
        return holds(true, json_words(value, arena));
    }
}

/* A NUL in a string and an integer of more than 64 bits are JSON, though jansson wants to be asked. */
static json_t *parse_json(struct slice text)
{
    json_t *parsed = json_loadb(text.data, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

    return parsed ? parsed
                  : json_loadb(text.data, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
}

struct finding_of_one expect_judge_json(const struct expectation *expectation, struct slice text, json_t **parsed,
                                        struct arena *arena)
{
    if (!text.data)
        return holds(false, text);
    if (!*parsed)
        *parsed = parse_json(text);
    if (!*parsed)
        return holds(false, slice_of(text.len ? "not JSON" : "nothing"));
    return judge_json_value(expectation, json_pointer_get(*parsed, expectation->key ? expectation->key : ""), arena);
}
