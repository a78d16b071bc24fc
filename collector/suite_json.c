/* SPDX-License-Identifier: MIT */
#include "collector/suite_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "collector/suite.h"

/* JSON is UTF-8: of a text that is not, the broken bytes become escapes. */
static json_t *text_of(const char *text)
{
    json_t *string = json_string(text);

    if (!string) {
        struct buf safe = BUF_INIT;

        utf8_escape(&safe, slice_of(text));
        string = json_string(safe.data);
        buf_free(&safe);
    }
    return string;
}

/* What is not set is left out: reading gives it the same default. */
static void put(json_t *object, const char *key, const char *text)
{
    if (text)
        json_object_set_new(object, key, text_of(text));
}

static void put_number(json_t *object, const char *key, int64_t number)
{
    json_object_set_new(object, key, json_integer((json_int_t)number));
}

static json_t *texts_of(const char *const *texts, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, text_of(texts[i]));
    return array;
}

static json_t *headers_of(const struct endpoint *endpoint)
{
    json_t *array = json_array();

    for (size_t i = 0; i < endpoint->header_count; i++) {
        const struct header_setting *header = &endpoint->headers[i];
        json_t *object = json_object();

        put(object, "name", header->name);
        put(object, "value", header->value.shown);
        json_object_set_new(object, "secret", json_boolean(header->secret));
        json_object_set_new(object, "from_defaults", json_boolean(header->from_defaults));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *expectations_of(const struct endpoint *endpoint)
{
    json_t *array = json_array();

    for (size_t i = 0; i < endpoint->expectation_count; i++) {
        const struct expectation *expectation = &endpoint->expectations[i];
        json_t *object = json_object();

        put_number(object, "subject", expectation->subject);
        put_number(object, "operator", expectation->operator);
        put(object, "key", expectation->key);
        put(object, "wanted", expectation->wanted.shown);
        json_object_set_new(object, "number", json_real(expectation->number));
        put(object, "words", expectation->words);
        put_number(object, "within_us", expectation->within_us);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *candidates_of(const struct endpoint *endpoint)
{
    json_t *array = json_array();

    for (size_t i = 0; i < endpoint->candidate_count; i++) {
        json_t *object = json_object();

        put(object, "name", endpoint->candidates[i].name);
        put(object, "url", endpoint->candidates[i].url.shown);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *resolve_of(const struct endpoint *endpoint)
{
    json_t *array = json_array();

    for (size_t i = 0; i < endpoint->resolve_count; i++)
        json_array_append_new(array, text_of(endpoint->resolve[i].shown));
    return array;
}

static json_t *endpoint_of(const struct endpoint *endpoint)
{
    json_t *object = json_object();

    put(object, "name", endpoint->name);
    put(object, "group", endpoint->group);
    put(object, "used_by", endpoint->used_by);
    put(object, "owner", endpoint->owner);
    put(object, "kind", kind_words[endpoint->kind]);
    put(object, "role", role_words[endpoint->role]);
    put(object, "url", endpoint->url.shown);
    put(object, "method", endpoint->method);
    put(object, "body", endpoint->body.shown);
    json_object_set_new(object, "headers", headers_of(endpoint));
    if (endpoint->origin_count)
        json_object_set_new(object, "origins", texts_of(endpoint->origins, endpoint->origin_count));
    json_object_set_new(object, "resolve", resolve_of(endpoint));
    json_object_set_new(object, "subprotocols", texts_of(endpoint->subprotocols, endpoint->subprotocol_count));
    put(object, "tls_ca", endpoint->tls.ca);
    json_object_set_new(object, "tls_verify", json_boolean(endpoint->tls.verify));
    json_object_set_new(object, "expect", expectations_of(endpoint));
    json_object_set_new(object, "candidates", candidates_of(endpoint));
    put_number(object, "attempts", endpoint->attempts);
    put_number(object, "timeout_us", endpoint->timeout_us);
    put_number(object, "interval_us", endpoint->interval_us);
    json_object_set_new(object, "repeatable", json_boolean(endpoint->repeatable));
    put_number(object, "max_body", (int64_t)endpoint->max_body);
    put_number(object, "keep_body", (int64_t)endpoint->keep_body);
    put_number(object, "line", endpoint->line);
    return object;
}

static json_t *ticket_of(const struct ticket *ticket)
{
    json_t *object = json_object();

    put(object, "id", ticket->id);
    put(object, "tracker", ticket->tracker);
    put(object, "title", ticket->title);
    put(object, "impact", ticket->impact);
    put(object, "owner", ticket->owner);
    json_object_set_new(object, "endpoints", texts_of(ticket->endpoints, ticket->endpoint_count));
    return object;
}

static json_t *labels_of(const struct suite *suite)
{
    json_t *array = json_array();

    for (size_t i = 0; i < suite->label_count; i++) {
        json_t *object = json_object();

        put(object, "name", suite->labels[i].name);
        put(object, "value", suite->labels[i].value);
        json_array_append_new(array, object);
    }
    return array;
}

void suite_to_json(const struct suite *suite, struct buf *out)
{
    json_t *root = json_object(), *endpoints = json_array(), *tickets = json_array();
    char *text;

    put(root, "suite", suite->name);
    put(root, "environment", suite->environment);
    put(root, "vantage", suite->vantage);
    put(root, "timezone", suite->timezone);
    json_object_set_new(root, "labels", labels_of(suite));
    for (size_t i = 0; i < suite->endpoint_count; i++)
        json_array_append_new(endpoints, endpoint_of(&suite->endpoints[i]));
    json_object_set_new(root, "endpoints", endpoints);
    for (size_t i = 0; i < suite->ticket_count; i++)
        json_array_append_new(tickets, ticket_of(&suite->tickets[i]));
    json_object_set_new(root, "tickets", tickets);
    put(root, "source_path", suite->source.path);
    put(root, "source_owner", suite->source.owner);
    put_number(root, "concurrency", suite->concurrency);
    put_number(root, "max_per_host", suite->max_per_host);
    put_number(root, "max_time_us", suite->max_time_us);
    json_object_set_new(root, "experiments", json_boolean(suite->experiments));
    text = json_dumps(root, JSON_COMPACT);
    buf_puts(out, text ? text : "{}");
    free(text);
    json_decref(root);
}

/* Reading back. A store may be damaged or tampered with: what is not there, or is of another type, is damage. */

struct reading {
    struct suite *suite;
    struct error *err;
    bool failed;
};

static void damaged(struct reading *reading, const char *key)
{
    if (!reading->failed)
        fail(reading->err, ERR_STORE, "the run's config is damaged at `%s`", key);
    reading->failed = true;
}

/* NULL where it is not set. */
static const char *text_at(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (value && !json_is_string(value))
        damaged(reading, key);
    return arena_text(&reading->suite->arena, json_string_value(value));
}

static const char *needed_at(struct reading *reading, const json_t *object, const char *key)
{
    const char *text = text_at(reading, object, key);

    if (!text)
        damaged(reading, key);
    return text ? text : "";
}

static int64_t number_at(struct reading *reading, const json_t *object, const char *key, int64_t most)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > most) {
        damaged(reading, key);
        return 0;
    }
    return json_integer_value(value);
}

static bool flag_at(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_boolean(value))
        damaged(reading, key);
    return json_is_true(value);
}

static const json_t *array_at(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_array(value))
        damaged(reading, key);
    return value;
}

static int word_at(struct reading *reading, const json_t *object, const char *key, const char *const *words, int count)
{
    const char *word = json_string_value(json_object_get(object, key));

    for (int i = 0; word && i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    damaged(reading, key);
    return 0;
}

static struct setting setting_of(const char *text)
{
    return (struct setting){text, text};
}

static const char *const *texts_at(struct reading *reading, const json_t *object, const char *key, size_t *count)
{
    const json_t *array = array_at(reading, object, key);
    const char **texts = arena_new(&reading->suite->arena, json_array_size(array) + 1, sizeof *texts);

    *count = json_array_size(array);
    for (size_t i = 0; i < *count; i++) {
        texts[i] = arena_text(&reading->suite->arena, json_string_value(json_array_get(array, i)));
        if (!texts[i])
            damaged(reading, key);
    }
    return texts;
}

static void read_headers(struct reading *reading, const json_t *object, struct endpoint *endpoint)
{
    const json_t *array = array_at(reading, object, "headers");
    struct header_setting *headers = arena_new(&reading->suite->arena, json_array_size(array) + 1, sizeof *headers);

    endpoint->header_count = json_array_size(array);
    for (size_t i = 0; i < endpoint->header_count; i++) {
        const json_t *entry = json_array_get(array, i);

        headers[i].name = needed_at(reading, entry, "name");
        headers[i].value = setting_of(text_at(reading, entry, "value"));
        headers[i].secret = flag_at(reading, entry, "secret");
        headers[i].from_defaults = flag_at(reading, entry, "from_defaults");
    }
    endpoint->headers = headers;
}

static void read_expectations(struct reading *reading, const json_t *object, struct endpoint *endpoint)
{
    const json_t *array = array_at(reading, object, "expect");
    struct expectation *list = arena_new(&reading->suite->arena, json_array_size(array) + 1, sizeof *list);

    endpoint->expectation_count = json_array_size(array);
    for (size_t i = 0; i < endpoint->expectation_count; i++) {
        const json_t *entry = json_array_get(array, i);

        list[i].subject = (enum expect_subject)number_at(reading, entry, "subject", EXPECT_PING);
        list[i].operator=(enum expect_operator) number_at(reading, entry, "operator", OPERATOR_STATUS);
        list[i].key = text_at(reading, entry, "key");
        list[i].wanted = setting_of(text_at(reading, entry, "wanted"));
        if (!json_is_number(json_object_get(entry, "number")))
            damaged(reading, "number");
        list[i].number = json_number_value(json_object_get(entry, "number"));
        list[i].words = needed_at(reading, entry, "words");
        list[i].within_us = number_at(reading, entry, "within_us", INT64_MAX);
    }
    endpoint->expectations = list;
}

static void read_candidates(struct reading *reading, const json_t *object, struct endpoint *endpoint)
{
    const json_t *array = array_at(reading, object, "candidates");
    struct candidate *list = arena_new(&reading->suite->arena, json_array_size(array) + 1, sizeof *list);

    endpoint->candidate_count = json_array_size(array);
    for (size_t i = 0; i < endpoint->candidate_count; i++) {
        const json_t *entry = json_array_get(array, i);

        list[i].name = needed_at(reading, entry, "name");
        list[i].url = setting_of(needed_at(reading, entry, "url"));
    }
    endpoint->candidates = list;
}

static void read_resolve(struct reading *reading, const json_t *object, struct endpoint *endpoint)
{
    const char *const *texts = texts_at(reading, object, "resolve", &endpoint->resolve_count);
    struct setting *list = arena_new(&reading->suite->arena, endpoint->resolve_count + 1, sizeof *list);

    for (size_t i = 0; i < endpoint->resolve_count; i++)
        list[i] = setting_of(texts[i]);
    endpoint->resolve = list;
}

static void read_endpoint(struct reading *reading, const json_t *object, struct endpoint *endpoint)
{
    endpoint_defaults(endpoint);
    endpoint->name = needed_at(reading, object, "name");
    endpoint->group = text_at(reading, object, "group");
    endpoint->used_by = text_at(reading, object, "used_by");
    endpoint->owner = text_at(reading, object, "owner");
    endpoint->kind = (enum kind)word_at(reading, object, "kind", kind_words, KIND_WEBSOCKET + 1);
    endpoint->role = (enum role)word_at(reading, object, "role", role_words, ROLE_CANDIDATE + 1);
    endpoint->url = setting_of(needed_at(reading, object, "url"));
    endpoint->method = needed_at(reading, object, "method");
    endpoint->body = setting_of(text_at(reading, object, "body"));
    read_headers(reading, object, endpoint);
    if (json_object_get(object, "origins"))
        endpoint->origins = texts_at(reading, object, "origins", &endpoint->origin_count);
    read_resolve(reading, object, endpoint);
    endpoint->subprotocols = texts_at(reading, object, "subprotocols", &endpoint->subprotocol_count);
    endpoint->tls.ca = text_at(reading, object, "tls_ca");
    endpoint->tls.verify = flag_at(reading, object, "tls_verify");
    read_expectations(reading, object, endpoint);
    read_candidates(reading, object, endpoint);
    endpoint->attempts = (unsigned)number_at(reading, object, "attempts", UINT32_MAX);
    endpoint->timeout_us = number_at(reading, object, "timeout_us", INT64_MAX);
    endpoint->interval_us = number_at(reading, object, "interval_us", INT64_MAX);
    endpoint->repeatable = flag_at(reading, object, "repeatable");
    endpoint->max_body = (size_t)number_at(reading, object, "max_body", INT64_MAX);
    endpoint->keep_body = (size_t)number_at(reading, object, "keep_body", INT64_MAX);
    endpoint->line = (unsigned)number_at(reading, object, "line", UINT32_MAX);
}

static void read_tickets(struct reading *reading, const json_t *root)
{
    const json_t *array = array_at(reading, root, "tickets");
    struct ticket *list = arena_new(&reading->suite->arena, json_array_size(array) + 1, sizeof *list);

    reading->suite->ticket_count = json_array_size(array);
    for (size_t i = 0; i < reading->suite->ticket_count; i++) {
        const json_t *entry = json_array_get(array, i);

        list[i].id = needed_at(reading, entry, "id");
        list[i].tracker = text_at(reading, entry, "tracker");
        list[i].title = text_at(reading, entry, "title");
        list[i].impact = text_at(reading, entry, "impact");
        list[i].owner = text_at(reading, entry, "owner");
        list[i].endpoints = texts_at(reading, entry, "endpoints", &list[i].endpoint_count);
    }
    reading->suite->tickets = list;
}

static void read_labels(struct reading *reading, const json_t *root)
{
    const json_t *array = array_at(reading, root, "labels");
    struct label *list = arena_new(&reading->suite->arena, json_array_size(array) + 1, sizeof *list);

    reading->suite->label_count = json_array_size(array);
    for (size_t i = 0; i < reading->suite->label_count; i++) {
        list[i].name = needed_at(reading, json_array_get(array, i), "name");
        list[i].value = needed_at(reading, json_array_get(array, i), "value");
    }
    reading->suite->labels = list;
}

static void read_suite(struct reading *reading, const json_t *root)
{
    struct suite *suite = reading->suite;
    const json_t *array = array_at(reading, root, "endpoints");
    struct endpoint *endpoints = arena_new(&suite->arena, json_array_size(array) + 1, sizeof *endpoints);

    suite->name = needed_at(reading, root, "suite");
    suite->environment = needed_at(reading, root, "environment");
    suite->vantage = needed_at(reading, root, "vantage");
    suite->timezone = text_at(reading, root, "timezone");
    suite->source.path = text_at(reading, root, "source_path");
    suite->source.owner = text_at(reading, root, "source_owner");
    suite->concurrency = (unsigned)number_at(reading, root, "concurrency", UINT32_MAX);
    suite->max_per_host = (unsigned)number_at(reading, root, "max_per_host", UINT32_MAX);
    suite->max_time_us = number_at(reading, root, "max_time_us", INT64_MAX);
    suite->experiments = flag_at(reading, root, "experiments");
    read_labels(reading, root);
    read_tickets(reading, root);
    for (size_t i = 0; i < json_array_size(array) && !reading->failed; i++)
        read_endpoint(reading, json_array_get(array, i), &endpoints[i]);
    suite->endpoints = endpoints;
    suite->endpoint_count = json_array_size(array);
}

bool suite_from_json(const char *json, struct suite *suite, struct error *err)
{
    struct reading reading = {.suite = suite, .err = err};
    json_t *root = json_loads(json, 0, NULL);

    suite_defaults(suite);
    if (json_is_object(root))
        read_suite(&reading, root);
    else
        damaged(&reading, "the whole");
    json_decref(root);
    if (reading.failed)
        suite->endpoint_count = 0;
    return !reading.failed;
}
