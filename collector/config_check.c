/* SPDX-License-Identifier: MIT */
/* What must hold between the parts of a config. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "collector/config_endpoint.h"
#include "collector/config_fields.h"
#include "collector/url.h"

/* The node of the i-th item of a list; of the list where a single value stands for one. */
static const struct yaml_node *item_node(const struct yaml_node *list, size_t index)
{
    return list->type == YAML_SEQUENCE && index < list->count ? list->items[index] : list;
}

struct setting config_resolve(struct setting base, struct setting written, struct arena *arena)
{
    struct setting url = {url_resolve(base.value, written.value, arena), NULL};

    if (!url.value)
        return url;
    if (!setting_is_secret(base) && !setting_is_secret(written))
        url.shown = url.value;
    else
        url.shown = url_resolve(base.shown, written.shown, arena);
    if (!url.shown)
        url.shown = written.shown;
    return url;
}

static void resolve_candidates(struct loader *loader, const struct yaml_node *node, const struct place *place,
                               struct endpoint *endpoint)
{
    const struct yaml_node *list = loader_member(node, "candidates");
    const struct place of_list = {place, "candidates", 0};
    bool several = list && list->type == YAML_SEQUENCE;
    struct arena *arena = &loader->suite->arena;
    struct candidate *candidates;
    size_t count = 0;

    if (endpoint->candidate_count == 0)
        return;
    candidates = arena_new(arena, endpoint->candidate_count, sizeof *candidates);
    for (size_t i = 0; i < endpoint->candidate_count; i++) {
        struct candidate candidate = endpoint->candidates[i];
        const struct setting written = candidate.url;
        const struct place of_item = {&of_list, NULL, i};
        const struct place *inner = several ? &of_item : list ? &of_list : place;

        if (!written.value)
            continue;
        if (!loader_is_open(loader, endpoint->url.value) && !loader_is_open(loader, written.value))
            candidate.url = config_resolve(endpoint->url, written, arena);
        if (candidate.url.value && list && item_node(list, i)->type == YAML_MAPPING)
            candidate.whole = config_read_candidate(loader, item_node(list, i), inner, endpoint);
        if (candidate.url.value) {
            candidates[count++] = candidate;
            continue;
        }
        loader_problem(loader, list ? item_node(list, i) : node, inner,
                       "the candidate `%s` is neither a path nor a URL", written.shown);
    }
    endpoint->candidates = candidates;
    endpoint->candidate_count = (uint32_t)count;
}

/* Of an expectation: which kind of endpoint can show it. */
static enum config_scope scope_of(enum expect_subject subject)
{
    switch (subject) {
    case EXPECT_BODY:
    case EXPECT_JSON:
    case EXPECT_SIZE:
    case EXPECT_TYPE:
    case EXPECT_BODY_SHA256:
    case EXPECT_VERSION:
    case EXPECT_URL:
        return FOR_HTTP;
    case EXPECT_MESSAGE_JSON:
    case EXPECT_MESSAGE_TEXT:
    case EXPECT_SUBPROTOCOL:
    case EXPECT_PING:
    case EXPECT_OPEN:
    case EXPECT_CLOSE:
        return FOR_WEBSOCKET;
    default:
        return FOR_BOTH;
    }
}

static bool is_own(const struct expectation *expectation, enum config_scope other, bool own_status)
{
    return scope_of(expectation->subject) != other && (expectation->subject != EXPECT_STATUS || own_status);
}

/* Takes away what only endpoints of the other kind have, and the defaults gave to all. A status of the defaults is an
 * HTTP endpoint's, too: an upgrade never answers 200. */
static void keep_own_kind(struct loader *loader, const struct yaml_node *expect, struct endpoint *endpoint)
{
    enum config_scope other = endpoint->kind == KIND_HTTP ? FOR_WEBSOCKET : FOR_HTTP;
    bool own_status = endpoint->kind == KIND_HTTP || (expect && loader_key(expect, "status"));
    size_t had = endpoint->expectation_count, first = 0;

    while (first < had && is_own(&endpoint->expectations[first], other, own_status))
        first++;
    /* Where all are kept the list stays that of the defaults, which thousands share. */
    if (first < had) {
        struct expectation *kept = arena_new(&loader->suite->arena, had, sizeof *kept);
        size_t count = 0;

        for (size_t i = 0; i < had; i++)
            if (is_own(&endpoint->expectations[i], other, own_status))
                kept[count++] = endpoint->expectations[i];
        endpoint->expectations = kept;
        endpoint->expectation_count = (uint32_t)count;
    }
    if (endpoint->kind == KIND_HTTP) {
        endpoint->subprotocol_count = endpoint->send_count = 0;
        endpoint->deflate = false;
    } else {
        endpoint->method = "GET";
        endpoint->body = (struct setting){NULL, NULL};
        endpoint->body_type = NULL;
        endpoint->http = HTTP_NEGOTIATED;
        endpoint->reuse = false;
    }
}

void config_check_endpoint(struct loader *loader, const struct yaml_node *node, const struct place *place,
                           struct endpoint *endpoint, bool kind_given)
{
    const struct yaml_node *expect = loader_member(node, "expect");
    struct place inner = {place, "expect", 0};

    endpoint->line = yaml_line(node);
    if (!endpoint->name || !endpoint->name[0]) {
        if (!loader_key(node, "name") || endpoint->name)
            loader_problem(loader, node, place, "it has no `name`; the name is its identity over all runs");
        endpoint->name = arena_printf(&loader->suite->arena, "endpoint in line %u", endpoint->line);
    }
    if (!endpoint->url.value) {
        if (!loader_key(node, "url"))
            loader_problem(loader, node, place, "it has no `url` to probe");
        return;
    }
    if (!kind_given)
        endpoint->kind = url_kind(endpoint->url.value);
    if (kind_given || !loader_is_open(loader, endpoint->url.value) || strstr(endpoint->url.value, "://")) {
        config_check_scope(loader, node, place, endpoint_fields, endpoint->kind);
        if (expect)
            config_check_scope(loader, expect, &inner, expect_fields, endpoint->kind);
        keep_own_kind(loader, expect, endpoint);
    }
    resolve_candidates(loader, node, place, endpoint);
}

/* Endpoints sorted by name: their indices in the config's order. */
struct by_name {
    const char *name;
    size_t index;
};

static int by_name(const void *a, const void *b)
{
    const struct by_name *one = a, *other = b;
    int order = strcmp(one->name, other->name);

    return order ? order : one->index < other->index ? -1 : 1;
}

static struct by_name *sorted_by_name(const struct endpoints *endpoints)
{
    struct by_name *sorted = mem_new(endpoints->count + 1, sizeof *sorted);

    for (size_t i = 0; i < endpoints->count; i++)
        sorted[i] = (struct by_name){endpoints->list[i].name, i};
    if (endpoints->count)
        qsort(sorted, endpoints->count, sizeof *sorted, by_name);
    return sorted;
}

void config_check_names(struct loader *loader, const struct endpoints *endpoints)
{
    struct config_source *main = loader->source;
    struct by_name *sorted = sorted_by_name(endpoints);
    size_t first = 0;

    for (size_t i = 1; i < endpoints->count; i++) {
        const struct yaml_node *key;

        if (strcmp(sorted[i].name, sorted[first].name) != 0) {
            first = i;
            continue;
        }
        loader_enter(loader, endpoints->sources[sorted[i].index]);
        key = loader_member(endpoints->nodes[sorted[i].index], "name");
        if (loader->source == endpoints->sources[sorted[first].index])
            loader_problem(loader, key ? key : endpoints->nodes[sorted[i].index], NULL,
                           "endpoints[%zu].name: there is an endpoint `%s` in line %u already; names are unique",
                           sorted[i].index, sorted[i].name, endpoints->list[sorted[first].index].line);
        else
            loader_problem(loader, key ? key : endpoints->nodes[sorted[i].index], NULL,
                           "there is an endpoint `%s` in %s:%u already; names are unique", sorted[i].name,
                           endpoints->sources[sorted[first].index]->file, endpoints->list[sorted[first].index].line);
    }
    loader_enter(loader, main);
    mem_free(sorted);
}

static bool has_name(const struct by_name *sorted, size_t count, const char *name)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(sorted[middle].name, name);

        if (order == 0)
            return true;
        if (order > 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static bool is_tracker(const struct trackers *trackers, const char *name)
{
    for (size_t i = 0; i < trackers->count; i++)
        if (strcmp(trackers->list[i].name, name) == 0)
            return true;
    return false;
}

/* One ticket is one comment, so it stands once. A tracker that is not described is one that nobody publishes to yet; but
 * beside others that are it is a slip. */
static void check_ticket(struct loader *loader, const struct tickets *tickets, size_t index,
                         const struct trackers *trackers)
{
    const struct ticket *ticket = &tickets->list[index];
    const struct yaml_node *node = tickets->nodes[index];
    const struct yaml_node *tracker = loader_member(node, "tracker");

    if (ticket->tracker && trackers->count > 0 && !is_tracker(trackers, ticket->tracker))
        loader_problem(loader, tracker, NULL, "tickets[%zu].tracker: there is no tracker `%s`", index,
                       ticket->tracker);
    for (size_t i = 0; i < index && ticket->id; i++) {
        const struct ticket *other = &tickets->list[i];

        if (!other->id || strcmp(other->id, ticket->id) != 0
            || strcmp(other->tracker ? other->tracker : "", ticket->tracker ? ticket->tracker : "") != 0)
            continue;
        loader_problem(loader, node, NULL, "tickets[%zu]: there is a ticket `%s` in %s:%u already", index, ticket->id,
                       tickets->sources[i]->file, yaml_line(tickets->nodes[i]));
        return;
    }
}

void config_check_tickets(struct loader *loader, const struct tickets *tickets, const struct endpoints *endpoints,
                          const struct trackers *trackers)
{
    struct config_source *main = loader->source;
    struct by_name *sorted = sorted_by_name(endpoints);
    const char **names = mem_new(endpoints->count + 1, sizeof *names);

    for (size_t i = 0; i < endpoints->count; i++)
        names[i] = endpoints->list[i].name;
    for (size_t i = 0; i < tickets->count; i++) {
        const struct ticket *ticket = &tickets->list[i];
        const struct yaml_node *list;

        loader_enter(loader, tickets->sources[i]);
        list = loader_member(tickets->nodes[i], "endpoints");
        check_ticket(loader, tickets, i, trackers);

        for (size_t k = 0; k < ticket->endpoint_count; k++) {
            const char *close;

            if (has_name(sorted, endpoints->count, ticket->endpoints[k]))
                continue;
            close = nearest_word(ticket->endpoints[k], names, endpoints->count);
            loader_problem(loader, item_node(list, k), NULL,
                           "tickets[%zu].endpoints[%zu]: there is no endpoint `%s`%s%s%s", i, k, ticket->endpoints[k],
                           close ? " (did you mean `" : "", close ? close : "", close ? "`?)" : "");
        }
    }
    loader_enter(loader, main);
    mem_free(names);
    mem_free(sorted);
}

/* NULL when it cannot be told, because a variable is missing. */
static const char *origin_of(struct loader *loader, const struct endpoint *endpoint)
{
    const char *url = endpoint->url.value;
    const char *open = url && loader_is_open(loader, url) ? strstr(url, "${") : NULL;

    if (!url || (open && (size_t)(open - url) < url_authority_end(url)))
        return NULL;
    return url_origin(url, loader_scratch(loader));
}

static bool may_have(struct loader *loader, const struct endpoint *endpoint, const char *origin)
{
    for (size_t i = 0; i < endpoint->origin_count; i++)
        if (!origin || strcmp(endpoint->origins[i], origin) == 0 || loader_is_open(loader, endpoint->origins[i]))
            return true;
    return false;
}

/* With `origins:`, the inherited secrets are an endpoint's own at one of them, and elsewhere they are not sent. */
static void keep_allowed(struct loader *loader, struct endpoint *endpoint)
{
    struct header_setting *headers = arena_new(&loader->suite->arena, endpoint->header_count + 1, sizeof *headers);
    bool allowed = may_have(loader, endpoint, origin_of(loader, endpoint));
    size_t count = 0;

    for (size_t i = 0; i < endpoint->header_count; i++) {
        const struct header_setting *header = &endpoint->headers[i];

        if (!header->from_defaults || !header->secret) {
            headers[count++] = *header;
        } else if (allowed) {
            headers[count] = *header;
            headers[count++].from_defaults = false;
        }
    }
    endpoint->headers = headers;
    endpoint->header_count = (uint32_t)count;
}

/* The origins of a suite, for a message: the first few by name. */
enum { ORIGINS_NAMED = 4 };
struct origins {
    const char *list[ORIGINS_NAMED];
    size_t count;
    bool more;
};

static void add_origin(struct origins *origins, const char *origin)
{
    for (size_t i = 0; i < origins->count; i++)
        if (strcmp(origins->list[i], origin) == 0)
            return;
    if (origins->count < ORIGINS_NAMED)
        origins->list[origins->count++] = origin;
    else
        origins->more = true;
}

static void complain(struct loader *loader, const struct header_setting *header, const struct origins *origins,
                     const struct yaml_node *defaults_node)
{
    const struct yaml_node *headers = defaults_node ? loader_member(defaults_node, "headers") : NULL;
    const struct yaml_node *key = headers ? loader_key(headers, header->name) : NULL;
    struct buf list = BUF_INIT;

    for (size_t i = 0; i < origins->count; i++)
        buf_printf(&list, "%s%s", i ? ", " : "", origins->list[i]);
    if (origins->more)
        buf_puts(&list, ", ...");
    loader_problem(loader, key, NULL,
                   "defaults.headers.%s: this secret would go to several origins (%s); say which may have it, as in "
                   "`origins: [%s]` in `defaults`, or set the header at its endpoints",
                   header->name, list.data, origins->list[0]);
    buf_free(&list);
}

void config_check_origins(struct loader *loader, struct endpoints *endpoints, const struct yaml_node *defaults_node)
{
    const struct header_setting *secret = NULL;
    struct origins origins = {0};

    for (size_t i = 0; i < endpoints->count; i++) {
        struct endpoint *endpoint = &endpoints->list[i];
        const char *origin = origin_of(loader, endpoint);

        if (origin)
            add_origin(&origins, origin);
        if (endpoint->origin_count) {
            keep_allowed(loader, endpoint);
            continue;
        }
        for (size_t k = 0; k < endpoint->header_count && !secret; k++)
            if (endpoint->headers[k].from_defaults && endpoint->headers[k].secret)
                secret = &endpoint->headers[k];
    }
    if (secret && origins.count > 1)
        complain(loader, secret, &origins, defaults_node);
}
