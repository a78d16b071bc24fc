/* SPDX-License-Identifier: MIT */
#include "store/tally.h"

#include <stdlib.h>

#include "base/memory.h"
#include "collector/probe.h"
#include "store/sqlite.h"

enum standing tally_standing(const struct tally *tally)
{
    if (tally->failed > 0)
        return tally->passed > 0 ? STANDING_UNSTEADY : STANDING_FAILS;
    return tally->not_judged > 0 ? STANDING_NOT_JUDGED : STANDING_PASSES;
}

int64_t tally_median(const struct tally *tally)
{
    size_t middle = tally->time_count / 2;

    if (tally->time_count == 0)
        return NOT_MEASURED;
    return tally->time_count % 2 ? tally->times[middle] : (tally->times[middle - 1] + tally->times[middle]) / 2;
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

/* Places in a row that is read. */
enum { AT_ENDPOINT, AT_OUTCOME, AT_TOTAL, AT_FAILURE, AT_LAYER };

static void count_row(struct tally *tally, const struct query *query)
{
    int64_t outcome = query_int(query, AT_OUTCOME);

    tally->passed += outcome == OUTCOME_PASSED;
    tally->failed += outcome == OUTCOME_FAILED;
    tally->not_judged += outcome == OUTCOME_NOT_JUDGED;
    if (outcome == OUTCOME_FAILED && tally->failure == 0)
        tally->failure = query_int(query, AT_FAILURE);
    if (query_is_null(query, AT_TOTAL)
        || (outcome == OUTCOME_FAILED && query_int(query, AT_LAYER) != LAYER_PERFORMANCE))
        return;
    tally->times = mem_grow(tally->times, tally->time_count, &tally->capacity, sizeof *tally->times);
    tally->times[tally->time_count++] = query_int(query, AT_TOTAL);
}

static bool hand_over(struct tally *tally, bool (*take)(void *self, const struct tally *tally, struct error *err),
                      void *self, struct error *err)
{
    if (tally->passed + tally->failed + tally->not_judged == 0)
        return true;
    if (tally->time_count > 1)
        qsort(tally->times, tally->time_count, sizeof *tally->times, by_size);
    return take(self, tally, err);
}

bool tally_each(struct db *db, int64_t run, bool (*take)(void *self, const struct tally *tally, struct error *err),
                void *self, struct error *err)
{
    static const char sql[] =
        "SELECT p.endpoint, p.outcome, p.total_us, p.failure, f.layer "
        "FROM probe AS p LEFT JOIN failure AS f ON f.id = p.failure "
        "WHERE p.run = ?1 AND p.candidate = 0 AND p.question IN (?2, ?3, ?4) ORDER BY p.run, p.endpoint, p.ordinal";
    struct tally tally = {.endpoint = 0};
    struct query query;
    bool row = false;
    bool ok;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_int(&query, 1, run);
    query_put_int(&query, 2, QUESTION_NONE);
    query_put_int(&query, 3, QUESTION_REPEAT);
    query_put_int(&query, 4, QUESTION_WIRE);
    while ((ok = query_step(&query, &row, err)) && row) {
        uint32_t endpoint = (uint32_t)query_int(&query, AT_ENDPOINT);

        if (endpoint != tally.endpoint) {
            if (!(ok = hand_over(&tally, take, self, err)))
                break;
            tally = (struct tally){.endpoint = endpoint, .times = tally.times, .capacity = tally.capacity};
        }
        count_row(&tally, &query);
    }
    ok = ok && hand_over(&tally, take, self, err);
    query_close(&query);
    mem_free(tally.times);
    return ok;
}
