/* SPDX-License-Identifier: MIT */
#include "diagnosis/discover.h"

#include <ctype.h>
#include <string.h>

#include "base/slice.h"
#include "collector/suite.h"
#include "diagnosis/address.h"

static const char *const sockets[] = {"/ws",
                                      "/websocket",
                                      "/socket",
                                      "/api/ws",
                                      "/ws/",
                                      "/socket.io/?EIO=4&transport=websocket",
                                      "/api/websocket",
                                      "/cable",
                                      "/graphql",
                                      "/realtime",
                                      "/hub",
                                      "/stream",
                                      NULL};
static const char *const pages[] = {"/health",    "/healthz",       "/api/health", "/health/",         "/status",
                                    "/ready",     "/livez",         "/readyz",     "/actuator/health", "/ping",
                                    "/-/healthy", "/api/v1/health", NULL};

struct paths {
    const char *own;
    const char *list[DISCOVER_MOST];
    unsigned count;
    struct arena *arena;
};

static void add(struct paths *paths, const char *path)
{
    if (paths->count == DISCOVER_MOST || strcmp(path, paths->own) == 0 || strncmp(path, "//", 2) == 0)
        return;
    for (unsigned i = 0; i < paths->count; i++)
        if (strcmp(paths->list[i], path) == 0)
            return;
    paths->list[paths->count++] = path;
}

static void add_lower(struct paths *paths)
{
    char *lower = arena_text(paths->arena, paths->own);

    for (char *c = lower; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    add(paths, lower);
}

/* "/v2" is a version, "/video" is none. */
static size_t version_at(const char *path)
{
    size_t digits = strncmp(path, "/v", 2) == 0 ? strspn(path + 2, "0123456789") : 0;

    return digits && (path[2 + digits] == '/' || !path[2 + digits]) ? 2 + digits : 0;
}

/* A slash too many or too few, capitals, a prefix or a version that came or went. */
static void add_variations(struct paths *paths)
{
    const char *own = paths->own;
    size_t len = strlen(own);
    const char *second = strchr(own + 1, '/');
    size_t version = version_at(own);
    size_t inner = second ? version_at(second) : 0;

    if (len > 1)
        add(paths,
            own[len - 1] == '/' ? arena_text_of(paths->arena, own, len - 1) : arena_printf(paths->arena, "%s/", own));
    add_lower(paths);
    if (version && own[version])
        add(paths, own + version);
    if (inner && second[inner])
        add(paths, arena_printf(paths->arena, "%.*s%s", (int)(second - own), own, second + inner));
    if (strncmp(own, "/api/", 5) == 0)
        add(paths, own + 4);
    else if (len > 1)
        add(paths, arena_printf(paths->arena, "/api%s", own));
    if (!version && !inner && len > 1)
        add(paths, arena_printf(paths->arena, "/v1%s", own));
}

const char *discover_path(const struct endpoint *endpoint, unsigned k, struct arena *arena)
{
    struct slice path = address_path(endpoint->url.shown);
    struct paths paths = {.own = arena_text_of(arena, path.data, path.len), .arena = arena};
    const char *const *common = endpoint->kind == KIND_WEBSOCKET ? sockets : pages;

    /* A path with a variable in it is known in full only to the collector. */
    if (!strchr(paths.own, '$'))
        add_variations(&paths);
    for (; *common; common++)
        add(&paths, *common);
    return k < paths.count ? paths.list[k] : NULL;
}
