/* SPDX-License-Identifier: MIT */
/* The endpoints of the report: their answers, their candidates', and what was expected of them. */
#include "diagnosis/model_maker.h"

enum { LAYERS_MAX = 12, LAYERS_CONTROLS = 3 };

static struct model_check *check_of(struct grown *checks, const struct maker *maker, const char *expected)
{
    struct model_check *list = checks->items;

    for (size_t i = 0; i < checks->count; i++)
        if (slice_equals(list[i].expected, slice_of(expected)))
            return &list[i];
    list = grown_add(checks, sizeof *list, maker->arena);
    list->expected = slice_of(expected);
    return list;
}

/* The probes that show whether a check holds: those where it does not; where it holds, all that were judged. */
static struct cites cites_of(const struct maker *maker, const struct model_check *check, const struct answer *answer)
{
    uint32_t *ordinals = arena_new(maker->arena, answer->count + 1, sizeof *ordinals);
    enum judgement_verdict wanted = check->judged == 0 ? JUDGED_NOT : check->holds ? JUDGED_HOLDS : JUDGED_DOES_NOT;
    size_t count = 0;

    for (size_t i = 0; i < answer->count; i++) {
        const struct probe *probe = answer->probes[i];

        for (size_t j = 0; j < probe->judgement_count; j++)
            if (probe->judgements[j].verdict == wanted
                && slice_equals(slice_of(probe->judgements[j].expected), check->expected)) {
                ordinals[count++] = probe->ordinal;
                break;
            }
    }
    return maker_cites(maker, (struct cites){.ordinals = ordinals, .count = count});
}

static void count_judgement(struct model_check *check, const struct judgement *judgement)
{
    bool failed_before = check->judged > check->held;

    check->total++;
    check->judged += judgement->verdict != JUDGED_NOT;
    check->held += judgement->verdict == JUDGED_HOLDS;
    if (judgement->verdict == JUDGED_NOT)
        check->reason = judgement->reason;
    if (judgement->verdict == JUDGED_DOES_NOT || !failed_before)
        check->actual = judgement->actual;
}

struct list maker_checks(const struct maker *maker, struct slice endpoint, const struct answer *answer)
{
    struct grown checks = {0};
    struct model_check *list;

    for (size_t i = 0; i < answer->count; i++)
        for (size_t j = 0; j < answer->probes[i]->judgement_count; j++) {
            const struct judgement *judgement = &answer->probes[i]->judgements[j];

            count_judgement(check_of(&checks, maker, judgement->expected), judgement);
        }
    list = checks.items;
    for (size_t i = 0; i < checks.count; i++) {
        list[i].endpoint = endpoint;
        list[i].holds = list[i].total > 0 && list[i].held == list[i].total;
        if (list[i].judged > 0)
            list[i].reason = NULL;
        list[i].cites = cites_of(maker, &list[i], answer);
    }
    return grown_list(&checks);
}

static struct list candidates_of(const struct maker *maker, uint32_t index)
{
    struct grown rows = {0};

    for (size_t k = 1; k <= maker_endpoint(maker, index)->candidate_count; k++) {
        struct answer answer = maker_asked(maker, index, (uint32_t)k, QUESTION_CANDIDATE);

        if (answer.count > 0)
            *(struct model_answer *)grown_add(&rows, sizeof(struct model_answer), maker->arena) =
                *maker_answer(maker, index, (uint32_t)k, &answer);
    }
    return grown_list(&rows);
}

/* What makes the endpoints one at a time: with hundred thousand of them, all at once would be hundreds of MiB. */
struct cursor {
    struct maker maker; /* whose arena is that of the endpoint at hand */
    struct model_endpoint row;
};

static const void *make_endpoint(void *self, size_t index)
{
    struct cursor *cursor = self;
    const struct maker *maker = &cursor->maker;
    const struct endpoint *endpoint = maker_endpoint(maker, (uint32_t)index);
    struct slice name = slice_of(endpoint->name);
    struct answer answer;

    arena_free(maker->arena);
    answer = answers_look(maker->answers, index, maker->arena);
    cursor->row = (struct model_endpoint){
        .name = name,
        .group = slice_of(endpoint->group),
        .used_by = slice_of(endpoint->used_by),
        .owner = slice_of(endpoint->owner),
        .method = slice_of(endpoint->method),
        .kind = (int)endpoint->kind,
        .role = (int)endpoint->role,
        .answer = maker_answer(maker, (uint32_t)index, 0, &answer),
        .candidates = candidates_of(maker, (uint32_t)index),
        .checks = maker_checks(maker, name, &answer),
    };
    return &cursor->row;
}

struct list maker_endpoints(const struct maker *maker)
{
    struct cursor *cursor = arena_new(maker->arena, 1, sizeof *cursor);

    cursor->maker = *maker;
    cursor->maker.arena = arena_child(maker->arena);
    return (struct list){.count = maker->records->suite->endpoint_count, .make = make_endpoint, .self = cursor};
}

static bool in_trouble(const struct maker *maker, size_t index)
{
    enum verdict verdict = answers_verdict(maker->answers, index);

    return maker_endpoint(maker, (uint32_t)index)->role != ROLE_CANDIDATE
           && (verdict == VERDICT_FAILS || verdict == VERDICT_UNSTEADY);
}

static void add_layers(struct grown *rows, const struct model_answer *answer, struct arena *arena)
{
    if (rows->count < LAYERS_MAX)
        *(struct model_answer *)grown_add(rows, sizeof *answer, arena) = *answer;
}

static void add_broken(struct grown *rows, const struct maker *maker, uint32_t index)
{
    struct list list = candidates_of(maker, index);
    const struct model_answer *candidates = list.items;

    add_layers(rows, maker_own(maker, index), maker->arena);
    for (size_t k = 0; k < list.count; k++)
        if (candidates[k].verdict == VERDICT_PASSES)
            add_layers(rows, &candidates[k], maker->arena);
}

/* A control, or one at which authentication was shown to hold. */
static void add_working(struct grown *rows, size_t *controls, const struct maker *maker, uint32_t index)
{
    const struct model_answer *answer;

    /* Of one that was asked nothing else, authentication was not shown. */
    if (answers_verdict(maker->answers, index) != VERDICT_PASSES
        || (maker_endpoint(maker, index)->role != ROLE_CONTROL && answers_plain(maker->answers, index)))
        return;
    answer = maker_own(maker, index);
    if (maker_endpoint(maker, index)->role != ROLE_CONTROL && answer->auth != STATE_HOLDS)
        return;
    add_layers(rows, answer, maker->arena);
    ++*controls;
}

struct list maker_layers(const struct maker *maker)
{
    size_t count = maker->records->suite->endpoint_count;
    struct grown rows = {0};
    size_t controls = 0;

    for (size_t i = 0; i < count && rows.count < LAYERS_MAX; i++)
        if (in_trouble(maker, i))
            add_broken(&rows, maker, (uint32_t)i);
    for (size_t i = 0; rows.count > 0 && rows.count < LAYERS_MAX && i < count && controls < LAYERS_CONTROLS; i++)
        add_working(&rows, &controls, maker, (uint32_t)i);
    return grown_list(&rows);
}
