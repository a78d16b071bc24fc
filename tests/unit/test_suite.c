/* SPDX-License-Identifier: MIT */
#include "collector/suite.h"
#include "collector/url.h"
#include "tests/unit/unit.h"

static void urls_are_named_by_their_paths(void **state)
{
    struct suite suite;

    (void)state;
    suite_defaults(&suite);
    assert_true(suite_add_url(&suite, "https://a.example/health?x=1", NULL));
    assert_true(suite_add_url(&suite, "wss://a.example/ws", NULL));
    assert_true(suite_add_url(&suite, "a.example", NULL));
    assert_int_equal(suite.endpoint_count, 3);
    assert_string_equal(suite.endpoints[0].name, "/health");
    assert_string_equal(suite.endpoints[1].name, "/ws");
    assert_int_equal(suite.endpoints[1].kind, KIND_WEBSOCKET);
    assert_string_equal(suite.endpoints[2].name, "/");
    assert_string_equal(suite.endpoints[2].url.value, "https://a.example");
    suite_free(&suite);
}

static void urls_with_the_same_path_are_named_by_the_whole_url(void **state)
{
    struct suite suite;

    (void)state;
    suite_defaults(&suite);
    assert_true(suite_add_url(&suite, "https://a.example/health", NULL));
    assert_true(suite_add_url(&suite, "https://b.example/health", NULL));
    assert_true(suite_add_url(&suite, "https://b.example/health", NULL));
    assert_true(suite_add_url(&suite, "https://c.example/health", NULL));
    assert_int_equal(suite.endpoint_count, 3);
    assert_string_equal(suite.endpoints[0].name, "https://a.example/health");
    assert_string_equal(suite.endpoints[2].name, "https://c.example/health");
    suite_free(&suite);
}

static void many_urls_fit(void **state)
{
    struct suite suite;

    (void)state;
    suite_defaults(&suite);
    for (int i = 0; i < 100; i++)
        assert_true(suite_add_url(&suite, arena_printf(&suite.arena, "https://a.example/%d", i), NULL));
    assert_int_equal(suite.endpoint_count, 100);
    for (int i = 0; i < 100; i++)
        assert_string_equal(suite.endpoints[i].name, arena_printf(&suite.arena, "/%d", i));
    suite_free(&suite);
}

static void a_password_in_a_url_is_not_shown(void **state)
{
    struct suite suite;

    (void)state;
    suite_defaults(&suite);
    assert_true(suite_add_url(&suite, "https://me:pa:ss@a.example/x", NULL));
    assert_string_equal(suite.endpoints[0].url.shown, "https://me:[redacted:password]@a.example/x");
    assert_string_equal(suite.endpoints[0].url.value, "https://me:pa:ss@a.example/x");
    suite_free(&suite);
}

static void origins_are_equal_across_http_and_websocket(void **state)
{
    struct arena arena = ARENA_INIT;

    (void)state;
    assert_string_equal(url_origin("https://A.example/x", &arena), "https://a.example");
    assert_string_equal(url_origin("wss://a.example:443/y", &arena), "https://a.example");
    assert_string_equal(url_origin("ws://a.example:8080", &arena), "http://a.example:8080");
    assert_string_equal(url_origin("https://[::1]:8443/", &arena), "https://[::1]:8443");
    assert_string_equal(url_origin("http://127.0.0.1:80/", &arena), "http://127.0.0.1");
    assert_string_equal(url_origin("http://127.1:8080/", &arena), "http://127.0.0.1:8080");
    assert_string_equal(url_origin("http://0x7f000001/", &arena), "http://127.0.0.1");
    assert_string_equal(url_origin("https://u:p@A.example:0443/x", &arena), "https://a.example");
    assert_string_equal(url_origin("https://a.example?x=/y", &arena), "https://a.example");
    assert_null(url_origin("http://a.example:65536/", &arena));
    assert_string_equal(url_origin("http://127.0.0.1:80/x?y#z", &arena), "http://127.0.0.1");
    assert_string_equal(url_origin("http://127.0.0.1:443", &arena), "http://127.0.0.1:443");
    assert_string_equal(url_origin("https://a.example:0443/", &arena), "https://a.example");
    assert_string_equal(url_origin("http://0x7f.1/", &arena), "http://127.0.0.1");
    assert_string_equal(url_origin("http://me:pw@a.example:81/", &arena), "http://a.example:81");
    assert_string_equal(url_origin("http://a_b.example?x", &arena), "http://a_b.example");
    assert_null(url_origin("http://a.example:65536/", &arena));
    assert_null(url_origin("http://a.example:x/", &arena));
    assert_null(url_origin("http://a.example/a b", &arena));
    assert_null(url_origin("ftp://a.example/", &arena));
    assert_null(url_origin("https:///x", &arena));
    arena_free(&arena);
}

static void references_resolve_as_the_rfc_says(void **state)
{
    static const char *const cases[][3] = {
        {"wss://a.example/ws", "/websocket", "wss://a.example/websocket"},
        {"wss://a.example:8443/api/ws?x=1", "v2", "wss://a.example:8443/api/v2"},
        {"https://a.example/a/b/c", "../d", "https://a.example/a/d"},
        {"https://a.example/a", "?q=1", "https://a.example/a?q=1"},
        {"https://a.example/a", "ws://b.example/x", "ws://b.example/x"},
        {"wss://a.example/ws", "//b.example/x", "wss://b.example/x"},
    };
    struct arena arena = ARENA_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(url_resolve(cases[i][0], cases[i][1], &arena), cases[i][2]);
    assert_null(url_resolve("https://a.example/", "ftp://b.example/", &arena));
    arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_named_by_their_paths),
        cmocka_unit_test(urls_with_the_same_path_are_named_by_the_whole_url),
        cmocka_unit_test(many_urls_fit),
        cmocka_unit_test(a_password_in_a_url_is_not_shown),
        cmocka_unit_test(origins_are_equal_across_http_and_websocket),
        cmocka_unit_test(references_resolve_as_the_rfc_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
