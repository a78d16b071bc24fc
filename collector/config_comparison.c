/* SPDX-License-Identifier: MIT */
/* A value that is expected, or comparisons with it. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "collector/config_expecting.h"
#include "collector/quantity.h"

/* As JSON text: a string is quoted, another scalar is what YAML says that it is. */
static const char *json_of(struct loader *loader, const struct yaml_node *node, const struct place *place,
                           const char *plain)
{
    bool is_text = yaml_meaning(node) == YAML_MEANS_STRING;
    json_t *value = is_text ? json_string(plain) : config_number(loader, node, place);
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    const char *kept = arena_text(&loader->suite->arena, text);

    if (is_text && !value)
        loader_expected(loader, node, place, "valid UTF-8");
    json_decref(value);
    free(text);
    return kept;
}

/* A value as what it is compared with: text for texts, JSON for JSON subjects. */
static bool read_wanted(struct loader *loader, const struct yaml_node *node, const struct place *place, bool json,
                        struct setting *wanted)
{
    bool open, is_secret;

    if (json && node->type == YAML_SCALAR && yaml_meaning(node) == YAML_MEANS_NULL) {
        *wanted = (struct setting){"null", "null"};
        return true;
    }
    if (!loader_expand(loader, node, place, EXPAND_SECRET, wanted))
        return false;
    open = loader_is_open(loader, wanted->value);
    if (!json || open)
        return true;
    is_secret = setting_is_secret(*wanted);
    wanted->value = json_of(loader, node, place, wanted->value);
    wanted->shown = is_secret && wanted->value ? json_of(loader, node, place, wanted->shown) : wanted->value;
    return wanted->value && wanted->shown;
}

static bool is_json_subject(enum expect_subject subject)
{
    return subject == EXPECT_JSON || subject == EXPECT_MESSAGE_JSON;
}

static bool read_number(struct loader *loader, const struct yaml_node *node, const struct place *place, double *number)
{
    const char *text = config_plain(loader, node, place, "a number");
    char *end;

    if (!text)
        return false;
    *number = strtod(text, &end);
    return (end != text && *end == '\0' && isfinite(*number)) || loader_expected(loader, node, place, "a number");
}

bool comparison_read_bytes(struct loader *loader, const struct yaml_node *node, const struct place *place,
                           double *number)
{
    const char *text = config_plain(loader, node, place, quantity_sizes);
    uint64_t bytes;

    if (!text)
        return false;
    if (!quantity_size(text, &bytes))
        return loader_expected(loader, node, place, quantity_sizes);
    *number = (double)bytes;
    return true;
}

static const struct {
    const char *name;
    enum expect_operator operator;
} operators[] = {{"equals", OPERATOR_EQUALS}, {"contains", OPERATOR_CONTAINS}, {"matches", OPERATOR_MATCHES},
                 {"type", OPERATOR_TYPE},     {"at_least", OPERATOR_AT_LEAST}, {"at_most", OPERATOR_AT_MOST},
                 {"exists", OPERATOR_EXISTS}, {"absent", OPERATOR_ABSENT}};
enum { OPERATOR_COUNT = sizeof operators / sizeof *operators };

static void unknown_operator(struct loader *loader, const struct yaml_node *node, const struct place *place,
                             const char *key)
{
    const char *names[OPERATOR_COUNT];
    const char *close;

    for (size_t i = 0; i < OPERATOR_COUNT; i++)
        names[i] = operators[i].name;
    close = nearest_word(key, names, OPERATOR_COUNT);
    if (close)
        loader_problem(loader, node, place, "unknown comparison `%s` (did you mean `%s`?)", key, close);
    else
        loader_problem(loader, node, place,
                       "unknown comparison `%s`; there are equals, contains, matches, exists, absent, type, at_least "
                       "and at_most",
                       key);
}

void comparison_read_operator(struct loader *loader, const char *key, const struct yaml_node *key_node,
                              const struct yaml_node *value, const struct place *place, void *self)
{
    struct matching *matching = self;
    struct expectation expectation = matching->base;
    bool size = expectation.subject == EXPECT_SIZE;
    bool flag = true, ok = true;
    size_t i = 0;

    while (i < OPERATOR_COUNT && strcmp(operators[i].name, key) != 0)
        i++;
    if (i == OPERATOR_COUNT) {
        unknown_operator(loader, key_node, place->outer, key);
        return;
    }
    expectation.operator= operators[i].operator;
    switch (expectation.operator) {
    case OPERATOR_EXISTS:
    case OPERATOR_ABSENT:
        ok = config_bool(loader, value, place, &flag);
        if (!flag)
            expectation.operator= expectation.operator== OPERATOR_EXISTS ? OPERATOR_ABSENT : OPERATOR_EXISTS;
        break;
    case OPERATOR_AT_LEAST:
    case OPERATOR_AT_MOST:
        ok = size ? comparison_read_bytes(loader, value, place, &expectation.number)
                  : read_number(loader, value, place, &expectation.number);
        break;
    case OPERATOR_EQUALS:
        if (size) {
            ok = comparison_read_bytes(loader, value, place, &expectation.number);
            break;
        }
        ok = read_wanted(loader, value, place, is_json_subject(expectation.subject), &expectation.wanted);
        break;
    default:
        ok = loader_expand(loader, value, place, EXPAND_SECRET, &expectation.wanted);
    }
    if (ok)
        expecting_add(matching->expecting, value, place, expectation);
}

void comparison_read(struct expecting *expecting, const struct yaml_node *node, const struct place *place,
                     struct expectation base)
{
    struct matching matching = {expecting, base};
    struct loader *loader = expecting->loader;

    if (node->type == YAML_MAPPING) {
        loader_each(loader, node, place, comparison_read_operator, &matching);
    } else if (node->type == YAML_SEQUENCE) {
        loader_expected(loader, node, place, "a value, or a comparison such as {contains: …}");
    } else {
        base.operator= OPERATOR_EQUALS;
        if (read_wanted(loader, node, place, is_json_subject(base.subject), &base.wanted))
            expecting_add(expecting, node, place, base);
    }
}

void comparison_read_keyed(struct loader *loader, const char *key, const struct yaml_node *key_node,
                           const struct yaml_node *value, const struct place *place, void *self)
{
    struct matching *matching = self;
    struct expectation base = matching->base;

    (void)loader;
    (void)key_node;
    base.key = key;
    comparison_read(matching->expecting, value, place, base);
}
