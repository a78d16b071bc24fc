/* SPDX-License-Identifier: MIT */
/* A candidate that is a whole endpoint: what it has of its endpoint, and what stays at that one's home. */
#include "collector/config_endpoint.h"

#include <string.h>

#include "collector/config_fields.h"
#include "collector/config_text.h"
#include "collector/url.h"

static void leave_at_home(struct arena *arena, struct endpoint *whole, const char *what, const char *why)
{
    whole->withheld = whole->withheld ? arena_printf(arena, "%s; %s: %s", whole->withheld, what, why)
                                      : arena_printf(arena, "%s: %s", what, why);
}

static bool is_secret(struct setting setting)
{
    return setting.value && setting.shown && strcmp(setting.value, setting.shown) != 0;
}

static void leave_headers(struct arena *arena, const struct endpoint *parent, struct endpoint *whole)
{
    struct header_setting *headers = arena_new(arena, whole->header_count + 1, sizeof *headers);
    size_t count = 0;

    for (size_t i = 0; i < whole->header_count; i++) {
        struct header_setting header = whole->headers[i];
        bool inherited = false;

        for (size_t k = 0; k < parent->header_count; k++)
            inherited = inherited || parent->headers[k].value.value == header.value.value;
        if (!inherited || !header.secret || !header.value.value)
            headers[count++] = header;
        else
            leave_at_home(arena, whole, header.name, "not sent to another origin");
    }
    whole->headers = headers;
    whole->header_count = (uint32_t)count;
}

/* What a candidate has from its endpoint and is a secret, tells who we are, or may change something, is for that
 * endpoint's origin alone. A body is sent to no candidate at all. */
static void keep_at_home(struct loader *loader, const struct endpoint *parent, struct endpoint *whole)
{
    struct arena *arena = &loader->suite->arena;
    const char *home = url_origin(parent->url.value, arena);
    const char *there = whole->url.value ? url_origin(whole->url.value, arena) : NULL;

    if (home && there && strcmp(home, there) == 0)
        return;
    leave_headers(arena, parent, whole);
    if (whole->origin.value == parent->origin.value && is_secret(whole->origin)) {
        whole->origin = (struct setting){NULL, NULL};
        leave_at_home(arena, whole, "Origin", "not sent to another origin");
    }
    if (whole->tls.cert && whole->tls.cert == parent->tls.cert) {
        whole->tls.cert = whole->tls.key = NULL;
        leave_at_home(arena, whole, "client certificate", "not shown to another origin");
    }
    if (whole->send_count && whole->send == parent->send) {
        whole->send = NULL;
        whole->send_count = 0;
        leave_at_home(arena, whole, "messages", "sent to the endpoint's own address only");
    }
}

const struct endpoint *config_read_candidate(struct loader *loader, const struct yaml_node *node,
                                             const struct place *place, const struct endpoint *parent)
{
    static const char *const parents[] = {"candidates", "discover", "role"};
    struct endpoint *whole = arena_new(&loader->suite->arena, 1, sizeof *whole);

    *whole = *parent;
    whole->candidates = NULL;
    whole->candidate_count = 0;
    whole->discover = false;
    for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
        const struct yaml_node *key = loader_key(node, parents[i]);

        if (key)
            loader_problem(loader, key, place, "`%s` is the endpoint's own, not a candidate's", parents[i]);
    }
    if (!config_read(loader, node, place, endpoint_fields, whole))
        return NULL;
    keep_at_home(loader, parent, whole);
    whole->role = ROLE_CANDIDATE;
    whole->line = yaml_line(node);
    if (!loader_key(node, "kind") && whole->url.value)
        whole->kind = url_kind(whole->url.value);
    config_check_scope(loader, node, place, endpoint_fields, whole->kind);
    return whole;
}
