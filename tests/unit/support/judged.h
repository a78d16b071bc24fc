/* SPDX-License-Identifier: MIT */
/* judged.h - one endpoint and one probe of it, and what is found when the endpoint's expectations are judged. */
#ifndef TESTS_UNIT_SUPPORT_JUDGED_H
#define TESTS_UNIT_SUPPORT_JUDGED_H

#include "collector/expect.h"
#include "collector/probe.h"
#include "collector/suite.h"
#include "tests/unit/unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

/* One endpoint and one probe of it that got an answer and passed; a test changes what it is about. */
struct scene {
    struct endpoint endpoint;
    struct expectation expectations[8];
    struct judged_matter matter;
    struct slice messages[4];
    struct header headers[4];
    struct certificate certificate;
    struct probe *probe;
};

static inline void open_scene(struct scene *scene, const char *url)
{
    struct probe *probe = probe_new();

    memset(scene, 0, sizeof *scene);
    endpoint_defaults(&scene->endpoint);
    scene->endpoint.url = (struct setting){url, url};
    scene->endpoint.kind = strncmp(url, "ws", 2) == 0 ? KIND_WEBSOCKET : KIND_HTTP;
    scene->endpoint.expectations = scene->expectations;
    scene->probe = probe;
    probe->upgrade = scene->endpoint.kind == KIND_WEBSOCKET;
    probe->status = probe->upgrade ? 101 : 200;
    probe->started.us = 1000 * DAY;
    probe->timings = (struct timings){.total_us = 300000, .first_message_us = NOT_MEASURED, .ping_us = NOT_MEASURED};
    scene->certificate.not_after.us = 1061 * DAY;
    probe->certificates = &scene->certificate;
    probe->certificate_count = 1;
    probe->headers = scene->headers;
}

static inline void close_scene(struct scene *scene)
{
    probe_free(scene->probe);
}

static inline void expect(struct scene *scene, struct expectation expectation)
{
    if (!expectation.words)
        expectation.words = "it is so";
    expectation.wanted.shown = expectation.wanted.value;
    scene->expectations[scene->endpoint.expectation_count++] = expectation;
}

static inline void set_header(struct scene *scene, const char *name, const char *value)
{
    scene->headers[scene->probe->header_count++] = (struct header){slice_of(name), slice_of(value)};
}

static inline void set_body(struct scene *scene, const char *body)
{
    scene->matter.body = slice_of(body);
    scene->probe->body_size = strlen(body);
}

static inline void set_message(struct scene *scene, const char *message, int64_t after_us)
{
    scene->messages[0] = slice_of(message);
    scene->matter.messages = scene->messages;
    scene->matter.message_count = 1;
    scene->probe->timings.first_message_us = after_us;
}

/* Judges, and gives the judgement of the expectation that was added last. */
static inline const struct judgement *judged(struct scene *scene)
{
    expect_judge(&scene->endpoint, &scene->matter, scene->probe);
    assert_true(scene->probe->judgement_count > 0);
    return &scene->probe->judgements[scene->probe->judgement_count - 1];
}

static inline void assert_found(const struct judgement *judgement, enum judgement_verdict verdict, const char *actual)
{
    if (judgement->verdict != verdict)
        fail_msg("%s, not %s; %.*s", judgement_words[judgement->verdict], judgement_words[verdict],
                 (int)judgement->actual.len, judgement->actual.data ? judgement->actual.data : "");
    if (!actual) {
        assert_null(judgement->actual.data);
        return;
    }
    if (!slice_equals(judgement->actual, slice_of(actual)))
        fail_msg("found `%.*s`, not `%s`", (int)judgement->actual.len,
                 judgement->actual.data ? judgement->actual.data : "", actual);
}

static inline void assert_failed(const struct probe *probe, enum layer layer, const char *code)
{
    assert_int_equal(probe->outcome, OUTCOME_FAILED);
    assert_string_equal(probe->code, code);
    assert_int_equal(probe->layer, layer);
}

static inline void assert_passed(const struct probe *probe)
{
    assert_int_equal(probe->outcome, OUTCOME_PASSED);
    assert_int_equal(probe->layer, LAYER_NONE);
    assert_null(probe->code);
}
#endif
