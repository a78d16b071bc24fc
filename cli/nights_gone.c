/* SPDX-License-Identifier: MIT */
#include "cli/nights_gone.h"

#include <string.h>

static struct series_gone *room_for(struct nights *nights, size_t count)
{
    struct series_gone *gone = arena_new(&nights->arena, count + 1, sizeof *gone);

    nights->series.gone = gone;
    return gone;
}

static const struct series_night *kept(struct nights *nights, const struct series_night *night)
{
    struct series_night *copy = arena_new(&nights->arena, 1, sizeof *copy);

    *copy = *night;
    copy->turns = NULL;
    copy->medians = NULL;
    return copy;
}

const struct suite *gone_begin(struct nights *nights)
{
    const struct suite *own = &nights->own;
    struct endpoint *endpoints = arena_new(&nights->arena, own->endpoint_count + GONE_MOST, sizeof *endpoints);

    if (own->endpoint_count)
        memcpy(endpoints, own->endpoints, own->endpoint_count * sizeof *endpoints);
    nights->extended = *own;
    nights->extended.arena = (struct arena)ARENA_INIT;
    nights->extended.endpoints = endpoints;
    nights->rows = endpoints;
    nights->gone = room_for(nights, own->endpoint_count + GONE_MOST);
    nights->series.suite = &nights->extended;
    return &nights->extended;
}

size_t gone_add(struct nights *nights, const struct matching *matching)
{
    const struct suite *older = matching->before;
    struct suite *suite = &nights->extended;
    const struct series *series = &nights->series;
    size_t most = nights->own.endpoint_count + GONE_MOST, before = suite->endpoint_count;
    const struct series_night *night = NULL;

    for (size_t i = 0; i < older->endpoint_count && suite->endpoint_count < most; i++) {
        const struct endpoint *from = &older->endpoints[i];

        if (matching->after_of[i] || from->role == ROLE_CANDIDATE)
            continue;
        night = night ? night : kept(nights, &series->nights[series->count - 1]);
        nights->rows[suite->endpoint_count] = (struct endpoint){
            .name = arena_text(&nights->arena, from->name),
            .url.shown = arena_text(&nights->arena, from->url.shown),
            .role = from->role,
            .kind = from->kind,
        };
        nights->gone[suite->endpoint_count++] = (struct series_gone){.first = night};
    }
    return suite->endpoint_count - before;
}

void gone_narrowed(struct nights *nights, uint32_t row, const struct suite *later, const struct series_night *night)
{
    struct arena scratch = ARENA_INIT;
    struct matching matching = matching_make(&nights->own, later, &scratch);
    uint32_t now = matching.after_of[row];
    struct series_gone *gone = room_for(nights, 1);

    gone->first = kept(nights, night);
    if (now)
        gone->called = arena_text(&nights->arena, later->endpoints[now - 1].name);
    arena_free(&scratch);
}
