/* SPDX-License-Identifier: MIT */
#include "diagnosis/pool.h"

#include "diagnosis/answer.h"

/* Headers by which a machine of a pool gives its name. */
static const char *const self_names[] = {
    "X-Backend",  "X-Backend-Server", "X-Served-By", "X-Server",       "X-Server-Name",
    "X-Upstream", "X-Instance",       "X-Node",      "X-Pod-Name",     "X-Pod",
    "X-Host",     "X-Hostname",       "X-Container", "X-Cluster-Node", "X-Worker-Id"};

enum { NAMES = sizeof self_names / sizeof *self_names };

/* By address (`by` 0) or by the header `by` - 1. */
static struct slice member_of(const struct probe *probe, size_t by)
{
    return by == 0 ? probe->address : probe_header(probe, self_names[by - 1]);
}

static const char *member_words(const struct probe *probe, size_t by, struct arena *arena)
{
    struct slice member = member_of(probe, by);

    return by == 0 ? arena_printf(arena, "address %.*s", (int)member.len, member.data)
                   : arena_printf(arena, "%s: %.*s", self_names[by - 1], (int)member.len, member.data);
}

static const struct probe *first_failing(const struct answer *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->probes[i]->outcome == OUTCOME_FAILED)
            return all->probes[i];
    return NULL;
}

/* Whether `faulty`'s member failed always, and the others never; `*members`: there are two at least. */
static bool splits(const struct answer *all, const struct probe *faulty, size_t by, bool *members)
{
    struct slice bad = member_of(faulty, by);
    size_t failures = 0, passes = 0, strays = 0;

    *members = false;
    for (size_t i = 0; i < all->count; i++) {
        const struct probe *probe = all->probes[i];
        struct slice member = member_of(probe, by);
        bool same = slice_equals(member, bad);

        if (!member.data)
            return false;
        *members = *members || !same;
        strays += same != (probe->outcome == OUTCOME_FAILED);
        *(same ? &failures : &passes) += 1;
    }
    return strays == 0 && failures >= POOL_FAILURES_LEAST && passes >= POOL_PASSES_LEAST;
}

struct pool pool_find(const struct records *part, uint32_t endpoint, struct arena *arena)
{
    struct answer all = answer_of_endpoint(part, endpoint, arena);
    const struct probe *faulty = first_failing(&all);
    struct pool pool = {.cites = all.cites};

    for (size_t by = 0; faulty && by <= NAMES && !pool.faulty; by++) {
        bool members = false;

        if (member_of(faulty, by).data && splits(&all, faulty, by, &members))
            pool.faulty = member_words(faulty, by, arena);
        pool.asked = pool.asked || (member_of(faulty, by).data && members);
    }
    return pool;
}

static bool are_apart(const struct answer *failing, const struct answer *passing, size_t by)
{
    for (size_t i = 0; i < failing->count; i++)
        for (size_t k = 0; k < passing->count; k++) {
            struct slice one = member_of(failing->probes[i], by), other = member_of(passing->probes[k], by);

            if (!one.data || !other.data || slice_equals(one, other))
                return false;
        }
    return true;
}

bool pool_parts(const struct answer *failing, const struct answer *passing)
{
    for (size_t by = 1; by <= NAMES && failing->count > 0 && passing->count > 0; by++)
        if (are_apart(failing, passing, by))
            return true;
    return false;
}
