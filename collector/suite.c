/* SPDX-License-Identifier: MIT */
#include "collector/suite.h"

#include <string.h>

#include "collector/url.h"

const char *const kind_words[] = {"http", "websocket", NULL};
const char *const role_words[] = {"required", "control", "candidate", NULL};
const char *const http_words[] = {"negotiated", "1.1", "2", NULL};
const char *const family_words[] = {"any", "4", "6", NULL};

void suite_defaults(struct suite *suite)
{
    *suite = (struct suite){
        .arena = ARENA_INIT,
        .name = "endpoints",
        .environment = "",
        .vantage = "local",
        .concurrency = 64,
        .max_per_host = 8,
        .remind_us = INT64_C(7) * 24 * 3600 * 1000000,
        .experiments = true,
    };
}

void endpoint_defaults(struct endpoint *endpoint)
{
    *endpoint = (struct endpoint){
        .kind = KIND_HTTP,
        .role = ROLE_REQUIRED,
        .method = "GET",
        .tls = {.verify = true},
        .attempts = 3,
        .timeout_us = INT64_C(10000000),
        .interval_us = INT64_C(1000000),
        .max_body = (size_t)8 << 20,
        .keep_body = (size_t)64 << 10,
    };
}

bool method_is_safe(const char *method)
{
    static const char *const safe[] = {"GET", "HEAD", "OPTIONS", "TRACE"};

    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++)
        if (strcmp(method, safe[i]) == 0)
            return true;
    return false;
}

/* The URL without its password: what may be printed and stored. */
static const char *shown_url(struct arena *arena, const char *url)
{
    size_t start, end;

    if (!url_password(url, &start, &end))
        return url;
    return arena_printf(arena, "%.*s[redacted:password]%s", (int)start, url, url + end);
}

static const char *path_of(struct arena *arena, const char *url)
{
    const char *path = url + url_authority_end(url);
    size_t len = strcspn(path, "?#");

    return len ? arena_text_of(arena, path, len) : "/";
}

/* A path names one endpoint only: where a second one has it, both are called by their URLs. */
static const char *name_for(struct endpoint *endpoints, size_t count, const char *path, const char *url)
{
    bool taken = false;

    for (size_t i = 0; i < count; i++) {
        const char *shown = endpoints[i].url.shown;
        const char *other = shown + url_authority_end(shown);
        size_t len = strcspn(other, "?#");

        if (len == 0) {
            other = "/";
            len = 1;
        }
        if (len != strlen(path) || strncmp(other, path, len) != 0)
            continue;
        endpoints[i].name = shown;
        taken = true;
    }
    return taken ? url : path;
}

/* Room for one more, doubled at powers of two; the old array stays in the arena. */
static struct endpoint *grow(struct suite *suite)
{
    size_t count = suite->endpoint_count;
    size_t capacity = count & (count - 1) ? SIZE_MAX : count;

    return arena_grow(&suite->arena, suite->endpoints, count, &capacity, sizeof *suite->endpoints);
}

bool suite_add_url(struct suite *suite, const char *url, struct error *err)
{
    struct arena *arena = &suite->arena;
    size_t count = suite->endpoint_count;
    struct endpoint *endpoints;
    struct endpoint *endpoint;

    url = strstr(url, "://") ? arena_text(arena, url) : arena_printf(arena, "https://%s", url);
    if (!url_check(url, err))
        return fail_context(err, "%s", shown_url(arena, url));
    for (size_t i = 0; i < count; i++)
        if (strcmp(suite->endpoints[i].url.value, url) == 0)
            return true;
    endpoints = grow(suite);
    endpoint = &endpoints[count];
    endpoint_defaults(endpoint);
    endpoint->url = (struct setting){url, shown_url(arena, url)};
    endpoint->kind = url_kind(url);
    endpoint->name = name_for(endpoints, count, path_of(arena, url), endpoint->url.shown);
    suite->endpoints = endpoints;
    suite->endpoint_count = count + 1;
    return true;
}

static bool is_shown(struct setting setting)
{
    return setting.value == setting.shown
           || (setting.value && setting.shown && strcmp(setting.value, setting.shown) == 0);
}

static bool all_shown(const struct setting *settings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_shown(settings[i]))
            return false;
    return true;
}

static bool endpoint_is_shown(const struct endpoint *endpoint)
{
    if (!is_shown(endpoint->url) || !is_shown(endpoint->body) || !is_shown(endpoint->origin)
        || !all_shown(endpoint->resolve, endpoint->resolve_count) || !all_shown(endpoint->send, endpoint->send_count))
        return false;
    for (size_t i = 0; i < endpoint->header_count; i++)
        if (!is_shown(endpoint->headers[i].value))
            return false;
    for (size_t i = 0; i < endpoint->expectation_count; i++)
        if (!is_shown(endpoint->expectations[i].wanted))
            return false;
    for (size_t i = 0; i < endpoint->candidate_count; i++)
        if (!is_shown(endpoint->candidates[i].url)
            || (endpoint->candidates[i].whole && !endpoint_is_shown(endpoint->candidates[i].whole)))
            return false;
    return true;
}

bool suite_is_shown(const struct suite *suite)
{
    for (size_t i = 0; i < suite->endpoint_count; i++)
        if (!endpoint_is_shown(&suite->endpoints[i]))
            return false;
    return is_shown(suite->proxy) && is_shown(suite->report_url);
}

void suite_free(struct suite *suite)
{
    arena_free(&suite->arena);
    *suite = (struct suite){.arena = ARENA_INIT};
}
