/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdlib.h>

#include "collector/suite.h"
#include "collector/suite_json.h"
#include "tests/unit/unit.h"

static const char *const subprotocols[] = {"chat.v2", "chat.v1"};
static const char *const ticket_endpoints[] = {"chat socket", "health"};
static const struct setting resolve[] = {{"api.example:443:127.0.0.1", "api.example:443:127.0.0.1"}};
static const struct label labels[] = {{"deploy", "4f2c1"}, {"empty", ""}};
static const struct header_setting headers[] = {
    {"Authorization", {"Bearer geheim-geheim", "Bearer ${TOKEN}"}, true, true},
    {"X-Plain", {"", ""}, false, false},
};
static const struct candidate candidates[] = {
    {.name = "/websocket", .url = {"wss://api.example/websocket", "wss://api.example/websocket"}},
    {.name = "/ws?${TOKEN}", .url = {"wss://api.example/ws?geheim-geheim", "wss://api.example/ws?${TOKEN}"}},
};
static const struct expectation expectations[] = {
    {.subject = EXPECT_STATUS, .operator= OPERATOR_STATUS, .wanted = {"200 2xx", "200 2xx"}, .words = "status is 200"},
    {.subject = EXPECT_TIME, .operator= OPERATOR_AT_MOST, .number = 500000, .words = "fast"},
    {.subject = EXPECT_CERTIFICATE, .operator= OPERATOR_AT_LEAST, .number = 1209600e6, .words = "valid"},
    {.subject = EXPECT_HEADER, .operator= OPERATOR_ABSENT, .key = "Server", .words = "header"},
    {.subject = EXPECT_BODY,
     .operator= OPERATOR_MATCHES,
     .wanted = {"a\nb\"\xc3\xa4", "a\nb\"\xc3\xa4"},
     .words = "body"},
    {.subject = EXPECT_JSON, .operator= OPERATOR_AT_LEAST, .key = "/a~1b", .number = 0.1, .words = "json"},
    {.subject = EXPECT_TYPE, .operator= OPERATOR_EQUALS, .wanted = {"text/html", "text/html"}, .words = "type"},
    {.subject = EXPECT_SIZE, .operator= OPERATOR_EQUALS, .number = 9007199254740993.0, .words = "size"},
    {.subject = EXPECT_MESSAGE_JSON,
     .operator= OPERATOR_EQUALS,
     .key = "",
     .wanted = {"\"geheim-geheim\"", "\"${TOKEN}\""},
     .words = "message",
     .within_us = 2000000},
    {.subject = EXPECT_PING, .operator= OPERATOR_AT_MOST, .words = "pong"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Two endpoints: one where everything is set, and one of defaults. */
static struct suite some_suite(struct endpoint endpoints[2])
{
    static const struct ticket tickets[] = {
        {"488", "tracker", "Chat is down", "nobody can chat", "Backend", ticket_endpoints, COUNT(ticket_endpoints),
         .on_fixed = {0}},
        {.id = "489"},
    };
    struct suite suite;

    endpoint_defaults(&endpoints[0]);
    endpoint_defaults(&endpoints[1]);
    endpoints[1].name = "health";
    endpoints[1].url = (struct setting){"https://api.example/health", "https://api.example/health"};
    endpoints[0] = (struct endpoint){
        .name = "chat socket",
        .group = "chat",
        .used_by = "frontend",
        .owner = "Backend",
        .kind = KIND_WEBSOCKET,
        .role = ROLE_CONTROL,
        .url = {"wss://me:geheim-geheim@api.example/ws", "wss://me:${TOKEN}@api.example/ws"},
        .method = "POST",
        .body = {"geheim-geheim", "${TOKEN}"},
        .headers = headers,
        .header_count = COUNT(headers),
        .resolve = resolve,
        .resolve_count = COUNT(resolve),
        .subprotocols = subprotocols,
        .subprotocol_count = COUNT(subprotocols),
        .tls = {"/etc/ca.pem", false},
        .expectations = expectations,
        .expectation_count = COUNT(expectations),
        .candidates = candidates,
        .candidate_count = COUNT(candidates),
        .attempts = 1000000,
        .timeout_us = INT64_C(315360000000000),
        .interval_us = 0,
        .repeatable = true,
        .max_body = SIZE_MAX / 4,
        .keep_body = 0,
        .line = 12,
    };
    suite_defaults(&suite);
    suite.name = "chat-staging";
    suite.environment = "GCP staging";
    suite.vantage = "office";
    suite.timezone = "Europe/Berlin";
    suite.labels = labels;
    suite.label_count = COUNT(labels);
    suite.endpoints = endpoints;
    suite.endpoint_count = 2;
    suite.tickets = tickets;
    suite.ticket_count = COUNT(tickets);
    suite.source = (struct source_settings){.path = "../frontend", .owner = "Frontend team"};
    suite.concurrency = 1;
    suite.max_per_host = 1000000;
    suite.max_time_us = 3600000000;
    suite.experiments = false;
    return suite;
}

static void same_text(const char *a, const char *b)
{
    if (!a || !b)
        assert_ptr_equal(a, b);
    else
        assert_string_equal(a, b);
}

/* What is read back is the shown form, twice. */
static void same_setting(struct setting back, struct setting original)
{
    same_text(back.shown, original.shown);
    same_text(back.value, original.shown);
}

static void same_expectations(const struct endpoint *back, const struct endpoint *original)
{
    assert_int_equal(back->expectation_count, original->expectation_count);
    for (size_t i = 0; i < back->expectation_count; i++) {
        const struct expectation *one = &back->expectations[i], *other = &original->expectations[i];

        assert_int_equal(one->subject, other->subject);
        assert_int_equal(one->operator, other->operator);
        same_text(one->key, other->key);
        same_setting(one->wanted, other->wanted);
        assert_true(one->number == other->number);
        same_text(one->words, other->words);
        assert_int_equal(one->within_us, other->within_us);
    }
}

static void same_lists(const struct endpoint *back, const struct endpoint *original)
{
    assert_int_equal(back->header_count, original->header_count);
    for (size_t i = 0; i < back->header_count; i++) {
        same_text(back->headers[i].name, original->headers[i].name);
        same_setting(back->headers[i].value, original->headers[i].value);
        assert_int_equal(back->headers[i].secret, original->headers[i].secret);
        assert_int_equal(back->headers[i].from_defaults, original->headers[i].from_defaults);
    }
    assert_int_equal(back->resolve_count, original->resolve_count);
    for (size_t i = 0; i < back->resolve_count; i++)
        same_setting(back->resolve[i], original->resolve[i]);
    assert_int_equal(back->subprotocol_count, original->subprotocol_count);
    for (size_t i = 0; i < back->subprotocol_count; i++)
        same_text(back->subprotocols[i], original->subprotocols[i]);
    assert_int_equal(back->candidate_count, original->candidate_count);
    for (size_t i = 0; i < back->candidate_count; i++) {
        same_text(back->candidates[i].name, original->candidates[i].name);
        same_setting(back->candidates[i].url, original->candidates[i].url);
    }
}

static void same_endpoint(const struct endpoint *back, const struct endpoint *original)
{
    same_text(back->name, original->name);
    same_text(back->group, original->group);
    same_text(back->used_by, original->used_by);
    same_text(back->owner, original->owner);
    assert_int_equal(back->kind, original->kind);
    assert_int_equal(back->role, original->role);
    same_setting(back->url, original->url);
    same_text(back->method, original->method);
    same_setting(back->body, original->body);
    same_text(back->tls.ca, original->tls.ca);
    assert_int_equal(back->tls.verify, original->tls.verify);
    assert_int_equal(back->attempts, original->attempts);
    assert_int_equal(back->timeout_us, original->timeout_us);
    assert_int_equal(back->interval_us, original->interval_us);
    assert_int_equal(back->repeatable, original->repeatable);
    assert_int_equal(back->max_body, original->max_body);
    assert_int_equal(back->keep_body, original->keep_body);
    assert_int_equal(back->line, original->line);
    same_lists(back, original);
    same_expectations(back, original);
}

static void everything_comes_back_with_names_in_place_of_secrets(void **state)
{
    struct endpoint endpoints[2];
    struct suite suite = some_suite(endpoints), back;
    struct buf json = BUF_INIT;
    struct error err = {0};

    (void)state;
    suite_to_json(&suite, &json);
    assert_null(strstr(json.data, "geheim"));
    if (!suite_from_json(json.data, &back, &err))
        fail_msg("%s", err.text);
    same_text(back.name, suite.name);
    same_text(back.environment, suite.environment);
    same_text(back.vantage, suite.vantage);
    same_text(back.timezone, suite.timezone);
    same_text(back.source.path, suite.source.path);
    same_text(back.source.owner, suite.source.owner);
    assert_int_equal(back.concurrency, suite.concurrency);
    assert_int_equal(back.max_per_host, suite.max_per_host);
    assert_int_equal(back.max_time_us, suite.max_time_us);
    assert_int_equal(back.experiments, suite.experiments);
    assert_int_equal(back.label_count, 2);
    same_text(back.labels[0].name, "deploy");
    same_text(back.labels[1].value, "");
    assert_int_equal(back.ticket_count, 2);
    same_text(back.tickets[0].impact, "nobody can chat");
    same_text(back.tickets[0].tracker, "tracker");
    same_text(back.tickets[0].owner, "Backend");
    assert_int_equal(back.tickets[0].endpoint_count, 2);
    same_text(back.tickets[0].endpoints[1], "health");
    assert_null(back.tickets[1].title);
    assert_int_equal(back.endpoint_count, 2);
    same_endpoint(&back.endpoints[0], &endpoints[0]);
    same_endpoint(&back.endpoints[1], &endpoints[1]);
    suite_free(&back);
    buf_free(&json);
}

static void the_same_suite_is_the_same_bytes_also_after_a_round(void **state)
{
    struct endpoint endpoints[2];
    struct suite suite = some_suite(endpoints), back;
    struct buf first = BUF_INIT, second = BUF_INIT, third = BUF_INIT;

    (void)state;
    suite_to_json(&suite, &first);
    suite_to_json(&suite, &second);
    assert_string_equal(first.data, second.data);
    assert_true(suite_from_json(first.data, &back, NULL));
    suite_to_json(&back, &third);
    assert_string_equal(first.data, third.data);
    suite_free(&back);
    buf_free(&first);
    buf_free(&second);
    buf_free(&third);
}

/* Stores of earlier versions hold a library's: the same config must stay the same evidence. */
static void it_is_written_as_a_library_would(void **state)
{
    static const struct label odd[] = {{"controls", "\x01\x1f\x7f\b\f\n\r\t \"\\/ \xc3\xa4"}, {"", ""}};
    struct endpoint endpoints[2];
    struct suite suite = some_suite(endpoints);
    struct buf json = BUF_INIT;
    json_t *value;
    char *text;

    (void)state;
    suite.labels = odd;
    suite.label_count = 2;
    suite_to_json(&suite, &json);
    value = json_loads(json.data, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(value);
    text = json_dumps(value, JSON_COMPACT);
    assert_string_equal(json.data, text);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(json_object_get(value, "labels"), 0), "value")),
        odd[0].value);
    free(text);
    json_decref(value);
    buf_free(&json);
}

/* A variable of the environment or an argument may hold any bytes. */
static void what_is_no_utf8_is_kept_as_escapes(void **state)
{
    static const struct label odd[] = {{"who", "J\xf6rg"}};
    struct endpoint endpoints[2];
    struct suite suite = some_suite(endpoints), back;
    struct buf json = BUF_INIT;

    (void)state;
    endpoints[1].name = "caf\xe9";
    suite.labels = odd;
    suite.label_count = 1;
    suite_to_json(&suite, &json);
    assert_true(suite_from_json(json.data, &back, NULL));
    assert_string_equal(back.endpoints[1].name, "caf\\xE9");
    assert_string_equal(back.labels[0].value, "J\\xF6rg");
    suite_free(&back);
    buf_free(&json);
}

/* Calls `each` for every container of the document. */
static void each_container(json_t *value, void (*each)(json_t *container, json_t *root), json_t *root)
{
    const char *key;
    json_t *member;
    size_t index;

    if (json_is_object(value) || json_is_array(value))
        each(value, root);
    json_object_foreach(value, key, member) each_container(member, each, root);
    json_array_foreach(value, index, member) each_container(member, each, root);
}

static bool reads(const json_t *root)
{
    char *text = json_dumps(root, JSON_COMPACT);
    struct error err = {0};
    struct suite suite;
    bool ok = suite_from_json(text, &suite, &err);

    if (!ok) {
        assert_int_equal(err.code, ERR_STORE);
        assert_non_null(strstr(err.text, "damaged"));
        assert_int_equal(suite.endpoint_count, 0);
    }
    suite_free(&suite);
    free(text);
    return ok;
}

/* Every member, one after the other, with a value of each other type in its place, and without it. */
static void spoil(json_t *container, json_t *root)
{
    json_t *const odd[] = {json_null(),        json_true(),
                           json_integer(-1),   json_integer(1L << 40),
                           json_real(1e300),   json_string("\xc3\xa4"),
                           json_array(),       json_object(),
                           json_pack("[i]", 1)};
    json_t *names = json_array();
    const char *key;
    json_t *member;
    size_t index;

    json_object_foreach(container, key, member) json_array_append_new(names, json_string(key));
    json_array_foreach(names, index, member)
    {
        json_t *was = json_incref(json_object_get(container, json_string_value(member)));

        for (size_t i = 0; i < COUNT(odd); i++) {
            json_object_set(container, json_string_value(member), odd[i]);
            if (reads(root) && json_typeof(odd[i]) != json_typeof(was) && !json_is_number(odd[i])
                && !(json_is_boolean(odd[i]) && json_is_boolean(was)))
                fail_msg("`%s` is read with another type", json_string_value(member));
        }
        json_object_del(container, json_string_value(member));
        reads(root);
        json_object_set_new(container, json_string_value(member), was);
    }
    for (size_t i = 0; json_is_array(container) && i < COUNT(odd); i++) {
        json_array_append(container, odd[i]);
        reads(root);
        json_array_remove(container, json_array_size(container) - 1);
    }
    for (size_t i = 0; i < COUNT(odd); i++)
        json_decref(odd[i]);
    json_decref(names);
}

static void a_damaged_document_is_an_error_wherever_the_damage_is(void **state)
{
    struct endpoint endpoints[2];
    struct suite suite = some_suite(endpoints);
    struct buf json = BUF_INIT;
    json_t *root, *copy;

    (void)state;
    suite_to_json(&suite, &json);
    root = json_loads(json.data, 0, NULL);
    copy = json_deep_copy(root);
    each_container(copy, spoil, copy);
    assert_true(reads(copy));
    json_decref(copy);
    json_decref(root);
    buf_free(&json);
}

static void a_document_that_ends_early_is_an_error(void **state)
{
    struct endpoint endpoints[2];
    struct suite suite = some_suite(endpoints), back;
    struct buf json = BUF_INIT;
    size_t len;

    (void)state;
    suite_to_json(&suite, &json);
    len = json.len;
    while (len-- > 0) {
        buf_cut(&json, len);
        assert_false(suite_from_json(json.data, &back, NULL));
        suite_free(&back);
    }
    buf_free(&json);
}

static void what_is_no_suite_is_an_error(void **state)
{
    static const char *const texts[] = {"", "null", "[]", "{}", "{\"suite\":1}", "\xff", "{\"suite\":\"a\\u0000b\"}"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct suite suite;

        assert_false(suite_from_json(texts[i], &suite, NULL));
        suite_free(&suite);
    }
}

/* Those who judge and tell an expectation rely on its parts. */
static void an_expectation_without_what_it_wants_is_damage(void **state)
{
    static const struct expectation broken[] = {{.subject = EXPECT_STATUS, .operator= OPERATOR_STATUS, .words = "x"},
                                                {.subject = EXPECT_BODY, .operator= OPERATOR_MATCHES, .words = "x"},
                                                {.subject = EXPECT_JSON, .operator= OPERATOR_EXISTS, .words = "x"},
                                                {.subject = EXPECT_HEADER, .operator= OPERATOR_ABSENT, .words = "x"},
                                                {
                                                    .subject = EXPECT_BODY,
                                                    .operator= OPERATOR_EXISTS },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(broken); i++) {
        struct endpoint endpoints[2];
        struct suite suite = some_suite(endpoints), back;
        struct buf json = BUF_INIT;

        endpoints[1].expectations = &broken[i];
        endpoints[1].expectation_count = 1;
        suite_to_json(&suite, &json);
        assert_false(suite_from_json(json.data, &back, NULL));
        suite_free(&back);
        buf_free(&json);
    }
}

/* Of the suite with every kind of secret; the one of defaults holds none. */
static void only_a_suite_without_secrets_is_shown_as_it_is(void **state)
{
    struct endpoint endpoints[2], plain;
    struct suite suite = some_suite(endpoints);
    static const struct setting secret = {"geheim-geheim", "${TOKEN}"};
    struct candidate whole = {.name = "/a", .url = {"https://a.example/a", "https://a.example/a"}};
    struct header_setting header = {.name = "X-Key", .value = secret};
    struct expectation wanted = {.wanted = secret};

    (void)state;
    assert_false(suite_is_shown(&suite));
    suite.endpoints = &endpoints[1];
    suite.endpoint_count = 1;
    assert_true(suite_is_shown(&suite));
    plain = endpoints[1];
    endpoints[1].url = secret;
    assert_false(suite_is_shown(&suite));
    endpoints[1] = plain;
    endpoints[1].send = &secret;
    endpoints[1].send_count = 1;
    assert_false(suite_is_shown(&suite));
    endpoints[1] = plain;
    endpoints[1].headers = &header;
    endpoints[1].header_count = 1;
    assert_false(suite_is_shown(&suite));
    endpoints[1] = plain;
    endpoints[1].expectations = &wanted;
    endpoints[1].expectation_count = 1;
    assert_false(suite_is_shown(&suite));
    endpoints[1] = plain;
    whole.whole = &endpoints[0];
    endpoints[1].candidates = &whole;
    endpoints[1].candidate_count = 1;
    assert_false(suite_is_shown(&suite));
    endpoints[1] = plain;
    suite.proxy = secret;
    assert_false(suite_is_shown(&suite));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_comes_back_with_names_in_place_of_secrets),
        cmocka_unit_test(the_same_suite_is_the_same_bytes_also_after_a_round),
        cmocka_unit_test(it_is_written_as_a_library_would),
        cmocka_unit_test(what_is_no_utf8_is_kept_as_escapes),
        cmocka_unit_test(a_damaged_document_is_an_error_wherever_the_damage_is),
        cmocka_unit_test(a_document_that_ends_early_is_an_error),
        cmocka_unit_test(what_is_no_suite_is_an_error),
        cmocka_unit_test(an_expectation_without_what_it_wants_is_damage),
        cmocka_unit_test(only_a_suite_without_secrets_is_shown_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
