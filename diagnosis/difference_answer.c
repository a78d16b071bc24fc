/* SPDX-License-Identifier: MIT */
/* Two answers of one endpoint, each over all attempts of its run: every recorded fact in which they differ, but none that
 * differs between the attempts of one of them, which will differ anyway. */
#include <string.h>

#include "diagnosis/difference.h"
#include "diagnosis/model.h"
#include "diagnosis/said.h"

enum { KIND_MOST = 8, COMPARED_MOST = 100 };

struct differing {
    struct differences *all;
    struct arena *arena;
    const struct answer *before, *after;
    const struct probe *old, *now;
    bool certain;
};

static void add(struct differing *differing, const char *what, struct slice before, struct slice after)
{
    if (slice_equals(before, after))
        return;
    differences_add(differing->all, DIFFERENCE_VALUE, slice_of(what), before, after);
    differing->certain = true;
}

/* Each as "KIND WHERE": "header server", "body /status". One attempt has not shown what varies from one to the next. */
static void add_found(struct differing *differing, const char *kind, const struct differences *found)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct difference *one = &found->list[i];
        const char *what = arena_printf(differing->arena, "%s %.*s", kind, (int)one->where.len, one->where.data);

        differences_add(differing->all, one->kind, slice_of(what), one->before, one->after);
        if (one->kind != DIFFERENCE_VALUE || (differing->before->count > 1 && differing->after->count > 1))
            differing->certain = true;
    }
}

static bool one_address(const struct answer *answer)
{
    for (size_t i = 1; i < answer->count; i++)
        if (!slice_equals(answer->probes[i]->address, answer->probes[0]->address))
            return false;
    return true;
}

static void differ_headers(struct differing *differing)
{
    struct differences found;

    differences_begin(&found, KIND_MOST, differing->arena);
    differences_of_headers(&found, differing->before, differing->after);
    add_found(differing, "header", &found);
}

static bool is_named(const struct list *names, struct slice name)
{
    const struct model_name *list = names->items;

    for (size_t i = 0; i < names->count; i++)
        if (slice_equals(list[i].name, name))
            return true;
    return false;
}

static void differ_json(struct differing *differing, const char *kind, const struct differences *all)
{
    struct list before = said_varying(differing->before, differing->arena);
    struct list after = said_varying(differing->after, differing->arena);
    struct differences kept;

    differences_begin(&kept, KIND_MOST, differing->arena);
    for (size_t i = 0; i < all->count; i++)
        if (!is_named(&before, all->list[i].where) && !is_named(&after, all->list[i].where))
            differences_add(&kept, all->list[i].kind, all->list[i].where, all->list[i].before, all->list[i].after);
    add_found(differing, kind, &kept);
}

/* Whether every attempt of the run said the same. */
static bool says_one_thing(const struct answer *answer)
{
    for (size_t i = 1; i < answer->count; i++)
        if (!slice_equals(said_whole(answer->probes[0]), said_whole(answer->probes[i])))
            return false;
    return answer->count > 1;
}

static void differ_content(struct differing *differing)
{
    const char *kind = differing->now->upgrade ? "message" : "body";
    struct slice before = said_whole(differing->old), after = said_whole(differing->now);
    struct differences found;

    if (differing->old->body_cut || differing->now->body_cut || slice_equals(before, after))
        return;
    differences_begin(&found, COMPARED_MOST, differing->arena);
    if (differences_of_json(&found, before, after)) {
        differ_json(differing, kind, &found);
    } else if (says_one_thing(differing->before) && says_one_thing(differing->after)) {
        differences_begin(&found, KIND_MOST, differing->arena);
        differences_of_text(&found, before, after);
        add_found(differing, kind, &found);
    }
}

static void differ_status(struct differing *differing)
{
    const struct probe *old = differing->old, *now = differing->now;

    if (old->status != now->status)
        add(differing, "status", slice_of(arena_printf(differing->arena, "%d", old->status)),
            slice_of(arena_printf(differing->arena, "%d", now->status)));
    if (old->http_version && now->http_version)
        add(differing, "HTTP version", slice_of(old->http_version), slice_of(now->http_version));
}

static void differ_connection(struct differing *differing)
{
    const struct probe *old = differing->old, *now = differing->now;

    if (old->address.len && now->address.len && one_address(differing->before) && one_address(differing->after))
        add(differing, "remote address", old->address, now->address);
    if (old->certificate_count && now->certificate_count)
        add(differing, "certificate", old->certificates[0].sha256, now->certificates[0].sha256);
    if (old->tls_version.len && now->tls_version.len)
        add(differing, "TLS version", old->tls_version, now->tls_version);
}

/* The status is told where both pass: else it is what the transition itself is about. */
bool differences_of_answers(struct differences *differences, const struct answer *before, const struct answer *after)
{
    struct differing differing = {differences,     differences->arena, before, after,
                                  before->typical, after->typical,     false};
    const struct probe *old = before->typical, *now = after->typical;

    if (!old || !now)
        return false;
    add(&differing, "address asked", slice_of(old->url), slice_of(now->url));
    differ_connection(&differing);
    if (old->status == 0 || now->status == 0)
        return differing.certain;
    if (before->verdict == VERDICT_PASSES && after->verdict == VERDICT_PASSES)
        differ_status(&differing);
    if (old->status == now->status) {
        add(&differing, "subprotocol", old->subprotocol, now->subprotocol);
        differ_headers(&differing);
        differ_content(&differing);
    } else {
        add(&differing, "server header", probe_header(old, "server"), probe_header(now, "server"));
    }
    return differing.certain;
}
