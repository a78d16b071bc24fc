/* SPDX-License-Identifier: MIT */
/* The wire against WebSocket servers that people use, with and without compression. */
#include "tests/unit/support/probing.h"

static const char *const servers[] = {"websocket", "raw", NULL, NULL};

static struct endpoint *add_patient(const char *path)
{
    struct endpoint *endpoint = add_raw("ws", path);

    endpoint->timeout_us = 20 * (int64_t)1000000;
    return endpoint;
}

/* The same address twice would be one endpoint. */
static struct endpoint *add_at(const char *server, const char *path)
{
    struct endpoint *endpoint =
        add(arena_printf(&suite.arena, "ws://127.0.0.1:%s%s?%zu", value_of(server), path, suite.endpoint_count));

    endpoint->timeout_us = 20 * (int64_t)1000000;
    return endpoint;
}

static void expect(struct endpoint *endpoint, struct expectation expectation)
{
    struct expectation *list =
        arena_new(&suite.arena, endpoint->expectation_count + 1, sizeof *endpoint->expectations);

    for (size_t i = 0; i < endpoint->expectation_count; i++)
        list[i] = endpoint->expectations[i];
    expectation.words = "as expected";
    list[endpoint->expectation_count++] = expectation;
    endpoint->expectations = list;
}

static void perform_all(void)
{
    struct error err = {0};

    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
}

/* The `index`-th text or binary message of the server. */
static const struct message *heard(const struct probe *probe, size_t index)
{
    for (size_t i = 0; i < probe->message_count; i++)
        if (!probe->messages[i].sent && probe->messages[i].type <= MESSAGE_BINARY && index-- == 0)
            return &probe->messages[i];
    print_error("no such message; code %s: %.*s\n", probe->code ? probe->code : "none", (int)probe->detail.len,
                probe->detail.data ? probe->detail.data : "");
    fail_msg("no such message");
    return NULL;
}

static const char *const everybody[] = {"WEBSOCKET_PYTHON",   "WEBSOCKET_PYTHON_PLAIN",   "WEBSOCKET_NODE",
                                        "WEBSOCKET_NODE_ALL", "WEBSOCKET_NODE_FORGETFUL", "WEBSOCKET_AUTOBAHN",
                                        "WEBSOCKET_NGINX"};
enum { EVERYBODY = sizeof everybody / sizeof *everybody };

/* A greeting, our messages back, a long one between, a pong, a close: with everybody, once plain and once compressed. */
static void every_server_is_understood_plain_and_compressed(void **state)
{
    static const char echo[] = "an echo, an echo, an echo";
    static const struct setting sends[] = {{echo, echo}, {"and another", "and another"}};

    (void)state;
    for (size_t i = 0; i < 2UL * EVERYBODY; i++) {
        struct endpoint *endpoint = add_at(everybody[i / 2], "/long");

        endpoint->deflate = i % 2;
        endpoint->send = sends;
        endpoint->send_count = 2;
        endpoint->keep_body = 200000;
        expect(endpoint, (struct expectation){.subject = EXPECT_PING});
        expect(endpoint,
               (struct expectation){.subject = EXPECT_MESSAGE_TEXT, .operator= OPERATOR_EXISTS, .message = 3});
    }
    perform_all();
    for (size_t i = 0; i < 2UL * EVERYBODY; i++) {
        const struct probe *probe = of(i);
        bool packed = i % 2 && strcmp(everybody[i / 2], "WEBSOCKET_PYTHON_PLAIN") != 0;

        if (probe->code)
            print_error("%s: %s %s\n", everybody[i / 2], probe->code, probe->detail.data);
        assert_null(probe->code);
        assert_int_equal(probe->status, 101);
        assert_int_equal(probe->extensions.len > 0, packed);
        assert_non_null(strstr(heard(probe, 0)->data.data, "connect"));
        assert_int_equal(heard(probe, 1)->size, 100000);
        assert_memory_equal(heard(probe, 1)->data.data + 99980, "01234567890123456789", 20);
        assert_string_equal(heard(probe, 2)->data.data, echo);
        assert_string_equal(heard(probe, 3)->data.data, "and another");
        assert_true(probe->timings.ping_us > 0);
        assert_true(probe->timings.open_us >= probe->timings.ping_us);
        assert_int_equal(probe->close_code, 1000);
    }
}

static void terms_are_recorded_as_the_server_said_them(void **state)
{
    (void)state;
    add_at("WEBSOCKET_NODE_FORGETFUL", "/")->deflate = true;
    add_at("WEBSOCKET_PYTHON", "/")->deflate = true;
    perform_all();
    assert_non_null(strstr(of(0)->extensions.data, "server_no_context_takeover"));
    assert_non_null(strstr(of(0)->extensions.data, "client_max_window_bits=10"));
    assert_non_null(strstr(of(1)->extensions.data, "permessage-deflate"));
    for (size_t i = 0; i < of(1)->request_count; i++)
        if (strcmp(of(1)->request[i].name.data, "Sec-WebSocket-Extensions") == 0)
            return;
    fail_msg("the offer is not recorded");
}

static void a_server_that_pings_gets_its_pong(void **state)
{
    const struct probe *probe;
    bool ponged = false;

    (void)state;
    add_at("WEBSOCKET_NODE_ALL", "/");
    perform_all();
    probe = of(0);
    for (size_t i = 0; i < probe->message_count; i++)
        ponged = ponged
                 || (probe->messages[i].sent && probe->messages[i].type == MESSAGE_PONG
                     && strcmp(probe->messages[i].data.data, "between") == 0);
    assert_true(ponged);
}

static void close_codes_come_as_they_were_sent(void **state)
{
    (void)state;
    for (size_t i = 0; i < EVERYBODY; i++)
        expect(add_at(everybody[i], "/close/4001/so%20long"),
               (struct expectation){.subject = EXPECT_CLOSE, .number = 4001});
    perform_all();
    for (size_t i = 0; i < EVERYBODY; i++) {
        assert_int_equal(of(i)->close_code, 4001);
        assert_true(of(i)->close_reason.len > 0);
        assert_true(of(i)->timings.open_us >= 0);
    }
}

static void it_stays_open_for_as_long_as_is_expected(void **state)
{
    (void)state;
    expect(add_at("WEBSOCKET_NODE_ALL", "/"), (struct expectation){.subject = EXPECT_OPEN, .number = 600000});
    expect(add_at("WEBSOCKET_NGINX", "/"), (struct expectation){.subject = EXPECT_OPEN, .number = 600000});
    perform_all();
    for (size_t i = 0; i < 2; i++) {
        assert_true(of(i)->timings.open_us >= 600000);
        assert_int_equal(of(i)->close_code, 1000);
    }
}

static void subprotocols_are_agreed_or_not(void **state)
{
    static const char *const chat[] = {"superchat", "chat"}, *const other[] = {"other"};
    struct endpoint *endpoint = add_at("WEBSOCKET_PYTHON", "/");

    (void)state;
    endpoint->subprotocols = chat;
    endpoint->subprotocol_count = 2;
    endpoint = add_at("WEBSOCKET_PYTHON", "/");
    endpoint->subprotocols = other;
    endpoint->subprotocol_count = 1;
    perform_all();
    assert_string_equal(of(0)->subprotocol.data, "chat");
    assert_null(of(1)->subprotocol.data);
    assert_non_null(strstr(of(1)->detail.data, "none of the subprotocols"));
}

/* What we send and hear back is nowhere in the record, however the server packs it. */
static void a_secret_that_is_sent_and_echoed_is_kept_out(void **state)
{
    static const struct setting send = {"{\"token\":\"sesame-open-thyself\"}", "{\"token\":\"${TOKEN}\"}"};

    (void)state;
    secrets = secrets_new();
    assert_true(secrets_add(secrets, "TOKEN", "sesame-open-thyself", NULL));
    for (size_t i = 0; i < EVERYBODY; i++) {
        struct endpoint *endpoint = add_at(everybody[i], "/");

        endpoint->deflate = true;
        endpoint->send = &send;
        endpoint->send_count = 1;
        expect(endpoint,
               (struct expectation){.subject = EXPECT_MESSAGE_TEXT, .operator= OPERATOR_EXISTS, .message = 1});
    }
    perform_all();
    for (size_t i = 0; i < EVERYBODY; i++) {
        const struct probe *probe = of(i);

        assert_string_equal(probe->messages[0].data.data, send.shown);
        assert_non_null(strstr(heard(probe, 1)->data.data, "[redacted:TOKEN"));
        for (size_t k = 0; k < probe->message_count; k++)
            assert_null(probe->messages[k].data.data ? strstr(probe->messages[k].data.data, "sesame-open") : NULL);
    }
}

/* Answers and frames that no good server sends, with permessage-deflate offered. */
static void breaches_of_deflate_have_their_codes(void **state)
{
    static const struct {
        const char *path, *code;
    } ends[] = {
        {"/ws/deflate/ok", NULL},
        {"/ws/deflate/bomb", NULL},
        {"/ws/deflate/corrupt", "websocket-bad-deflate"},
        {"/ws/deflate/rsv-continuation", "websocket-reserved-bit"},
        {"/ws/deflate/rsv-control", "websocket-reserved-bit"},
        {"/ws/deflate/bad-utf8", "websocket-bad-utf8"},
        {"/ws/extension/permessage-deflate%3B%20server_max_window_bits%3D7", "websocket-bad-extension"},
        {"/ws/extension/permessage-deflate%3B%20strange%3D1", "websocket-bad-extension"},
        {"/ws/extension/permessage-deflate%2C%20permessage-deflate", "websocket-bad-extension"},
        {"/ws/extension/permessage-deflate%20x", "websocket-bad-extension"},
        {"/ws/extension/x-webkit-deflate-frame", "websocket-unoffered-extension"},
    };
    const size_t count = sizeof ends / sizeof *ends;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct endpoint *endpoint = add_patient(ends[i].path);

        endpoint->deflate = true;
        endpoint->max_body = 4096;
    }
    perform_all();
    for (size_t i = 0; i < count; i++) {
        const char *code = of(i)->code ? of(i)->code : "nothing";

        if (strcmp(code, ends[i].code ? ends[i].code : "nothing") != 0)
            print_error("%s: %s, %s\n", ends[i].path, code, of(i)->detail.data ? of(i)->detail.data : "");
        assert_string_equal(code, ends[i].code ? ends[i].code : "nothing");
    }
    assert_non_null(strstr(of(1)->detail.data, "max_body"));
}

static void broken_handshakes_have_their_codes(void **state)
{
    static const struct {
        const char *path, *code, *words;
    } ends[] = {
        {"/ws/http10", "websocket-bad-handshake", "HTTP/1.0"},
        {"/ws/no-connection", "websocket-bad-handshake", "Connection"},
        {"/ws/wrong-upgrade", "websocket-bad-handshake", "Upgrade"},
        {"/ws/two-accepts", "websocket-bad-handshake", "twice"},
        {"/ws/http2", "websocket-not-http", "HTTP/2"},
        {"/ws/http2-preface", "websocket-not-http", "HTTP/2"},
        {"/ws/half-close", "websocket-hung-up", "without a close frame"},
        {"/many-headers", "http-head-too-large", "bytes"},
    };
    const size_t count = sizeof ends / sizeof *ends;

    (void)state;
    for (size_t i = 0; i < count; i++)
        add_patient(ends[i].path);
    perform_all();
    for (size_t i = 0; i < count; i++) {
        if (!of(i)->code || strcmp(of(i)->code, ends[i].code) != 0)
            print_error("%s: %s\n", ends[i].path, of(i)->code ? of(i)->code : "nothing");
        assert_string_equal(of(i)->code, ends[i].code);
        assert_non_null(strstr(of(i)->detail.data, ends[i].words));
    }
}

static void a_redirect_of_an_upgrade_is_recorded(void **state)
{
    (void)state;
    add_patient("/ws/refuse/301/Location:%20elsewhere");
    perform_all();
    assert_int_equal(of(0)->status, 301);
    assert_string_equal(of(0)->location.data, "elsewhere");
    assert_non_null(strstr(of(0)->body.data, "refused with 301"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, prepare, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_server_is_understood_plain_and_compressed),
        TEST(terms_are_recorded_as_the_server_said_them),
        TEST(a_server_that_pings_gets_its_pong),
        TEST(close_codes_come_as_they_were_sent),
        TEST(it_stays_open_for_as_long_as_is_expected),
        TEST(subprotocols_are_agreed_or_not),
        TEST(a_secret_that_is_sent_and_echoed_is_kept_out),
        TEST(breaches_of_deflate_have_their_codes),
        TEST(broken_handshakes_have_their_codes),
        TEST(a_redirect_of_an_upgrade_is_recorded),
    };

    return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
