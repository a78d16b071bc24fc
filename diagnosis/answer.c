/* SPDX-License-Identifier: MIT */
#include "diagnosis/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { TOO_MANY = 429 };

const char *const verdict_words[] = {"passes", "fails", "unsteady", "not-judged", "not-probed", NULL};

static bool same_code(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

/* A probe that got no answer has a time too, but that is how long we were ready to wait. */
static int64_t median_time(const struct probe *const *probes, size_t count)
{
    int64_t *times = mem_new(count, sizeof *times);
    int64_t median = NOT_MEASURED;
    size_t known = 0;

    for (size_t i = 0; i < count; i++)
        if (probes[i]->status != 0 && probes[i]->timings.total_us >= 0)
            times[known++] = probes[i]->timings.total_us;
    if (known > 0) {
        qsort(times, known, sizeof *times, by_size);
        median = known % 2 ? times[known / 2] : (times[known / 2 - 1] + times[known / 2]) / 2;
    }
    mem_free(times);
    return median;
}

/* A mix of failed and not judged fails: none of its attempts showed that the endpoint works. */
static enum verdict judge(const struct answer *answer)
{
    if (answer->count == 0)
        return VERDICT_NOT_PROBED;
    if (answer->failed > 0)
        return answer->passed > 0 ? VERDICT_UNSTEADY : VERDICT_FAILS;
    return answer->passed == answer->count ? VERDICT_PASSES : VERDICT_NOT_JUDGED;
}

/* The latest that failed speaks for all; but libwebsockets hides the body and most headers of a refusal, and of some failures
 * the cause, so another client's failure goes before its. */
static bool speaks_better(const struct probe *probe, const struct probe *than)
{
    if (!than || (probe->outcome == OUTCOME_FAILED) != (than->outcome == OUTCOME_FAILED))
        return !than || probe->outcome == OUTCOME_FAILED;
    return probe->outcome != OUTCOME_FAILED || probe->client != CLIENT_LIBWEBSOCKETS
           || than->client == CLIENT_LIBWEBSOCKETS;
}

/* The first before `probes[at]` by the same client: another one may see less of the same failure, and call it otherwise. */
static const struct probe *first_alike(const struct probe *const *probes, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (probes[i]->client == probes[at]->client)
            return probes[i];
    return probes[at];
}

/* Of a connection that is broken off it is chance whether the head was read before. */
static bool same_status(const struct probe *a, const struct probe *b)
{
    if (a->status == b->status)
        return true;
    return a->code && same_code(a->code, b->code) && (a->status == 0 || b->status == 0)
           && (strcmp(a->code, "http-protocol-error") == 0 || strcmp(a->code, "http-reset") == 0);
}

static struct answer answer_from(const struct probe **probes, size_t count, struct arena *arena)
{
    struct answer answer = {.probes = probes, .count = count, .same = true, .median_us = NOT_MEASURED};
    uint32_t *ordinals = count ? arena_new(arena, count, sizeof *ordinals) : NULL;

    for (size_t i = 0; i < count; i++) {
        const struct probe *probe = probes[i];

        ordinals[i] = probe->ordinal;
        answer.passed += probe->outcome == OUTCOME_PASSED;
        answer.failed += probe->outcome == OUTCOME_FAILED;
        answer.same = answer.same && same_status(probe, probes[0]) && !probe->code == !probes[0]->code
                      && same_code(probe->code, first_alike(probes, i)->code);
        if (speaks_better(probe, answer.typical))
            answer.typical = probe;
    }
    answer.verdict = judge(&answer);
    if (count > 0)
        answer.median_us = median_time(probes, count);
    answer.cites = (struct cites){.ordinals = ordinals, .count = count};
    return answer;
}

static bool is_attempt(const struct probe *probe, uint32_t endpoint)
{
    return probe->endpoint == endpoint && probe->candidate == 0
           && (probe->question == QUESTION_NONE || probe->question == QUESTION_REPEAT
               || probe->question == QUESTION_WIRE);
}

/* A repeat that is answered by 429 where no attempt was: our own experiments were too many, and it says nothing else. */
static bool is_limited_by_us(const struct records *records, const struct probe *probe)
{
    if (probe->question != QUESTION_REPEAT || probe->status != TOO_MANY)
        return false;
    for (size_t i = 0; i < records->count; i++)
        if (is_attempt(records->probes[i], probe->endpoint) && records->probes[i]->question == QUESTION_NONE
            && records->probes[i]->status == TOO_MANY)
            return false;
    return true;
}

struct answer answer_of_endpoint(const struct records *records, uint32_t endpoint, struct arena *arena)
{
    const struct probe **probes = NULL;
    size_t room = 0, count = 0;

    for (size_t i = 0; i < records->count; i++)
        room += is_attempt(records->probes[i], endpoint);
    if (room)
        probes = arena_new(arena, room, sizeof(struct probe *));
    for (size_t i = 0; i < records->count && room; i++)
        if (is_attempt(records->probes[i], endpoint) && !is_limited_by_us(records, records->probes[i]))
            probes[count++] = records->probes[i];
    return answer_from(probes, count, arena);
}

struct answer answer_of_question(const struct records *records, uint32_t endpoint, uint32_t candidate,
                                 enum question question, struct arena *arena)
{
    const struct probe **probes = NULL;
    size_t count = 0, capacity = 0;

    for (size_t i = 0; i < records->count; i++) {
        const struct probe *probe = records->probes[i];

        if (probe->endpoint != endpoint || probe->candidate != candidate || probe->question != question)
            continue;
        probes = arena_grow(arena, probes, count, &capacity, sizeof(struct probe *));
        probes[count++] = probe;
    }
    return answer_from(probes, count, arena);
}

bool answer_is_tolerated(const struct answer *answer, const struct endpoint *endpoint)
{
    size_t failed = 0;

    for (size_t i = 0; i < answer->count; i++)
        failed += answer->probes[i]->question == QUESTION_NONE && answer->probes[i]->outcome == OUTCOME_FAILED;
    return answer->verdict == VERDICT_UNSTEADY && failed <= endpoint->tolerate && endpoint->tolerate > 0;
}

/* Two passes, so that each endpoint's probes lie behind one another in one array. */
const struct records *records_by_endpoint(const struct records *records, struct arena *arena)
{
    size_t endpoints = records->suite->endpoint_count;
    struct records *parts = arena_new(arena, endpoints + 1, sizeof *parts);
    struct probe **room = arena_new(arena, records->count + 1, sizeof(struct probe *));

    for (size_t i = 0; i < records->count; i++)
        if (records->probes[i]->endpoint < endpoints)
            parts[records->probes[i]->endpoint].count++;
    for (size_t i = 0; i < endpoints; i++) {
        parts[i].suite = records->suite;
        parts[i].probes = room;
        room += parts[i].count;
        parts[i].count = 0;
    }
    for (size_t i = 0; i < records->count; i++) {
        struct probe *probe = records->probes[i];

        if (probe->endpoint < endpoints) {
            struct records *part = &parts[probe->endpoint];

            ((struct probe **)part->probes)[part->count++] = probe;
        }
    }
    return parts;
}

double answer_bound(size_t n)
{
    return n ? 100 * pow(0.05, 1 / (double)n) : 0;
}
