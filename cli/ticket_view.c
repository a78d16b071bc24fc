/* SPDX-License-Identifier: MIT */
#include "cli/ticket_view.h"

#include <stdlib.h>
#include <string.h>

#define NOT_LEFT UINT32_MAX
enum { RUN_DIGITS = 13 };

static bool is_named(const struct ticket *ticket, const char *endpoint)
{
    for (size_t i = 0; i < ticket->endpoint_count; i++)
        if (strcmp(ticket->endpoints[i], endpoint) == 0)
            return true;
    return false;
}

/* Copies what is left of the endpoints; `places` says where each of the old ones is now. */
static void narrow_suite(struct recorded *recorded, const struct ticket *ticket, uint32_t *places)
{
    struct suite *suite = &recorded->suite;
    struct endpoint *left = arena_new(&recorded->arena, suite->endpoint_count + 1, sizeof *left);
    size_t count = 0;

    for (size_t i = 0; i < suite->endpoint_count; i++) {
        const struct endpoint *endpoint = &suite->endpoints[i];
        bool named = ticket->endpoint_count ? is_named(ticket, endpoint->name) : endpoint->role == ROLE_REQUIRED;

        places[i] = NOT_LEFT;
        if (!named && endpoint->role != ROLE_CONTROL)
            continue;
        left[count] = *endpoint;
        left[count].role = named ? ROLE_REQUIRED : endpoint->role;
        places[i] = (uint32_t)count++;
    }
    suite->endpoints = left;
    suite->endpoint_count = count;
    suite->tickets = ticket;
    suite->ticket_count = 1;
}

static void narrow_probes(struct recorded *recorded, const uint32_t *places)
{
    size_t count = 0;

    for (size_t i = 0; i < recorded->count; i++) {
        struct probe *probe = recorded->probes[i];

        if (places[probe->endpoint] == NOT_LEFT) {
            probe_free(probe);
            continue;
        }
        probe->endpoint = places[probe->endpoint];
        recorded->probes[count++] = probe;
    }
    recorded->count = recorded->records.count = count;
}

static void narrow_findings(struct recorded *recorded, const uint32_t *places)
{
    const struct findings *all = &recorded->findings;
    struct finding *left = arena_new(&recorded->arena, all->count + 1, sizeof *left);
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct finding *finding = &all->list[i];
        uint32_t *endpoints = arena_new(&recorded->arena, finding->endpoint_count + 1, sizeof *endpoints);
        size_t kept = 0;

        for (size_t k = 0; k < finding->endpoint_count; k++)
            if (places[finding->endpoints[k]] != NOT_LEFT)
                endpoints[kept++] = places[finding->endpoints[k]];
        if (!kept)
            continue;
        left[count] = *finding;
        /* The candidate, the change and its diff are those of the first. */
        if (endpoints[0] != places[finding->endpoints[0]])
            left[count].candidate = 0;
        left[count].endpoints = endpoints;
        left[count++].endpoint_count = kept;
    }
    recorded->findings.list = left;
    recorded->findings.count = count;
}

void ticket_view_narrow(struct recorded *recorded, const struct ticket *ticket)
{
    uint32_t *places = arena_new(&recorded->arena, recorded->suite.endpoint_count + 1, sizeof *places);

    narrow_suite(recorded, ticket, places);
    narrow_probes(recorded, places);
    narrow_findings(recorded, places);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In order of the alphabet, each once: two nights with the same causes have the same text. */
static const char *causes_of(const struct model *model, struct arena *arena)
{
    const struct model_finding *findings = model->findings.items;
    const char **codes = arena_new(arena, model->findings.count + 1, sizeof *codes);
    const char *all = "";

    for (size_t i = 0; i < model->findings.count; i++)
        codes[i] = findings[i].code;
    qsort(codes, model->findings.count, sizeof *codes, by_text);
    for (size_t i = 0; i < model->findings.count; i++)
        if (i == 0 || strcmp(codes[i], codes[i - 1]) != 0)
            all = arena_printf(arena, "%s%s%s", all, *all ? ", " : "", codes[i]);
    return all;
}

struct night ticket_view_night(const struct recorded *recorded, const struct model *model, struct arena *arena)
{
    const struct model_summary *summary = model->summary;
    struct night night = {.verdict = summary->failing                                             ? NIGHT_FAILS
                                     : summary->unsteady                                          ? NIGHT_UNSTEADY
                                     : summary->required && summary->passing == summary->required ? NIGHT_WORKS
                                                                                                  : NIGHT_NOT_JUDGED,
                          .failing = (unsigned)(summary->failing + summary->unsteady),
                          .total = (unsigned)summary->required};
    char id[UUID_TEXT];

    night_time(&night, recorded->run.started);
    night.run = arena_text_of(arena, uuid_text(&recorded->run.id, id), RUN_DIGITS);
    night.causes = night.verdict == NIGHT_WORKS ? "" : causes_of(model, arena);
    return night;
}
