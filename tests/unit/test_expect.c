/* SPDX-License-Identifier: MIT */
#include "collector/expect.h"

#include "base/arena.h"
#include "collector/probe.h"
#include "collector/suite.h"
#include "tests/unit/unit.h"

/* cmocka has a macro of that name. */
#undef expect_check

#define TEXT(text_)                                                                                                   \
    {                                                                                                                 \
        .value = (text_), .shown = (text_)                                                                            \
    }

/* An endpoint with one expectation, and a probe of it that was answered with 200 and a body. */
struct scene {
    struct endpoint endpoint;
    struct expectation expectation;
    struct judged_matter matter;
    struct probe *probe;
};

static void scene_begin(struct scene *scene, enum kind kind)
{
    *scene = (struct scene){.probe = probe_new()};
    endpoint_defaults(&scene->endpoint);
    scene->endpoint.kind = kind;
    scene->probe->upgrade = kind == KIND_WEBSOCKET;
    scene->probe->status = kind == KIND_WEBSOCKET ? 101 : 200;
    scene->probe->timings = (struct timings){.dns_us = NOT_MEASURED,
                                             .connect_us = NOT_MEASURED,
                                             .tls_us = NOT_MEASURED,
                                             .first_byte_us = NOT_MEASURED,
                                             .transfer_us = NOT_MEASURED,
                                             .upgrade_us = NOT_MEASURED,
                                             .first_message_us = NOT_MEASURED,
                                             .ping_us = NOT_MEASURED,
                                             .total_us = 1000};
    scene->probe->layer = LAYER_NONE;
}

/* Judges the scene with `expectation`, and returns what was judged of it. */
static const struct judgement *judge(struct scene *scene, struct expectation expectation)
{
    scene->expectation = expectation;
    scene->expectation.words = expect_words(&scene->expectation, &scene->probe->arena);
    scene->endpoint.expectations = &scene->expectation;
    scene->endpoint.expectation_count = 1;
    expect_judge(&scene->endpoint, &scene->matter, scene->probe);
    assert_true(scene->probe->judgement_count >= 1);
    return &scene->probe->judgements[scene->probe->judgement_count - 1];
}

static void put_body(struct scene *scene, const char *text)
{
    scene->matter.body = slice_of(text);
    scene->probe->body_size = strlen(text);
}

static bool shows(struct slice slice, const char *text)
{
    return slice_equals(slice, slice_of(text));
}

static void expect_code(const struct probe *probe, enum layer layer, const char *code)
{
    assert_int_equal(probe->outcome, OUTCOME_FAILED);
    assert_int_equal(probe->layer, layer);
    assert_string_equal(probe->code, code);
}

static enum judgement_verdict status_verdict(int status, const char *wanted)
{
    struct scene scene;
    enum judgement_verdict verdict;

    scene_begin(&scene, KIND_HTTP);
    scene.probe->status = status;
    verdict = judge(&scene,
                    (struct expectation){.subject = EXPECT_STATUS, .operator= OPERATOR_STATUS, .wanted = TEXT(wanted)})
                  ->verdict;
    probe_free(scene.probe);
    return verdict;
}

static void a_status_fits_a_number_a_class_or_a_list(void **state)
{
    (void)state;
    assert_int_equal(status_verdict(200, "200"), JUDGED_HOLDS);
    assert_int_equal(status_verdict(204, "200"), JUDGED_DOES_NOT);
    assert_int_equal(status_verdict(204, "2xx"), JUDGED_HOLDS);
    assert_int_equal(status_verdict(204, "2XX"), JUDGED_HOLDS);
    assert_int_equal(status_verdict(301, "2xx"), JUDGED_DOES_NOT);
    assert_int_equal(status_verdict(404, "200 404"), JUDGED_HOLDS);
    assert_int_equal(status_verdict(503, "200 404"), JUDGED_DOES_NOT);
    assert_int_equal(status_verdict(0, "200"), JUDGED_NOT);
}

static void silence_means_2xx_or_101(void **state)
{
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_HTTP);
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    assert_int_equal(scene.probe->judgement_count, 1);
    assert_string_equal(scene.probe->judgements[0].expected, "status is 2xx");
    assert_int_equal(scene.probe->outcome, OUTCOME_PASSED);
    scene.probe->status = 302;
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    expect_code(scene.probe, LAYER_HTTP, "http-status");
    probe_free(scene.probe);
    scene_begin(&scene, KIND_WEBSOCKET);
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    assert_string_equal(scene.probe->judgements[0].expected, "status is 101");
    assert_int_equal(scene.probe->outcome, OUTCOME_PASSED);
    probe_free(scene.probe);
}

static void a_refusal_of_credentials_is_one_of_the_auth_layer(void **state)
{
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_HTTP);
    scene.probe->status = 401;
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    expect_code(scene.probe, LAYER_AUTH, "auth-refused");
    probe_free(scene.probe);
    scene_begin(&scene, KIND_WEBSOCKET);
    scene.probe->status = 403;
    scene.probe->layer = LAYER_WEBSOCKET;
    scene.probe->code = "websocket-refused";
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    expect_code(scene.probe, LAYER_AUTH, "auth-refused");
    probe_free(scene.probe);
}

static void an_expected_refusal_of_a_websocket_passes(void **state)
{
    const struct expectation wanted = {.subject = EXPECT_STATUS, .operator= OPERATOR_STATUS, .wanted = TEXT("403")};
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_WEBSOCKET);
    scene.probe->status = 403;
    scene.probe->layer = LAYER_WEBSOCKET;
    scene.probe->code = "websocket-refused";
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_HOLDS);
    assert_int_equal(scene.probe->outcome, OUTCOME_PASSED);
    assert_int_equal(scene.probe->layer, LAYER_NONE);
    assert_null(scene.probe->code);
    probe_free(scene.probe);
    scene_begin(&scene, KIND_WEBSOCKET);
    scene.probe->status = 500;
    scene.probe->code = "websocket-refused";
    judge(&scene, wanted);
    expect_code(scene.probe, LAYER_WEBSOCKET, "websocket-refused");
    probe_free(scene.probe);
}

static void what_failed_below_keeps_its_layer_and_code(void **state)
{
    static const struct expectation wanted[] = {
        {.subject = EXPECT_STATUS, .operator= OPERATOR_STATUS, .wanted = TEXT("200")},
        {.subject = EXPECT_TIME, .operator= OPERATOR_AT_MOST, .number = 1},
        {.subject = EXPECT_CERTIFICATE, .operator= OPERATOR_AT_LEAST, .number = 1},
        {.subject = EXPECT_HEADER, .operator= OPERATOR_ABSENT, .key = "X"},
        {.subject = EXPECT_BODY, .operator= OPERATOR_CONTAINS, .wanted = TEXT("x")},
        {.subject = EXPECT_JSON, .operator= OPERATOR_EXISTS, .key = "/x"},
        {.subject = EXPECT_TYPE, .operator= OPERATOR_EQUALS, .wanted = TEXT("x")},
        {.subject = EXPECT_SIZE, .operator= OPERATOR_AT_MOST, .number = 1},
        {.subject = EXPECT_MESSAGE_JSON, .operator= OPERATOR_EXISTS, .key = "/x"},
        {.subject = EXPECT_MESSAGE_TEXT, .operator= OPERATOR_EXISTS },
         {.subject = EXPECT_SUBPROTOCOL, .operator= OPERATOR_EQUALS, .wanted = TEXT("x")},
         {
             .subject = EXPECT_PING,
             .operator= OPERATOR_AT_MOST },
        };

    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct scene scene;
        const struct judgement *judgement;

        scene_begin(&scene, KIND_HTTP);
        scene.probe->status = 0;
        scene.probe->layer = LAYER_DNS;
        scene.probe->code = "dns-nxdomain";
        judgement = judge(&scene, wanted[i]);
        assert_int_equal(judgement->verdict, JUDGED_NOT);
        assert_non_null(judgement->reason);
        expect_code(scene.probe, LAYER_DNS, "dns-nxdomain");
        probe_free(scene.probe);
    }
}

static void the_lowest_layer_that_does_not_hold_is_the_failure(void **state)
{
    const struct expectation wanted[] = {
        {.subject = EXPECT_TIME, .operator= OPERATOR_AT_MOST, .number = 10, .words = "t"},
        {.subject = EXPECT_BODY, .operator= OPERATOR_CONTAINS, .wanted = TEXT("x"), .words = "b"},
        {.subject = EXPECT_HEADER, .operator= OPERATOR_EXISTS, .key = "X", .words = "h"},
    };
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_HTTP);
    scene.endpoint.expectations = wanted;
    scene.endpoint.expectation_count = 3;
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    assert_int_equal(scene.probe->judgement_count, 4);
    expect_code(scene.probe, LAYER_HTTP, "http-header");
    assert_int_equal(scene.probe->judgements[1].layer, LAYER_PERFORMANCE);
    assert_int_equal(scene.probe->judgements[2].layer, LAYER_CONTENT);
    probe_free(scene.probe);
}

static void time_is_judged_without_our_own_lateness(void **state)
{
    const struct expectation wanted = {.subject = EXPECT_TIME, .operator= OPERATOR_AT_MOST, .number = 500000};
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_HTTP);
    scene.probe->timings.total_us = 500000;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_HOLDS);
    scene.probe->timings.total_us = 500001;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_DOES_NOT);
    expect_code(scene.probe, LAYER_PERFORMANCE, "performance-too-slow");
    probe_free(scene.probe);
    scene_begin(&scene, KIND_HTTP);
    scene.probe->timings.total_us = 600000;
    scene.probe->loop_lag_us = 100000;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_NOT);
    assert_int_equal(scene.probe->outcome, OUTCOME_NOT_JUDGED);
    assert_null(scene.probe->code);
    scene.probe->loop_lag_us = 99999;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_DOES_NOT);
    probe_free(scene.probe);
}

static void a_certificate_is_judged_by_its_end(void **state)
{
    const double day = 86400e6;
    const struct expectation wanted = {
        .subject = EXPECT_CERTIFICATE, .operator= OPERATOR_AT_LEAST, .number = 14 * day};
    struct certificate certificate = {.not_after = {(int64_t)(114 * day)}};
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_HTTP);
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_NOT);
    scene.probe->certificates = &certificate;
    scene.probe->certificate_count = 1;
    scene.probe->started.us = (int64_t)(100 * day);
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_HOLDS);
    scene.probe->started.us += 1;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_DOES_NOT);
    expect_code(scene.probe, LAYER_TLS, "tls-expires-soon");
    scene.probe->started.us = (int64_t)(115 * day);
    assert_true(shows(judge(&scene, wanted)->actual, "it has expired"));
    probe_free(scene.probe);
}

static enum judgement_verdict body_verdict(const char *text, enum expect_operator operator, const char * wanted)
{
    struct scene scene;
    enum judgement_verdict verdict;

    scene_begin(&scene, KIND_HTTP);
    put_body(&scene, text);
    verdict = judge(&scene, (struct expectation){.subject = EXPECT_BODY, .operator= operator, .wanted = TEXT(wanted)})
                  ->verdict;
    if (verdict == JUDGED_DOES_NOT)
        expect_code(scene.probe, LAYER_CONTENT, "content-not-expected");
    probe_free(scene.probe);
    return verdict;
}

static void texts_are_compared_in_every_way(void **state)
{
    (void)state;
    assert_int_equal(body_verdict("ok", OPERATOR_EQUALS, "ok"), JUDGED_HOLDS);
    assert_int_equal(body_verdict("ok\n", OPERATOR_EQUALS, "ok"), JUDGED_DOES_NOT);
    assert_int_equal(body_verdict("", OPERATOR_EQUALS, ""), JUDGED_HOLDS);
    assert_int_equal(body_verdict("not ok", OPERATOR_CONTAINS, "ok"), JUDGED_HOLDS);
    assert_int_equal(body_verdict("not ok", OPERATOR_CONTAINS, "OK"), JUDGED_DOES_NOT);
    assert_int_equal(body_verdict("", OPERATOR_CONTAINS, "x"), JUDGED_DOES_NOT);
    assert_int_equal(body_verdict("12 users", OPERATOR_MATCHES, "^\\d+ users$"), JUDGED_HOLDS);
    assert_int_equal(body_verdict("no users", OPERATOR_MATCHES, "^\\d+ users$"), JUDGED_DOES_NOT);
    assert_int_equal(body_verdict("", OPERATOR_MATCHES, "^$"), JUDGED_HOLDS);
    assert_int_equal(body_verdict("x", OPERATOR_EXISTS, NULL), JUDGED_HOLDS);
    assert_int_equal(body_verdict("", OPERATOR_EXISTS, NULL), JUDGED_DOES_NOT);
    assert_int_equal(body_verdict("", OPERATOR_ABSENT, NULL), JUDGED_HOLDS);
    assert_int_equal(body_verdict("x", OPERATOR_ABSENT, NULL), JUDGED_DOES_NOT);
}

static void a_pattern_that_takes_too_long_is_not_judged(void **state)
{
    static char text[2000001];

    (void)state;
    memset(text, 'a', sizeof text - 1);
    assert_int_equal(body_verdict(text, OPERATOR_MATCHES, "(a+)+b"), JUDGED_NOT);
}

static void headers_are_found_in_any_case(void **state)
{
    struct header headers[] = {{{"Server", 6}, {"nginx/1.22", 10}}, {{"Content-Type", 12}, {"Text/HTML; x=y", 14}}};
    struct expectation wanted = {
        .subject = EXPECT_HEADER, .operator= OPERATOR_EQUALS, .key = "server", .wanted = TEXT("nginx/1.22")};
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_HTTP);
    scene.probe->headers = headers;
    scene.probe->header_count = 2;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_HOLDS);
    wanted.operator= OPERATOR_ABSENT;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_DOES_NOT);
    expect_code(scene.probe, LAYER_HTTP, "http-header");
    wanted.key = "X-Other";
    scene.probe->code = NULL;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_HOLDS);
    wanted.operator= OPERATOR_CONTAINS;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_DOES_NOT);
    assert_null(judge(&scene, wanted)->actual.data);
    scene.probe->code = NULL;
    wanted = (struct expectation){.subject = EXPECT_TYPE, .operator= OPERATOR_EQUALS, .wanted = TEXT("text/html")};
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_HOLDS);
    assert_true(shows(judge(&scene, wanted)->actual, "text/html"));
    wanted.wanted = (struct setting)TEXT("TEXT/html");
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_HOLDS);
    wanted.wanted = (struct setting)TEXT("text/htm");
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_DOES_NOT);
    expect_code(scene.probe, LAYER_CONTENT, "content-not-expected");
    probe_free(scene.probe);
}

static enum judgement_verdict json_verdict(const char *body, struct expectation wanted)
{
    struct scene scene;
    enum judgement_verdict verdict;

    scene_begin(&scene, KIND_HTTP);
    put_body(&scene, body);
    wanted.subject = EXPECT_JSON;
    verdict = judge(&scene, wanted)->verdict;
    probe_free(scene.probe);
    return verdict;
}

static enum judgement_verdict json_equals(const char *body, const char *pointer, const char *wanted)
{
    return json_verdict(body,
                        (struct expectation){.operator= OPERATOR_EQUALS, .key = pointer, .wanted = TEXT(wanted)});
}

static void json_values_are_compared_as_values(void **state)
{
    static const char body[] = "{\"a\":{\"b/c\":[1,2.0,\"3\"]},\"n\":null,\"t\":true,\"s\":\"x\\u0000y\",\"o\":{}}";

    (void)state;
    assert_int_equal(json_equals(body, "/a/b~1c/0", "1"), JUDGED_HOLDS);
    assert_int_equal(json_equals(body, "/a/b~1c/0", "\"1\""), JUDGED_DOES_NOT);
    assert_int_equal(json_equals(body, "/a/b~1c/0", "1.0"), JUDGED_HOLDS);
    assert_int_equal(json_equals(body, "/a/b~1c/1", "2"), JUDGED_HOLDS);
    assert_int_equal(json_equals(body, "/a/b~1c/2", "3"), JUDGED_DOES_NOT);
    assert_int_equal(json_equals(body, "/a/b~1c/3", "3"), JUDGED_DOES_NOT);
    assert_int_equal(json_equals(body, "/n", "null"), JUDGED_HOLDS);
    assert_int_equal(json_equals(body, "/t", "true"), JUDGED_HOLDS);
    assert_int_equal(json_equals(body, "/o", "{}"), JUDGED_HOLDS);
    assert_int_equal(json_equals("\"alone\"", "", "\"alone\""), JUDGED_HOLDS);
    assert_int_equal(json_equals("not json", "/a", "1"), JUDGED_DOES_NOT);
    assert_int_equal(json_equals("", "/a", "1"), JUDGED_DOES_NOT);
    /* More than 64 bits are JSON all the same. */
    assert_int_equal(json_equals("{\"id\":123456789012345678901234567890,\"a\":1}", "/a", "1"), JUDGED_HOLDS);
}

static void json_values_are_compared_in_every_way(void **state)
{
    static const char body[] = "{\"list\":[1],\"name\":\"users\",\"n\":5,\"f\":false,\"none\":null}";
    static const struct {
        struct expectation wanted;
        enum judgement_verdict verdict;
    } cases[] = {
        {{.operator= OPERATOR_EXISTS, .key = "/n"}, JUDGED_HOLDS},
        {{.operator= OPERATOR_EXISTS, .key = "/none"}, JUDGED_HOLDS},
        {{.operator= OPERATOR_EXISTS, .key = "/m"}, JUDGED_DOES_NOT},
        {{.operator= OPERATOR_ABSENT, .key = "/m"}, JUDGED_HOLDS},
        {{.operator= OPERATOR_ABSENT, .key = "/n"}, JUDGED_DOES_NOT},
        {{.operator= OPERATOR_TYPE, .key = "/list", .wanted = TEXT("array")}, JUDGED_HOLDS},
        {{.operator= OPERATOR_TYPE, .key = "/n", .wanted = TEXT("number")}, JUDGED_HOLDS},
        {{.operator= OPERATOR_TYPE, .key = "/f", .wanted = TEXT("boolean")}, JUDGED_HOLDS},
        {{.operator= OPERATOR_TYPE, .key = "/none", .wanted = TEXT("null")}, JUDGED_HOLDS},
        {{.operator= OPERATOR_TYPE, .key = "/name", .wanted = TEXT("object")}, JUDGED_DOES_NOT},
        {{.operator= OPERATOR_AT_LEAST, .key = "/n", .number = 5}, JUDGED_HOLDS},
        {{.operator= OPERATOR_AT_LEAST, .key = "/n", .number = 5.5}, JUDGED_DOES_NOT},
        {{.operator= OPERATOR_AT_LEAST, .key = "/name", .number = 0}, JUDGED_DOES_NOT},
        {{.operator= OPERATOR_AT_MOST, .key = "/n", .number = 5}, JUDGED_HOLDS},
        {{.operator= OPERATOR_AT_MOST, .key = "/n", .number = 4}, JUDGED_DOES_NOT},
        {{.operator= OPERATOR_CONTAINS, .key = "/name", .wanted = TEXT("ser")}, JUDGED_HOLDS},
        {{.operator= OPERATOR_CONTAINS, .key = "/list", .wanted = TEXT("[1")}, JUDGED_HOLDS},
        {{.operator= OPERATOR_MATCHES, .key = "/name", .wanted = TEXT("^us")}, JUDGED_HOLDS},
        {{.operator= OPERATOR_MATCHES, .key = "/name", .wanted = TEXT("^se")}, JUDGED_DOES_NOT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(json_verdict(body, cases[i].wanted), cases[i].verdict);
}

static enum judgement_verdict size_verdict(uint64_t size, bool capped, enum expect_operator operator, double wanted)
{
    struct scene scene;
    enum judgement_verdict verdict;

    scene_begin(&scene, KIND_HTTP);
    scene.probe->body_size = size;
    scene.probe->body_capped = capped;
    verdict =
        judge(&scene, (struct expectation){.subject = EXPECT_SIZE, .operator = operator, .number = wanted})->verdict;
    probe_free(scene.probe);
    return verdict;
}

static void a_capped_body_decides_what_it_can(void **state)
{
    struct scene scene;

    (void)state;
    assert_int_equal(size_verdict(10, false, OPERATOR_EQUALS, 10), JUDGED_HOLDS);
    assert_int_equal(size_verdict(10, false, OPERATOR_EQUALS, 11), JUDGED_DOES_NOT);
    assert_int_equal(size_verdict(10, false, OPERATOR_AT_LEAST, 10), JUDGED_HOLDS);
    assert_int_equal(size_verdict(10, false, OPERATOR_AT_LEAST, 11), JUDGED_DOES_NOT);
    assert_int_equal(size_verdict(10, false, OPERATOR_AT_MOST, 10), JUDGED_HOLDS);
    assert_int_equal(size_verdict(10, false, OPERATOR_AT_MOST, 9), JUDGED_DOES_NOT);
    /* "more than 10" */
    assert_int_equal(size_verdict(10, true, OPERATOR_EQUALS, 10), JUDGED_DOES_NOT);
    assert_int_equal(size_verdict(10, true, OPERATOR_EQUALS, 11), JUDGED_NOT);
    assert_int_equal(size_verdict(10, true, OPERATOR_AT_LEAST, 11), JUDGED_HOLDS);
    assert_int_equal(size_verdict(10, true, OPERATOR_AT_LEAST, 12), JUDGED_NOT);
    assert_int_equal(size_verdict(10, true, OPERATOR_AT_MOST, 10), JUDGED_DOES_NOT);
    assert_int_equal(size_verdict(10, true, OPERATOR_AT_MOST, 11), JUDGED_NOT);
    scene_begin(&scene, KIND_HTTP);
    put_body(&scene, "the start");
    scene.probe->body_capped = true;
    assert_int_equal(
        judge(&scene,
              (struct expectation){.subject = EXPECT_BODY, .operator= OPERATOR_CONTAINS, .wanted = TEXT("start")})
            ->verdict,
        JUDGED_NOT);
    assert_int_equal(scene.probe->outcome, OUTCOME_NOT_JUDGED);
    probe_free(scene.probe);
}

static void half_a_body_is_not_judged(void **state)
{
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_HTTP);
    put_body(&scene, "{\"a\":");
    scene.probe->layer = LAYER_HTTP;
    scene.probe->code = "http-truncated";
    assert_int_equal(
        judge(&scene, (struct expectation){.subject = EXPECT_JSON, .operator= OPERATOR_EXISTS, .key = "/a"})->verdict,
        JUDGED_NOT);
    expect_code(scene.probe, LAYER_HTTP, "http-truncated");
    probe_free(scene.probe);
}

static void a_first_message_is_judged_by_its_content_and_time(void **state)
{
    struct expectation wanted = {
        .subject = EXPECT_MESSAGE_JSON, .operator= OPERATOR_EQUALS, .key = "/type", .wanted = TEXT("\"connect\"")};
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_WEBSOCKET);
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_DOES_NOT);
    expect_code(scene.probe, LAYER_WEBSOCKET, "websocket-no-message");
    probe_free(scene.probe);
    scene_begin(&scene, KIND_WEBSOCKET);
    scene.matter.first_message = slice_of("{\"type\":\"connect\"}");
    scene.probe->timings.first_message_us = 2000;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_HOLDS);
    assert_int_equal(scene.probe->outcome, OUTCOME_PASSED);
    wanted.within_us = 2000;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_HOLDS);
    wanted.within_us = 1999;
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_DOES_NOT);
    expect_code(scene.probe, LAYER_WEBSOCKET, "websocket-no-message");
    probe_free(scene.probe);
    scene_begin(&scene, KIND_WEBSOCKET);
    scene.matter.first_message = slice_of("hello");
    scene.probe->timings.first_message_us = 2000;
    wanted =
        (struct expectation){.subject = EXPECT_MESSAGE_TEXT, .operator= OPERATOR_EQUALS, .wanted = TEXT("goodbye")};
    assert_int_equal(judge(&scene, wanted)->verdict, JUDGED_DOES_NOT);
    expect_code(scene.probe, LAYER_CONTENT, "websocket-message-not-expected");
    probe_free(scene.probe);
}

static void a_capped_message_is_there_but_not_read(void **state)
{
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_WEBSOCKET);
    scene.matter.first_message = slice_of("the start");
    scene.matter.message_capped = true;
    scene.probe->timings.first_message_us = 5;
    assert_int_equal(
        judge(&scene, (struct expectation){.subject = EXPECT_MESSAGE_TEXT, .operator = OPERATOR_EXISTS})->verdict,
        JUDGED_HOLDS);
    assert_int_equal(
        judge(&scene, (struct expectation){.subject = EXPECT_MESSAGE_JSON, .operator= OPERATOR_EXISTS, .key = "/a"})
            ->verdict,
        JUDGED_NOT);
    probe_free(scene.probe);
}

static void silence_can_be_wanted(void **state)
{
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_WEBSOCKET);
    assert_int_equal(
        judge(&scene, (struct expectation){.subject = EXPECT_MESSAGE_TEXT, .operator = OPERATOR_ABSENT})->verdict,
        JUDGED_HOLDS);
    assert_int_equal(scene.probe->outcome, OUTCOME_PASSED);
    probe_free(scene.probe);
}

static void subprotocols_and_pongs_belong_to_an_open_websocket(void **state)
{
    const struct expectation subprotocol = {
        .subject = EXPECT_SUBPROTOCOL, .operator= OPERATOR_EQUALS, .wanted = TEXT("chat")};
    struct expectation ping = {.subject = EXPECT_PING, .operator= OPERATOR_AT_MOST };
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_WEBSOCKET);
    assert_int_equal(judge(&scene, subprotocol)->verdict, JUDGED_DOES_NOT);
    expect_code(scene.probe, LAYER_WEBSOCKET, "websocket-subprotocol");
    scene.probe->subprotocol = slice_of("chat");
    assert_int_equal(judge(&scene, subprotocol)->verdict, JUDGED_HOLDS);
    probe_free(scene.probe);
    scene_begin(&scene, KIND_WEBSOCKET);
    assert_int_equal(judge(&scene, ping)->verdict, JUDGED_DOES_NOT);
    expect_code(scene.probe, LAYER_WEBSOCKET, "websocket-no-pong");
    scene.probe->timings.ping_us = 900;
    assert_int_equal(judge(&scene, ping)->verdict, JUDGED_HOLDS);
    ping.number = 900;
    assert_int_equal(judge(&scene, ping)->verdict, JUDGED_HOLDS);
    ping.number = 899;
    assert_int_equal(judge(&scene, ping)->verdict, JUDGED_DOES_NOT);
    scene.probe->status = 500;
    assert_int_equal(judge(&scene, ping)->verdict, JUDGED_NOT);
    assert_int_equal(judge(&scene, subprotocol)->verdict, JUDGED_NOT);
    probe_free(scene.probe);
}

static void experiments_that_only_ask_are_not_judged(void **state)
{
    static const enum question questions[] = {QUESTION_NO_SUCH_SIBLING, QUESTION_NO_SUCH_ROOT, QUESTION_PLAIN_GET,
                                              QUESTION_UNVERIFIED};
    const struct expectation wanted = {.subject = EXPECT_STATUS, .operator= OPERATOR_STATUS, .wanted = TEXT("200")};

    (void)state;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        struct scene scene;

        scene_begin(&scene, KIND_HTTP);
        scene.endpoint.expectations = &wanted;
        scene.endpoint.expectation_count = 1;
        scene.probe->question = questions[i];
        scene.probe->status = 404;
        scene.probe->code = "websocket-refused";
        expect_judge(&scene.endpoint, &scene.matter, scene.probe);
        assert_int_equal(scene.probe->outcome, OUTCOME_PASSED);
        assert_int_equal(scene.probe->judgement_count, 0);
        assert_null(scene.probe->code);
        scene.probe->status = 0;
        scene.probe->layer = LAYER_TCP;
        scene.probe->code = "tcp-refused";
        expect_judge(&scene.endpoint, &scene.matter, scene.probe);
        expect_code(scene.probe, LAYER_TCP, "tcp-refused");
        probe_free(scene.probe);
    }
}

static void a_plain_probe_of_a_websocket_is_not_judged(void **state)
{
    struct scene scene;

    (void)state;
    scene_begin(&scene, KIND_WEBSOCKET);
    scene.probe->upgrade = false;
    scene.probe->question = QUESTION_REPEAT;
    scene.probe->status = 426;
    expect_judge(&scene.endpoint, &scene.matter, scene.probe);
    assert_int_equal(scene.probe->judgement_count, 0);
    assert_int_equal(scene.probe->outcome, OUTCOME_PASSED);
    probe_free(scene.probe);
}

static bool is_good(struct expectation expectation)
{
    struct error err = {0};
    bool good = expect_check(&expectation, &err);

    assert_true(good || (err.code == ERR_CONFIG && err.text[0]));
    return good;
}

static void a_config_s_mistakes_are_found(void **state)
{
    (void)state;
    assert_true(is_good(
        (struct expectation){.subject = EXPECT_JSON, .operator= OPERATOR_EQUALS, .key = "/a", .wanted = TEXT("1")}));
    assert_true(is_good((struct expectation){.subject = EXPECT_JSON, .operator= OPERATOR_EXISTS, .key = ""}));
    assert_false(is_good((struct expectation){.subject = EXPECT_JSON, .operator= OPERATOR_EXISTS, .key = "a"}));
    assert_false(is_good((struct expectation){.subject = EXPECT_JSON, .operator= OPERATOR_EXISTS, .key = "/~"}));
    assert_false(
        is_good((struct expectation){.subject = EXPECT_BODY, .operator= OPERATOR_MATCHES, .wanted = TEXT("(")}));
    assert_true(
        is_good((struct expectation){.subject = EXPECT_BODY, .operator= OPERATOR_MATCHES, .wanted = TEXT("\\d+")}));
    assert_false(is_good((struct expectation){.subject = EXPECT_HEADER, .operator= OPERATOR_AT_LEAST, .key = "X"}));
    assert_false(is_good((struct expectation){.subject = EXPECT_SIZE, .operator = OPERATOR_EXISTS}));
    assert_false(is_good(
        (struct expectation){.subject = EXPECT_JSON, .operator= OPERATOR_TYPE, .key = "/a", .wanted = TEXT("text")}));
    assert_true(is_good((struct expectation){
        .subject = EXPECT_MESSAGE_JSON, .operator= OPERATOR_TYPE, .key = "/a", .wanted = TEXT("string")}));
}

static void words_say_what_is_expected(void **state)
{
    static const struct {
        struct expectation expectation;
        const char *words;
    } cases[] = {
        {{.subject = EXPECT_STATUS, .operator= OPERATOR_STATUS, .wanted = TEXT("200 2xx 404")},
         "status is 200 or 2xx or 404"},
        {{.subject = EXPECT_TIME, .operator= OPERATOR_AT_MOST, .number = 500000}, "total time is at most 500 ms"},
        {{.subject = EXPECT_CERTIFICATE, .operator= OPERATOR_AT_LEAST, .number = 14 * 86400e6},
         "certificate is valid for at least 14 d"},
        {{.subject = EXPECT_SIZE, .operator= OPERATOR_EQUALS, .number = 12}, "body size is 12 bytes"},
        {{.subject = EXPECT_HEADER, .operator= OPERATOR_ABSENT, .key = "X-A"}, "header X-A is absent"},
        {{.subject = EXPECT_JSON, .operator= OPERATOR_EQUALS, .key = "", .wanted = TEXT("1")},
         "body = 1"},
        {{.subject = EXPECT_MESSAGE_TEXT, .operator= OPERATOR_CONTAINS, .wanted = TEXT("hi"), .within_us = 3000000},
         "message contains \"hi\", within 3 s"},
        {
            {.subject = EXPECT_PING, .operator= OPERATOR_AT_MOST }, "a ping is answered"},
        };
    struct arena arena = ARENA_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(expect_words(&cases[i].expectation, &arena), cases[i].words);
    arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_fits_a_number_a_class_or_a_list),
        cmocka_unit_test(silence_means_2xx_or_101),
        cmocka_unit_test(a_refusal_of_credentials_is_one_of_the_auth_layer),
        cmocka_unit_test(an_expected_refusal_of_a_websocket_passes),
        cmocka_unit_test(what_failed_below_keeps_its_layer_and_code),
        cmocka_unit_test(the_lowest_layer_that_does_not_hold_is_the_failure),
        cmocka_unit_test(time_is_judged_without_our_own_lateness),
        cmocka_unit_test(a_certificate_is_judged_by_its_end),
        cmocka_unit_test(texts_are_compared_in_every_way),
        cmocka_unit_test(a_pattern_that_takes_too_long_is_not_judged),
        cmocka_unit_test(headers_are_found_in_any_case),
        cmocka_unit_test(json_values_are_compared_as_values),
        cmocka_unit_test(json_values_are_compared_in_every_way),
        cmocka_unit_test(a_capped_body_decides_what_it_can),
        cmocka_unit_test(half_a_body_is_not_judged),
        cmocka_unit_test(a_first_message_is_judged_by_its_content_and_time),
        cmocka_unit_test(a_capped_message_is_there_but_not_read),
        cmocka_unit_test(silence_can_be_wanted),
        cmocka_unit_test(subprotocols_and_pongs_belong_to_an_open_websocket),
        cmocka_unit_test(experiments_that_only_ask_are_not_judged),
        cmocka_unit_test(a_plain_probe_of_a_websocket_is_not_judged),
        cmocka_unit_test(a_config_s_mistakes_are_found),
        cmocka_unit_test(words_say_what_is_expected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
