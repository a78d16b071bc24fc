/* SPDX-License-Identifier: MIT */
#include "collector/suite_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "collector/suite.h"

/* A variable of the environment may hold any bytes; JSON is UTF-8 (RFC 8259, 8.1), so they become visible escapes. */
static json_t *json_of(const char *text)
{
    struct buf safe = BUF_INIT;
    json_t *value = json_string(text);

    if (!value) {
        utf8_escape(&safe, slice_of(text));
        value = json_string(safe.data);
    }
    buf_free(&safe);
    return value;
}

/* What is not set is left out: reading gives it the same default. */
static void put(json_t *object, const char *key, const char *text)
{
    if (text)
        json_object_set_new(object, key, json_of(text));
}

static void put_number(json_t *object, const char *key, int64_t number)
{
    json_object_set_new(object, key, json_integer((json_int_t)number));
}

/* Not endpoint_defaults(): those may change, and a run of years ago must not. */
struct endpoint suite_json_usual(void)
{
    return (struct endpoint){
        .tls = {.verify = true},
        .attempts = 3,
        .timeout_us = INT64_C(10000000),
        .interval_us = INT64_C(1000000),
        .max_body = (size_t)8 << 20,
        .keep_body = (size_t)64 << 10,
    };
}

/* What is usual is left out, too: nearly all is. */
static void put_unusual(json_t *object, const char *key, int64_t number, int64_t usual)
{
    if (number != usual)
        put_number(object, key, number);
}

static void put_flag(json_t *object, const char *key, bool flag, bool usual)
{
    if (flag != usual)
        json_object_set_new(object, key, json_boolean(flag));
}

/* An empty list is left out. */
static void put_list(json_t *object, const char *key, json_t *list)
{
    if (json_array_size(list))
        json_object_set_new(object, key, list);
    else
        json_decref(list);
}

static json_t *texts_of(const char *const *texts, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_of(texts[i]));
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
        if (expectation->number != 0)
            json_object_set_new(object, "number", json_real(expectation->number));
        put(object, "words", expectation->words);
        put_unusual(object, "message", expectation->message, 0);
        put_unusual(object, "within_us", expectation->within_us, 0);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *endpoint_of(const struct endpoint *endpoint);

static json_t *candidates_of(const struct endpoint *endpoint)
{
    json_t *array = json_array();

    for (size_t i = 0; i < endpoint->candidate_count; i++) {
        json_t *object = json_object();

        put(object, "name", endpoint->candidates[i].name);
        put(object, "url", endpoint->candidates[i].url.shown);
        if (endpoint->candidates[i].whole)
            json_object_set_new(object, "whole", endpoint_of(endpoint->candidates[i].whole));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *settings_of(const struct setting *settings, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_of(settings[i].shown));
    return array;
}

/* How it is asked. */
static void put_client(json_t *object, const struct endpoint *endpoint)
{
    put(object, "body_type", endpoint->body_type);
    put(object, "origin", endpoint->origin.shown);
    put_list(object, "origins", texts_of(endpoint->origins, endpoint->origin_count));
    put_list(object, "send", settings_of(endpoint->send, endpoint->send_count));
    put(object, "tls_cert", endpoint->tls.cert);
    put(object, "tls_key", endpoint->tls.key);
    put(object, "tls_least", endpoint->tls.least);
    if (endpoint->http != HTTP_NEGOTIATED)
        put(object, "http", http_words[endpoint->http]);
    if (endpoint->family != FAMILY_ANY)
        put(object, "ip", family_words[endpoint->family]);
    put_unusual(object, "follow", endpoint->follow, 0);
    put_unusual(object, "tolerate", endpoint->tolerate, 0);
    put_flag(object, "dns_fresh", endpoint->dns_fresh, false);
    put_flag(object, "reuse", endpoint->reuse, false);
    put_flag(object, "deflate", endpoint->deflate, false);
    put_flag(object, "discover", endpoint->discover, false);
}

static json_t *endpoint_of(const struct endpoint *endpoint)
{
    json_t *object = json_object();
    struct endpoint usual = suite_json_usual();

    put(object, "name", endpoint->name);
    put(object, "group", endpoint->group);
    put(object, "used_by", endpoint->used_by);
    put(object, "owner", endpoint->owner);
    put(object, "kind", kind_words[endpoint->kind]);
    put(object, "role", role_words[endpoint->role]);
    put(object, "url", endpoint->url.shown);
    put(object, "method", endpoint->method);
    put(object, "body", endpoint->body.shown);
    put_list(object, "headers", headers_of(endpoint));
    put_list(object, "resolve", settings_of(endpoint->resolve, endpoint->resolve_count));
    put_list(object, "subprotocols", texts_of(endpoint->subprotocols, endpoint->subprotocol_count));
    put(object, "tls_ca", endpoint->tls.ca);
    put_flag(object, "tls_verify", endpoint->tls.verify, usual.tls.verify);
    put_list(object, "expect", expectations_of(endpoint));
    put_list(object, "candidates", candidates_of(endpoint));
    put_unusual(object, "attempts", endpoint->attempts, usual.attempts);
    put_unusual(object, "timeout_us", endpoint->timeout_us, usual.timeout_us);
    put_unusual(object, "interval_us", endpoint->interval_us, usual.interval_us);
    put_flag(object, "repeatable", endpoint->repeatable, usual.repeatable);
    put_unusual(object, "max_body", (int64_t)endpoint->max_body, (int64_t)usual.max_body);
    put_unusual(object, "keep_body", (int64_t)endpoint->keep_body, (int64_t)usual.keep_body);
    put_client(object, endpoint);
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
    put_unusual(object, "fixed_nights", ticket->on_fixed.nights, 0);
    put(object, "fixed_label", ticket->on_fixed.label);
    put_flag(object, "fixed_comment", ticket->on_fixed.comment, false);
    put_flag(object, "fixed_close", ticket->on_fixed.close, false);
    return object;
}

static json_t *redact_of(const struct suite *suite)
{
    json_t *array = json_array();

    for (size_t i = 0; i < suite->redact_count; i++) {
        json_t *object = json_object();

        put(object, "name", suite->redact[i].name);
        put(object, "pattern", suite->redact[i].pattern);
        json_array_append_new(array, object);
    }
    return array;
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

static int put_piece(const char *data, size_t len, void *out)
{
    buf_put(out, data, len);
    return 0;
}

/* Appends the value, which it frees. */
static void put_text(json_t *value, struct buf *out)
{
    /* Only a value that is none of ours could fail, or a buffer with a cap. */
    json_dump_callback(value, put_piece, out, JSON_COMPACT);
    json_decref(value);
}

/* One by one: the values of ten thousand endpoints would take more memory than the rest of a run. */
static void put_endpoints(const struct suite *suite, struct buf *out)
{
    for (size_t i = 0; i < suite->endpoint_count; i++) {
        if (i)
            buf_putc(out, ',');
        put_text(endpoint_of(&suite->endpoints[i]), out);
    }
}

/* What stands before the endpoints. */
static json_t *head_of(const struct suite *suite)
{
    json_t *root = json_object();

    put(root, "suite", suite->name);
    put(root, "environment", suite->environment);
    put(root, "vantage", suite->vantage);
    put(root, "timezone", suite->timezone);
    json_object_set_new(root, "labels", labels_of(suite));
    return root;
}

/* What stands behind them. */
static json_t *tail_of(const struct suite *suite)
{
    json_t *root = json_object(), *tickets = json_array();

    for (size_t i = 0; i < suite->ticket_count; i++)
        json_array_append_new(tickets, ticket_of(&suite->tickets[i]));
    json_object_set_new(root, "tickets", tickets);
    put(root, "source_path", suite->source.path);
    put(root, "source_owner", suite->source.owner);
    put_list(root, "source_include", texts_of(suite->source.include, suite->source.include_count));
    put_list(root, "source_exclude", texts_of(suite->source.exclude, suite->source.exclude_count));
    put_list(root, "redact", redact_of(suite));
    put(root, "proxy", suite->proxy.shown);
    put(root, "report_url", suite->report_url.shown);
    put_unusual(root, "keep_us", suite->keep_us, 0);
    put_unusual(root, "remind_us", suite->remind_us, INT64_C(604800000000));
    put_number(root, "concurrency", suite->concurrency);
    put_number(root, "max_per_host", suite->max_per_host);
    put_number(root, "max_time_us", suite->max_time_us);
    json_object_set_new(root, "experiments", json_boolean(suite->experiments));
    return root;
}

void suite_to_json(const struct suite *suite, struct buf *out)
{
    struct buf tail = BUF_INIT;

    put_text(head_of(suite), out);
    buf_cut(out, out->len - 1); /* the brace that closes it */
    buf_puts(out, ",\"endpoints\":[");
    put_endpoints(suite, out);
    buf_puts(out, "],");
    put_text(tail_of(suite), &tail);
    buf_puts(out, tail.data + 1);
    buf_free(&tail);
}
