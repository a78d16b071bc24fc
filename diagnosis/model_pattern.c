/* SPDX-License-Identifier: MIT */
/* Failing answers grouped by status and by the shape of what they say, ids and times masked. */
#include "base/utf8.h"
#include "diagnosis/address.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/shape.h"

enum { PATTERNS_MAX = 20, ADDRESSES_MAX = 12, SAMPLE_MAX = 240 };

struct group {
    const struct probe *first;
    struct grown addresses, ordinals;
    size_t count;
};

/* Paths that cannot exist, and experiments that change the request, are no failing answers of the service. */
static bool is_failing(const struct probe *probe)
{
    return probe->outcome == OUTCOME_FAILED
           && (probe->question == QUESTION_NONE || probe->question == QUESTION_REPEAT
               || probe->question == QUESTION_WIRE || probe->question == QUESTION_CANDIDATE);
}

/* libwebsockets shows no body of a refusal: what the wire got from the same address with the same status is it. */
static bool is_same_refusal(const struct probe *a, const struct probe *b)
{
    return a->upgrade && b->upgrade && a->endpoint == b->endpoint && a->candidate == b->candidate && a->status != 0
           && a->status == b->status && (a->client == CLIENT_LIBWEBSOCKETS || b->client == CLIENT_LIBWEBSOCKETS);
}

static bool belongs(const struct group *group, const struct probe *probe)
{
    return group->first->upgrade == probe->upgrade
           && (shape_alike(group->first, probe) || is_same_refusal(group->first, probe));
}

static void put_probe(struct group *group, const struct probe *probe, struct arena *arena)
{
    group->count++;
    if (group->addresses.count < ADDRESSES_MAX)
        grown_once(&group->addresses, address_target(probe->url), arena);
    if (group->ordinals.count < ADDRESSES_MAX)
        *(uint32_t *)grown_add(&group->ordinals, sizeof(uint32_t), arena) = probe->ordinal;
}

static void fill(struct model_pattern *row, const struct maker *maker, const struct group *group)
{
    const struct probe *probe = group->first;
    struct slice body = {probe->body.data, utf8_cut(probe->body, SAMPLE_MAX)};

    *row = (struct model_pattern){
        .status = (uint64_t)probe->status,
        .code = probe->code,
        .sample = probe->status == 0 || probe->body.len == 0 ? said_by(probe, maker->arena) : body,
        .count = group->count,
        .upgrade = probe->upgrade,
        .addresses = grown_list(&group->addresses),
        .cites = maker_cites(maker, (struct cites){group->ordinals.items, group->ordinals.count, NULL}),
    };
}

struct list maker_patterns(const struct maker *maker, uint64_t *left)
{
    struct group *groups = arena_new(maker->arena, PATTERNS_MAX, sizeof *groups);
    struct model_pattern *rows = arena_new(maker->arena, PATTERNS_MAX, sizeof *rows);
    size_t count = 0;

    *left = 0;
    for (size_t i = 0; i < maker->records->count; i++) {
        const struct probe *probe = maker->records->probes[i];
        size_t at = 0;

        if (!is_failing(probe))
            continue;
        while (at < count && !belongs(&groups[at], probe))
            at++;
        if (at == PATTERNS_MAX) {
            ++*left;
            continue;
        }
        if (at == count)
            count++;
        /* The one that shows most stands for all. */
        if (!groups[at].first || (groups[at].first->body.len == 0 && probe->body.len > 0))
            groups[at].first = probe;
        put_probe(&groups[at], probe, maker->arena);
    }
    for (size_t i = 0; i < count; i++)
        fill(&rows[i], maker, &groups[i]);
    return (struct list){.items = rows, .count = count};
}
