/* SPDX-License-Identifier: MIT */
#include "collector/suite_json.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/suite.h"
#include "tests/unit/unit.h"

#define SECRET(value_, shown_)                                                                                        \
    {                                                                                                                 \
        .value = (value_), .shown = (shown_)                                                                          \
    }

static const struct header_setting headers[] = {
    {.name = "Authorization", .value = SECRET("Bearer the-secret", "Bearer ${TOKEN}"), .secret = true},
    {.name = "Accept", .value = SECRET("*/*", "*/*"), .from_defaults = true},
};
static const char *const origins[] = {"https://api.example.com"};
static const struct setting resolve[] = {SECRET("a:443:::1", "a:443:::1")};
static const char *const subprotocols[] = {"chat", "other"};
static const struct expectation expectations[] = {
    {.subject = EXPECT_MESSAGE_JSON,
     .operator= OPERATOR_EQUALS,
     .key = "/type",
     .wanted = SECRET("\"the-secret\"", "\"${TOKEN}\""),
     .words = "message has /type = \"${TOKEN}\"",
     .within_us = 5},
    {.subject = EXPECT_PING, .operator= OPERATOR_AT_MOST, .number = 0.1, .words = "a ping is answered"},
};
static const struct candidate candidates[] = {
    {.name = "/two", .url = SECRET("wss://a/two?the-secret", "wss://a/two?${TOKEN}")},
};
static const char *const ticket_endpoints[] = {"chat socket"};

/* Every member set to what no default is. */
static void fill(struct suite *suite)
{
    struct endpoint *endpoints;
    struct label *labels;
    struct ticket *tickets;

    suite_defaults(suite);
    endpoints = arena_new(&suite->arena, 2, sizeof *endpoints);
    labels = arena_new(&suite->arena, 1, sizeof *labels);
    tickets = arena_new(&suite->arena, 1, sizeof *tickets);
    endpoint_defaults(&endpoints[0]);
    endpoint_defaults(&endpoints[1]);
    endpoints[0] = (struct endpoint){
        .name = "chat socket",
        .group = "chat",
        .used_by = "frontend",
        .owner = "Backend team",
        .kind = KIND_WEBSOCKET,
        .role = ROLE_CANDIDATE,
        .url = SECRET("wss://a/?the-secret", "wss://a/?${TOKEN}"),
        .method = "PUT",
        .body = SECRET("the-secret", "${TOKEN}"),
        .headers = headers,
        .header_count = 2,
        .origins = origins,
        .origin_count = 1,
        .resolve = resolve,
        .resolve_count = 1,
        .subprotocols = subprotocols,
        .subprotocol_count = 2,
        .tls = {.ca = "ca.pem", .verify = false},
        .expectations = expectations,
        .expectation_count = 2,
        .candidates = candidates,
        .candidate_count = 1,
        .attempts = 1000000,
        .timeout_us = INT64_MAX,
        .interval_us = 0,
        .repeatable = true,
        .max_body = 1,
        .keep_body = 2,
        .line = 12,
    };
    endpoints[1].name = "plain \"quoted\" \xF0\x9F\x92\xAC\n";
    endpoints[1].url = (struct setting)SECRET("https://a/", "https://a/");
    labels[0] = (struct label){"deploy", "4f2c1"};
    tickets[0] = (struct ticket){
        .id = "488",
        .tracker = "main",
        .title = "t",
        .impact = "i",
        .owner = "o",
        .endpoints = ticket_endpoints,
        .endpoint_count = 1,
    };
    suite->name = "s";
    suite->environment = "e";
    suite->vantage = "v";
    suite->timezone = "Europe/Berlin";
    suite->labels = labels;
    suite->label_count = 1;
    suite->endpoints = endpoints;
    suite->endpoint_count = 2;
    suite->tickets = tickets;
    suite->ticket_count = 1;
    suite->source = (struct source_settings){"src", "Frontend team"};
    suite->concurrency = 3;
    suite->max_per_host = 2;
    suite->max_time_us = 7;
    suite->experiments = false;
}

static char *json_of(const struct suite *suite)
{
    struct buf out = BUF_INIT;

    suite_to_json(suite, &out);
    return buf_detach(&out);
}

static void a_suite_reads_back_as_it_was_shown(void **state)
{
    struct suite suite, back;
    const struct endpoint *endpoint;
    char *json, *again;

    (void)state;
    fill(&suite);
    json = json_of(&suite);
    assert_null(strstr(json, "the-secret"));
    assert_true(suite_from_json(json, &back, NULL));
    again = json_of(&back);
    assert_string_equal(json, again);
    endpoint = &back.endpoints[0];
    assert_string_equal(endpoint->url.value, "wss://a/?${TOKEN}");
    assert_string_equal(endpoint->headers[0].value.shown, "Bearer ${TOKEN}");
    assert_true(endpoint->headers[0].secret);
    assert_true(endpoint->headers[1].from_defaults);
    assert_int_equal(endpoint->kind, KIND_WEBSOCKET);
    assert_int_equal(endpoint->role, ROLE_CANDIDATE);
    assert_int_equal(endpoint->attempts, 1000000);
    assert_int_equal(endpoint->timeout_us, INT64_MAX);
    assert_int_equal(endpoint->expectations[0].within_us, 5);
    assert_true(endpoint->expectations[1].number == 0.1);
    assert_false(endpoint->tls.verify);
    assert_int_equal(endpoint->line, 12);
    assert_null(back.endpoints[1].body.value);
    assert_null(back.endpoints[1].tls.ca);
    assert_string_equal(back.endpoints[1].name, "plain \"quoted\" \xF0\x9F\x92\xAC\n");
    assert_false(back.experiments);
    assert_string_equal(back.tickets[0].endpoints[0], "chat socket");
    mem_free(json);
    mem_free(again);
    suite_free(&suite);
    suite_free(&back);
}

static void a_role_is_stored_as_a_word(void **state)
{
    struct suite suite;
    json_t *root, *endpoints;
    char *json;

    (void)state;
    fill(&suite);
    json = json_of(&suite);
    root = json_loads(json, 0, NULL);
    endpoints = json_object_get(root, "endpoints");
    assert_string_equal(json_string_value(json_object_get(json_array_get(endpoints, 0), "role")), "candidate");
    assert_string_equal(json_string_value(json_object_get(json_array_get(endpoints, 1), "role")), "required");
    json_decref(root);
    mem_free(json);
    suite_free(&suite);
}

static void a_text_that_is_no_utf8_is_kept_as_escapes(void **state)
{
    struct suite suite, back;
    char *json;

    (void)state;
    fill(&suite);
    suite.environment = "caf\xE9";
    json = json_of(&suite);
    assert_true(suite_from_json(json, &back, NULL));
    assert_string_equal(back.environment, "caf\\xE9");
    mem_free(json);
    suite_free(&suite);
    suite_free(&back);
}

static void expect_damaged(const char *json, const char *where)
{
    struct error err = {0};
    struct suite back;

    assert_false(suite_from_json(json, &back, &err));
    assert_int_equal(err.code, ERR_STORE);
    if (!strstr(err.text, where))
        fail_msg("\"%s\" does not name %s", err.text, where);
    assert_int_equal(back.endpoint_count, 0);
    suite_free(&back);
}

static void what_is_no_suite_is_refused(void **state)
{
    (void)state;
    expect_damaged("", "the whole");
    expect_damaged("[]", "the whole");
    expect_damaged("{", "the whole");
    expect_damaged("{}", "endpoints");
    expect_damaged("{\"endpoints\": [5]}", "suite");
}

/* Each member of the JSON, gone or of another type, is either known to be left out or reported; nothing crashes. */
static void damage_anywhere_is_reported(void **state)
{
    static const char *const optional[] = {"timezone", "source_path", "source_owner", "group",   "used_by",
                                           "owner",    "body",        "tls_ca",       "tracker", "title",
                                           "impact",   "origins",     "key",          "wanted",  "value"};
    static const char *const lists[] = {"endpoints", "tickets", "labels"};
    struct suite suite;
    char *json;

    (void)state;
    fill(&suite);
    json = json_of(&suite);
    for (size_t depth = 0; depth < 4; depth++) {
        json_t *probe = json_loads(json, 0, NULL);
        json_t *object = depth ? json_array_get(json_object_get(probe, lists[depth - 1]), 0) : probe;
        const char *key;
        json_t *value;

        json_object_foreach(object, key, value)
        {
            json_t *damaged = json_loads(json, 0, NULL);
            json_t *target = depth ? json_array_get(json_object_get(damaged, lists[depth - 1]), 0) : damaged;
            struct error err = {0};
            struct suite back;
            bool left_out = false;
            char *text;

            for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
                left_out = left_out || strcmp(optional[i], key) == 0;
            /* An object is what no member is. */
            json_object_set_new(target, key, json_object());
            text = json_dumps(damaged, 0);
            expect_damaged(text, key);
            free(text);
            json_object_del(target, key);
            text = json_dumps(damaged, 0);
            if (depth != 3 && left_out) {
                assert_true(suite_from_json(text, &back, &err));
                suite_free(&back);
            } else {
                expect_damaged(text, key);
            }
            free(text);
            json_decref(damaged);
        }
        json_decref(probe);
    }
    mem_free(json);
    suite_free(&suite);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_suite_reads_back_as_it_was_shown),
        cmocka_unit_test(a_role_is_stored_as_a_word),
        cmocka_unit_test(a_text_that_is_no_utf8_is_kept_as_escapes),
        cmocka_unit_test(what_is_no_suite_is_refused),
        cmocka_unit_test(damage_anywhere_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
