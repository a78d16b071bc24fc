/* SPDX-License-Identifier: MIT */
/* Why an upgrade is refused, or is what is missing; and whose cause a failure below HTTP is. */
#include "tests/unit/support/records.h"

#include "diagnosis/finding.h"

#define SOCKET "ws://a.example/ws"
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct said opened = {.status = 101, .message = "{\"type\":\"connect\"}"};
static const struct said page = {.status = 200, .type = "text/html", .body = "fine"};
static const struct said missing = {.status = 404, .body = "not found"};

static struct said refused_as(int status, const char *body)
{
    return (struct said){.status = status, .layer = LAYER_WEBSOCKET, .code = "websocket-refused", .body = body};
}

static struct said answered_as(int status, const char *body)
{
    return (struct said){.status = status, .body = body};
}

static void an_upgrade_is_dropped_only_where_one_is_asked_for(void **state)
{
    static const struct {
        int status;
        const char *body;
        bool plain_same, absent_same;
        const char *code;
        enum certainty certainty;
    } rows[] = {
        {426, "Upgrade Required", true, false, "websocket-upgrade-dropped", CERTAINTY_LIKELY},
        {426, "Upgrade Required", true, true, "websocket-upgrade-dropped", CERTAINTY_LIKELY},
        {400, "Can \"Upgrade\" only to \"WebSocket\".", true, false, "websocket-upgrade-dropped", CERTAINTY_LIKELY},
        {400, "Bad Request", true, false, "websocket-upgrade-dropped", CERTAINTY_POSSIBLE},
        {400, "Bad Request", true, true, "websocket-refuses-all", CERTAINTY_LIKELY},
        {400, "Bad Request", false, false, "websocket-upgrade-refused", CERTAINTY_LIKELY},
        {400, "Missing subprotocol", true, false, "websocket-subprotocol-wanted", CERTAINTY_LIKELY},
        {403, "Invalid Origin header", true, false, "http-origin-named", CERTAINTY_POSSIBLE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        struct findings findings;

        scene_open(&scene);
        scene_endpoint(&scene, SOCKET);
        scene_attempts(&scene, 0, 3, refused_as(rows[i].status, rows[i].body));
        scene_ask_absent(&scene, 0, rows[i].absent_same ? answered_as(rows[i].status, rows[i].body) : missing);
        scene_ask(&scene, 0, 0, QUESTION_PLAIN_GET,
                  rows[i].plain_same ? answered_as(rows[i].status, rows[i].body) : page);
        findings = scene_diagnose(&scene);
        if (findings.count != 1 || strcmp(findings.list[0].rule->code, rows[i].code) != 0
            || findings.list[0].certainty != rows[i].certainty)
            fail_msg("row %zu: %zu, %s, %d", i, findings.count, findings.list[0].rule->code,
                     (int)findings.list[0].certainty);
        scene_close(&scene);
    }
}

static void silence_of_one_length_is_a_limit(void **state)
{
    static const struct {
        int64_t open_us[3], last_us; /* after the upgrade: the end, and the last message before it */
        const char *code;
    } rows[] = {
        {{1001000, 1003000, 1000500}, 4000, "websocket-idle-cut"},
        {{60000000, 60900000, 60100000}, 4000, "websocket-idle-cut"},
        {{1001000, 1900000, 1000500}, 4000, "websocket-hung-up"},
        {{300000, 300100, 300200}, 4000, "websocket-hung-up"},
        {{1001000, 1003000, 1000500}, 900000, "websocket-hung-up"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct said said = {.status = 101, .layer = LAYER_WEBSOCKET, .code = "websocket-hung-up", .message = "hello"};
        struct scene scene;
        struct findings findings;

        scene_open(&scene);
        scene_endpoint(&scene, SOCKET);
        scene_attempts(&scene, 0, 3, said);
        for (size_t p = 0; p < 3; p++) {
            scene.probes[p]->timings.open_us = rows[i].open_us[p];
            ((struct message *)scene.probes[p]->messages)->at_us = rows[i].last_us;
        }
        findings = scene_diagnose(&scene);
        assert_int_equal(findings.count, 1);
        assert_string_equal(findings.list[0].rule->code, rows[i].code);
        scene_close(&scene);
    }
}

static struct said speaks_http2(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    if (item->http == HTTP_2)
        return missing;
    return (struct said){.layer = LAYER_HTTP, .code = "http-empty-reply"};
}

static struct said is_websocket(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    if (item->question == QUESTION_NO_SUCH_ROOT || item->question == QUESTION_NO_SUCH_SIBLING)
        return missing;
    if (item->upgrade)
        return opened;
    return (struct said){.status = 426, .layer = LAYER_HTTP, .code = "http-status", .body = "Upgrade Required"};
}

/* Nothing but 426, and no upgrade either: a server that wants another one. */
static struct said wants_other_upgrade(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    if (item->upgrade)
        return refused_as(426, "Upgrade Required");
    return (struct said){.status = 426, .layer = LAYER_HTTP, .code = "http-status", .body = "Upgrade Required"};
}

static struct said plain_port(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->other_scheme ? page : (struct said){.layer = LAYER_TLS, .code = "tls-reset"};
}

/* What is asked without its query is answered by chance: well at first, and then not. */
static struct said flaps(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    if (item->question == QUESTION_NO_SUCH_ROOT || item->question == QUESTION_NO_SUCH_SIBLING)
        return missing;
    return item->without_query && before < 8
               ? page
               : (struct said){.status = 500, .layer = LAYER_HTTP, .code = "http-status", .body = "error"};
}

static void assert_played(const char *urls[], size_t count, world *answers, const char *code, enum certainty certainty)
{
    struct scene scene;
    struct findings findings;

    scene_open(&scene);
    for (size_t i = 0; i < count; i++)
        scene_endpoint(&scene, urls[i]);
    scene_play(&scene, answers);
    findings = scene_diagnose(&scene);
    if (findings.count != 1 || strcmp(findings.list[0].rule->code, code) != 0)
        fail_msg("%zu findings, %s, not %s", findings.count, findings.list[0].rule->code, code);
    assert_int_equal(findings.list[0].certainty, certainty);
    assert_int_equal(findings.list[0].endpoint_count, count);
    scene_close(&scene);
}

static void what_speaks_another_way_is_found_by_asking_so(void **state)
{
    (void)state;
    assert_played((const char *[]){SOCKET}, 1, speaks_http2, "websocket-http2-only", CERTAINTY_CONFIRMED);
    assert_played((const char *[]){"http://a.example/list"}, 1, speaks_http2, "http-version-breaks",
                  CERTAINTY_CONFIRMED);
    assert_played((const char *[]){"http://a.example/ws"}, 1, is_websocket, "http-wants-websocket",
                  CERTAINTY_CONFIRMED);
    assert_played((const char *[]){"http://a.example/ws"}, 1, wants_other_upgrade, "http-refuses-all",
                  CERTAINTY_POSSIBLE);
    assert_played((const char *[]){"http://a.example/list?a=1"}, 1, flaps, "flapping", CERTAINTY_LIKELY);
}

static void one_endpoint_speaks_for_all_that_fail_below_http(void **state)
{
    (void)state;
    assert_played((const char *[]){"https://a.example:8080/a", "https://a.example:8080/b", "https://a.example:8080/c"},
                  3, plain_port, "http-wrong-scheme", CERTAINTY_CONFIRMED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_upgrade_is_dropped_only_where_one_is_asked_for),
        cmocka_unit_test(silence_of_one_length_is_a_limit),
        cmocka_unit_test(what_speaks_another_way_is_found_by_asking_so),
        cmocka_unit_test(one_endpoint_speaks_for_all_that_fail_below_http),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
