/* SPDX-License-Identifier: MIT */
#include "diagnosis/answers.h"

#include <string.h>

#include "base/memory.h"
#include "collector/probe_brief.h"

struct answers {
    struct arena *arena;
    const struct records *records;
    const struct records **parts; /* of each endpoint; NULL: it has no probes in full, or they were not asked for */
    const struct answer **made;   /* of each endpoint; NULL: not yet */
    struct records nothing;       /* the part of an endpoint without probes */
};

/* Two passes, so that each endpoint's probes lie behind one another in one array. */
static void part_records(struct answers *answers)
{
    const struct records *records = answers->records;
    size_t endpoints = records->suite->endpoint_count, used = 0, at = 0;
    uint32_t *counts = mem_new(endpoints + 1, sizeof *counts);
    struct records *parts;
    struct probe **room = arena_new(answers->arena, records->count + 1, sizeof(struct probe *));

    for (size_t i = 0; i < records->count; i++)
        if (records->probes[i]->endpoint < endpoints)
            used += counts[records->probes[i]->endpoint]++ == 0;
    parts = arena_new(answers->arena, used + 1, sizeof *parts);
    for (size_t i = 0; i < endpoints; i++) {
        if (counts[i] == 0)
            continue;
        parts[at] = (struct records){.suite = records->suite, .probes = room};
        room += counts[i];
        answers->parts[i] = &parts[at++];
    }
    for (size_t i = 0; i < records->count; i++)
        if (records->probes[i]->endpoint < endpoints) {
            /* Ours, made above. */
            struct records *part = (struct records *)(uintptr_t)answers->parts[records->probes[i]->endpoint];

            ((struct probe **)(uintptr_t)part->probes)[part->count++] = records->probes[i];
        }
    mem_free(counts);
}

struct answers *answers_make(const struct records *records, struct arena *arena)
{
    struct answers *answers = arena_new(arena, 1, sizeof *answers);
    size_t endpoints = records->suite->endpoint_count;

    answers->arena = arena;
    answers->records = records;
    answers->parts = arena_new(arena, endpoints + 1, sizeof(struct records *));
    answers->made = arena_new(arena, endpoints + 1, sizeof(struct answer *));
    answers->nothing.suite = records->suite;
    part_records(answers);
    return answers;
}

static const struct brief *own_briefs(const struct answers *answers, size_t endpoint, size_t *count)
{
    const struct briefs *briefs = answers->records->briefs;

    *count = briefs ? briefs->first[endpoint + 1] - briefs->first[endpoint] : 0;
    return *count ? &briefs->list[briefs->first[endpoint]] : NULL;
}

bool answers_plain(const struct answers *answers, size_t endpoint)
{
    size_t count;

    return own_briefs(answers, endpoint, &count) != NULL;
}

/* The probes of which there are only briefs, for a while in full. */
static struct records read_part(const struct answers *answers, size_t endpoint, struct arena *arena)
{
    size_t count;
    const struct brief *briefs = own_briefs(answers, endpoint, &count);
    struct probe *probes = arena_new(arena, count + 1, sizeof *probes);
    struct probe **list = arena_new(arena, count + 1, sizeof(struct probe *));

    for (size_t i = 0; i < count; i++) {
        list[i] = &probes[i];
        brief_read(&briefs[i], &probes[i]);
    }
    return (struct records){.suite = answers->records->suite, .probes = list, .count = count};
}

const struct records *answers_part(struct answers *answers, size_t endpoint)
{
    if (!answers->parts[endpoint] && answers_plain(answers, endpoint)) {
        struct records *part = arena_new(answers->arena, 1, sizeof *part);

        *part = read_part(answers, endpoint, answers->arena);
        answers->parts[endpoint] = part;
    }
    return answers->parts[endpoint] ? answers->parts[endpoint] : &answers->nothing;
}

const struct answer *answers_of(struct answers *answers, size_t endpoint)
{
    if (!answers->made[endpoint]) {
        struct answer *answer = arena_new(answers->arena, 1, sizeof *answer);

        *answer = answer_of_endpoint(answers_part(answers, endpoint), (uint32_t)endpoint, answers->arena);
        answers->made[endpoint] = answer;
    }
    return answers->made[endpoint];
}

struct answer answers_look(struct answers *answers, size_t endpoint, struct arena *arena)
{
    struct records part;

    if (answers->made[endpoint] || answers->parts[endpoint] || !answers_plain(answers, endpoint))
        return *answers_of(answers, endpoint);
    part = read_part(answers, endpoint, arena);
    return answer_of_endpoint(&part, (uint32_t)endpoint, arena);
}

enum verdict answers_verdict(struct answers *answers, size_t endpoint)
{
    return answers_plain(answers, endpoint) ? VERDICT_PASSES : answers_of(answers, endpoint)->verdict;
}

struct answer answers_asked(struct answers *answers, size_t endpoint, uint32_t candidate, enum question question,
                            struct arena *arena)
{
    /* Nothing but its own attempts. */
    const struct records *part = answers_plain(answers, endpoint) && (candidate != 0 || question != QUESTION_NONE)
                                     ? &answers->nothing
                                     : answers_part(answers, endpoint);

    return answer_of_question(part, (uint32_t)endpoint, candidate, question, arena);
}

const struct probe *answers_typical(struct answers *answers, size_t endpoint, struct probe *room)
{
    size_t count;
    const struct brief *briefs = own_briefs(answers, endpoint, &count);

    if (!briefs)
        return answers_of(answers, endpoint)->typical;
    brief_read(&briefs[count - 1], room);
    return room;
}

size_t answers_probe_count(const struct records *records)
{
    return records->count + (records->briefs ? records->briefs->count : 0);
}
