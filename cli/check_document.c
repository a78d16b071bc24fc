/* SPDX-License-Identifier: MIT */
#include "cli/check_document.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cli/secret_use.h"
#include "cli/session.h"
#include "collector/plan.h"
#include "collector/url.h"

/* A variable of the environment may hold any bytes: they become visible escapes. */
static json_t *text_json(const char *text)
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

static void put(json_t *object, const char *key, const char *text)
{
    if (text)
        json_object_set_new(object, key, text_json(text));
}

static void put_number(json_t *object, const char *key, uint64_t number)
{
    json_object_set_new(object, key, json_integer((json_int_t)number));
}

static void put_seconds(json_t *object, const char *key, int64_t us)
{
    json_object_set_new(object, key, json_real((double)us / 1e6));
}

static void put_flag(json_t *object, const char *key, bool flag)
{
    json_object_set_new(object, key, json_boolean(flag));
}

static json_t *texts_json(const char *const *texts, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, text_json(texts[i]));
    return list;
}

static json_t *settings_json(const struct setting *settings, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, text_json(settings[i].shown));
    return list;
}

/* Lists that are empty are left out. */
static void put_list(json_t *object, const char *key, json_t *list)
{
    if (json_array_size(list))
        json_object_set(object, key, list);
    json_decref(list);
}

static void put_headers(json_t *object, const struct endpoint *endpoint)
{
    json_t *headers = json_array(), *secret = json_array();

    for (size_t i = 0; i < endpoint->header_count; i++) {
        json_t *header = json_object();

        put(header, "name", endpoint->headers[i].name);
        put(header, "value", endpoint->headers[i].value.shown);
        put_flag(header, "secret", endpoint->headers[i].secret);
        json_array_append_new(headers, header);
        if (endpoint->headers[i].secret)
            json_array_append_new(secret, text_json(endpoint->headers[i].name));
    }
    put_list(object, "headers", headers);
    json_object_set_new(object, "secret_headers", secret);
}

/* What is sent. */
static void put_request(json_t *object, const struct endpoint *endpoint)
{
    put_headers(object, endpoint);
    put(object, "origin_header", endpoint->origin.shown);
    put(object, "body", endpoint->body.shown);
    put(object, "body_type", endpoint->body_type);
    put_list(object, "subprotocols", texts_json(endpoint->subprotocols, endpoint->subprotocol_count));
    put_list(object, "sends", settings_json(endpoint->send, endpoint->send_count));
}

/* By which way it is asked. */
static void put_client(json_t *object, const struct suite *suite, const struct endpoint *endpoint)
{
    json_t *tls = json_object();

    put_number(object, "follow", endpoint->follow);
    put_number(object, "tolerate", endpoint->tolerate);
    put_flag(object, "repeatable", endpoint->repeatable);
    put_flag(object, "discover", endpoint->discover);
    put(object, "ip", family_words[endpoint->family]);
    put(object, "dns", endpoint->dns_fresh ? "fresh" : "shared");
    if (endpoint->kind == KIND_HTTP) {
        put(object, "http", http_words[endpoint->http]);
        put_flag(object, "reuse", endpoint->reuse);
    } else {
        put_flag(object, "deflate", endpoint->deflate);
    }
    put_list(object, "resolve", settings_json(endpoint->resolve, endpoint->resolve_count));
    put(object, "proxy", suite->proxy.shown);
    put(tls, "ca", endpoint->tls.ca);
    put(tls, "cert", endpoint->tls.cert);
    put(tls, "key", endpoint->tls.key);
    put(tls, "min", endpoint->tls.least);
    put_flag(tls, "verify", endpoint->tls.verify);
    json_object_set_new(object, "tls", tls);
}

/* With the status that expect_judge() wants where none is named. */
static json_t *expectations_json(const struct endpoint *endpoint)
{
    json_t *list = json_array();
    bool has_status = false;

    for (size_t i = 0; i < endpoint->expectation_count; i++)
        has_status = has_status || endpoint->expectations[i].subject == EXPECT_STATUS;
    if (!has_status)
        json_array_append_new(list, json_string(endpoint->kind == KIND_WEBSOCKET ? "status is 101" : "status is 2xx"));
    for (size_t i = 0; i < endpoint->expectation_count; i++)
        json_array_append_new(list, text_json(endpoint->expectations[i].words));
    return list;
}

/* What an endpoint and a candidate with settings of its own have. */
static void put_asked(json_t *object, struct session *session, const struct endpoint *endpoint)
{
    const char *origin = endpoint->url.value ? url_origin(endpoint->url.value, &session->arena) : NULL;

    put(object, "url", endpoint->url.shown);
    put(object, "kind", kind_words[endpoint->kind]);
    put(object, "role", role_words[endpoint->role]);
    put(object, "method", endpoint->method);
    put(object, "origin", origin);
    put_seconds(object, "timeout_s", endpoint->timeout_us);
    put_request(object, endpoint);
    put_client(object, &session->suite, endpoint);
    json_object_set_new(object, "expectations", expectations_json(endpoint));
}

static json_t *candidates_json(struct session *session, const struct endpoint *endpoint)
{
    json_t *list = json_array();

    for (size_t i = 0; i < endpoint->candidate_count; i++) {
        const struct candidate *candidate = &endpoint->candidates[i];
        json_t *object = json_object();

        put(object, "name", candidate->name);
        put(object, "url", candidate->url.shown);
        if (candidate->whole) {
            json_t *settings = json_object();

            put_number(settings, "attempts", candidate->whole->attempts);
            put_asked(settings, session, candidate->whole);
            json_object_set_new(object, "settings", settings);
        }
        json_array_append_new(list, object);
    }
    return list;
}

/* As the run will plan them: an unsafe method is asked once, whatever `attempts` says. */
static json_t *endpoints_json(struct session *session)
{
    const struct suite *suite = &session->suite;
    unsigned *attempts = arena_new(&session->arena, suite->endpoint_count + 1, sizeof *attempts);
    struct plan plan = PLAN_INIT;
    json_t *list = json_array();

    plan_attempts(&plan, suite, NULL, 0);
    for (size_t i = 0; i < plan.count; i++)
        attempts[plan.items[i].endpoint]++;
    plan_free(&plan);
    for (size_t i = 0; i < suite->endpoint_count; i++) {
        const struct endpoint *endpoint = &suite->endpoints[i];
        json_t *object = json_object();

        put(object, "name", endpoint->name);
        put(object, "group", endpoint->group);
        put(object, "used_by", endpoint->used_by);
        put(object, "owner", endpoint->owner);
        put_number(object, "attempts", attempts[i]);
        put_seconds(object, "interval_s", endpoint->interval_us);
        put_asked(object, session, endpoint);
        json_object_set_new(object, "candidates", candidates_json(session, endpoint));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *tickets_json(const struct suite *suite)
{
    json_t *list = json_array();

    for (size_t i = 0; i < suite->ticket_count; i++) {
        const struct ticket *ticket = &suite->tickets[i];
        json_t *object = json_object();

        put(object, "id", ticket->id);
        put(object, "tracker", ticket->tracker);
        put(object, "title", ticket->title);
        put(object, "impact", ticket->impact);
        put(object, "owner", ticket->owner);
        json_object_set_new(object, "endpoints", texts_json(ticket->endpoints, ticket->endpoint_count));
        if (ticket->on_fixed.nights) {
            json_t *fixed = json_object();

            put_number(fixed, "nights", ticket->on_fixed.nights);
            put(fixed, "label", ticket->on_fixed.label);
            put_flag(fixed, "comment", ticket->on_fixed.comment);
            put_flag(fixed, "close", ticket->on_fixed.close);
            json_object_set_new(object, "on_fixed", fixed);
        }
        json_array_append_new(list, object);
    }
    return list;
}

/* Its token as where that comes from, which is never asked here. */
static json_t *trackers_json(const struct suite *suite)
{
    json_t *list = json_array();

    for (size_t i = 0; i < suite->tracker_count; i++) {
        const struct tracker_settings *tracker = &suite->trackers[i];
        json_t *object = json_object();

        put(object, "name", tracker->name);
        put(object, "kind", tracker->kind);
        put(object, "url", tracker->url.shown);
        put(object, "project", tracker->project);
        put(object, "user", tracker->user);
        put(object, "format", tracker->format);
        put(object, "ca", tracker->ca);
        put(object, "command", tracker->command);
        put(object, "token", tracker->token.text.shown);
        put(object, "token_file", tracker->token.file);
        put(object, "token_command", tracker->token.command);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *secrets_json(struct session *session)
{
    size_t count;
    const struct secret_use *uses = secret_uses(&session->suite, &session->arena, &count);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *object = json_object();

        put(object, "variable", uses[i].name);
        put(object, "in", uses[i].where);
        put(object, "origin", uses[i].origin);
        json_object_set_new(object, "endpoints", texts_json(uses[i].endpoints, uses[i].count));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *missing_json(const struct config_use *use)
{
    static const char *const wanting[] = {"run", "publish", "nightly"};
    json_t *list = json_array();

    for (size_t i = 0; i < use->missing_count; i++) {
        json_t *object = json_object();

        put(object, "name", use->missing[i].name);
        json_object_set_new(object, "wanted_by",
                            texts_json(wanting + use->missing[i].need, 3 - (size_t)use->missing[i].need));
        json_array_append_new(list, object);
    }
    return list;
}

/* The variables that other programs take proxies from, where they are set. */
static json_t *ignored_json(void)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);

        if (value && *value)
            json_array_append_new(list, json_string(names[i]));
    }
    return list;
}

json_t *check_document(struct session *session)
{
    const struct suite *suite = &session->suite;
    json_t *document = json_object();

    put(document, "config", session->config);
    put(document, "suite", suite->name);
    put(document, "environment", suite->environment);
    put(document, "vantage", suite->vantage);
    put(document, "timezone", suite->timezone);
    put(document, "store", suite->store);
    put(document, "proxy", suite->proxy.shown);
    put(document, "heartbeat", suite->heartbeat.shown);
    put(document, "report_url", suite->report_url.shown);
    put_number(document, "concurrency", suite->concurrency);
    put_number(document, "max_per_host", suite->max_per_host);
    put_flag(document, "experiments", suite->experiments);
    json_object_set_new(document, "endpoints", endpoints_json(session));
    json_object_set_new(document, "tickets", tickets_json(suite));
    json_object_set_new(document, "trackers", trackers_json(suite));
    json_object_set_new(document, "secrets", secrets_json(session));
    json_object_set_new(document, "missing_variables", missing_json(&session->use));
    json_object_set_new(document, "ignored_variables", ignored_json());
    return document;
}
