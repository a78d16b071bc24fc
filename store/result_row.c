/* SPDX-License-Identifier: MIT */
#include "store/result_row.h"

#include "store/document.h"
#include "store/sqlite.h"

#define COLUMNS                                                                                                       \
    "p.endpoint, p.ordinal, p.candidate, p.question, p.attempt, p.started, p.outcome, p.status, p.total_us, "         \
    "f.layer, "                                                                                                       \
    "f.code, p.varying"
#define TABLES "probe AS p LEFT JOIN failure AS f ON f.id = p.failure"

/* Places of COLUMNS in a row that is read. */
enum {
    AT_ENDPOINT,
    AT_ORDINAL,
    AT_CANDIDATE,
    AT_QUESTION,
    AT_ATTEMPT,
    AT_STARTED,
    AT_OUTCOME,
    AT_STATUS,
    AT_TOTAL,
    AT_LAYER,
    AT_CODE,
    AT_VARYING
};

/* False when a row holds what no result can be. */
static bool read_row(const struct query *query, const struct run_key *run, struct result *result)
{
    int64_t question = query_int(query, AT_QUESTION);
    int64_t outcome = query_int(query, AT_OUTCOME);
    int64_t layer = query_int(query, AT_LAYER);
    struct probe durations = {.ordinal = 0};

    if (question < 0 || question >= QUESTION_COUNT || outcome < 0 || outcome > OUTCOME_NOT_JUDGED || layer < 0
        || layer >= LAYER_COUNT || !document_durations(&durations, query_blob(query, AT_VARYING)))
        return false;
    *result = (struct result){
        .endpoint = (uint32_t)query_int(query, AT_ENDPOINT),
        .ordinal = (uint32_t)query_int(query, AT_ORDINAL),
        .candidate = (uint32_t)query_int(query, AT_CANDIDATE),
        .attempt = (uint32_t)query_int(query, AT_ATTEMPT),
        .question = (enum question)question,
        .outcome = (enum outcome)outcome,
        .layer = (enum layer)layer,
        .code = query_text_here(query, AT_CODE),
        .status = (int)query_int(query, AT_STATUS),
        .started = {(int64_t)((uint64_t)run->started.us + (uint64_t)query_int(query, AT_STARTED))},
        .timings = durations.timings,
    };
    result->timings.total_us = query_is_null(query, AT_TOTAL) ? NOT_MEASURED : query_int(query, AT_TOTAL);
    return true;
}

bool result_row_each(struct db *db, const struct run_key *run, int64_t endpoint,
                     bool (*take)(void *self, const struct result *result), void *self, struct error *err)
{
    static const char all[] =
        "SELECT " COLUMNS " FROM " TABLES " WHERE p.run = ?1 ORDER BY p.run, p.endpoint, p.ordinal";
    static const char one[] =
        "SELECT " COLUMNS " FROM " TABLES " WHERE p.run = ?1 AND p.endpoint = ?2 ORDER BY p.ordinal";
    struct query query;
    struct result result;
    bool row = false;
    bool ok;

    if (!query_open(&query, db, endpoint == RESULT_EVERY_ENDPOINT ? all : one, err))
        return false;
    query_put_int(&query, 1, run->id);
    if (endpoint != RESULT_EVERY_ENDPOINT)
        query_put_int(&query, 2, endpoint);
    while ((ok = query_step(&query, &row, err)) && row) {
        if (!read_row(&query, run, &result)) {
            ok = fail(err, ERR_STORE,
                      "%s: the store is damaged: probe %lld cannot be read; keep the file, and restore a backup",
                      db->path, (long long)query_int(&query, AT_ORDINAL));
            break;
        }
        if (!take(self, &result))
            break;
    }
    query_close(&query);
    return ok;
}
