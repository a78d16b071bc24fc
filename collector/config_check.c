/* SPDX-License-Identifier: MIT */
/* What must hold between the parts of a config. */
#include <string.h>

#include "base/buf.h"
#include "collector/config_endpoint.h"
#include "collector/url.h"

/* A text in which a variable has no value yet cannot be judged. */
static bool is_open(const char *text)
{
    return strstr(text, "${") != NULL;
}

static void resolve_candidates(struct loader *loader, const yaml_node_t *node, const struct place *place,
                               struct endpoint *endpoint)
{
    struct arena *arena = &loader->suite->arena;
    struct candidate *candidates = arena_new(arena, endpoint->candidate_count + 1, sizeof *candidates);

    for (size_t i = 0; i < endpoint->candidate_count; i++) {
        const struct setting written = endpoint->candidates[i].url;

        candidates[i] = endpoint->candidates[i];
        if (is_open(endpoint->url.value) || is_open(written.value))
            continue;
        candidates[i].url.value = url_resolve(endpoint->url.value, written.value, arena);
        candidates[i].url.shown = setting_is_secret(written) ? written.shown : candidates[i].url.value;
        if (!candidates[i].url.value) {
            loader_problem(loader, node, place, "the candidate `%s` is neither a path nor a URL", written.shown);
            candidates[i].url = endpoint->url;
        }
    }
    endpoint->candidates = candidates;
}

/* What only the other kind can show. */
static bool fits_kind(enum expect_subject subject, enum kind kind)
{
    switch (subject) {
    case EXPECT_BODY:
    case EXPECT_JSON:
    case EXPECT_SIZE:
    case EXPECT_TYPE:
        return kind == KIND_HTTP;
    case EXPECT_MESSAGE_JSON:
    case EXPECT_MESSAGE_TEXT:
    case EXPECT_SUBPROTOCOL:
    case EXPECT_PING:
        return kind == KIND_WEBSOCKET;
    default:
        return true;
    }
}

static void check_kind(struct loader *loader, const yaml_node_t *node, const struct place *place,
                       const struct endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->expectation_count; i++)
        if (!fits_kind(endpoint->expectations[i].subject, endpoint->kind))
            loader_problem(loader, node, place, "it expects that %s, which a probe of kind %s cannot show",
                           endpoint->expectations[i].words, kind_words[endpoint->kind]);
    if (endpoint->subprotocol_count && endpoint->kind == KIND_HTTP)
        loader_problem(loader, node, place, "`subprotocols` are a WebSocket's, and this is of kind http");
}

void config_finish_endpoint(struct loader *loader, const yaml_node_t *node, const struct place *place,
                            struct endpoint *endpoint, bool kind_given)
{
    endpoint->line = yaml_line(node);
    if (!endpoint->name || !endpoint->name[0]) {
        loader_problem(loader, node, place, "it has no `name`; the name is its identity over all runs");
        endpoint->name = arena_printf(&loader->suite->arena, "endpoint in line %u", endpoint->line);
    }
    if (!endpoint->url.value) {
        loader_problem(loader, node, place, "it has no `url` that could be probed");
        return;
    }
    if (!kind_given)
        endpoint->kind = url_kind(endpoint->url.value);
    resolve_candidates(loader, node, place, endpoint);
    check_kind(loader, node, place, endpoint);
}

static void check_names(struct loader *loader, const struct endpoint *endpoints, const yaml_node_t *const *nodes,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(endpoints[i].name, endpoints[k].name) == 0) {
                loader_problem(loader, nodes[i], NULL, "the endpoint `%s` stands in line %u already; names are unique",
                               endpoints[i].name, endpoints[k].line);
                break;
            }
}

static bool among(const char *origin, const char *const *origins, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        const char *other = url_origin(origins[i], arena);

        if (other && origin && strcmp(origin, other) == 0)
            return true;
    }
    return false;
}

/* Takes the inherited secrets from an endpoint elsewhere; at one of the origins they are its own. */
static void allow(struct loader *loader, struct endpoint *endpoint, bool allowed)
{
    struct header_setting *headers = arena_new(&loader->suite->arena, endpoint->header_count + 1, sizeof *headers);
    size_t count = 0;

    for (size_t i = 0; i < endpoint->header_count; i++) {
        if (endpoint->headers[i].from_defaults && endpoint->headers[i].secret) {
            if (!allowed)
                continue;
            headers[count] = endpoint->headers[i];
            headers[count++].from_defaults = false;
        } else {
            headers[count++] = endpoint->headers[i];
        }
    }
    endpoint->headers = headers;
    endpoint->header_count = count;
}

static const struct header_setting *inherited_secret(const struct endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->header_count; i++)
        if (endpoint->headers[i].from_defaults && endpoint->headers[i].secret)
            return &endpoint->headers[i];
    return NULL;
}

/* A secret of the defaults goes to the origins named, or to the one that all endpoints share (design: who is sent what). */
static void check_origins(struct loader *loader, struct endpoint *endpoints, const yaml_node_t *const *nodes,
                          size_t count)
{
    struct arena *arena = &loader->suite->arena;
    const char *only = NULL;
    bool complained = false;

    for (size_t i = 0; i < count && !only; i++)
        only = url_origin(endpoints[i].url.value ? endpoints[i].url.value : "", arena);
    for (size_t i = 0; i < count; i++) {
        struct endpoint *endpoint = &endpoints[i];
        const struct header_setting *secret = inherited_secret(endpoint);
        const char *origin = endpoint->url.value ? url_origin(endpoint->url.value, arena) : NULL;

        if (endpoint->origin_count) {
            allow(loader, endpoint, among(origin, endpoint->origins, endpoint->origin_count, arena));
        } else if (secret && origin && only && strcmp(origin, only) != 0 && !complained) {
            complained = true;
            loader_problem(loader, nodes[i], NULL,
                           "the secret header %s of the defaults would go to %s as well as to %s; say where it may go "
                           "with `origins: [%s]` in the defaults, or set it at its endpoints",
                           secret->name, origin, only, only);
        }
    }
}

void config_check_endpoints(struct loader *loader, struct endpoint *endpoints, const yaml_node_t *const *nodes,
                            size_t count)
{
    check_names(loader, endpoints, nodes, count);
    check_origins(loader, endpoints, nodes, count);
}
