/* SPDX-License-Identifier: MIT */
/* results.c - what comparison and history read of a store, as a whole process, and nothing else.
 *
 *     bench_results compare STORE             the two newest runs, result by result: how many endpoints changed
 *     bench_results endpoint STORE INDEX N    one endpoint's results in the newest N runs */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/result.h"
#include "store/store.h"

struct ids {
    struct uuid *list;
    size_t count, most;
};

struct verdicts {
    uint8_t *failed; /* of each endpoint: some attempt did */
    size_t count, capacity;
    size_t results;
};

static _Noreturn void die(const struct error *err)
{
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static bool note_run(void *self, const struct run *run)
{
    struct ids *ids = self;

    if (run->whole && run->state == RUN_COMPLETE)
        ids->list[ids->count++] = run->id;
    return ids->count < ids->most;
}

static bool note_result(void *self, const struct result *result)
{
    struct verdicts *verdicts = self;

    while (verdicts->count <= result->endpoint) {
        verdicts->failed = mem_grow(verdicts->failed, verdicts->count, &verdicts->capacity, 1);
        verdicts->failed[verdicts->count++] = 0;
    }
    if (result->question == QUESTION_NONE)
        verdicts->failed[result->endpoint] |= result->outcome == OUTCOME_FAILED;
    verdicts->results++;
    return true;
}

static void compare(struct store *store, const struct ids *ids)
{
    struct verdicts sides[2] = {{NULL, 0, 0, 0}, {NULL, 0, 0, 0}};
    struct error err = {0};
    size_t changed = 0;

    for (size_t i = 0; i < 2; i++)
        if (!store_each_result(store, &ids->list[i], RESULT_EVERY_ENDPOINT, note_result, &sides[i], &err))
            die(&err);
    for (size_t i = 0; i < sides[0].count && i < sides[1].count; i++)
        changed += sides[0].failed[i] != sides[1].failed[i];
    printf("%zu results, %zu endpoints changed\n", sides[0].results + sides[1].results, changed);
    mem_free(sides[0].failed);
    mem_free(sides[1].failed);
}

static void endpoint(struct store *store, const struct ids *ids, int64_t index)
{
    struct verdicts verdicts = {NULL, 0, 0, 0};
    struct error err = {0};

    for (size_t i = 0; i < ids->count; i++)
        if (!store_each_result(store, &ids->list[i], index, note_result, &verdicts, &err))
            die(&err);
    printf("%zu results in %zu runs\n", verdicts.results, ids->count);
    mem_free(verdicts.failed);
}

int main(int argc, char **argv)
{
    bool both = argc == 3 && strcmp(argv[1], "compare") == 0;
    bool one = argc == 5 && strcmp(argv[1], "endpoint") == 0;
    struct ids ids = {.most = both ? 2 : one ? strtoul(argv[4], NULL, 10) : 0};
    struct error err = {0};
    struct store *store;

    if (!both && !one) {
        fprintf(stderr, "usage: bench_results compare STORE | endpoint STORE INDEX N\n");
        return 2;
    }
    ids.list = mem_new(ids.most + 1, sizeof *ids.list);
    store = store_open(argv[2], STORE_READ, &err);
    if (!store || !store_each_run(store, NULL, note_run, &ids, &err))
        die(&err);
    if (both && ids.count == 2)
        compare(store, &ids);
    else if (one)
        endpoint(store, &ids, strtol(argv[3], NULL, 10));
    store_close(store);
    mem_free(ids.list);
    return 0;
}
