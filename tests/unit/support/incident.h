/* SPDX-License-Identifier: MIT */
/* incident.h - the staging of the incident as a world: /ws fails, /websocket greets as legacy, other paths
 * are absent. */
#ifndef TESTS_UNIT_SUPPORT_INCIDENT_H
#define TESTS_UNIT_SUPPORT_INCIDENT_H

#include "tests/unit/support/records.h"

#define INCIDENT_HOST "api.staging.example.com"
#define INCIDENT_GREETING                                                                                             \
    "{\"type\":\"connect\",\"data\":{\"mode\":\"legacy\",\"connection_id\":\"legacy_48f336b8\","                      \
    "\"features\":"                                                                                                   \
    "{\"backward_compatibility\":true,\"simplified_auth\":true,\"basic_messaging\":true}}}"
#define INCIDENT_VALIDATION                                                                                           \
    "{\"detail\":[{\"loc\":[\"query\",\"probe\"],\"msg\":\"field "                                                    \
    "required\",\"type\":\"value_error.missing\"}]}"

enum { INCIDENT_SOCKET, INCIDENT_HEALTH, INCIDENT_API_HEALTH, INCIDENT_ME };

static inline void incident_suite(struct scene *scene)
{
    struct endpoint *socket;

    scene_open(scene);
    socket = scene_endpoint(scene, "wss://" INCIDENT_HOST "/ws");
    socket->name = "chat socket";
    scene_candidates(scene, socket,
                     "wss://" INCIDENT_HOST "/websocket wss://" INCIDENT_HOST "/api/ws wss://" INCIDENT_HOST
                     "/api/websocket wss://" INCIDENT_HOST "/v1/ws wss://" INCIDENT_HOST "/v1/websocket");
    scene_expect(scene, socket, EXPECT_MESSAGE_JSON, "\"connect\"");
    scene_endpoint(scene, "https://" INCIDENT_HOST "/health")->role = ROLE_CONTROL;
    scene_endpoint(scene, "https://" INCIDENT_HOST "/api/health")->name = "api health";
    scene_endpoint(scene, "https://" INCIDENT_HOST "/api/me")->name = "me";
    for (size_t i = 0; i < scene->suite.endpoint_count; i++)
        scene_authorize(scene, &scene->endpoints[i]);
}

static inline bool incident_path(const char *url, const char *path)
{
    const char *rest = strstr(url, INCIDENT_HOST) + strlen(INCIDENT_HOST);

    return strcmp(rest, path) == 0;
}

static inline struct said incident_absent(bool socket)
{
    return (struct said){.status = 404,
                         .layer = socket ? LAYER_WEBSOCKET : LAYER_HTTP,
                         .code = socket ? "websocket-refused" : "http-status",
                         .type = "application/json",
                         .body = "{\"detail\":\"Not Found\"}"};
}

static inline struct said incident_socket(const char *url)
{
    if (incident_path(url, "/websocket"))
        return (struct said){.status = 101, .message = INCIDENT_GREETING};
    if (incident_path(url, "/ws"))
        return (struct said){.status = 500,
                             .layer = LAYER_WEBSOCKET,
                             .code = "websocket-refused",
                             .type = "text/plain",
                             .body = "Internal Server Error"};
    return incident_absent(true);
}

static inline struct said incident_world(const struct plan_item *item, const char *url, size_t before)
{
    (void)before;
    if (item->endpoint == INCIDENT_SOCKET && !item->plain)
        return incident_socket(url);
    if (incident_path(url, "/health"))
        return (struct said){.status = 200, .type = "application/json", .body = "{\"status\":\"healthy\"}"};
    if (incident_path(url, "/api/health"))
        return (struct said){.status = 422,
                             .layer = LAYER_HTTP,
                             .code = "http-status",
                             .type = "application/json",
                             .body = INCIDENT_VALIDATION};
    if (incident_path(url, "/api/me") && item->authorization == AUTHORIZATION_AS_CONFIGURED)
        return (struct said){.status = 200, .type = "application/json", .body = "{\"sub\":\"ada\"}"};
    if (incident_path(url, "/api/me"))
        return (struct said){.status = 401, .layer = LAYER_HTTP, .code = "http-status", .body = "{}"};
    return incident_absent(false);
}
#endif
