/* SPDX-License-Identifier: MIT */
/* finding_json.c - findings as the JSON document that a run keeps, and back. Our rules' words are not kept: a
 * code finds them again. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "diagnosis/finding.h"
#include "diagnosis/locate.h"
#include "diagnosis/rule.h"

/* Foreign bytes; what is no UTF-8 is kept as it will be shown. */
static json_t *json_of(struct slice text)
{
    struct buf safe = BUF_INIT;
    json_t *string;

    if (utf8_valid(text))
        return json_stringn(text.data, text.len);
    utf8_escape(&safe, text);
    string = json_stringn(safe.data, safe.len);
    buf_free(&safe);
    return string;
}

static json_t *numbers_of(const uint32_t *numbers, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_integer(numbers[i]));
    return array;
}

static void put_cites(json_t *object, const char *key, struct cites cites)
{
    json_object_set_new(object, key, numbers_of(cites.ordinals, cites.count));
}

/* What is absent is left out. */
static void put_slice(json_t *object, const char *key, struct slice text)
{
    if (text.data)
        json_object_set_new(object, key, json_of(text));
}

static void put_words(json_t *object, const char *key, const char *words)
{
    if (words)
        json_object_set_new(object, key, json_string(words));
}

static json_t *excluded_of(const struct finding *finding)
{
    json_t *array = json_array();

    for (size_t i = 0; i < finding->excluded_count; i++) {
        json_t *object = json_object();

        put_words(object, "what", finding->excluded[i].what);
        put_cites(object, "probes", finding->excluded[i].cites);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *cautions_of(const struct finding *finding)
{
    json_t *array = json_array();

    for (size_t i = 0; i < finding->caution_count; i++) {
        json_t *object = json_object();

        put_slice(object, "key", finding->cautions[i].key);
        put_slice(object, "value", finding->cautions[i].value);
        put_words(object, "words", finding->cautions[i].words);
        put_cites(object, "probes", finding->cautions[i].cites);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *locations_of(const struct finding *finding)
{
    json_t *array = json_array();

    for (size_t i = 0; i < finding->location_count; i++) {
        const struct location *location = &finding->locations[i];
        json_t *object = json_object();

        put_slice(object, "file", slice_of(location->file));
        json_object_set_new(object, "line", json_integer(location->line));
        json_object_set_new(object, "kind", json_integer(location->kind));
        if (location->aside)
            json_object_set_new(object, "aside", json_true());
        put_slice(object, "literal", location->literal);
        put_slice(object, "replacement", location->replacement);
        put_slice(object, "key", location->key);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *finding_of(const struct finding *finding)
{
    json_t *object = json_object();

    put_words(object, "code", finding->rule->code);
    put_words(object, "certainty", certainty_words[finding->certainty]);
    json_object_set_new(object, "endpoints", numbers_of(finding->endpoints, finding->endpoint_count));
    if (finding->candidate)
        json_object_set_new(object, "candidate", json_integer(finding->candidate));
    put_cites(object, "probes", finding->probes);
    put_cites(object, "experiments", finding->experiments);
    json_object_set_new(object, "excluded", excluded_of(finding));
    json_object_set_new(object, "cautions", cautions_of(finding));
    put_slice(object, "field", finding->field);
    put_words(object, "varied", finding->varied);
    if (finding->searched)
        json_object_set_new(object, "locations", locations_of(finding));
    if (finding->search_cut)
        json_object_set_new(object, "search_cut", json_true());
    put_slice(object, "diff", finding->diff);
    put_words(object, "undecided", finding->undecided);
    return object;
}

void findings_to_json(const struct findings *findings, struct buf *out)
{
    json_t *root = json_object(), *list = json_array();
    char *text;

    json_object_set_new(root, "rules", json_integer(findings->rules));
    json_object_set_new(root, "findings", list);
    for (size_t i = 0; i < findings->count; i++)
        json_array_append_new(list, finding_of(&findings->list[i]));
    text = json_dumps(root, JSON_COMPACT);
    buf_puts(out, text ? text : "{}");
    free(text);
    json_decref(root);
}

/* Reading back: a store may be damaged, so every type is looked at. */

struct reading {
    struct arena *arena;
    struct error *err;
    bool failed;
};

static void damaged(struct reading *reading, const char *what)
{
    if (!reading->failed)
        fail(reading->err, ERR_STORE, "the run's findings are damaged: %s", what);
    reading->failed = true;
}

static uint32_t number_from(struct reading *reading, const json_t *value, const char *what)
{
    json_int_t number = json_integer_value(value);

    if (json_is_integer(value) && number >= 0 && number <= UINT32_MAX)
        return (uint32_t)number;
    damaged(reading, what);
    return 0;
}

static const uint32_t *numbers_from(struct reading *reading, const json_t *array, const char *what, size_t *count)
{
    uint32_t *numbers;

    *count = 0;
    if (!json_is_array(array)) {
        damaged(reading, what);
        return NULL;
    }
    numbers = arena_new(reading->arena, json_array_size(array) + 1, sizeof *numbers);
    for (; *count < json_array_size(array); (*count)++)
        numbers[*count] = number_from(reading, json_array_get(array, *count), what);
    return numbers;
}

static struct cites cites_from(struct reading *reading, const json_t *object, const char *key)
{
    struct cites cites = {0};

    cites.ordinals = numbers_from(reading, json_object_get(object, key), key, &cites.count);
    return cites;
}

static struct slice slice_from(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!value)
        return (struct slice){NULL, 0};
    if (!json_is_string(value)) {
        damaged(reading, key);
        return (struct slice){NULL, 0};
    }
    return arena_slice(reading->arena, (struct slice){json_string_value(value), json_string_length(value)});
}

static const char *words_from(struct reading *reading, const json_t *object, const char *key)
{
    return slice_from(reading, object, key).data;
}

static const json_t *array_in(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *array = json_object_get(object, key);

    if (!json_is_array(array))
        damaged(reading, key);
    return array;
}

static void read_excluded(struct reading *reading, const json_t *object, struct finding *finding)
{
    const json_t *array = array_in(reading, object, "excluded");
    struct exclusion *list = arena_new(reading->arena, json_array_size(array) + 1, sizeof *list);

    for (size_t i = 0; i < json_array_size(array) && !reading->failed; i++) {
        const json_t *entry = json_array_get(array, i);

        list[i].what = words_from(reading, entry, "what");
        list[i].cites = cites_from(reading, entry, "probes");
        if (!list[i].what)
            damaged(reading, "what");
    }
    finding->excluded = list;
    finding->excluded_count = json_array_size(array);
}

static enum location_kind location_kind_from(struct reading *reading, const json_t *entry)
{
    uint32_t kind = number_from(reading, json_object_get(entry, "kind"), "kind");

    if (kind >= LOCATION_KINDS)
        damaged(reading, "kind");
    return kind < LOCATION_KINDS ? (enum location_kind)kind : LOCATION_URL;
}

/* A run made before there were locations has none. */
static void read_locations(struct reading *reading, const json_t *object, struct finding *finding)
{
    const json_t *array = json_object_get(object, "locations");
    struct location *list = arena_new(reading->arena, json_array_size(array) + 1, sizeof *list);

    for (size_t i = 0; i < json_array_size(array) && !reading->failed; i++) {
        const json_t *entry = json_array_get(array, i);

        list[i].file = words_from(reading, entry, "file");
        list[i].line = number_from(reading, json_object_get(entry, "line"), "line");
        list[i].kind = location_kind_from(reading, entry);
        list[i].aside = json_is_true(json_object_get(entry, "aside"));
        list[i].literal = slice_from(reading, entry, "literal");
        list[i].replacement = slice_from(reading, entry, "replacement");
        list[i].key = slice_from(reading, entry, "key");
        if (!list[i].file)
            damaged(reading, "locations");
    }
    finding->searched = array != NULL;
    finding->search_cut = json_is_true(json_object_get(object, "search_cut"));
    finding->locations = list;
    finding->location_count = json_array_size(array);
}

static void read_cautions(struct reading *reading, const json_t *object, struct finding *finding)
{
    const json_t *array = array_in(reading, object, "cautions");
    struct caution *list = arena_new(reading->arena, json_array_size(array) + 1, sizeof *list);

    for (size_t i = 0; i < json_array_size(array) && !reading->failed; i++) {
        const json_t *entry = json_array_get(array, i);

        list[i].key = slice_from(reading, entry, "key");
        list[i].value = slice_from(reading, entry, "value");
        list[i].words = words_from(reading, entry, "words");
        list[i].cites = cites_from(reading, entry, "probes");
    }
    finding->cautions = list;
    finding->caution_count = json_array_size(array);
}

static enum certainty certainty_from(struct reading *reading, const json_t *object)
{
    const char *word = json_string_value(json_object_get(object, "certainty"));

    for (int i = 0; word && certainty_words[i]; i++)
        if (strcmp(certainty_words[i], word) == 0)
            return (enum certainty)i;
    damaged(reading, "certainty");
    return CERTAINTY_NONE;
}

static void read_finding(struct reading *reading, const json_t *object, struct finding *finding)
{
    const char *code = json_string_value(json_object_get(object, "code"));
    const json_t *candidate = json_object_get(object, "candidate");

    finding->rule = code ? rule_by_code(code) : NULL;
    if (!finding->rule) {
        if (!reading->failed)
            fail(reading->err, ERR_STORE, "the run's findings name a cause that this version does not know: %s",
                 code ? code : "(none)");
        reading->failed = true;
        return;
    }
    finding->certainty = certainty_from(reading, object);
    finding->endpoints =
        numbers_from(reading, json_object_get(object, "endpoints"), "endpoints", &finding->endpoint_count);
    if (finding->endpoint_count == 0)
        damaged(reading, "endpoints");
    if (candidate)
        finding->candidate = number_from(reading, candidate, "candidate");
    finding->probes = cites_from(reading, object, "probes");
    finding->experiments = cites_from(reading, object, "experiments");
    read_excluded(reading, object, finding);
    read_cautions(reading, object, finding);
    read_locations(reading, object, finding);
    finding->diff = slice_from(reading, object, "diff");
    finding->field = slice_from(reading, object, "field");
    finding->varied = words_from(reading, object, "varied");
    finding->undecided = words_from(reading, object, "undecided");
}

bool findings_from_json(const char *json, struct arena *arena, struct findings *findings, struct error *err)
{
    struct reading reading = {.arena = arena, .err = err};
    json_t *root = json_loads(json, JSON_ALLOW_NUL, NULL);
    const json_t *list = json_object_get(root, "findings");
    struct finding *found;

    *findings = (struct findings){0};
    if (!json_is_array(list)) {
        damaged(&reading, "no list of findings");
    } else {
        found = arena_new(arena, json_array_size(list) + 1, sizeof *found);
        findings->rules = number_from(&reading, json_object_get(root, "rules"), "rules");
        for (size_t i = 0; i < json_array_size(list) && !reading.failed; i++)
            read_finding(&reading, json_array_get(list, i), &found[i]);
        findings->list = found;
        findings->count = json_array_size(list);
    }
    json_decref(root);
    if (reading.failed)
        *findings = (struct findings){0};
    return !reading.failed;
}
