/* SPDX-License-Identifier: MIT */
/* report.h - the incident's scene with all that a collector would have recorded besides: times, addresses, headers,
 * certificates, judgements. What a report is made of, without a network. */
#ifndef TESTS_UNIT_SUPPORT_REPORT_H
#define TESTS_UNIT_SUPPORT_REPORT_H

#include "diagnosis/locate.h"
#include "diagnosis/model.h"
#include "tests/unit/support/incident.h"

static const struct certificate report_leaf = {
    .subject = {"CN=api.staging.example.com", 26},
    .issuer = {"CN=Staging CA", 13},
    .names = {"DNS:api.staging.example.com", 27},
    .serial = {"7A01", 4},
    .key = {"EC P-256", 8},
    .sha256 = {"5c0f1de2a4b35c0f1de2a4b35c0f1de2a4b35c0f1de2a4b35c0f1de2a4b3feed", 64},
    .not_before = {SCENE_START_US - 30 * SCENE_DAY_US},
    .not_after = {SCENE_START_US + 61 * SCENE_DAY_US},
};

static inline struct header report_header(const char *name, const char *value)
{
    return (struct header){slice_of(name), slice_of(value)};
}

static inline void report_request(const struct scene *scene, struct probe *probe)
{
    struct header *headers = arena_new(&probe->arena, 8, sizeof *headers);
    const struct header_setting *own = &scene->endpoints[probe->endpoint].headers[0];
    size_t count = 0;

    headers[count++] = report_header("Host", INCIDENT_HOST);
    headers[count++] = report_header("User-Agent", "endoscope/0.1.0");
    if (probe->upgrade) {
        headers[count++] = report_header("Upgrade", "websocket");
        headers[count++] = report_header("Connection", "Upgrade");
        headers[count++] = report_header("Sec-WebSocket-Version", "13");
        headers[count++] = report_header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    } else {
        headers[count++] = report_header("Accept", "*/*");
    }
    if (probe->question == QUESTION_BROKEN_AUTHORIZATION)
        headers[count++] =
            report_header(own->name, arena_printf(&probe->arena, "%s [broken by the experiment]", own->value.shown));
    else if (probe->question != QUESTION_WITHOUT_AUTHORIZATION)
        headers[count++] = report_header(own->name, own->value.shown);
    probe->request = headers;
    probe->request_count = count;
}

static inline void report_response(struct probe *probe)
{
    struct header *headers = arena_new(&probe->arena, 4, sizeof *headers);
    size_t count = 0;

    headers[count++] = report_header("server", "gunicorn");
    headers[count++] = report_header("x-request-id", arena_printf(&probe->arena, "7f3a-%02u", probe->ordinal));
    for (size_t i = 0; i < probe->header_count; i++)
        headers[count++] = probe->headers[i];
    probe->headers = headers;
    probe->header_count = count;
    probe->reason = slice_of(probe->status == 101   ? "Switching Protocols"
                             : probe->status == 200 ? "OK"
                             : probe->status == 401 ? "Unauthorized"
                             : probe->status == 404 ? "Not Found"
                             : probe->status == 422 ? "Unprocessable Entity"
                                                    : "Internal Server Error");
}

static inline void report_times(struct probe *probe)
{
    struct timings *timings = &probe->timings;
    int64_t own = probe->ordinal % 5 * 1000;

    timings->dns_us = probe->ordinal == 1 ? 2000 : NOT_MEASURED;
    timings->connect_us = 11000;
    timings->tls_us = 24000;
    timings->total_us = 11000 + 24000 + 9000 + own;
    if (!probe->upgrade) {
        timings->first_byte_us = 8000 + own;
        timings->transfer_us = 1000;
        return;
    }
    timings->upgrade_us = 9000 + own;
    if (probe->status == 101) {
        timings->first_message_us = 14000;
        timings->ping_us = 12000;
        timings->total_us += 26000;
    }
}

static inline void report_judge(struct probe *probe)
{
    struct judgement *judgement = arena_new(&probe->arena, 1, sizeof *judgement);
    bool asked = probe->question == QUESTION_NONE || probe->question == QUESTION_REPEAT
                 || probe->question == QUESTION_CANDIDATE;

    if (!asked)
        return;
    *judgement = (struct judgement){
        .expected = probe->upgrade ? "status is 101" : "status is 2xx",
        .actual = slice_of(arena_printf(&probe->arena, "%d", probe->status)),
        .verdict = probe->outcome == OUTCOME_FAILED ? JUDGED_DOES_NOT : JUDGED_HOLDS,
        .layer = probe->upgrade ? LAYER_WEBSOCKET : LAYER_HTTP,
    };
    probe->judgements = judgement;
    probe->judgement_count = 1;
}

static inline void report_record(struct scene *scene)
{
    for (size_t i = 0; i < scene->count; i++) {
        struct probe *probe = scene->probes[i];

        report_request(scene, probe);
        report_response(probe);
        report_times(probe);
        report_judge(probe);
        probe->address = slice_of("192.0.2.10");
        probe->port = 443;
        probe->http_version = "1.1";
        probe->client = probe->upgrade ? CLIENT_WIRE : CLIENT_LIBCURL;
        probe->tls_version = slice_of("TLSv1.3");
        probe->tls_cipher = slice_of("TLS_AES_256_GCM_SHA384");
        probe->certificates = &report_leaf;
        probe->certificate_count = 1;
    }
}

/* A run over the scene, recorded and diagnosed. */
struct reported {
    struct scene scene;
    struct run run;
    struct records records;
    struct findings findings;
    char short_id[8];
};

static inline void report_run(struct reported *reported, const char *id, const char *night)
{
    struct run *run = &reported->run;

    assert_true(uuid_parse(id, &run->id));
    memcpy(reported->short_id, id, 6);
    run->suite = "chat-staging";
    run->environment = "GCP staging";
    run->vantage = "ci-eu";
    run->labels = night;
    run->config = "{}";
    run->started.us = SCENE_START_US;
    run->ended.us = SCENE_START_US + 3200000;
    run->offset_s = 7200;
    run->state = RUN_COMPLETE;
    run->whole = true;
    run->planned = 12;
    run->tool = "0.1.0";
    run->rules = RULES_VERSION;
    run->findings = "[]";
    reported->records = scene_records(&reported->scene);
    reported->findings = scene_diagnose(&reported->scene);
    assert_int_equal(reported->findings.rules, RULES_VERSION);
}

static inline void report_source(struct reported *reported)
{
    static const struct location location = {.file = ".env.staging",
                                             .line = 3,
                                             .kind = LOCATION_PATH,
                                             .literal = {"/ws", 3},
                                             .replacement = {"/websocket", 10},
                                             .key = {"VITE_WS_PATH", 12}};

    for (size_t i = 0; i < reported->findings.count; i++)
        if (reported->findings.list[i].candidate) {
            struct finding *finding = (struct finding *)&reported->findings.list[i];

            finding->searched = true;
            finding->locations = &location;
            finding->location_count = 1;
        }
}

static inline void report_suite(struct scene *scene)
{
    static const char *const names[] = {"chat socket"};
    static const struct ticket ticket = {.id = "488",
                                         .title = "WebSocket connections fail on staging",
                                         .impact = "Chat does not work for anyone on staging.",
                                         .endpoints = names,
                                         .endpoint_count = 1};

    incident_suite(scene);
    for (size_t k = 0; k < scene->endpoints[INCIDENT_SOCKET].candidate_count; k++) {
        struct candidate *candidate = (struct candidate *)&scene->endpoints[INCIDENT_SOCKET].candidates[k];

        candidate->name = strstr(candidate->url.shown, INCIDENT_HOST) + strlen(INCIDENT_HOST);
    }
    scene->endpoints[INCIDENT_SOCKET].used_by = "frontend";
    scene->endpoints[INCIDENT_HEALTH].name = "health";
    for (size_t i = 0; i < scene->suite.endpoint_count; i++)
        scene->endpoints[i].owner = "Backend team";
    scene->suite.name = "chat-staging";
    scene->suite.environment = "GCP staging";
    scene->suite.vantage = "ci-eu";
    scene->suite.tickets = &ticket;
    scene->suite.ticket_count = 1;
    scene->suite.source = (struct source_settings){.path = "frontend", .owner = "Frontend team"};
}

/* The night on which /ws fails. */
static inline void report_before(struct reported *reported)
{
    report_suite(&reported->scene);
    scene_play(&reported->scene, incident_world);
    report_record(&reported->scene);
    report_run(reported, "0192f3ab-0000-7000-8000-000000000001", "{\"night\":\"before\"}");
    report_source(reported);
}

/* The night after the front end went over to /websocket. */
static inline void report_after(struct reported *reported)
{
    report_suite(&reported->scene);
    reported->scene.endpoints[INCIDENT_SOCKET].url =
        (struct setting){"wss://" INCIDENT_HOST "/websocket", "wss://" INCIDENT_HOST "/websocket"};
    scene_play(&reported->scene, incident_world);
    report_record(&reported->scene);
    report_run(reported, "0192f4cd-0000-7000-8000-000000000002", "{\"night\":\"after\"}");
    reported->run.started.us += SCENE_DAY_US;
    reported->run.ended.us += SCENE_DAY_US;
}

static inline struct model_side report_side(const struct reported *reported)
{
    return (struct model_side){&reported->run, reported->short_id, &reported->records, &reported->findings};
}
#endif
