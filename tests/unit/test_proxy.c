/* SPDX-License-Identifier: MIT */
/* HTTP and WebSockets through proxies, counted at them. */
#include "tests/unit/support/asking.h"

static const char *const servers[4] = {"raw", "proxy", NULL};

static void use_proxy(const char *start, const char *port)
{
    suite.proxy.value = arena_printf(&suite.arena, "%s:%s", start, value_of(port));
    suite.proxy.shown = suite.proxy.value;
}

static void add_proxied(void)
{
    add_to("http", "RAW_PORT", "/ok");
    add_to("https", "RAW_TLS_PORT", "/ok")->tls.ca = value_of("RAW_CA");
    add_to("ws", "RAW_PORT", "/ws/ok");
    add_to("wss", "RAW_TLS_PORT", "/ws/ok")->tls.ca = value_of("RAW_CA");
}

static void assert_proxied(void)
{
    for (size_t i = 0; i < 4; i++) {
        const struct probe *probe = of(i);

        assert_code(probe, "nothing");
        assert_string_equal(probe->proxy, suite.proxy.shown);
        assert_int_equal(probe->timings.dns_us, NOT_MEASURED);
        assert_int_equal(probe->timings.connect_us, NOT_MEASURED);
        assert_int_equal(probe->timings.tls_us > 0, i % 2 == 1);
        assert_int_equal(probe->certificate_count > 0, i % 2 == 1);
        assert_null(probe->address.data);
    }
}

static void everything_goes_through_a_proxy(void **state)
{
    const char *log;

    (void)state;
    use_proxy("http://127.0.0.1", "PROXY_PORT");
    add_proxied();
    perform_all();
    assert_proxied();
    log = logged("PROXY_LOG", "Request");
    assert_non_null(strstr(log, arena_printf(&suite.arena, "GET http://localhost:%s/ok", value_of("RAW_PORT"))));
    assert_non_null(strstr(log, arena_printf(&suite.arena, "CONNECT localhost:%s", value_of("RAW_PORT"))));
    assert_non_null(strstr(log, arena_printf(&suite.arena, "CONNECT localhost:%s", value_of("RAW_TLS_PORT"))));
}

static void everything_goes_through_socks(void **state)
{
    (void)state;
    use_proxy("socks5h://localhost", "PROXY_PORT_SOCKS");
    add_proxied();
    perform_all();
    assert_proxied();
}

static void a_proxy_gets_its_password_and_no_secret_of_a_server(void **state)
{
    (void)state;
    use_proxy("http://user:secretword@127.0.0.1", "PROXY_PORT_PASSWORD");
    add_proxied();
    add_header(at(1), "Authorization", "Bearer canary", "Bearer ${T}");
    perform_all();
    for (size_t i = 0; i < 4; i++) {
        assert_code(of(i), "nothing");
        assert_null(strstr(of(i)->proxy, "secretword"));
    }
    assert_int_equal(times_logged("secretword"), 0);
    assert_int_equal(times_logged("proxy-authorization"), 0);
}

/* Of http, https, ws and wss, in that order. */
static void assert_proxy_fails(const char *const codes[4])
{
    add_proxied();
    perform_all();
    for (size_t i = 0; i < 4; i++)
        assert_code(of(i), codes[i]);
}

static void a_proxy_that_wants_a_password(void **state)
{
    static const char *const codes[] = {"http-proxy-authentication", "http-proxy-authentication",
                                        "http-proxy-authentication", "http-proxy-authentication"};

    (void)state;
    use_proxy("http://127.0.0.1", "PROXY_PORT_PASSWORD");
    assert_proxy_fails(codes);
}

static void a_proxy_that_makes_no_tunnel(void **state)
{
    static const char *const codes[] = {"nothing", "http-proxy-refused", "http-proxy-refused", "http-proxy-refused"};

    (void)state;
    use_proxy("http://127.0.0.1", "PROXY_PORT_CLOSED");
    assert_proxy_fails(codes);
    assert_non_null(strstr(of(1)->detail.data, "403"));
}

static void a_proxy_that_is_not_there(void **state)
{
    static const char *const codes[] = {"tcp-proxy", "tcp-proxy", "tcp-proxy", "tcp-proxy"};

    (void)state;
    use_proxy("http://127.0.0.1", "RAW_PORT_REFUSES");
    assert_proxy_fails(codes);
}

static void a_proxy_that_hangs_up_or_says_nothing(void **state)
{
    static const char *const codes[] = {"http-timeout", "http-proxy-failed", "http-proxy-failed", "http-proxy-failed"};

    (void)state;
    use_proxy("http://127.0.0.1", "RAW_PORT_SILENT");
    assert_proxy_fails(codes);
}

static void a_proxy_without_an_address(void **state)
{
    static const char *const codes[] = {"dns-proxy", "dns-proxy", "dns-proxy", "dns-proxy"};

    (void)state;
    suite.proxy = (struct setting){"http://no..name:3128", "http://no..name:3128"};
    assert_proxy_fails(codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_goes_through_a_proxy, prepare, clear),
        cmocka_unit_test_setup_teardown(everything_goes_through_socks, prepare, clear),
        cmocka_unit_test_setup_teardown(a_proxy_gets_its_password_and_no_secret_of_a_server, prepare, clear),
        cmocka_unit_test_setup_teardown(a_proxy_that_wants_a_password, prepare, clear),
        cmocka_unit_test_setup_teardown(a_proxy_that_makes_no_tunnel, prepare, clear),
        cmocka_unit_test_setup_teardown(a_proxy_that_is_not_there, prepare, clear),
        cmocka_unit_test_setup_teardown(a_proxy_that_hangs_up_or_says_nothing, prepare, clear),
        cmocka_unit_test_setup_teardown(a_proxy_without_an_address, prepare, clear),
    };

    return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
