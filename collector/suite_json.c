/* SPDX-License-Identifier: MIT */
/* Written straight into the buffer: as values of libjansson the endpoints of a large suite cost more than their probes' rows. */
#include "collector/suite_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "collector/suite.h"

/* A comma, unless what follows is the first of its list or object, or the value of a key. */
static void separate(struct buf *out)
{
    char last = out->len ? out->data[out->len - 1] : '[';

    if (last != '[' && last != '{' && last != ':')
        buf_putc(out, ',');
}

/* Escapes only what must be (RFC 8259, 7). */
static void put_escape(struct buf *out, unsigned char byte)
{
    static const char signs[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *sign = memchr(signs, byte, sizeof signs - 1);

    if (sign)
        buf_put(out, (char[]){'\\', letters[sign - signs]}, 2);
    else
        buf_printf(out, "\\u%04X", (unsigned)byte);
}

static void put_string(struct buf *out, struct slice text)
{
    size_t plain = 0;

    separate(out);
    buf_putc(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.data[i];

        if (byte >= ' ' && byte != '"' && byte != '\\')
            continue;
        buf_put(out, text.data + plain, i - plain);
        put_escape(out, byte);
        plain = i + 1;
    }
    buf_put(out, text.data + plain, text.len - plain);
    buf_putc(out, '"');
}

/* A variable of the environment may hold any bytes; JSON is UTF-8 (RFC 8259, 8.1), so they become visible escapes. */
static void put_text(struct buf *out, const char *text)
{
    struct buf safe = BUF_INIT;

    if (utf8_valid(slice_of(text))) {
        put_string(out, slice_of(text));
        return;
    }
    utf8_escape(&safe, slice_of(text));
    put_string(out, buf_slice(&safe));
    buf_free(&safe);
}

/* All keys are plain letters. */
static void put_key(struct buf *out, const char *key)
{
    separate(out);
    buf_putc(out, '"');
    buf_puts(out, key);
    buf_put(out, "\":", 2);
}

static void open_object(struct buf *out)
{
    separate(out);
    buf_putc(out, '{');
}

static void open_list(struct buf *out, const char *key)
{
    put_key(out, key);
    buf_putc(out, '[');
}

/* What is not set is left out: reading gives it the same default. */
static void put(struct buf *out, const char *key, const char *text)
{
    if (!text)
        return;
    put_key(out, key);
    put_text(out, text);
}

static void put_number(struct buf *out, const char *key, int64_t number)
{
    char digits[24], *end = digits + sizeof digits, *at = end;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do
        *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (number < 0)
        *--at = '-';
    put_key(out, key);
    buf_put(out, at, (size_t)(end - at));
}

static void put_real(struct buf *out, const char *key, double number)
{
    json_t *value = json_real(number);
    char *text = json_dumps(value, JSON_ENCODE_ANY);

    put_key(out, key);
    buf_puts(out, text ? text : "0.0"); /* infinities, which no config can say */
    free(text);
    json_decref(value);
}

static void put_bool(struct buf *out, const char *key, bool flag)
{
    put_key(out, key);
    buf_puts(out, flag ? "true" : "false");
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
static void put_unusual(struct buf *out, const char *key, int64_t number, int64_t usual)
{
    if (number != usual)
        put_number(out, key, number);
}

static void put_flag(struct buf *out, const char *key, bool flag, bool usual)
{
    if (flag != usual)
        put_bool(out, key, flag);
}

static void put_all_texts(struct buf *out, const char *key, const char *const *texts, size_t count)
{
    open_list(out, key);
    for (size_t i = 0; i < count; i++)
        put_text(out, texts[i]);
    buf_putc(out, ']');
}

/* An empty list is left out, as in what follows. */
static void put_texts(struct buf *out, const char *key, const char *const *texts, size_t count)
{
    if (count)
        put_all_texts(out, key, texts, count);
}

static void put_settings(struct buf *out, const char *key, const struct setting *settings, size_t count)
{
    if (count == 0)
        return;
    open_list(out, key);
    for (size_t i = 0; i < count; i++)
        put_text(out, settings[i].shown);
    buf_putc(out, ']');
}

static void put_headers(struct buf *out, const struct endpoint *endpoint)
{
    if (endpoint->header_count == 0)
        return;
    open_list(out, "headers");
    for (size_t i = 0; i < endpoint->header_count; i++) {
        const struct header_setting *header = &endpoint->headers[i];

        open_object(out);
        put(out, "name", header->name);
        put(out, "value", header->value.shown);
        put_bool(out, "secret", header->secret);
        put_bool(out, "from_defaults", header->from_defaults);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void put_expectations(struct buf *out, const struct endpoint *endpoint)
{
    if (endpoint->expectation_count == 0)
        return;
    open_list(out, "expect");
    for (size_t i = 0; i < endpoint->expectation_count; i++) {
        const struct expectation *expectation = &endpoint->expectations[i];

        open_object(out);
        put_number(out, "subject", expectation->subject);
        put_number(out, "operator", expectation->operator);
        put(out, "key", expectation->key);
        put(out, "wanted", expectation->wanted.shown);
        if (expectation->number != 0)
            put_real(out, "number", expectation->number);
        put(out, "words", expectation->words);
        put_unusual(out, "message", expectation->message, 0);
        put_unusual(out, "within_us", expectation->within_us, 0);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void put_endpoint(struct buf *out, const struct endpoint *endpoint);

static void put_candidates(struct buf *out, const struct endpoint *endpoint)
{
    if (endpoint->candidate_count == 0)
        return;
    open_list(out, "candidates");
    for (size_t i = 0; i < endpoint->candidate_count; i++) {
        open_object(out);
        put(out, "name", endpoint->candidates[i].name);
        put(out, "url", endpoint->candidates[i].url.shown);
        if (endpoint->candidates[i].whole) {
            put_key(out, "whole");
            put_endpoint(out, endpoint->candidates[i].whole);
        }
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

/* How it is asked. */
static void put_client(struct buf *out, const struct endpoint *endpoint)
{
    put(out, "body_type", endpoint->body_type);
    put(out, "origin", endpoint->origin.shown);
    put_texts(out, "origins", endpoint->origins, endpoint->origin_count);
    put_settings(out, "send", endpoint->send, endpoint->send_count);
    put(out, "tls_cert", endpoint->tls.cert);
    put(out, "tls_key", endpoint->tls.key);
    put(out, "tls_least", endpoint->tls.least);
    if (endpoint->http != HTTP_NEGOTIATED)
        put(out, "http", http_words[endpoint->http]);
    if (endpoint->family != FAMILY_ANY)
        put(out, "ip", family_words[endpoint->family]);
    put_unusual(out, "follow", endpoint->follow, 0);
    put_unusual(out, "tolerate", endpoint->tolerate, 0);
    put_flag(out, "dns_fresh", endpoint->dns_fresh, false);
    put_flag(out, "reuse", endpoint->reuse, false);
    put_flag(out, "deflate", endpoint->deflate, false);
    put_flag(out, "discover", endpoint->discover, false);
}

static void put_endpoint(struct buf *out, const struct endpoint *endpoint)
{
    struct endpoint usual = suite_json_usual();

    open_object(out);
    put(out, "name", endpoint->name);
    put(out, "group", endpoint->group);
    put(out, "used_by", endpoint->used_by);
    put(out, "owner", endpoint->owner);
    put(out, "kind", kind_words[endpoint->kind]);
    put(out, "role", role_words[endpoint->role]);
    put(out, "url", endpoint->url.shown);
    put(out, "method", endpoint->method);
    put(out, "body", endpoint->body.shown);
    put_headers(out, endpoint);
    put_settings(out, "resolve", endpoint->resolve, endpoint->resolve_count);
    put_texts(out, "subprotocols", endpoint->subprotocols, endpoint->subprotocol_count);
    put(out, "tls_ca", endpoint->tls.ca);
    put_flag(out, "tls_verify", endpoint->tls.verify, usual.tls.verify);
    put_expectations(out, endpoint);
    put_candidates(out, endpoint);
    put_unusual(out, "attempts", endpoint->attempts, usual.attempts);
    put_unusual(out, "timeout_us", endpoint->timeout_us, usual.timeout_us);
    put_unusual(out, "interval_us", endpoint->interval_us, usual.interval_us);
    put_flag(out, "repeatable", endpoint->repeatable, usual.repeatable);
    put_unusual(out, "max_body", (int64_t)endpoint->max_body, (int64_t)usual.max_body);
    put_unusual(out, "keep_body", (int64_t)endpoint->keep_body, (int64_t)usual.keep_body);
    put_client(out, endpoint);
    put_number(out, "line", endpoint->line);
    buf_putc(out, '}');
}

static void put_ticket(struct buf *out, const struct ticket *ticket)
{
    open_object(out);
    put(out, "id", ticket->id);
    put(out, "tracker", ticket->tracker);
    put(out, "title", ticket->title);
    put(out, "impact", ticket->impact);
    put(out, "owner", ticket->owner);
    put_all_texts(out, "endpoints", ticket->endpoints, ticket->endpoint_count);
    put_unusual(out, "fixed_nights", ticket->on_fixed.nights, 0);
    put(out, "fixed_label", ticket->on_fixed.label);
    put_flag(out, "fixed_comment", ticket->on_fixed.comment, false);
    put_flag(out, "fixed_close", ticket->on_fixed.close, false);
    buf_putc(out, '}');
}

static void put_redact(struct buf *out, const struct suite *suite)
{
    if (suite->redact_count == 0)
        return;
    open_list(out, "redact");
    for (size_t i = 0; i < suite->redact_count; i++) {
        open_object(out);
        put(out, "name", suite->redact[i].name);
        put(out, "pattern", suite->redact[i].pattern);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void put_labels(struct buf *out, const struct suite *suite)
{
    open_list(out, "labels");
    for (size_t i = 0; i < suite->label_count; i++) {
        open_object(out);
        put(out, "name", suite->labels[i].name);
        put(out, "value", suite->labels[i].value);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

/* What stands before the endpoints. */
static void put_head(struct buf *out, const struct suite *suite)
{
    put(out, "suite", suite->name);
    put(out, "environment", suite->environment);
    put(out, "vantage", suite->vantage);
    put(out, "timezone", suite->timezone);
    put_labels(out, suite);
}

/* What stands behind them. */
static void put_tail(struct buf *out, const struct suite *suite)
{
    open_list(out, "tickets");
    for (size_t i = 0; i < suite->ticket_count; i++)
        put_ticket(out, &suite->tickets[i]);
    buf_putc(out, ']');
    put(out, "source_path", suite->source.path);
    put(out, "source_owner", suite->source.owner);
    put_texts(out, "source_include", suite->source.include, suite->source.include_count);
    put_texts(out, "source_exclude", suite->source.exclude, suite->source.exclude_count);
    put_redact(out, suite);
    put(out, "proxy", suite->proxy.shown);
    put(out, "report_url", suite->report_url.shown);
    put_unusual(out, "keep_us", suite->keep_us, 0);
    put_unusual(out, "remind_us", suite->remind_us, INT64_C(604800000000));
    put_number(out, "concurrency", suite->concurrency);
    put_number(out, "max_per_host", suite->max_per_host);
    put_number(out, "max_time_us", suite->max_time_us);
    put_bool(out, "experiments", suite->experiments);
}

void suite_to_json(const struct suite *suite, struct buf *out)
{
    buf_putc(out, '{');
    put_head(out, suite);
    open_list(out, "endpoints");
    for (size_t i = 0; i < suite->endpoint_count; i++)
        put_endpoint(out, &suite->endpoints[i]);
    buf_putc(out, ']');
    put_tail(out, suite);
    buf_putc(out, '}');
}
