/* SPDX-License-Identifier: MIT */
/* records.h - suites and probes made by hand: what diagnosis is tested on, without a network.
 *
 * A scene is a suite with the records of one run over it. Probes are added one by one or, with scene_play(),
 * by a world: a function that says what the servers answer to each item of a plan. */
#ifndef TESTS_UNIT_SUPPORT_RECORDS_H
#define TESTS_UNIT_SUPPORT_RECORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/records.h"
#include "diagnosis/rule.h"
#include "tests/unit/support/briefed.h"
#include "tests/unit/unit.h"

enum { SCENE_ENDPOINTS = 64, SCENE_PROBES = 800, SCENE_CANDIDATES = 12, SCENE_ROUNDS = 8 };

#define SCENE_START_US INT64_C(1757548804000000)
#define SCENE_DAY_US (INT64_C(86400) * 1000000)

struct scene {
    struct arena arena;
    struct suite suite;
    struct endpoint endpoints[SCENE_ENDPOINTS];
    struct header_setting authorization;
    struct probe *probes[SCENE_PROBES];
    size_t count;
    unsigned rounds; /* of experiments that scene_play() made */
};

/* What a server answers. No code: it passed. */
struct said {
    int status;
    enum layer layer;
    const char *code;
    const char *body;
    const char *message; /* the first one of a WebSocket */
    const char *type;    /* content type */
    const char *date;    /* header */
    const char *withheld;
    const char *address, *all_addresses, *location, *tls_version;
    struct certificate certificate;
    int64_t lag_us;
    bool not_judged;
};

static inline void scene_open(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    suite_defaults(&scene->suite);
    scene->suite.endpoints = scene->endpoints;
    scene->authorization = (struct header_setting){
        .name = "Authorization", .value = {"Bearer secret", "Bearer ${TOKEN}"}, .secret = true};
}

static inline void scene_close(struct scene *scene)
{
    for (size_t i = 0; i < scene->count; i++)
        probe_free(scene->probes[i]);
    arena_free(&scene->arena);
}

static inline struct records scene_records(struct scene *scene)
{
    return (struct records){.suite = &scene->suite, .probes = scene->probes, .count = scene->count};
}

static inline struct endpoint *scene_endpoint(struct scene *scene, const char *url)
{
    struct endpoint *endpoint = &scene->endpoints[scene->suite.endpoint_count++];

    endpoint_defaults(endpoint);
    endpoint->name = url;
    endpoint->url = (struct setting){url, url};
    endpoint->kind = strncmp(url, "ws", 2) == 0 ? KIND_WEBSOCKET : KIND_HTTP;
    return endpoint;
}

static inline void scene_authorize(struct scene *scene, struct endpoint *endpoint)
{
    endpoint->headers = &scene->authorization;
    endpoint->header_count = 1;
}

/* Candidates by their absolute URLs, with blanks between. */
static inline void scene_candidates(struct scene *scene, struct endpoint *endpoint, const char *urls)
{
    struct candidate *candidates = arena_new(&scene->arena, SCENE_CANDIDATES, sizeof *candidates);

    while (*urls) {
        size_t len = strcspn(urls, " ");
        const char *url = arena_text_of(&scene->arena, urls, len);

        candidates[endpoint->candidate_count++] = (struct candidate){.name = url, .url = {url, url}};
        urls += len + (urls[len] == ' ');
    }
    endpoint->candidates = candidates;
}

static inline void scene_expect(struct scene *scene, struct endpoint *endpoint, enum expect_subject subject,
                                const char *wanted)
{
    struct expectation *expectation = arena_new(&scene->arena, 1, sizeof *expectation);

    *expectation = (struct expectation){.subject = subject,
                                        .operator= subject == EXPECT_STATUS ? OPERATOR_STATUS : OPERATOR_EQUALS,
                                        .wanted = {wanted, wanted}};
    endpoint->expectations = expectation;
    endpoint->expectation_count = 1;
}

static inline const char *scene_url(struct scene *scene, const struct plan_item *item)
{
    const struct endpoint *endpoint = &scene->endpoints[item->endpoint];
    const char *url = item->candidate ? endpoint->candidates[item->candidate - 1].url.value : endpoint->url.value;
    size_t authority = (size_t)(strstr(url, "://") + 3 - url);

    authority += strcspn(url + authority, "/?#");
    if (item->path)
        url = arena_printf(&scene->arena, "%.*s%s", (int)authority, url, item->path);
    return url;
}

static inline void scene_headers(struct probe *probe, const struct said *said)
{
    struct header *headers = arena_new(&probe->arena, 2, sizeof *headers);

    if (said->type)
        headers[probe->header_count++] = (struct header){slice_of("Content-Type"), slice_of(said->type)};
    if (said->date)
        headers[probe->header_count++] = (struct header){slice_of("Date"), slice_of(said->date)};
    probe->headers = headers;
}

static inline void scene_message(struct probe *probe, const char *text)
{
    struct message *message = arena_new(&probe->arena, 1, sizeof *message);

    *message = (struct message){.type = MESSAGE_TEXT, .data = slice_of(text), .size = strlen(text)};
    probe->messages = message;
    probe->message_count = 1;
}

static inline const struct probe *scene_add(struct scene *scene, const struct plan_item *item, struct said said)
{
    const struct endpoint *endpoint = &scene->endpoints[item->endpoint];
    struct probe *probe = probe_new();

    assert_true(scene->count < SCENE_PROBES);
    scene->probes[scene->count++] = probe;
    probe->ordinal = (uint32_t)scene->count;
    probe->endpoint = item->endpoint;
    probe->candidate = item->candidate;
    probe->question = item->question;
    probe->attempt = item->attempt;
    probe->varied = arena_text(&probe->arena, item->varied);
    probe->upgrade = (endpoint->kind == KIND_WEBSOCKET || item->upgrade) && !item->plain;
    probe->method = item->plain ? "GET" : endpoint->method;
    probe->url = scene_url(scene, item);
    probe->withheld = said.withheld;
    if (said.location)
        probe->location = slice_of(said.location);
    if (said.address)
        probe->address = arena_slice(&probe->arena, slice_of(said.address));
    probe->all_addresses = said.all_addresses;
    if (said.tls_version)
        probe->tls_version = slice_of(said.tls_version);
    probe->started.us = SCENE_START_US + (int64_t)scene->count * 100000;
    probe->timings.total_us = 20000;
    probe->outcome = said.code ? OUTCOME_FAILED : said.not_judged ? OUTCOME_NOT_JUDGED : OUTCOME_PASSED;
    probe->layer = said.layer;
    probe->code = said.code;
    probe->loop_lag_us = said.lag_us;
    probe->status = said.status;
    scene_headers(probe, &said);
    if (said.body)
        probe->body = slice_of(said.body);
    probe->body_size = probe->body.len;
    if (said.message)
        scene_message(probe, said.message);
    if (said.certificate.not_after.us) {
        struct certificate *leaf = arena_new(&probe->arena, 1, sizeof *leaf);

        *leaf = said.certificate;
        probe->certificates = leaf;
        probe->certificate_count = 1;
    }
    return probe;
}

/* `times` attempts on `endpoint` that got this answer. */
static inline void scene_attempts(struct scene *scene, uint32_t endpoint, size_t times, struct said said)
{
    for (size_t i = 0; i < times; i++)
        scene_add(scene, &(struct plan_item){.endpoint = endpoint, .attempt = (uint32_t)(i + 1)}, said);
}

static inline void scene_ask(struct scene *scene, uint32_t endpoint, uint32_t candidate, enum question question,
                             struct said said)
{
    struct plan_item item = {.endpoint = endpoint, .candidate = candidate, .question = question, .attempt = 1};

    if (question == QUESTION_NO_SUCH_SIBLING || question == QUESTION_NO_SUCH_ROOT)
        item.path = question == QUESTION_NO_SUCH_ROOT ? "/endoscope-no-such-path-12ab34cd"
                                                      : "/api/endoscope-no-such-path-98fe76dc";
    item.plain = question == QUESTION_PLAIN_GET;
    scene_add(scene, &item, said);
}

static inline void scene_ask_absent(struct scene *scene, uint32_t endpoint, struct said said)
{
    scene_ask(scene, endpoint, 0, QUESTION_NO_SUCH_SIBLING, said);
    scene_ask(scene, endpoint, 0, QUESTION_NO_SUCH_ROOT, said);
}

/* What the servers answer to `item`, whose address is `url`; `before` probes were made before it. */
typedef struct said world(const struct plan_item *item, const char *url, size_t before);

static inline void scene_perform(struct scene *scene, const struct plan *plan, world *answers)
{
    for (size_t i = 0; i < plan->count; i++)
        scene_add(scene, &plan->items[i], answers(&plan->items[i], scene_url(scene, &plan->items[i]), scene->count));
}

/* The attempts, and all rounds of experiments. */
static inline void scene_play(struct scene *scene, world *answers)
{
    struct plan plan = PLAN_INIT;

    plan_attempts(&plan, &scene->suite, NULL, 0);
    scene_perform(scene, &plan, answers);
    for (;;) {
        struct records records = scene_records(scene);

        plan_clear(&plan);
        experiments_next(&records, &plan);
        assert_briefed_asks(&records, &plan);
        if (plan.count == 0)
            break;
        assert_true(++scene->rounds <= SCENE_ROUNDS);
        scene_perform(scene, &plan, answers);
    }
    plan_free(&plan);
}

static inline struct findings scene_diagnose(struct scene *scene)
{
    struct records records = scene_records(scene);

    struct findings findings = diagnose(&records, &scene->arena);

    assert_briefed_finds(&records, &findings);
    return findings;
}

static inline const struct finding *finding_named(const struct findings *findings, const char *code)
{
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(findings->list[i].rule->code, code) == 0)
            return &findings->list[i];
    return NULL;
}
#endif
