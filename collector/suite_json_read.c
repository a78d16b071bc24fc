/* SPDX-License-Identifier: MIT */
/* Reading back what suite_json.c wrote. A store may be damaged or tampered with: what is not there, is of another type
 * or out of bounds, is damage. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/memory.h"
#include "collector/suite.h"
#include "collector/suite_json.h"

struct reading {
    struct suite *suite;
    struct intern shared; /* what endpoints say alike, which goes over into the suite's arena */
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
    return intern_text(&reading->shared, json_string_value(value));
}

static const char *needed_at(struct reading *reading, const json_t *object, const char *key)
{
    const char *text = text_at(reading, object, key);

    if (!text)
        damaged(reading, key);
    return text ? text : "";
}

/* What is each endpoint's own. */
static const char *own_at(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_string(value))
        damaged(reading, key);
    return json_is_string(value) ? arena_text(&reading->suite->arena, json_string_value(value)) : "";
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

/* What is left out is as usual. */
static int64_t number_or(struct reading *reading, const json_t *object, const char *key, int64_t most, int64_t usual)
{
    return json_object_get(object, key) ? number_at(reading, object, key, most) : usual;
}

/* 0 where it is not set. */
static double real_at(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (value && !json_is_number(value))
        damaged(reading, key);
    return json_number_value(value);
}

static bool flag_at(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_boolean(value))
        damaged(reading, key);
    return json_is_true(value);
}

static bool flag_or(struct reading *reading, const json_t *object, const char *key, bool usual)
{
    return json_object_get(object, key) ? flag_at(reading, object, key) : usual;
}

/* NULL, which has no items, where it is not set. */
static const json_t *array_at(struct reading *reading, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (value && !json_is_array(value))
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

/* The same items, kept once for all endpoints that have them; frees `items`. NULL: there are none. */
static const void *shared_list(struct reading *reading, void *items, size_t count, size_t size)
{
    const void *kept = intern_array(&reading->shared, items, count, size);

    mem_free(items);
    return kept;
}

static struct setting setting_of(const char *text)
{
    return (struct setting){text, text};
}

static const char *const *texts_at(struct reading *reading, const json_t *object, const char *key, uint32_t *count)
{
    const json_t *array = array_at(reading, object, key);
    const char **texts = mem_new(json_array_size(array), sizeof(char *));

    *count = (uint32_t)json_array_size(array);
    for (size_t i = 0; i < *count; i++) {
        texts[i] = intern_text(&reading->shared, json_string_value(json_array_get(array, i)));
        if (!texts[i])
            damaged(reading, key);
    }
    return shared_list(reading, texts, *count, sizeof(char *));
}

static void read_headers(struct reading *reading, const json_t *object, struct endpoint *endpoint)
{
    const json_t *array = array_at(reading, object, "headers");
    struct header_setting *headers = mem_new(json_array_size(array), sizeof *headers);

    endpoint->header_count = (uint32_t)json_array_size(array);
    for (size_t i = 0; i < endpoint->header_count; i++) {
        const json_t *entry = json_array_get(array, i);

        headers[i].name = needed_at(reading, entry, "name");
        headers[i].value = setting_of(text_at(reading, entry, "value"));
        headers[i].secret = flag_at(reading, entry, "secret");
        headers[i].from_defaults = flag_at(reading, entry, "from_defaults");
    }
    endpoint->headers = shared_list(reading, headers, endpoint->header_count, sizeof *headers);
}

/* What those who judge and tell it rely on. */
static void check_expectation(struct reading *reading, const struct expectation *expectation)
{
    bool keyed = expectation->subject == EXPECT_HEADER || expectation->subject == EXPECT_JSON
                 || expectation->subject == EXPECT_MESSAGE_JSON;
    bool wanting =
        expectation->subject != EXPECT_SIZE && expectation->subject != EXPECT_CLOSE
        && (expectation->operator== OPERATOR_EQUALS || expectation->
            operator== OPERATOR_CONTAINS || expectation->
            operator== OPERATOR_MATCHES || expectation->
            operator== OPERATOR_TYPE || expectation->
            operator== OPERATOR_STATUS);

    if (keyed && !expectation->key)
        damaged(reading, "key");
    if (wanting && !expectation->wanted.value)
        damaged(reading, "wanted");
}

static void read_expectations(struct reading *reading, const json_t *object, struct endpoint *endpoint)
{
    const json_t *array = array_at(reading, object, "expect");
    struct expectation *list = mem_new(json_array_size(array), sizeof *list);

    endpoint->expectation_count = (uint32_t)json_array_size(array);
    for (size_t i = 0; i < endpoint->expectation_count; i++) {
        const json_t *entry = json_array_get(array, i);

        list[i].subject = (enum expect_subject)number_at(reading, entry, "subject", EXPECT_CLOSE);
        list[i].operator=(enum expect_operator) number_at(reading, entry, "operator", OPERATOR_STATUS);
        list[i].key = text_at(reading, entry, "key");
        list[i].wanted = setting_of(text_at(reading, entry, "wanted"));
        list[i].number = real_at(reading, entry, "number");
        list[i].words = needed_at(reading, entry, "words");
        list[i].message = (unsigned)number_or(reading, entry, "message", UINT32_MAX, 0);
        list[i].within_us = number_or(reading, entry, "within_us", INT64_MAX, 0);
        check_expectation(reading, &list[i]);
    }
    endpoint->expectations = shared_list(reading, list, endpoint->expectation_count, sizeof *list);
}

static void read_endpoint(struct reading *reading, const json_t *object, struct endpoint *endpoint);

/* One within another has no candidates of its own, however a damaged document may nest them. */
static const struct endpoint *whole_at(struct reading *reading, const json_t *entry)
{
    const json_t *object = json_object_get(entry, "whole");
    struct endpoint *whole;

    if (!object)
        return NULL;
    if (json_object_get(object, "candidates")) {
        damaged(reading, "whole");
        return NULL;
    }
    whole = arena_new(&reading->suite->arena, 1, sizeof *whole);
    read_endpoint(reading, object, whole);
    return whole;
}

static void read_candidates(struct reading *reading, const json_t *object, struct endpoint *endpoint)
{
    const json_t *array = array_at(reading, object, "candidates");
    struct candidate *list;

    endpoint->candidate_count = (uint32_t)json_array_size(array);
    if (endpoint->candidate_count == 0)
        return;
    list = arena_new(&reading->suite->arena, endpoint->candidate_count, sizeof *list);
    for (size_t i = 0; i < endpoint->candidate_count; i++) {
        const json_t *entry = json_array_get(array, i);

        list[i].name = needed_at(reading, entry, "name");
        list[i].url = setting_of(needed_at(reading, entry, "url"));
        list[i].whole = whole_at(reading, entry);
    }
    endpoint->candidates = list;
}

static const struct setting *settings_at(struct reading *reading, const json_t *object, const char *key,
                                         uint32_t *count)
{
    const char *const *texts = texts_at(reading, object, key, count);
    struct setting *list = mem_new(*count, sizeof *list);

    for (size_t i = 0; i < *count; i++)
        list[i] = setting_of(texts[i]);
    return shared_list(reading, list, *count, sizeof *list);
}

/* How it is asked. */
static void read_client(struct reading *reading, const json_t *object, struct endpoint *endpoint)
{
    endpoint->body_type = text_at(reading, object, "body_type");
    endpoint->origin = setting_of(text_at(reading, object, "origin"));
    endpoint->origins = texts_at(reading, object, "origins", &endpoint->origin_count);
    endpoint->send = settings_at(reading, object, "send", &endpoint->send_count);
    endpoint->tls.cert = text_at(reading, object, "tls_cert");
    endpoint->tls.key = text_at(reading, object, "tls_key");
    endpoint->tls.least = text_at(reading, object, "tls_least");
    if (json_object_get(object, "http"))
        endpoint->http = (enum http_choice)word_at(reading, object, "http", http_words, HTTP_2 + 1);
    if (json_object_get(object, "ip"))
        endpoint->family = (enum family_choice)word_at(reading, object, "ip", family_words, FAMILY_IPV6 + 1);
    endpoint->follow = (unsigned)number_or(reading, object, "follow", UINT32_MAX, 0);
    endpoint->tolerate = (unsigned)number_or(reading, object, "tolerate", UINT32_MAX, 0);
    endpoint->dns_fresh = flag_or(reading, object, "dns_fresh", false);
    endpoint->reuse = flag_or(reading, object, "reuse", false);
    endpoint->deflate = flag_or(reading, object, "deflate", false);
    endpoint->discover = flag_or(reading, object, "discover", false);
}

static void read_endpoint(struct reading *reading, const json_t *object, struct endpoint *endpoint)
{
    *endpoint = suite_json_usual();
    endpoint->name = own_at(reading, object, "name");
    endpoint->group = text_at(reading, object, "group");
    endpoint->used_by = text_at(reading, object, "used_by");
    endpoint->owner = text_at(reading, object, "owner");
    endpoint->kind = (enum kind)word_at(reading, object, "kind", kind_words, KIND_WEBSOCKET + 1);
    endpoint->role = (enum role)word_at(reading, object, "role", role_words, ROLE_CANDIDATE + 1);
    endpoint->url = setting_of(own_at(reading, object, "url"));
    endpoint->method = needed_at(reading, object, "method");
    endpoint->body = setting_of(text_at(reading, object, "body"));
    read_headers(reading, object, endpoint);
    endpoint->resolve = settings_at(reading, object, "resolve", &endpoint->resolve_count);
    read_client(reading, object, endpoint);
    endpoint->subprotocols = texts_at(reading, object, "subprotocols", &endpoint->subprotocol_count);
    endpoint->tls.ca = text_at(reading, object, "tls_ca");
    endpoint->tls.verify = flag_or(reading, object, "tls_verify", endpoint->tls.verify);
    read_expectations(reading, object, endpoint);
    read_candidates(reading, object, endpoint);
    endpoint->attempts = (unsigned)number_or(reading, object, "attempts", UINT32_MAX, endpoint->attempts);
    endpoint->timeout_us = number_or(reading, object, "timeout_us", INT64_MAX, endpoint->timeout_us);
    endpoint->interval_us = number_or(reading, object, "interval_us", INT64_MAX, endpoint->interval_us);
    endpoint->repeatable = flag_or(reading, object, "repeatable", endpoint->repeatable);
    endpoint->max_body = (size_t)number_or(reading, object, "max_body", INT64_MAX, (int64_t)endpoint->max_body);
    endpoint->keep_body = (size_t)number_or(reading, object, "keep_body", INT64_MAX, (int64_t)endpoint->keep_body);
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
        list[i].on_fixed.nights = (unsigned)number_or(reading, entry, "fixed_nights", UINT32_MAX, 0);
        list[i].on_fixed.label = text_at(reading, entry, "fixed_label");
        list[i].on_fixed.comment = flag_or(reading, entry, "fixed_comment", false);
        list[i].on_fixed.close = flag_or(reading, entry, "fixed_close", false);
    }
    reading->suite->tickets = list;
}

static void read_redact(struct reading *reading, const json_t *root)
{
    const json_t *array = array_at(reading, root, "redact");
    struct redact_setting *list = arena_new(&reading->suite->arena, json_array_size(array) + 1, sizeof *list);

    reading->suite->redact_count = json_array_size(array);
    for (size_t i = 0; i < reading->suite->redact_count; i++) {
        list[i].name = needed_at(reading, json_array_get(array, i), "name");
        list[i].pattern = needed_at(reading, json_array_get(array, i), "pattern");
    }
    reading->suite->redact = list;
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

/* Where a string ends that begins at `text`, with its quotes; its end where it does not. */
static const char *past_string(const char *text)
{
    for (text++; *text && *text != '"'; text++)
        if (*text == '\\' && text[1])
            text++;
    return *text ? text + 1 : text;
}

static const char *past_blanks(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

/* The value of the whole's own key "endpoints"; NULL when there is none. */
static const char *find_endpoints(const char *json)
{
    static const char key[] = "\"endpoints\"";
    int depth = 0;

    while (*json) {
        const char *behind = *json == '"' ? past_string(json) : json + 1;

        depth += (*json == '{' || *json == '[') - (*json == '}' || *json == ']');
        if (depth == 1 && strncmp(json, key, sizeof key - 1) == 0 && *past_blanks(behind) == ':')
            return past_blanks(past_blanks(behind) + 1);
        json = behind;
    }
    return NULL;
}

/* How many objects the list at `json` has at most: no endpoint is written in fewer bytes than ENDPOINT_LEAST, and a damaged
 * text must not ask for more memory than it is worth. */
static size_t count_endpoints(const char *json)
{
    enum { ENDPOINT_LEAST = 64 };
    const char *start = json;
    size_t count = 0;
    int depth = 0;

    do {
        const char *behind = *json == '"' ? past_string(json) : json + 1;

        count += depth == 1 && *json == '{';
        depth += (*json == '{' || *json == '[') - (*json == '}' || *json == ']');
        json = behind;
    } while (*json && depth > 0);
    return count < (size_t)(json - start) / ENDPOINT_LEAST ? count : (size_t)(json - start) / ENDPOINT_LEAST;
}

/* Reads the endpoints one by one from `json`, which is at their bracket: all their values at once would take more memory
 * than the rest of a report. Returns what stands behind their last bracket. */
static const char *read_endpoints(struct reading *reading, const char *json)
{
    struct suite *suite = reading->suite;
    size_t room = count_endpoints(json);
    struct endpoint *endpoints = arena_new(&suite->arena, room, sizeof *endpoints);
    const char *end = json + strlen(json);

    while (!reading->failed && (*json == ',' || (*json == '[' && *past_blanks(json + 1) != ']'))) {
        json_error_t error;
        json_t *value = json_loadb(json + 1, (size_t)(end - json) - 1, JSON_DISABLE_EOF_CHECK, &error);

        if (!json_is_object(value) || suite->endpoint_count == room) {
            damaged(reading, "endpoints");
        } else {
            read_endpoint(reading, value, &endpoints[suite->endpoint_count++]);
            json = past_blanks(json + 1 + error.position);
        }
        json_decref(value);
    }
    suite->endpoints = endpoints;
    if (*json == '[')
        json = past_blanks(json + 1);
    if (*json != ']')
        damaged(reading, "endpoints");
    return *json ? json + 1 : json;
}

static void read_rest(struct reading *reading, const json_t *root)
{
    struct suite *suite = reading->suite;

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
    suite->source.include = texts_at(reading, root, "source_include", &suite->source.include_count);
    suite->source.exclude = texts_at(reading, root, "source_exclude", &suite->source.exclude_count);
    suite->proxy = setting_of(text_at(reading, root, "proxy"));
    suite->report_url = setting_of(text_at(reading, root, "report_url"));
    suite->keep_us = number_or(reading, root, "keep_us", INT64_MAX, 0);
    suite->remind_us = number_or(reading, root, "remind_us", INT64_MAX, INT64_C(604800000000));
    read_redact(reading, root);
    read_labels(reading, root);
    read_tickets(reading, root);
}

bool suite_from_json(const char *json, struct suite *suite, struct error *err)
{
    struct reading reading = {.suite = suite, .err = err};
    const char *endpoints = find_endpoints(json);
    struct buf rest = BUF_INIT;
    json_t *root;

    suite_defaults(suite);
    if (endpoints) {
        buf_put(&rest, json, (size_t)(endpoints - json));
        buf_puts(&rest, "[]");
        buf_puts(&rest, read_endpoints(&reading, endpoints));
    }
    root = json_loads(rest.data, 0, NULL);
    if (json_is_object(root))
        read_rest(&reading, root);
    else
        damaged(&reading, "the whole");
    json_decref(root);
    buf_free(&rest);
    *arena_child(&suite->arena) = reading.shared.arena;
    reading.shared.arena = (struct arena)ARENA_INIT;
    intern_free(&reading.shared);
    if (reading.failed)
        suite->endpoint_count = suite->ticket_count = suite->label_count = suite->redact_count = 0;
    return !reading.failed;
}
