/* SPDX-License-Identifier: MIT */
/* Requests with one thing changed: asked for where they may tell something, believed where an A-B-A shows it. */
#include "tests/unit/support/records.h"

#include "diagnosis/discover.h"
#include "diagnosis/finding.h"

static const struct said opened = {.status = 101, .message = "{\"type\":\"connect\"}"};
static const struct said forbidden = {
    .status = 403, .layer = LAYER_WEBSOCKET, .code = "websocket-refused", .body = "no"};
static const struct said page = {.status = 200, .type = "text/html", .body = "fine"};
static const struct said broken = {.status = 500, .layer = LAYER_HTTP, .code = "http-status", .body = "error"};
static const struct said missing = {.status = 404, .layer = LAYER_HTTP, .code = "http-status", .body = "not found"};
static const struct said deaf = {.layer = LAYER_TCP, .code = "tcp-refused"};
static const struct said page_in_old_tls = {
    .status = 200, .type = "text/html", .body = "fine", .tls_version = "TLSv1"};
static const struct said old_tls = {.layer = LAYER_TLS, .code = "tls-version"};
static const struct said absent_path = {.status = 404, .layer = LAYER_WEBSOCKET, .code = "websocket-refused"};

static bool impossible(const struct plan_item *item)
{
    return item->question == QUESTION_NO_SUCH_ROOT || item->question == QUESTION_NO_SUCH_SIBLING;
}

static struct said allows_no_origin(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    if (impossible(item))
        return absent_path;
    return item->origin && !*item->origin ? opened : forbidden;
}

static struct said allows_own_origin(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    if (impossible(item))
        return absent_path;
    return item->origin && strcmp(item->origin, "https://a.example") == 0 ? opened : forbidden;
}

static struct said refuses_subprotocols(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->subprotocols ? opened : forbidden;
}

static struct said breaks_on_query(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return impossible(item) ? missing : item->without_query ? page : broken;
}

static struct said breaks_on_cookie(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return impossible(item)                                                      ? missing
           : item->without_header && strcmp(item->without_header, "Cookie") == 0 ? page
                                                                                 : broken;
}

static struct said listens_on_443(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->port != 443 ? deaf : impossible(item) ? missing : page;
}

/* What stands there answers anything. */
static struct said welcomes_on_443(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->port == 443 ? page : deaf;
}

static struct said speaks_old_tls(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->tls_least ? page_in_old_tls : old_tls;
}

static struct said has_a_dead_address(const struct plan_item *item, const char *url, size_t before)
{
    static const struct said dead = {.status = 500,
                                     .layer = LAYER_HTTP,
                                     .code = "http-status",
                                     .body = "error",
                                     .address = "192.0.2.1",
                                     .all_addresses = "192.0.2.1 192.0.2.2 2001:db8::1"};

    (void)url;
    (void)before;
    return impossible(item) ? missing : item->address && strcmp(item->address, "192.0.2.2") == 0 ? page : dead;
}

static struct said fails_at_every_address(const struct plan_item *item, const char *url, size_t before)
{
    struct said said = has_a_dead_address(&(struct plan_item){.question = item->question}, url, before);

    if (item->address)
        said.address = item->address;
    return said;
}

static struct said has_other_path(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->question == QUESTION_DISCOVER && strcmp(item->varied, "/websocket") == 0 ? opened : absent_path;
}

/* Passes every second time, whatever is asked. */
static struct said tosses_a_coin(const struct plan_item *item, const char *url, size_t before)
{
    (void)item;
    (void)url;
    return before % 2 ? page : broken;
}

/* Fails three times, then is well for good. */
static struct said recovers(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    return impossible(item) ? missing : before < 6 ? broken : page;
}

struct story {
    struct scene scene;
    struct arena arena;
    struct findings findings;
};

static struct endpoint *begin(struct story *story, const char *url)
{
    struct endpoint *endpoint;

    memset(story, 0, sizeof *story);
    scene_open(&story->scene);
    endpoint = scene_endpoint(&story->scene, url);
    return endpoint;
}

static void play(struct story *story, world *answers)
{
    struct records records;

    scene_play(&story->scene, answers);
    records = scene_records(&story->scene);
    story->findings = diagnose(&records, &story->arena);
}

static const struct finding *found(const struct story *story, const char *code)
{
    for (size_t i = 0; i < story->findings.count; i++)
        if (strcmp(story->findings.list[i].rule->code, code) == 0)
            return &story->findings.list[i];
    return NULL;
}

static void assert_confirmed_alone(struct story *story, const char *code, const char *varied)
{
    const struct finding *finding = found(story, code);

    if (!finding)
        fail_msg("%s was not found, but %s", code,
                 story->findings.count ? story->findings.list[0].rule->code : "nothing");
    assert_int_equal(finding->certainty, CERTAINTY_CONFIRMED);
    assert_string_equal(finding->varied, varied);
    assert_int_equal(story->findings.count, 1);
    arena_free(&story->arena);
    scene_close(&story->scene);
}

static void an_origin_that_is_refused_is_told_from_a_refused_token(void **state)
{
    struct story story;
    struct endpoint *endpoint = begin(&story, "wss://a.example/ws");

    (void)state;
    endpoint->origin = (struct setting){"https://page.example", "https://page.example"};
    scene_authorize(&story.scene, endpoint);
    play(&story, allows_no_origin);
    assert_confirmed_alone(&story, "websocket-origin-refused", "");
    begin(&story, "wss://a.example/ws");
    play(&story, allows_own_origin);
    assert_confirmed_alone(&story, "websocket-origin-refused", "https://a.example");
}

static void one_faulty_address_is_named_and_not_blamed_where_all_fail(void **state)
{
    struct story story;

    (void)state;
    begin(&story, "https://a.example/x");
    play(&story, has_a_dead_address);
    assert_confirmed_alone(&story, "tcp-address-dead", "192.0.2.2");
    begin(&story, "https://a.example/x");
    play(&story, fails_at_every_address);
    assert_null(found(&story, "tcp-address-dead"));
    arena_free(&story.arena);
    scene_close(&story.scene);
}

static void a_port_that_answers_anything_is_not_the_service(void **state)
{
    struct story story;

    (void)state;
    begin(&story, "https://a.example:8443/x");
    play(&story, welcomes_on_443);
    assert_null(found(&story, "tcp-wrong-port"));
    assert_non_null(found(&story, "tcp-refused"));
    arena_free(&story.arena);
    scene_close(&story.scene);
    begin(&story, "https://a.example:8443/");
    play(&story, listens_on_443);
    assert_int_equal(found(&story, "tcp-wrong-port")->certainty, CERTAINTY_POSSIBLE);
    arena_free(&story.arena);
    scene_close(&story.scene);
    /* Many a service has such a path, and nothing is expected of what it says. */
    begin(&story, "https://a.example:8443/health");
    play(&story, listens_on_443);
    assert_int_equal(found(&story, "tcp-wrong-port")->certainty, CERTAINTY_POSSIBLE);
    arena_free(&story.arena);
    scene_close(&story.scene);
}

static void one_changed_thing_is_named(void **state)
{
    static const char *const subprotocols[] = {"chat.v1"};
    static const struct header_setting cookies[] = {{"Accept-Language", {"de", "de"}, false, false},
                                                    {"Cookie", {"sid=4711", "sid=${SID}"}, true, false}};
    static const struct expectation text = {.subject = EXPECT_BODY};
    struct story story;
    struct endpoint *endpoint = begin(&story, "wss://a.example/ws");

    (void)state;
    endpoint->subprotocols = subprotocols;
    endpoint->subprotocol_count = 1;
    play(&story, refuses_subprotocols);
    assert_confirmed_alone(&story, "websocket-subprotocol-refused", "");

    begin(&story, "https://a.example/list?sort=up");
    play(&story, breaks_on_query);
    assert_confirmed_alone(&story, "http-query-breaks", "");

    endpoint = begin(&story, "https://a.example/list");
    endpoint->headers = cookies;
    endpoint->header_count = 2;
    play(&story, breaks_on_cookie);
    assert_confirmed_alone(&story, "http-header-breaks", "Cookie");

    endpoint = begin(&story, "https://a.example:8443/list");
    endpoint->expectations = &text;
    endpoint->expectation_count = 1;
    play(&story, listens_on_443);
    assert_confirmed_alone(&story, "tcp-wrong-port", "443");

    begin(&story, "https://a.example/list");
    play(&story, speaks_old_tls);
    assert_confirmed_alone(&story, "tls-old-version", "1.0");
}

static void a_common_address_is_found_only_where_it_was_asked_for(void **state)
{
    struct story story;
    struct endpoint *endpoint = begin(&story, "wss://a.example/ws");
    const struct finding *finding;

    (void)state;
    play(&story, has_other_path);
    assert_null(found(&story, "websocket-other-path"));
    arena_free(&story.arena);
    scene_close(&story.scene);

    endpoint = begin(&story, "wss://a.example/ws");
    endpoint->discover = true;
    play(&story, has_other_path);
    finding = found(&story, "websocket-other-path");
    assert_non_null(finding);
    assert_int_equal(finding->certainty, CERTAINTY_CONFIRMED);
    assert_string_equal(finding->varied, "/websocket");
    arena_free(&story.arena);
    scene_close(&story.scene);
}

static void chance_confirms_nothing(void **state)
{
    struct story story;

    (void)state;
    begin(&story, "https://a.example/list?sort=up");
    play(&story, tosses_a_coin);
    for (size_t i = 0; i < story.findings.count; i++)
        assert_int_not_equal(story.findings.list[i].certainty, CERTAINTY_CONFIRMED);
    arena_free(&story.arena);
    scene_close(&story.scene);

    begin(&story, "https://a.example/list?sort=up");
    play(&story, recovers);
    for (size_t i = 0; i < story.findings.count; i++)
        assert_int_not_equal(story.findings.list[i].certainty, CERTAINTY_CONFIRMED);
    arena_free(&story.arena);
    scene_close(&story.scene);
}

static void what_may_not_be_repeated_is_not_varied(void **state)
{
    struct story story;
    struct endpoint *endpoint = begin(&story, "https://a.example/order?id=1");

    (void)state;
    endpoint->method = "POST";
    play(&story, breaks_on_query);
    for (size_t i = 0; i < story.scene.count; i++)
        assert_null(story.scene.probes[i]->varied);
    arena_free(&story.arena);
    scene_close(&story.scene);
}

static void paths_to_try_are_a_dozen_each_once_and_never_its_own(void **state)
{
    static const char *const urls[] = {"wss://a.example/ws", "https://a.example/api/v2/health", "https://a.example/",
                                       "wss://a.example/API/Ws/", "https://a.example/${TOKEN}/x"};
    struct arena arena = ARENA_INIT;

    (void)state;
    for (size_t u = 0; u < sizeof urls / sizeof *urls; u++) {
        struct endpoint endpoint;
        const char *paths[DISCOVER_MOST + 1];
        unsigned count = 0;

        endpoint_defaults(&endpoint);
        endpoint.url = (struct setting){urls[u], urls[u]};
        endpoint.kind = urls[u][0] == 'w' ? KIND_WEBSOCKET : KIND_HTTP;
        while (count <= DISCOVER_MOST && (paths[count] = discover_path(&endpoint, count, &arena)))
            count++;
        assert_int_equal(count, DISCOVER_MOST);
        for (unsigned i = 0; i < count; i++) {
            assert_int_equal(paths[i][0], '/');
            assert_string_not_equal(paths[i], strchr(urls[u] + 8, '/'));
            for (unsigned k = 0; k < i; k++)
                assert_string_not_equal(paths[i], paths[k]);
        }
    }
    arena_free(&arena);
}

static void its_own_path_is_varied_first(void **state)
{
    static const char *const wanted[] = {"/api/v2/Ws/", "/api/v2/ws", "/api/Ws", "/v2/Ws"};
    struct arena arena = ARENA_INIT;
    struct endpoint endpoint;

    (void)state;
    endpoint_defaults(&endpoint);
    endpoint.url = (struct setting){"wss://a.example/api/v2/Ws", "wss://a.example/api/v2/Ws"};
    endpoint.kind = KIND_WEBSOCKET;
    for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_string_equal(discover_path(&endpoint, i, &arena), wanted[i]);
    arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_origin_that_is_refused_is_told_from_a_refused_token),
        cmocka_unit_test(one_changed_thing_is_named),
        cmocka_unit_test(a_common_address_is_found_only_where_it_was_asked_for),
        cmocka_unit_test(one_faulty_address_is_named_and_not_blamed_where_all_fail),
        cmocka_unit_test(a_port_that_answers_anything_is_not_the_service),
        cmocka_unit_test(chance_confirms_nothing),
        cmocka_unit_test(what_may_not_be_repeated_is_not_varied),
        cmocka_unit_test(paths_to_try_are_a_dozen_each_once_and_never_its_own),
        cmocka_unit_test(its_own_path_is_varied_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
