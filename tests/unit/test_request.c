/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <strings.h>

#include "base/arena.h"
#include "collector/credential.h"
#include "collector/plan.h"
#include "collector/request.h"

static const char token[] = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlMTIz";

static const struct header_setting headers[] = {
    {"Authorization", {token, "Bearer ${JWT}"}, true, false},
    {"Origin", {"https://app.example", "https://app.example"}, false, false},
    {"User-Agent", {"mine", "mine"}, false, false},
    {"X-Key", {"key-4711-abc", "${KEY}"}, true, true},
};
static const struct candidate candidates[] = {
    {.name = "/b", .url = {"wss://a.example/b", "wss://a.example/b"}},
    {.name = "elsewhere", .url = {"wss://b.example/ws", "wss://b.example/ws"}},
    {.name = "same origin by https", .url = {"https://a.example:443/x", "https://a.example:443/x"}},
};
static struct endpoint endpoint;
static struct suite suite;
static struct arena arena;
static struct request request;
static bool one_origin;

static int prepare(void **state)
{
    (void)state;
    endpoint = (struct endpoint){.name = "socket",
                                 .kind = KIND_WEBSOCKET,
                                 .url = {"wss://a.example/ws?t=s3cr3t-9", "wss://a.example/ws?t=${T}"},
                                 .method = "GET",
                                 .headers = headers,
                                 .header_count = 4,
                                 .tls = {.verify = true},
                                 .candidates = candidates,
                                 .candidate_count = 3};
    suite = (struct suite){.endpoints = &endpoint, .endpoint_count = 1};
    one_origin = true;
    return 0;
}

static int clear(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void make(struct plan_item item)
{
    struct error err = {0};

    assert_true(request_make(&suite, one_origin, &item, &arena, &request, &err));
}

static struct setting header(const char *name)
{
    for (size_t i = 0; i < request.header_count; i++)
        if (strcasecmp(request.headers[i].name, name) == 0)
            return request.headers[i].value;
    return (struct setting){NULL, NULL};
}

static void an_upgrade_asks_for_itself(void **state)
{
    (void)state;
    make((struct plan_item){0});
    assert_true(request.upgrade && request.tls && request.verify);
    assert_string_equal(request.url, "https://a.example/ws?t=s3cr3t-9");
    assert_string_equal(request.shown, "wss://a.example/ws?t=${T}");
    assert_string_equal(request.target, "/ws?t=s3cr3t-9");
    assert_string_equal(request.host, "a.example");
    assert_int_equal(request.port, 443);
    assert_string_equal(header("host").value, "a.example");
    assert_string_equal(header("upgrade").value, "websocket");
    assert_string_equal(header("sec-websocket-key").value, request.key);
    assert_string_equal(header("user-agent").value, "mine");
    assert_string_equal(header("authorization").value, token);
    assert_string_equal(header("authorization").shown, "Bearer ${JWT}");
    assert_null(request.withheld);
}

static void secrets_stay_at_their_origin(void **state)
{
    (void)state;
    make((struct plan_item){.candidate = 1});
    assert_string_equal(header("authorization").value, token);
    make((struct plan_item){.candidate = 3});
    assert_string_equal(header("authorization").value, token);
    make((struct plan_item){.candidate = 2});
    assert_null(header("authorization").value);
    assert_null(header("x-key").value);
    assert_string_equal(header("origin").value, "https://app.example");
    assert_non_null(strstr(request.withheld, "Authorization: not sent to another origin"));
    assert_non_null(strstr(request.withheld, "X-Key"));
}

static void default_secrets_need_a_suite_of_one_origin(void **state)
{
    (void)state;
    one_origin = false;
    make((struct plan_item){0});
    assert_string_equal(header("authorization").value, token);
    assert_null(header("x-key").value);
    assert_non_null(strstr(request.withheld, "X-Key"));
}

static void a_replaced_path_takes_the_query_along(void **state)
{
    (void)state;
    make((struct plan_item){.path = "/no-such", .question = QUESTION_NO_SUCH_ROOT});
    assert_string_equal(request.url, "https://a.example/no-such");
    assert_string_equal(request.shown, "wss://a.example/no-such");
    assert_string_equal(header("authorization").value, token);
}

static void a_plain_get_is_https(void **state)
{
    (void)state;
    make((struct plan_item){.plain = true, .question = QUESTION_PLAIN_GET});
    assert_false(request.upgrade);
    assert_false(request.http2);
    assert_string_equal(request.shown, "https://a.example/ws?t=${T}");
    assert_null(header("upgrade").value);
    assert_null(header("sec-websocket-key").value);
}

static void an_unverified_request_carries_no_secret(void **state)
{
    (void)state;
    make((struct plan_item){.unverified = true, .question = QUESTION_UNVERIFIED});
    assert_false(request.verify);
    assert_null(header("authorization").value);
    assert_null(header("x-key").value);
    assert_string_equal(request.url, "https://a.example/ws");
}

static void without_and_broken_authorization(void **state)
{
    const char *broken;

    (void)state;
    make((struct plan_item){.authorization = AUTHORIZATION_NONE});
    assert_null(header("authorization").value);
    assert_string_equal(header("origin").value, "https://app.example");
    make((struct plan_item){.authorization = AUTHORIZATION_BROKEN});
    broken = header("authorization").value;
    assert_int_equal(strlen(broken), strlen(token));
    assert_memory_equal(broken, token, strlen("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0."));
    for (size_t i = strlen(token) - 15; i < strlen(token); i++)
        assert_int_not_equal(broken[i], token[i]);
    assert_null(strstr(header("authorization").shown, "eyJ"));
}

static void broken_values_keep_their_shape(void **state)
{
    const char *broken = credential_broken("Bearer abc-DEF-123", &arena);

    (void)state;
    assert_memory_equal(broken, "Bearer ", 7);
    assert_int_equal(broken[10], '-');
    assert_string_not_equal(broken, "Bearer abc-DEF-123");
    broken = credential_broken("session=abc", &arena);
    assert_memory_equal(broken, "session=", 8);
    broken = credential_broken("Basic dXNlcjpwYXNz", &arena);
    assert_memory_equal(broken, "Basic ", 6);
    assert_string_not_equal(broken, "Basic dXNlcjpwYXNz");
    assert_string_equal(credential_broken("---", &arena), "---x");
    /* A JWT without a signature has only its claims to break. */
    assert_string_not_equal(credential_broken("Bearer eyJh.eyJz.", &arena), "Bearer eyJh.eyJz.");
}

static void a_user_in_the_address_becomes_basic(void **state)
{
    (void)state;
    endpoint.url = (struct setting){"wss://me:s%20x@a.example/ws", "wss://${U}:${P}@a.example/ws"};
    endpoint.header_count = 0;
    make((struct plan_item){0});
    assert_string_equal(request.url, "https://a.example/ws");
    assert_string_equal(header("authorization").value, "Basic bWU6cyB4");
    assert_null(strstr(header("authorization").shown, "bWU"));
    make((struct plan_item){.authorization = AUTHORIZATION_NONE});
    assert_null(header("authorization").value);
}

static void unsafe_methods_and_bodies_stay_where_they_belong(void **state)
{
    (void)state;
    endpoint.kind = KIND_HTTP;
    endpoint.method = "POST";
    endpoint.url = (struct setting){"http://a.example:8080/x", "http://a.example:8080/x"};
    endpoint.body = (struct setting){"{}", "{}"};
    make((struct plan_item){0});
    assert_string_equal(request.method, "POST");
    assert_string_equal(request.body.value, "{}");
    assert_string_equal(header("content-length").value, "2");
    assert_string_equal(header("host").value, "a.example:8080");
    make((struct plan_item){.question = QUESTION_NO_SUCH_ROOT, .path = "/y"});
    assert_string_equal(request.method, "GET");
    assert_null(request.body.value);
    endpoint.repeatable = true;
    make((struct plan_item){.question = QUESTION_NO_SUCH_ROOT, .path = "/y"});
    assert_string_equal(request.method, "POST");
    assert_null(request.body.value);
    make((struct plan_item){.question = QUESTION_REPEAT});
    assert_string_equal(request.body.value, "{}");
}

static void each_change_of_an_item_changes_one_thing(void **state)
{
    (void)state;
    make((struct plan_item){.question = QUESTION_WITHOUT_HEADER, .without_header = "origin"});
    assert_null(header("origin").value);
    assert_string_equal(header("authorization").value, token);
    assert_non_null(strstr(request.withheld, "origin: left out by the experiment"));
    make((struct plan_item){.question = QUESTION_ORIGIN, .origin = "https://other.example"});
    assert_string_equal(header("origin").value, "https://other.example");
    make((struct plan_item){.question = QUESTION_ORIGIN, .origin = ""});
    assert_null(header("origin").value);
    make((struct plan_item){.question = QUESTION_SUBPROTOCOLS, .subprotocols = "chat, v2"});
    assert_string_equal(header("sec-websocket-protocol").value, "chat, v2");
    assert_string_equal(request.subprotocols, "chat, v2");
    make((struct plan_item){.question = QUESTION_DEFLATE, .deflate = TOGGLE_ON});
    assert_true(request.deflate);
    assert_non_null(strstr(header("sec-websocket-extensions").value, "permessage-deflate"));
    make((struct plan_item){.question = QUESTION_WITHOUT_QUERY, .without_query = true});
    assert_string_equal(request.shown, "wss://a.example/ws");
    assert_string_equal(request.target, "/ws");
    make((struct plan_item){.question = QUESTION_ADDRESS, .address = "192.0.2.7", .family = FAMILY_IPV4});
    assert_string_equal(request.address, "192.0.2.7");
    assert_int_equal(request.family, FAMILY_IPV4);
    assert_string_equal(request.host, "a.example");
}

static void what_the_endpoint_says_can_be_taken_back(void **state)
{
    static const char *const offered[] = {"one", "two"};

    (void)state;
    endpoint.subprotocols = offered;
    endpoint.subprotocol_count = 2;
    endpoint.deflate = true;
    endpoint.origin = (struct setting){"https://own.example", "https://own.example"};
    make((struct plan_item){0});
    assert_string_equal(header("sec-websocket-protocol").value, "one, two");
    assert_string_equal(header("origin").value, "https://own.example");
    assert_true(request.deflate);
    make((struct plan_item){.subprotocols = "", .deflate = TOGGLE_OFF});
    assert_null(header("sec-websocket-protocol").value);
    assert_null(request.subprotocols);
    assert_null(header("sec-websocket-extensions").value);
    assert_false(request.deflate);
}

static void another_port_or_scheme_is_another_origin(void **state)
{
    (void)state;
    endpoint.url =
        (struct setting){"wss://me:s3cr3t@a.example:8443/ws?t=s3cr3t-9", "wss://me:${P}@a.example:8443/ws?t=${T}"};
    make((struct plan_item){.question = QUESTION_PORT, .port = 443});
    assert_int_equal(request.port, 443);
    assert_string_equal(request.shown, "wss://me:${P}@a.example:443/ws");
    assert_string_equal(request.target, "/ws");
    assert_null(header("authorization").value);
    assert_non_null(strstr(request.withheld, "Authorization: not sent to another origin"));
    make((struct plan_item){.question = QUESTION_SCHEME, .other_scheme = true});
    assert_string_equal(request.url, "http://a.example/ws");
    assert_string_equal(request.shown, "ws://me:${P}@a.example/ws");
    assert_false(request.tls);
    assert_null(header("authorization").value);
    endpoint.url = (struct setting){"http://[::1]:8080", "http://[::1]:8080"};
    make((struct plan_item){.question = QUESTION_SCHEME, .other_scheme = true});
    assert_string_equal(request.url, "https://[::1]/");
    assert_int_equal(request.port, 443);
    make((struct plan_item){.question = QUESTION_PORT, .port = 80});
    assert_int_equal(request.port, 80);
    assert_string_equal(request.host, "::1");
    /* What answers there may be anybody: a secret of the path stays here. */
    endpoint.url = (struct setting){"https://a.example/hook/k3y-4711/x", "https://a.example/hook/${KEY}/x"};
    make((struct plan_item){.question = QUESTION_SCHEME, .other_scheme = true});
    assert_string_equal(request.url, "http://a.example/");
}

static void an_upgrade_is_asked_for_where_a_get_was(void **state)
{
    (void)state;
    endpoint.kind = KIND_HTTP;
    endpoint.url = (struct setting){"https://a.example/x", "https://a.example/x"};
    endpoint.method = "POST";
    endpoint.body = (struct setting){"{}", "{}"};
    make((struct plan_item){.question = QUESTION_UPGRADE, .upgrade = true});
    assert_true(request.upgrade);
    assert_false(request.http2);
    assert_string_equal(request.method, "GET");
    assert_string_equal(request.shown, "wss://a.example/x");
    assert_string_equal(header("upgrade").value, "websocket");
    assert_null(request.body.value);
}

static void a_preflight_has_no_credentials(void **state)
{
    (void)state;
    endpoint.kind = KIND_HTTP;
    endpoint.method = "POST";
    endpoint.url = (struct setting){"https://me:s3cr3t@a.example/x", "https://me:${P}@a.example/x"};
    endpoint.body = (struct setting){"{}", "{}"};
    endpoint.body_type = "application/json";
    make((struct plan_item){.question = QUESTION_PREFLIGHT, .preflight = true});
    assert_string_equal(request.method, "OPTIONS");
    assert_string_equal(header("origin").value, "https://app.example");
    assert_string_equal(header("access-control-request-method").value, "POST");
    assert_string_equal(header("access-control-request-headers").value, "authorization,content-type,x-key");
    assert_null(header("authorization").value);
    assert_null(header("x-key").value);
    assert_null(header("content-type").value);
    assert_null(request.body.value);
    endpoint.header_count = 0;
    endpoint.body_type = "text/plain; charset=utf-8";
    make((struct plan_item){.question = QUESTION_PREFLIGHT, .preflight = true});
    assert_string_equal(header("origin").value, "https://a.example");
    assert_null(header("access-control-request-headers").value);
}

static void a_body_says_its_type_unless_a_header_says_another(void **state)
{
    static const struct header_setting typed[] = {{"Content-Type", {"text/x", "text/x"}, false, false}};

    (void)state;
    endpoint.kind = KIND_HTTP;
    endpoint.method = "PUT";
    endpoint.body = (struct setting){"{}", "{}"};
    endpoint.body_type = "application/json";
    make((struct plan_item){0});
    assert_string_equal(header("content-type").value, "application/json");
    endpoint.headers = typed;
    endpoint.header_count = 1;
    make((struct plan_item){0});
    assert_string_equal(header("content-type").value, "text/x");
    make((struct plan_item){.question = QUESTION_PORT, .port = 81});
    assert_null(request.body.value);
    assert_string_equal(request.method, "GET");
}

static void default_secrets_go_to_the_origins_that_are_listed(void **state)
{
    static const char *const listed[] = {"https://b.example", "https://a.example"};

    (void)state;
    one_origin = false;
    endpoint.origins = listed;
    endpoint.origin_count = 2;
    make((struct plan_item){0});
    assert_string_equal(header("x-key").value, "key-4711-abc");
    make((struct plan_item){.candidate = 2});
    assert_string_equal(header("x-key").value, "key-4711-abc");
    assert_null(header("authorization").value);
    one_origin = true;
    endpoint.origin_count = 1;
    make((struct plan_item){0});
    assert_null(header("x-key").value);
    assert_non_null(strstr(request.withheld, "X-Key: not sent, `origins` does not list this one"));
}

static void a_whole_candidate_is_asked_as_itself(void **state)
{
    static const struct header_setting own[] = {
        {"Authorization", {"Bearer other-4711", "Bearer ${OTHER}"}, true, false}};
    static const struct endpoint whole = {.name = "b",
                                          .kind = KIND_HTTP,
                                          .url = {"https://b.example/c", "https://b.example/c"},
                                          .method = "HEAD",
                                          .headers = own,
                                          .header_count = 1,
                                          .tls = {.verify = true}};
    static const struct candidate one[] = {
        {.name = "b", .url = {"https://b.example/c", "https://b.example/c"}, .whole = &whole}};

    (void)state;
    endpoint.candidates = one;
    endpoint.candidate_count = 1;
    make((struct plan_item){.candidate = 1, .question = QUESTION_CANDIDATE});
    assert_false(request.upgrade);
    assert_string_equal(request.method, "HEAD");
    assert_string_equal(header("authorization").value, "Bearer other-4711");
    assert_null(header("x-key").value);
}

static void a_line_break_forges_no_header(void **state)
{
    static const struct header_setting split[] = {{"X-A", {"one\r\nX-B: two", "one"}, false, false},
                                                  {"X-C", {"token\n", "${C}"}, true, false}};

    (void)state;
    endpoint.headers = split;
    endpoint.header_count = 2;
    make((struct plan_item){0});
    assert_null(header("x-a").value);
    assert_string_equal(header("x-c").value, "token");
    assert_non_null(strstr(request.withheld, "line break"));
}

static void hosts_are_taken_out_of_brackets(void **state)
{
    (void)state;
    endpoint.url = (struct setting){"ws://[::1]:9000/ws", "ws://[::1]:9000/ws"};
    make((struct plan_item){0});
    assert_string_equal(request.host, "::1");
    assert_string_equal(header("host").value, "[::1]:9000");
    assert_int_equal(request.port, 9000);
}

static void no_address_is_an_error(void **state)
{
    struct plan_item item = {0};
    struct error err = {0};

    (void)state;
    endpoint.url = (struct setting){"wss://", "wss://"};
    assert_false(request_make(&suite, true, &item, &arena, &request, &err));
    assert_string_equal(request.shown, "wss://");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_upgrade_asks_for_itself, prepare, clear),
        cmocka_unit_test_setup_teardown(secrets_stay_at_their_origin, prepare, clear),
        cmocka_unit_test_setup_teardown(default_secrets_need_a_suite_of_one_origin, prepare, clear),
        cmocka_unit_test_setup_teardown(a_replaced_path_takes_the_query_along, prepare, clear),
        cmocka_unit_test_setup_teardown(a_plain_get_is_https, prepare, clear),
        cmocka_unit_test_setup_teardown(an_unverified_request_carries_no_secret, prepare, clear),
        cmocka_unit_test_setup_teardown(without_and_broken_authorization, prepare, clear),
        cmocka_unit_test_setup_teardown(broken_values_keep_their_shape, prepare, clear),
        cmocka_unit_test_setup_teardown(a_user_in_the_address_becomes_basic, prepare, clear),
        cmocka_unit_test_setup_teardown(unsafe_methods_and_bodies_stay_where_they_belong, prepare, clear),
        cmocka_unit_test_setup_teardown(each_change_of_an_item_changes_one_thing, prepare, clear),
        cmocka_unit_test_setup_teardown(what_the_endpoint_says_can_be_taken_back, prepare, clear),
        cmocka_unit_test_setup_teardown(another_port_or_scheme_is_another_origin, prepare, clear),
        cmocka_unit_test_setup_teardown(an_upgrade_is_asked_for_where_a_get_was, prepare, clear),
        cmocka_unit_test_setup_teardown(a_preflight_has_no_credentials, prepare, clear),
        cmocka_unit_test_setup_teardown(a_body_says_its_type_unless_a_header_says_another, prepare, clear),
        cmocka_unit_test_setup_teardown(default_secrets_go_to_the_origins_that_are_listed, prepare, clear),
        cmocka_unit_test_setup_teardown(a_whole_candidate_is_asked_as_itself, prepare, clear),
        cmocka_unit_test_setup_teardown(a_line_break_forges_no_header, prepare, clear),
        cmocka_unit_test_setup_teardown(hosts_are_taken_out_of_brackets, prepare, clear),
        cmocka_unit_test_setup_teardown(no_address_is_an_error, prepare, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
