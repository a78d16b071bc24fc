/* SPDX-License-Identifier: MIT */
#include "cli/briefing.h"

#include <stdlib.h>

#include "base/memory.h"
#include "collector/probe_brief.h"

bool briefing_add(struct briefing *briefing, const struct probe *probe, struct intern *intern)
{
    struct brief brief;

    if (!brief_make(&brief, probe, intern))
        return false;
    briefing->list = mem_grow(briefing->list, briefing->count, &briefing->capacity, sizeof *briefing->list);
    briefing->list[briefing->count++] = brief;
    return true;
}

static int by_endpoint(const void *a, const void *b)
{
    const struct brief *one = a, *other = b;

    if (one->endpoint != other->endpoint)
        return one->endpoint < other->endpoint ? -1 : 1;
    return (one->ordinal > other->ordinal) - (one->ordinal < other->ordinal);
}

static void hand_over(struct briefing *briefing, const bool *in_full, void (*take)(void *self, struct probe *probe),
                      void *self)
{
    size_t kept = 0;

    for (size_t i = 0; i < briefing->count; i++) {
        struct brief brief = briefing->list[i];

        if (in_full[brief.endpoint]) {
            struct probe *probe = probe_new();

            brief_read(&brief, probe);
            take(self, probe);
        } else {
            briefing->list[kept++] = brief;
        }
    }
    briefing->count = kept;
}

void briefing_settle(struct briefing *briefing, const bool *in_full, size_t endpoints,
                     void (*take)(void *self, struct probe *probe), void *self)
{
    const struct brief *earliest = NULL;

    hand_over(briefing, in_full, take, self);
    if (briefing->count)
        qsort(briefing->list, briefing->count, sizeof *briefing->list, by_endpoint);
    mem_free(briefing->first);
    briefing->first = mem_new(endpoints + 1, sizeof *briefing->first);
    for (size_t i = 0; i < briefing->count; i++) {
        const struct brief *brief = &briefing->list[i];

        briefing->first[brief->endpoint + 1]++;
        earliest = !earliest || brief->ordinal < earliest->ordinal ? brief : earliest;
    }
    for (size_t i = 0; i < endpoints; i++)
        briefing->first[i + 1] += briefing->first[i];
    briefing->briefs = (struct briefs){briefing->list, briefing->first, briefing->count, earliest};
}

void briefing_clear(struct briefing *briefing)
{
    briefing->count = 0;
}

void briefing_free(struct briefing *briefing)
{
    mem_free(briefing->list);
    mem_free(briefing->first);
    *briefing = (struct briefing){0};
}
