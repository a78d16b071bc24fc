/* SPDX-License-Identifier: MIT */
#include "cli/past.h"

#include <string.h>

#include "base/memory.h"
#include "cli/nights.h"
#include "collector/suite_json.h"
#include "diagnosis/answers.h"
#include "diagnosis/latency.h"
#include "diagnosis/matching.h"
#include "diagnosis/model_since.h"

enum { ATTEMPTS_MOST = 12 };

/* An earlier run, and what was read of it. The list moves, so what others point to is apart. */
struct past_run {
    struct run *run;
    char *short_id;
    struct suite suite;
    struct probe **probes;
    size_t count, room;
};

/* Here so that who reads past.h need not know what nights are. */
struct past_nights {
    struct nights nights;
};

static void run_free(struct past_run *run)
{
    for (size_t i = 0; i < run->count; i++)
        probe_free(run->probes[i]);
    mem_free(run->probes);
    suite_free(&run->suite);
}

void past_free(struct past *past)
{
    for (size_t i = 0; i < past->run_count; i++)
        run_free(&past->runs[i]);
    mem_free(past->runs);
    if (past->nights)
        nights_free(&past->nights->nights);
    mem_free(past->nights);
    arena_free(&past->arena);
    *past = (struct past){.list = NULL};
}

/* The run as read before, or read now. */
static struct past_run *run_of(struct past *past, struct store *store, const struct series_night *night,
                               struct error *err)
{
    struct past_run *run;

    for (size_t i = 0; i < past->run_count; i++)
        if (memcmp(&past->runs[i].run->id, &night->id, sizeof night->id) == 0)
            return &past->runs[i];
    past->runs = mem_grow(past->runs, past->run_count, &past->run_room, sizeof *past->runs);
    run = &past->runs[past->run_count++];
    *run = (struct past_run){.run = arena_new(&past->arena, 1, sizeof *run->run),
                             .short_id = arena_text(&past->arena, night->short_id)};
    if (!store_get_run(store, &night->id, &past->arena, run->run, err)
        || !suite_from_json(run->run->config ? run->run->config : "", &run->suite, err))
        return NULL;
    return run;
}

/* Fills `side` with what `endpoint` of the reported run answered in that night. */
static bool read_side(struct past *past, struct store *store, const struct series_night *night,
                      const struct suite *suite, uint32_t endpoint, struct since_side *side, struct error *err)
{
    struct past_run *run = run_of(past, store, night, err);
    uint32_t ordinals[ATTEMPTS_MOST];
    struct records records;
    uint32_t index;
    size_t first, count;

    if (!run)
        return false;
    index = matching_make(&run->suite, suite, &past->arena).before_of[endpoint];
    side->run = run->run;
    side->short_id = run->short_id;
    if (index == 0)
        return true;
    if (!nights_attempts(store, &run->run->id, index - 1, ordinals, ATTEMPTS_MOST, &count, err))
        return false;
    first = run->count;
    for (size_t i = 0; i < count; i++) {
        struct probe *probe = store_get_probe(store, &run->run->id, ordinals[i], err);

        if (!probe)
            return false;
        run->probes = mem_grow(run->probes, run->count, &run->room, sizeof(struct probe *));
        run->probes[run->count++] = probe;
    }
    records = (struct records){.suite = &run->suite, .probes = run->probes + first, .count = run->count - first};
    side->answer = answer_of_endpoint(&records, index - 1, &past->arena);
    return true;
}

/* The newest night in which it passed, and the one after it that judged it otherwise; -1: none. */
static void find_ends(const struct series *series, size_t *good, size_t *failing, size_t *failing_runs)
{
    *good = *failing = series->count;
    *failing_runs = 1;
    for (size_t i = series->count; i > 0 && *good == series->count; i--) {
        enum verdict verdict = (enum verdict)series->nights[i - 1].turns[0].verdict;

        if (verdict == VERDICT_PASSES) {
            *good = i - 1;
        } else if (verdict == VERDICT_FAILS || verdict == VERDICT_UNSTEADY) {
            *failing = i - 1;
            *failing_runs += 1;
        }
    }
}

static bool find_since(struct past *past, struct store *store, const struct recorded *recorded, uint32_t endpoint,
                       const struct answer *answer, struct error *err)
{
    const struct nights_wanted wanted = {
        .filter = nights_like(&recorded->run),
        .before = &recorded->run,
        .config_digest = recorded->run.config_digest,
        .endpoint = recorded->suite.endpoints[endpoint].name,
        .most = PAST_RUNS,
        .until_good = true,
    };
    struct since *since = &past->list[past->count];
    struct nights nights = {.series = {.suite = NULL}};
    const struct series *series = &nights.series;
    size_t good, failing;
    bool ok = nights_load(&nights, store, &recorded->suite, &wanted, err);

    if (ok && series->count > 0) {
        find_ends(series, &good, &failing, &since->failing_runs);
        since->endpoint = endpoint;
        since->looked = series->count;
        if (failing < series->count)
            ok = read_side(past, store, &series->nights[failing], &recorded->suite, endpoint, &since->failing, err);
        else
            since->failing = (struct since_side){&recorded->run, recorded->short_id, *answer};
        if (ok && good < series->count)
            ok = read_side(past, store, &series->nights[good], &recorded->suite, endpoint, &since->good, err);
        past->earlier->count = ++past->count;
    }
    nights_free(&nights);
    return ok;
}

bool past_load(struct past *past, struct store *store, const struct recorded *recorded, struct error *err)
{
    struct answers *answers = answers_make(&recorded->records, &past->arena);
    const struct nights_wanted wanted = {
        .filter = nights_like(&recorded->run), .before = &recorded->run, .most = NIGHTS_MOST};

    past->list = arena_new(&past->arena, PAST_ENDPOINTS, sizeof *past->list);
    past->earlier = arena_new(&past->arena, 1, sizeof *past->earlier);
    past->earlier->list = past->list;
    for (uint32_t i = 0; i < recorded->suite.endpoint_count && past->count < PAST_ENDPOINTS; i++) {
        enum verdict verdict = answers_verdict(answers, i);

        if (recorded->suite.endpoints[i].role == ROLE_REQUIRED
            && (verdict == VERDICT_FAILS || verdict == VERDICT_UNSTEADY)
            && !find_since(past, store, recorded, i, answers_of(answers, i), err))
            return false;
    }
    if (recorded->suite.endpoint_count <= PAST_WHOLE) {
        past->nights = mem_new(1, sizeof *past->nights);
        if (!nights_load(&past->nights->nights, store, &recorded->suite, &wanted, err))
            return false;
        past->earlier->nights = &past->nights->nights.series;
    }
    return true;
}
