/* SPDX-License-Identifier: MIT */
/* The collector against the test servers: every way a probe can end that one of them can be made to show. */
#include "tests/unit/support/probing.h"

static const char *const servers[4] = {"raw", "tls", "dns", NULL};

struct ending {
    const char *path, *code; /* code NULL: nothing fails */
};

/* Probes all at once, so that the slow ones wait together. */
static void assert_endings(const char *scheme, const struct ending *endings, size_t count)
{
    struct error err = {0};

    for (size_t i = 0; i < count; i++)
        add_raw(scheme, endings[i].path);
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
    assert_int_equal(taken_count, count);
    for (size_t i = 0; i < count; i++) {
        const struct probe *probe = of(i);
        const char *code = probe->code ? probe->code : "nothing";
        const char *wanted = endings[i].code ? endings[i].code : "nothing";

        if (strcmp(code, wanted) != 0)
            print_error("%s:\n", endings[i].path);
        assert_string_equal(code, wanted);
        assert_true(probe->timings.total_us < 2500000);
    }
}

static void http_ends_have_their_codes(void **state)
{
    static const struct ending endings[] = {
        {"/ok", NULL},
        {"/hints", NULL},
        {"/latin1", NULL},
        {"/hostile", "http-status"},
        {"/big/100000", NULL},
        {"/slow/0.2", NULL},
        {"/empty", "http-empty-reply"},
        {"/reset", "http-reset"},
        {"/reset-in-body", "http-reset"},
        {"/truncated", "http-truncated"},
        {"/truncated-chunk", "http-truncated"},
        {"/truncated-head", "http-truncated"},
        {"/never", "http-timeout"},
        {"/stall", "http-timeout"},
        {"/drip", "http-timeout"},
        {"/drip-head", "http-timeout"},
        {"/big-header", "http-head-too-large"},
        {"/many-headers", "http-head-too-large"},
        {"/garbage", "http-not-http"},
        {"/bad-status", "http-malformed"},
        {"/bad-chunk", "http-malformed"},
        {"/negative-length", "http-malformed"},
        {"/two-lengths", "http-malformed"},
        {"/nul-header", "http-malformed"},
        {"/bad-gzip", "http-bad-encoding"},
    };

    (void)state;
    assert_endings("http", endings, sizeof endings / sizeof *endings);
}

static void websocket_ends_have_their_codes(void **state)
{
    static const struct ending endings[] = {
        {"/ws/ok", NULL},
        {"/ws/at-once", NULL},
        {"/ws/drip", NULL},
        {"/ws/fragments", NULL},
        {"/ws/binary", NULL},
        {"/ws/empty-message", NULL},
        {"/ws/split-utf8", NULL},
        {"/ws/silent", NULL},
        {"/ws/no-pong", NULL},
        {"/ws/wrong-pong", NULL},
        {"/ws/no-close", NULL},
        {"/ws/flood", NULL},
        {"/ws/ping-flood", NULL},
        {"/ws/endless-message", NULL},
        {"/ws/close/1000", NULL},
        {"/ws/close/1012/restart", "websocket-closed-by-server"},
        {"/ws/close-first/1008/who-are-you", "websocket-closed-by-server"},
        {"/ws/wrong-accept", "websocket-bad-accept"},
        {"/ws/no-accept", "websocket-bad-accept"},
        {"/ws/no-upgrade", "websocket-bad-handshake"},
        {"/ws/unasked-subprotocol", "websocket-unoffered-subprotocol"},
        {"/ws/unasked-extension", "websocket-unoffered-extension"},
        {"/ws/never", "websocket-no-answer"},
        {"/ws/hangup", "websocket-closed-early"},
        {"/ws/reset", "websocket-closed-early"},
        {"/ws/half-frame", "websocket-hung-up"},
        {"/ws/masked", "websocket-masked"},
        {"/ws/reserved-opcode", "websocket-reserved-opcode"},
        {"/ws/reserved-control", "websocket-reserved-opcode"},
        {"/ws/rsv", "websocket-reserved-bit"},
        {"/ws/big-control", "websocket-control-too-long"},
        {"/ws/fragmented-control", "websocket-control-fragmented"},
        {"/ws/invalid-utf8", "websocket-bad-utf8"},
        {"/ws/close-invalid-utf8", "websocket-bad-utf8"},
        {"/ws/lone-continuation", "websocket-bad-continuation"},
        {"/ws/interrupted-message", "websocket-bad-continuation"},
        {"/ws/huge-length", "websocket-bad-length"},
        {"/ws/long-length", "websocket-bad-length"},
        {"/ws/close-one-byte", "websocket-bad-close-code"},
        {"/ws/close-1005", "websocket-bad-close-code"},
    };

    (void)state;
    assert_endings("ws", endings, sizeof endings / sizeof *endings);
}

/* Each port by each scheme. */
static void connections_end_in_their_layer(void **state)
{
    static const struct {
        const char *port, *http, *https, *ws;
    } ports[] = {
        {"RAW_PORT_CLOSES", "http-empty-reply", "tls-reset", "http-empty-reply"},
        {"RAW_PORT_RESETS", "http-reset", "tls-reset", "http-reset"},
        {"RAW_PORT_SSH", "http-not-http", "tls-plain-http", "websocket-not-http"},
        {"RAW_PORT_SILENT", "http-timeout", "tls-timeout", "websocket-no-answer"},
        {"RAW_PORT_REFUSES", "tcp-refused", "tcp-refused", "tcp-refused"},
        {"RAW_PORT_BLACKHOLE", "tcp-timeout", "tcp-timeout", "tcp-timeout"},
    };
    const size_t count = sizeof ports / sizeof *ports;
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < count; i++) {
        add(arena_printf(&suite.arena, "http://127.0.0.1:%s/", value_of(ports[i].port)));
        add(arena_printf(&suite.arena, "https://127.0.0.1:%s/", value_of(ports[i].port)));
        add(arena_printf(&suite.arena, "ws://127.0.0.1:%s/", value_of(ports[i].port)));
    }
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(of(3 * i)->code, ports[i].http);
        assert_string_equal(of(3 * i + 1)->code, ports[i].https);
        assert_string_equal(of(3 * i + 2)->code, ports[i].ws);
    }
}

static void certificates_end_in_their_codes_and_are_kept(void **state)
{
    static const struct {
        const char *port, *code;
    } ports[] = {
        {"TLS_PORT_GOOD", NULL},
        {"TLS_PORT_EXPIRED", "tls-expired"},
        {"TLS_PORT_NOT_YET_VALID", "tls-not-yet-valid"},
        {"TLS_PORT_WRONG_HOST", "tls-wrong-host"},
        {"TLS_PORT_SELF_SIGNED", "tls-self-signed"},
        {"TLS_PORT_INCOMPLETE", "tls-incomplete-chain"},
        {"TLS_PORT_TLS12_ONLY", NULL},
        {"TLS_PORT_TLS13_ONLY", NULL},
        {"TLS_PORT_TLS11_ONLY", "tls-version"},
        {"TLS_PORT_PLAIN", "tls-plain-http"},
    };
    const size_t count = sizeof ports / sizeof *ports;
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < 2 * count; i++)
        add(arena_printf(&suite.arena, "%s://localhost:%s/", i < count ? "https" : "wss",
                         value_of(ports[i % count].port)))
            ->tls.ca = value_of("TLS_CA");
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
    for (size_t i = 0; i < 2 * count; i++) {
        const struct probe *probe = of(i);
        bool plain = strcmp(ports[i % count].port, "TLS_PORT_PLAIN") == 0;

        if (ports[i % count].code)
            assert_string_equal(probe->code, ports[i % count].code);
        else
            assert_int_equal(probe->status, 200);
        assert_int_equal(probe->certificate_count > 0, !plain);
        assert_int_equal(probe->tls_version.len > 0, !plain);
        assert_true(probe->timings.connect_us > 0);
        assert_int_equal(probe->timings.tls_us > 0, probe->status == 200);
    }
}

static void names_are_looked_up_once_and_fail_in_five_ways(void **state)
{
    static const struct {
        const char *label, *code;
    } names[] = {
        {"good", NULL},
        {"alias", NULL},
        {"many", NULL},
        {"both", NULL}, /* ::1 refuses, 127.0.0.1 does not */
        {"big", NULL},
        {"a6fails", NULL},
        {"nxdomain", "dns-nxdomain"},
        {"nodata", "dns-no-address"},
        {"servfail", "dns-servfail"},
        {"refused", "dns-refused"},
        {"timeout", "dns-timeout"},
    };
    const size_t count = sizeof names / sizeof *names;
    char command[512];
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < count; i++)
        add(arena_printf(&suite.arena, "http://%s.example.com:%s/ok", names[i].label, value_of("RAW_PORT")))
            ->attempts = 3;
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
    assert_int_equal(taken_count, 3 * count);
    for (size_t i = 0; i < taken_count; i++) {
        const char *code = names[taken[i]->endpoint].code;

        if (code)
            assert_string_equal(taken[i]->code, code);
        else
            assert_int_equal(taken[i]->status, 200);
        assert_false(taken[i]->from_hosts);
        if (taken[i]->attempt == 1)
            assert_true(taken[i]->timings.dns_us > 0);
    }
    snprintf(command, sizeof command, "test $(grep -c good.example.com %s) = 2", value_of("DNS_QUERIES"));
    assert_int_equal(system(command), 0); /* NOLINT: A and AAAA */
}

static void addresses_come_from_where_they_should(void **state)
{
    struct setting rule;
    struct endpoint *endpoint;
    struct error err = {0};

    (void)state;
    add(arena_printf(&suite.arena, "http://localhost:%s/ok", value_of("RAW_PORT")));
    add(arena_printf(&suite.arena, "http://127.0.0.1:%s/ok", value_of("RAW_PORT")));
    endpoint = add(arena_printf(&suite.arena, "http://nxdomain.example.com:%s/ok", value_of("RAW_PORT")));
    rule.value = rule.shown = arena_printf(&suite.arena, "nxdomain.example.com:%s:127.0.0.1", value_of("RAW_PORT"));
    endpoint->resolve = &rule;
    endpoint->resolve_count = 1;
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(of(i)->status, 200);
        assert_string_equal(of(i)->address.data, "127.0.0.1");
        assert_int_equal(of(i)->from_hosts, i != 1);
        assert_int_equal(of(i)->timings.dns_us, NOT_MEASURED);
    }
}

static void a_refused_upgrade_keeps_its_evidence(void **state)
{
    const struct probe *probe;
    struct error err = {0};

    (void)state;
    add_raw("ws", "/ws/refuse/426/Upgrade:websocket");
    add_raw("ws", "/status/503");
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
    probe = of(0);
    assert_int_equal(probe->status, 426);
    assert_string_equal(probe_header(probe, "upgrade").data, "websocket");
    assert_non_null(strstr(probe->body.data, "refused with 426"));
    assert_int_equal(probe->body_sha256.len, 64);
    assert_true(probe->timings.upgrade_us > 0);
    assert_true(probe->upgrade);
    assert_int_equal(probe->client, CLIENT_WIRE);
    assert_int_equal(of(1)->status, 503);
}

static void a_conversation_is_kept_in_order(void **state)
{
    static const enum message_type types[] = {MESSAGE_TEXT, MESSAGE_PING, MESSAGE_PONG, MESSAGE_CLOSE, MESSAGE_CLOSE};
    const struct probe *probe;
    struct error err = {0};

    (void)state;
    add_raw("ws", "/ws/ok");
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
    probe = of(0);
    assert_int_equal(probe->message_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(probe->messages[i].type, types[i]);
        assert_int_equal(probe->messages[i].sent, i == 1 || i == 3);
    }
    assert_non_null(strstr(probe->messages[0].data.data, "connect"));
    assert_true(probe->timings.first_message_us >= 0 && probe->timings.ping_us > 0);
    assert_int_equal(probe->close_code, 1000);
}

static void a_body_beyond_its_cap_is_no_failure(void **state)
{
    const struct probe *probe;
    struct error err = {0};

    (void)state;
    add_raw("http", "/bomb")->max_body = 100000;
    add_raw("http", "/endless")->max_body = 100000;
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
    for (size_t i = 0; i < 2; i++) {
        probe = of(i);
        assert_null(probe->code);
        assert_true(probe->body_capped && probe->body_cut);
        assert_int_equal(probe->body_size, 100000);
        assert_null(probe->body_sha256.data);
        assert_true(probe->body.len <= suite.endpoints[i].keep_body);
    }
}

static void attempts_keep_their_interval_and_ordinals_go_on(void **state)
{
    struct error err = {0};

    (void)state;
    add_raw("http", "/ok")->attempts = 3;
    ((struct endpoint *)(uintptr_t)&suite.endpoints[0])->interval_us = 150000;
    add_raw("http", "/slow/0.3");
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
    assert_int_equal(taken_count, 4);
    assert_true(ticks >= 3);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(taken[i]->ordinal, i + 1);
    for (size_t i = 1; i < 4; i++)
        if (taken[i]->endpoint == 0 && taken[i - 1]->endpoint == 0)
            assert_true(taken[i]->started.us - taken[i - 1]->started.us >= 150000);
}

static void a_stop_a_deadline_and_a_full_store_end_it(void **state)
{
    struct error err = {0};
    struct mono start = mono_now();

    (void)state;
    for (int i = 0; i < 20; i++)
        add_raw("http", "/never");
    stop = 1;
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_STOPPED);
    stop = 0;
    assert_int_equal(perform((struct mono){start.us + 300000}, &err), PERFORMED_DEADLINE);
    assert_true(mono_between(start, mono_now()) < 1000000);
    assert_int_equal(taken_count, 0);
    plan_clear(&plan);
    add_raw("http", "/ok");
    take_most = 1;
    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_FAILED);
    assert_string_equal(err.text, "full");
    assert_int_equal(taken_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(http_ends_have_their_codes, prepare, clear),
        cmocka_unit_test_setup_teardown(websocket_ends_have_their_codes, prepare, clear),
        cmocka_unit_test_setup_teardown(connections_end_in_their_layer, prepare, clear),
        cmocka_unit_test_setup_teardown(certificates_end_in_their_codes_and_are_kept, prepare, clear),
        cmocka_unit_test_setup_teardown(names_are_looked_up_once_and_fail_in_five_ways, prepare, clear),
        cmocka_unit_test_setup_teardown(addresses_come_from_where_they_should, prepare, clear),
        cmocka_unit_test_setup_teardown(a_refused_upgrade_keeps_its_evidence, prepare, clear),
        cmocka_unit_test_setup_teardown(a_conversation_is_kept_in_order, prepare, clear),
        cmocka_unit_test_setup_teardown(a_body_beyond_its_cap_is_no_failure, prepare, clear),
        cmocka_unit_test_setup_teardown(attempts_keep_their_interval_and_ordinals_go_on, prepare, clear),
        cmocka_unit_test_setup_teardown(a_stop_a_deadline_and_a_full_store_end_it, prepare, clear),
    };

    return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
