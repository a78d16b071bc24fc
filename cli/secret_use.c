/* SPDX-License-Identifier: MIT */
/* secret_use.c - reads the names of secrets from the shown form of a setting, where they stand as `${NAME}`. */
#include "cli/secret_use.h"

#include <string.h>

#include "collector/suite.h"
#include "collector/url.h"

struct uses {
    struct arena *arena;
    struct secret_use *list;
    size_t count, capacity;
};

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void add_endpoint(struct uses *uses, struct secret_use *use, const char *endpoint)
{
    const char **endpoints;

    for (size_t i = 0; i < use->count; i++)
        if (strcmp(use->endpoints[i], endpoint) == 0)
            return;
    endpoints = arena_new(uses->arena, use->count + 1, sizeof *endpoints);
    for (size_t i = 0; i < use->count; i++)
        endpoints[i] = use->endpoints[i];
    endpoints[use->count++] = endpoint;
    use->endpoints = endpoints;
}

static void add(struct uses *uses, const char *name, const char *where, const char *origin, const char *endpoint)
{
    for (size_t i = 0; i < uses->count; i++) {
        struct secret_use *use = &uses->list[i];

        if (same(use->name, name) && same(use->where, where) && same(use->origin, origin)) {
            add_endpoint(uses, use, endpoint);
            return;
        }
    }
    uses->list = arena_grow(uses->arena, uses->list, uses->count, &uses->capacity, sizeof *uses->list);
    uses->list[uses->count] = (struct secret_use){name, where, origin, NULL, 0};
    add_endpoint(uses, &uses->list[uses->count++], endpoint);
}

/* Every variable that `shown` names; public ones have their value there, and are none. */
static bool add_named(struct uses *uses, const char *shown, const char *where, const char *origin,
                      const char *endpoint)
{
    bool any = false;

    for (const char *at = shown ? strstr(shown, "${") : NULL; at; at = strstr(at + 2, "${")) {
        size_t len = strcspn(at + 2, "}:");

        if (!at[2 + len])
            break;
        add(uses, arena_text_of(uses->arena, at + 2, len), where, origin, endpoint);
        any = true;
    }
    return any;
}

static const char *origin_of(struct uses *uses, struct setting url)
{
    const char *origin = url.value ? url_origin(url.value, uses->arena) : NULL;

    return origin ? origin : url.shown;
}

static void add_uses(struct uses *uses, const struct endpoint *endpoint, const char *name)
{
    const char *origin = origin_of(uses, endpoint->url);

    for (size_t i = 0; i < endpoint->header_count; i++) {
        const struct header_setting *header = &endpoint->headers[i];

        /* One whose variable has no value yet is not known to be a secret, and will be. */
        if (header->value.value && !add_named(uses, header->value.shown, header->name, origin, name) && header->secret)
            add(uses, NULL, header->name, origin, name);
    }
    add_named(uses, endpoint->url.shown, "the address", origin, name);
    add_named(uses, endpoint->origin.shown, "Origin", origin, name);
    add_named(uses, endpoint->body.shown, "the body", origin, name);
    for (size_t i = 0; i < endpoint->send_count; i++)
        add_named(uses, endpoint->send[i].shown, "a message", origin, name);
}

/* A candidate is asked as its endpoint is, with no secret header elsewhere; or as it says itself. */
static void add_candidates(struct uses *uses, const struct endpoint *endpoint)
{
    const char *home = origin_of(uses, endpoint->url);

    for (size_t i = 0; i < endpoint->candidate_count; i++) {
        const struct candidate *candidate = &endpoint->candidates[i];
        struct endpoint asked = candidate->whole ? *candidate->whole : *endpoint;

        asked.url = candidate->url;
        if (!candidate->whole && !same(home, origin_of(uses, candidate->url)))
            asked.header_count = 0;
        add_uses(uses, &asked, endpoint->name);
    }
}

/* Of what is beside the probes. */
static void add_suite(struct uses *uses, const struct suite *suite)
{
    add_named(uses, suite->proxy.shown, "the address", origin_of(uses, suite->proxy), "proxy");
    add_named(uses, suite->heartbeat.shown, "the address", origin_of(uses, suite->heartbeat), "heartbeat");
    for (size_t i = 0; i < suite->tracker_count; i++) {
        const struct tracker_settings *tracker = &suite->trackers[i];
        const char *origin = tracker->url.shown ? origin_of(uses, tracker->url) : tracker->kind;
        const char *name = arena_printf(uses->arena, "trackers.%s", tracker->name);

        add_named(uses, tracker->url.shown, "the address", origin, name);
        add_named(uses, tracker->token.text.shown, "the token", origin, name);
    }
}

const struct secret_use *secret_uses(const struct suite *suite, struct arena *arena, size_t *count)
{
    struct uses uses = {.arena = arena};

    for (size_t i = 0; i < suite->endpoint_count; i++) {
        add_uses(&uses, &suite->endpoints[i], suite->endpoints[i].name);
        add_candidates(&uses, &suite->endpoints[i]);
    }
    add_suite(&uses, suite);
    *count = uses.count;
    return uses.list;
}
