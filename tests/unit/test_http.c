/* SPDX-License-Identifier: MIT */
/* HTTP whole: redirects, HTTP/2, kept connections, client certificates, encodings; counted at the servers. */
#include <sys/resource.h>

#include "tests/unit/support/asking.h"

static const char *const servers[4] = {"raw", "tls", NULL};

static void redirects_are_followed_by_us_hop_by_hop(void **state)
{
    const struct probe *probe;

    (void)state;
    add_raw("http", "/redirects/3")->follow = 5;
    perform_all();
    probe = of(0);
    assert_code(probe, "nothing");
    assert_int_equal(probe->status, 200);
    assert_int_equal(probe->hop_count, 3);
    assert_int_equal(probe->hops[0].status, 302);
    assert_non_null(strstr(probe->hops[0].url, "/redirects/3"));
    assert_true(slice_equals(probe->hops[1].location, slice_of("/redirects/1")));
    assert_true(slice_equals(probe->hops[2].address, slice_of("127.0.0.1")));
    assert_true(probe->hops[0].total_us > 0);
    assert_true(probe->timings.redirects_us >= probe->hops[0].total_us + probe->hops[1].total_us);
    assert_true(probe->timings.total_us > probe->timings.redirects_us);
    assert_true(probe->timings.connect_us > 0);
    assert_non_null(strstr(probe->final_url, "/ok"));
    assert_non_null(strstr(probe->url, "/redirects/3"));
    assert_int_equal(times_logged("/redirects/"), 3);
}

static void redirects_end_where_they_must(void **state)
{
    (void)state;
    add_raw("http", "/redirects/4")->follow = 3;
    add_raw("http", "/redirect")->follow = 9;
    add_raw("http", "/redirect/301?to=ftp://files.example/x")->follow = 3;
    add_raw("http", "/redirect/301?to=http://u:p@127.0.0.1/x")->follow = 3;
    add_raw("http", "/redirect/301?to=http://a%20b/")->follow = 3;
    add_raw("http", "/redirect/301?to=/x&to=/y")->follow = 3;
    add_raw("http", "/redirect/302?to=/ok")->follow = 0;
    add_raw("http", "/status/302")->follow = 3;
    add_raw("http", arena_printf(&suite.arena, "/redirect/302?to=http://127.0.0.1:%s/", value_of("RAW_PORT_REFUSES")))
        ->follow = 3;
    add_raw("http", "/redirect/302?to=%23again")->follow = 3;
    perform_all();
    assert_code(of(0), "http-too-many-redirects");
    assert_int_equal(of(0)->hop_count, 3);
    assert_code(of(1), "http-redirect-loop");
    assert_int_equal(of(1)->hop_count, 0);
    for (size_t i = 2; i < 6; i++) {
        assert_code(of(i), "http-bad-redirect");
        assert_int_equal(of(i)->status, 301);
    }
    assert_code(of(6), "http-status");
    assert_null(of(6)->final_url);
    assert_non_null(strstr(of(6)->location.data, "/ok"));
    assert_code(of(7), "http-status");
    assert_code(of(8), "tcp-refused");
    assert_int_equal(of(8)->hop_count, 1);
    assert_int_equal(of(8)->status, 0);
    assert_code(of(9), "http-redirect-loop");
}

static void a_slow_chain_ends_at_the_deadline_of_all(void **state)
{
    const struct probe *probe;

    (void)state;
    add_raw("http", "/redirect/302?to=/slow/30")->follow = 3;
    perform_all();
    probe = of(0);
    assert_code(probe, "http-timeout");
    assert_int_equal(probe->hop_count, 1);
    assert_true(probe->timings.total_us < 2500000);
}

static void secrets_stay_with_their_origin(void **state)
{
    char *elsewhere = arena_printf(&suite.arena, "http://localhost:%s", value_of("RAW_PORT"));

    (void)state;
    add_raw("http", arena_printf(&suite.arena, "/redirect/302?to=%s/echo%%3faway", elsewhere));
    add_raw("http",
            arena_printf(&suite.arena, "/redirect/302?to=%s/redirect/302%%3fto%%3dhttp://127.0.0.1:%s/echo%%3fback",
                         elsewhere, value_of("RAW_PORT")));
    add_raw("http", "/redirect/302?to=/echo?home");
    for (size_t i = 0; i < 3; i++) {
        at(i)->follow = 3;
        at(i)->max_body = at(i)->keep_body = 10000;
        add_header(at(i), "Authorization", "Bearer canary-one", "Bearer ${TOKEN}");
        add_header(at(i), "X-Key", "canary-two", "${KEY}");
        add_header(at(i), "X-Plain", "open", "open");
    }
    perform_all();
    for (size_t i = 0; i < 3; i++) {
        const struct probe *probe = of(i);

        assert_int_equal(probe->status, 200);
        assert_non_null(strstr(probe->body.data, "X-Plain: open"));
        if (i == 2) {
            assert_non_null(strstr(probe->body.data, "canary-one"));
            assert_non_null(strstr(probe->body.data, "canary-two"));
            assert_null(probe->withheld);
        } else {
            assert_null(strstr(probe->body.data, "canary"));
            assert_non_null(strstr(probe->withheld, "Authorization: not sent on to another origin"));
            assert_non_null(strstr(probe->withheld, "X-Key: not sent on to another origin"));
        }
    }
    assert_non_null(strstr(of(0)->body.data, arena_printf(&suite.arena, "Host: %s", elsewhere + strlen("http://"))));
}

static struct endpoint *add_post(const char *path)
{
    struct endpoint *endpoint = add_raw("http", path);

    endpoint->method = "POST";
    endpoint->body = (struct setting){"a=1", "a=1"};
    endpoint->follow = 3;
    return endpoint;
}

static void methods_change_as_every_client_changes_them(void **state)
{
    (void)state;
    add_post("/redirect/302?to=/echo/m302");
    add_post("/redirect/303?to=/echo/m303");
    add_post("/redirect/307?to=/echo/m307");
    add_post("/redirect/308?to=/echo/m308");
    add_post(arena_printf(&suite.arena, "/redirect/307?to=http://localhost:%s/echo/away", value_of("RAW_PORT")));
    add_raw("http", "/redirect/303?to=/echo/head")->method = "HEAD";
    at(5)->follow = 3;
    add_post("/redirect/301?to=/echo/put")->method = "PUT";
    perform_all();
    for (size_t i = 0; i < 4; i++) {
        const char *line = logged("RAW_REQUESTS", arena_printf(&suite.arena, "/echo/m30%c", "2378"[i]));

        assert_non_null(strstr(line, i < 2 ? "\"GET\"" : "\"POST\""));
        assert_int_equal(strstr(line, "content-length") != NULL, i >= 2);
        assert_int_equal(of(i)->withheld != NULL, i < 2);
    }
    assert_code(of(4), "http-status");
    assert_int_equal(of(4)->status, 307);
    assert_non_null(strstr(of(4)->withheld, "body: not sent on to another origin"));
    assert_int_equal(times_logged("/echo/away"), 0);
    assert_non_null(strstr(logged("RAW_REQUESTS", "/echo/head"), "\"HEAD\""));
    assert_non_null(strstr(logged("RAW_REQUESTS", "/echo/put"), "\"PUT\""));
}

static void a_post_with_three_attempts_is_sent_once(void **state)
{
    (void)state;
    add_post("/empty/post-once")->attempts = 3;
    at(0)->reuse = true;
    perform_all();
    assert_int_equal(taken_count, 1);
    assert_int_equal(times_logged("/empty/post-once"), 1);
}

static void http2_is_spoken_as_chosen(void **state)
{
    static const struct {
        const char *scheme, *port;
        enum http_choice http;
        const char *version, *code;
    } cases[] = {
        {"https", "TLS_PORT_HTTP2", HTTP_NEGOTIATED, "2", "nothing"},
        {"https", "TLS_PORT_HTTP2", HTTP_1_1, "1.1", "nothing"},
        {"https", "TLS_PORT_HTTP2", HTTP_2, "2", "nothing"},
        {"https", "TLS_PORT_GOOD", HTTP_NEGOTIATED, "1.1", "nothing"},
        {"https", "TLS_PORT_GOOD", HTTP_2, "1.1", "http-no-http2"},
        {"http", "TLS_PORT_H2C", HTTP_2, "2", "nothing"},
        {"http", "TLS_PORT_PLAIN", HTTP_2, NULL, "http-no-http2"},
        {"http", "RAW_PORT_SSH", HTTP_2, NULL, "http-no-http2"},
        {"http", "RAW_PORT_CLOSES", HTTP_2, NULL, "http-no-http2"},
        {"http", "RAW_PORT_WANTS_HTTP1", HTTP_2, NULL, "http-no-http2"},
        {"http", "RAW_PORT_GOES_AWAY", HTTP_2, NULL, "http-protocol-error"},
        {"http", "RAW_PORT_GOES_AT_ONCE", HTTP_2, NULL, "http-protocol-error"},
        {"http", "TLS_PORT_PLAIN", HTTP_NEGOTIATED, "1.1", "nothing"},
    };
    const size_t count = sizeof cases / sizeof *cases;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct endpoint *endpoint = add_to(cases[i].scheme, cases[i].port, "/");

        endpoint->http = cases[i].http;
        endpoint->tls.ca = value_of("TLS_CA");
    }
    perform_all();
    for (size_t i = 0; i < count; i++) {
        assert_code(of(i), cases[i].code);
        if (cases[i].version)
            assert_string_equal(of(i)->http_version, cases[i].version);
        if (strcmp(cases[i].port, "RAW_PORT_GOES_AWAY") == 0)
            assert_non_null(strstr(of(i)->detail.data, "GOAWAY, error 11: ENHANCE_YOUR_CALM"));
    }
}

static void a_connection_is_kept_where_the_endpoint_says_so(void **state)
{
    (void)state;
    add_to("https", "TLS_PORT_GOOD", "/kept");
    add_to("https", "TLS_PORT_GOOD", "/fresh");
    add_to("https", "TLS_PORT_HTTP2", "/kept");
    for (size_t i = 0; i < 3; i++) {
        at(i)->reuse = i != 1;
        at(i)->attempts = 3;
        at(i)->tls.ca = value_of("TLS_CA");
    }
    perform_all();
    assert_int_equal(taken_count, 9);
    for (size_t i = 0; i < taken_count; i++) {
        const struct probe *probe = taken[i];
        bool again = probe->endpoint != 1 && probe->attempt > 1;

        assert_code(probe, "nothing");
        assert_int_equal(probe->reused, again);
        assert_int_equal(probe->timings.connect_us == NOT_MEASURED, again);
        assert_int_equal(probe->timings.tls_us == NOT_MEASURED, again);
        assert_true(probe->timings.first_byte_us >= 0);
        assert_true(probe->tls_version.len > 0);
        assert_int_equal(probe->tls_verify, 0);
    }
}

static void connections_are_not_shared_over_other_settings(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct endpoint *endpoint = add_to("https", "TLS_PORT_GOOD", "/");

        endpoint->reuse = true;
        endpoint->tls.ca = value_of("TLS_CA");
        if (i == 1)
            add_header(endpoint, "Authorization", "Bearer another", "Bearer ${ANOTHER}");
        else if (i == 2)
            endpoint->tls.verify = false;
        else if (i == 3)
            endpoint->tls.least = "1.3";
    }
    suite.max_per_host = 1;
    perform_all();
    for (size_t i = 0; i < 4; i++)
        assert_false(of(i)->reused);
}

static void nothing_is_sent_twice_on_a_kept_connection(void **state)
{
    struct endpoint *endpoint = add_raw("http", "/kept/2");

    (void)state;
    endpoint->reuse = true;
    endpoint->attempts = 3;
    perform_all();
    assert_int_equal(taken_count, 3);
    assert_code(taken[0], "nothing");
    assert_code(taken[1], "nothing");
    assert_code(taken[2], "http-empty-reply");
    assert_true(taken[2]->reused);
    assert_non_null(strstr(taken[2]->detail.data, "nothing is sent twice"));
    assert_int_equal(times_logged("/kept/2"), 3);
}

static void a_client_certificate_is_shown_where_it_is_configured(void **state)
{
    static const struct {
        const char *port, *cert, *key, *code;
    } cases[] = {
        {"RAW_TLS_PORT_CLIENT", "RAW_CLIENT_CERT", "RAW_CLIENT_KEY", "nothing"},
        {"RAW_TLS_PORT_CLIENT", NULL, NULL, "tls-client-certificate"},
        {"RAW_TLS_PORT_CLIENT", "RAW_OUTSIDER_CERT", "RAW_OUTSIDER_KEY", "tls-client-certificate-rejected"},
        {"RAW_TLS_PORT_CLIENT", "RAW_CLIENT_CERT", "RAW_OUTSIDER_KEY", "tls-client-certificate-unreadable"},
        {"RAW_TLS_PORT_CLIENT", "RAW_CLIENT_CERT", NULL, "tls-client-certificate-unreadable"},
        {"RAW_TLS_PORT", "RAW_OUTSIDER_CERT", "RAW_OUTSIDER_KEY", "nothing"},
        {"TLS_PORT_CLIENT_CERT", NULL, NULL, "http-status"}, /* nginx answers 400, in HTTP */
        {"TLS_PORT_CLIENT_CERT", "TLS_CLIENT_CERT", "TLS_CLIENT_KEY", "nothing"},
    };
    const size_t count = sizeof cases / sizeof *cases;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct endpoint *endpoint = add_to("https", cases[i].port, "/ok");

        endpoint->tls.ca = value_of(i < 6 ? "RAW_CA" : "TLS_CA");
        endpoint->tls.cert = cases[i].cert ? value_of(cases[i].cert) : NULL;
        endpoint->tls.key = cases[i].key ? value_of(cases[i].key) : NULL;
    }
    perform_all();
    for (size_t i = 0; i < count; i++)
        assert_code(of(i), cases[i].code);
    assert_non_null(strstr(of(6)->detail.data, "asked for a client certificate"));
}

static void each_endpoint_trusts_its_own_authorities(void **state)
{
    (void)state;
    suite.max_per_host = suite.concurrency = 1;
    for (size_t i = 0; i < 8; i++) {
        add_to("https", i / 2 % 2 ? "RAW_TLS_PORT" : "TLS_PORT_GOOD", "/ok")->tls.ca =
            value_of(i % 2 ? "RAW_CA" : "TLS_CA");
        at(i)->reuse = i >= 4;
    }
    perform_all();
    for (size_t i = 0; i < 8; i++)
        if (i / 2 % 2 == i % 2)
            assert_code(of(i), "nothing");
        else
            assert_string_equal(layer_words[of(i)->layer], "tls");
}

static void a_client_certificate_stays_with_its_origin(void **state)
{
    struct endpoint *endpoint = add_to(
        "https", "RAW_TLS_PORT",
        arena_printf(&suite.arena, "/redirect/302?to=https://localhost:%s/ok", value_of("RAW_TLS_PORT_CLIENT")));

    (void)state;
    endpoint->follow = 1;
    endpoint->tls.ca = value_of("RAW_CA");
    endpoint->tls.cert = value_of("RAW_CLIENT_CERT");
    endpoint->tls.key = value_of("RAW_CLIENT_KEY");
    perform_all();
    assert_code(of(0), "tls-client-certificate");
    assert_int_equal(of(0)->hop_count, 1);
    assert_non_null(strstr(of(0)->withheld, "client certificate: not"));
}

static void a_version_of_tls_may_be_the_least(void **state)
{
    static const struct {
        const char *port, *least, *code;
    } cases[] = {
        {"TLS_PORT_TLS12_ONLY", "1.3", "tls-version"}, {"TLS_PORT_TLS12_ONLY", "1.2", "nothing"},
        {"TLS_PORT_TLS13_ONLY", "1.3", "nothing"},     {"TLS_PORT_TLS11_ONLY", "1.1", "nothing"},
        {"TLS_PORT_TLS11_ONLY", NULL, "tls-version"},
    };
    const size_t count = sizeof cases / sizeof *cases;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct endpoint *endpoint = add_to("https", cases[i].port, "/");

        endpoint->tls.ca = value_of("TLS_CA");
        endpoint->tls.least = cases[i].least;
    }
    perform_all();
    for (size_t i = 0; i < count; i++)
        assert_code(of(i), cases[i].code);
}

static size_t peak_kib(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return (size_t)usage.ru_maxrss;
}

static void encodings_are_undone_and_bombs_do_no_harm(void **state)
{
    size_t before = peak_kib();

    (void)state;
    for (int i = 0; i < 8; i++)
        add_raw("http", arena_printf(&suite.arena, "/encoded/gzip%s?%d", i % 2 ? "/gzip" : "", i))->max_body = 1 << 20;
    add_raw("http", "/encoded/zstd");
    add_raw("http", "/encoded/rot13");
    add_raw("http", "/encoded/br");
    add_raw("http", "/encoded/gzip/gzip/gzip/gzip/gzip/gzip/gzip");
    for (size_t i = 0; i < suite.endpoint_count; i++)
        at(i)->timeout_us = 20000000;
    perform_all();
    for (size_t i = 0; i < 8; i++) {
        assert_code(of(i), "nothing");
        assert_true(of(i)->body_capped);
        assert_int_equal(of(i)->body_size, 1 << 20);
    }
    for (size_t i = 8; i < 12; i++)
        assert_code(of(i), "http-bad-encoding");
    /* Eight bodies of 64 MiB, each cut at 1 MiB; a sanitizer keeps what was freed for a while. */
    assert_true(peak_kib() < before + (size_t)200 * 1024);
}

static void answers_without_a_body_have_none(void **state)
{
    (void)state;
    add_raw("http", "/no-body/204");
    add_raw("http", "/no-body/304");
    add_raw("http", "/ok")->method = "HEAD";
    add_raw("http", "/trailer");
    perform_all();
    assert_code(of(0), "nothing");
    assert_int_equal(of(1)->status, 304);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(of(i)->body_size, 0);
    assert_int_equal(of(2)->status, 200);
    assert_code(of(3), "nothing");
    assert_true(slice_equals(of(3)->body, slice_of("body")));
    assert_int_equal(of(3)->status, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(redirects_are_followed_by_us_hop_by_hop, prepare, clear),
        cmocka_unit_test_setup_teardown(redirects_end_where_they_must, prepare, clear),
        cmocka_unit_test_setup_teardown(a_slow_chain_ends_at_the_deadline_of_all, prepare, clear),
        cmocka_unit_test_setup_teardown(secrets_stay_with_their_origin, prepare, clear),
        cmocka_unit_test_setup_teardown(methods_change_as_every_client_changes_them, prepare, clear),
        cmocka_unit_test_setup_teardown(a_post_with_three_attempts_is_sent_once, prepare, clear),
        cmocka_unit_test_setup_teardown(http2_is_spoken_as_chosen, prepare, clear),
        cmocka_unit_test_setup_teardown(a_connection_is_kept_where_the_endpoint_says_so, prepare, clear),
        cmocka_unit_test_setup_teardown(connections_are_not_shared_over_other_settings, prepare, clear),
        cmocka_unit_test_setup_teardown(nothing_is_sent_twice_on_a_kept_connection, prepare, clear),
        cmocka_unit_test_setup_teardown(a_client_certificate_is_shown_where_it_is_configured, prepare, clear),
        cmocka_unit_test_setup_teardown(each_endpoint_trusts_its_own_authorities, prepare, clear),
        cmocka_unit_test_setup_teardown(a_client_certificate_stays_with_its_origin, prepare, clear),
        cmocka_unit_test_setup_teardown(a_version_of_tls_may_be_the_least, prepare, clear),
        cmocka_unit_test_setup_teardown(encodings_are_undone_and_bombs_do_no_harm, prepare, clear),
        cmocka_unit_test_setup_teardown(answers_without_a_body_have_none, prepare, clear),
    };

    return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
