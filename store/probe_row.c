/* SPDX-License-Identifier: MIT */
#include "store/probe_row.h"

#include <limits.h>
#include <string.h>

#include "store/evidence.h"
#include "store/sqlite.h"

#define COLUMNS                                                                                                       \
    "endpoint, ordinal, candidate, question, attempt, started, outcome, failure, status, total_us, exchange, "        \
    "judgements, chain, body, messages, varying"

/* Places of COLUMNS in a row that is read. */
enum {
    AT_ENDPOINT,
    AT_ORDINAL,
    AT_CANDIDATE,
    AT_QUESTION,
    AT_ATTEMPT,
    AT_STARTED,
    AT_OUTCOME,
    AT_FAILURE,
    AT_STATUS,
    AT_TOTAL,
    AT_EXCHANGE,
    AT_JUDGEMENTS,
    AT_CHAIN,
    AT_BODY,
    AT_MESSAGES,
    AT_VARYING
};

/* What a row refers to; 0: nothing. */
struct references {
    int64_t failure, exchange, judgements, chain, body, messages;
};

/* The number of the pair of layer and code, made when it is new. */
static bool put_failure(struct db *db, const struct probe *probe, int64_t *id, struct error *err)
{
    static const char find[] = "SELECT id FROM failure WHERE layer = ?1 AND code IS ?2";
    static const char insert[] = "INSERT INTO failure (layer, code) VALUES (?1, ?2)";
    struct query query;
    bool row;

    *id = 0;
    if (probe->layer == LAYER_NONE && !probe->code)
        return true;
    if (!query_open(&query, db, find, err))
        return false;
    query_put_int(&query, 1, probe->layer);
    query_put_text(&query, 2, probe->code);
    if (!query_step(&query, &row, err)) {
        query_close(&query);
        return false;
    }
    if (row)
        *id = query_int(&query, 0);
    query_close(&query);
    if (row)
        return true;
    if (!query_open(&query, db, insert, err))
        return false;
    query_put_int(&query, 1, probe->layer);
    query_put_text(&query, 2, probe->code);
    if (!query_finish(&query, err))
        return false;
    *id = query_last_id(&query);
    return true;
}

static bool get_failure(struct db *db, int64_t id, struct probe *probe, struct error *err)
{
    static const char sql[] = "SELECT layer, code FROM failure WHERE id = ?1";
    struct query query;
    bool row;
    bool ok = false;

    if (id == 0)
        return true;
    if (!query_open(&query, db, sql, err))
        return false;
    query_put_int(&query, 1, id);
    if (!query_step(&query, &row, err))
        goto out;
    if (!row || query_int(&query, 0) < 0 || query_int(&query, 0) >= LAYER_COUNT) {
        fail(err, ERR_STORE, "%s: the store is damaged: failure %lld is missing", db->path, (long long)id);
        goto out;
    }
    probe->layer = (enum layer)query_int(&query, 0);
    probe->code = query_text(&query, 1, &probe->arena);
    ok = true;
out:
    query_close(&query);
    return ok;
}

static void put_reference(struct query *query, int at, int64_t id)
{
    if (id)
        query_put_int(query, at, id);
    else
        query_put_null(query, at);
}

static bool insert_row(struct db *db, const struct run_key *run, const struct probe *probe,
                       const struct references *references, struct slice varying, struct error *err)
{
    static const char sql[] = "INSERT INTO probe (run, " COLUMNS ") "
                              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    struct query query;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_int(&query, 1, run->id);
    query_put_int(&query, 2 + AT_ENDPOINT, probe->endpoint);
    query_put_int(&query, 2 + AT_ORDINAL, probe->ordinal);
    query_put_int(&query, 2 + AT_CANDIDATE, probe->candidate);
    query_put_int(&query, 2 + AT_QUESTION, probe->question);
    query_put_int(&query, 2 + AT_ATTEMPT, probe->attempt);
    query_put_int(&query, 2 + AT_STARTED, (int64_t)((uint64_t)probe->started.us - (uint64_t)run->started.us));
    query_put_int(&query, 2 + AT_OUTCOME, probe->outcome);
    put_reference(&query, 2 + AT_FAILURE, references->failure);
    query_put_int(&query, 2 + AT_STATUS, probe->status);
    if (probe->timings.total_us == NOT_MEASURED)
        query_put_null(&query, 2 + AT_TOTAL);
    else
        query_put_int(&query, 2 + AT_TOTAL, probe->timings.total_us);
    query_put_int(&query, 2 + AT_EXCHANGE, references->exchange);
    put_reference(&query, 2 + AT_JUDGEMENTS, references->judgements);
    put_reference(&query, 2 + AT_CHAIN, references->chain);
    put_reference(&query, 2 + AT_BODY, references->body);
    put_reference(&query, 2 + AT_MESSAGES, references->messages);
    query_put_blob(&query, 2 + AT_VARYING, varying);
    return query_finish(&query, err);
}

bool probe_row_put(struct db *db, struct evidence *evidence, const struct run_key *run, const struct probe *probe,
                   struct document_room *room, struct error *err)
{
    struct references references = {0};
    struct digest body = {{0}};
    struct documents documents;

    if (!evidence_put(evidence, probe->body, &references.body, &body, err))
        return false;
    documents = document_write(probe, &body, room);
    return put_failure(db, probe, &references.failure, err)
           && evidence_put(evidence, documents.exchange, &references.exchange, NULL, err)
           && evidence_put(evidence, documents.judgements, &references.judgements, NULL, err)
           && evidence_put(evidence, documents.chain, &references.chain, NULL, err)
           && evidence_put(evidence, documents.messages, &references.messages, NULL, err)
           && insert_row(db, run, probe, &references, documents.varying, err);
}

bool probe_row_exists(struct db *db, const struct run_key *run, uint32_t ordinal, bool *exists, struct error *err)
{
    static const char sql[] = "SELECT 1 FROM probe WHERE run = ?1 AND ordinal = ?2";
    struct query query;
    bool ok;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_int(&query, 1, run->id);
    query_put_int(&query, 2, ordinal);
    ok = query_step(&query, exists, err);
    query_close(&query);
    return ok;
}

/* Columns that are plain numbers; false when one is none that a probe can have. */
static bool read_numbers(const struct query *query, const struct run_key *run, struct probe *probe)
{
    static const struct {
        int at;
        int64_t most;
    } limits[] = {
        {AT_ENDPOINT, UINT32_MAX},         {AT_ORDINAL, UINT32_MAX}, {AT_CANDIDATE, UINT32_MAX},
        {AT_QUESTION, QUESTION_COUNT - 1}, {AT_ATTEMPT, UINT32_MAX}, {AT_OUTCOME, OUTCOME_NOT_JUDGED},
    };

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (query_int(query, limits[i].at) < 0 || query_int(query, limits[i].at) > limits[i].most)
            return false;
    if (query_int(query, AT_STATUS) < INT_MIN || query_int(query, AT_STATUS) > INT_MAX)
        return false;
    probe->endpoint = (uint32_t)query_int(query, AT_ENDPOINT);
    probe->ordinal = (uint32_t)query_int(query, AT_ORDINAL);
    probe->candidate = (uint32_t)query_int(query, AT_CANDIDATE);
    probe->question = (enum question)query_int(query, AT_QUESTION);
    probe->attempt = (uint32_t)query_int(query, AT_ATTEMPT);
    probe->outcome = (enum outcome)query_int(query, AT_OUTCOME);
    probe->status = (int)query_int(query, AT_STATUS);
    probe->started.us = (int64_t)((uint64_t)run->started.us + (uint64_t)query_int(query, AT_STARTED));
    probe->timings.total_us = query_is_null(query, AT_TOTAL) ? NOT_MEASURED : query_int(query, AT_TOTAL);
    return true;
}

static bool read_documents(const struct query *query, struct evidence *evidence, bool with_evidence,
                           struct probe *probe, struct documents *documents, struct error *err)
{
    struct arena *arena = &probe->arena;

    *documents = (struct documents){.varying = arena_slice(arena, query_blob(query, AT_VARYING))};
    if (!evidence_get(evidence, query_int(query, AT_EXCHANGE), arena, &documents->exchange, err))
        return false;
    if (!with_evidence)
        return true;
    return evidence_get(evidence, query_int(query, AT_JUDGEMENTS), arena, &documents->judgements, err)
           && evidence_get(evidence, query_int(query, AT_CHAIN), arena, &documents->chain, err)
           && evidence_get(evidence, query_int(query, AT_MESSAGES), arena, &documents->messages, err)
           && evidence_get(evidence, query_int(query, AT_BODY), arena, &probe->body, err);
}

static struct probe *read_row(const struct query *query, struct evidence *evidence, const struct run_key *run,
                              bool with_evidence, struct error *err)
{
    struct probe *probe = probe_new();
    struct body_name body = {.present = !query_is_null(query, AT_BODY)};
    struct documents documents;
    bool whole = read_numbers(query, run, probe);

    if (whole
        && (!get_failure(query->db, query_int(query, AT_FAILURE), probe, err)
            || (body.present && !evidence_name(evidence, query_int(query, AT_BODY), &body.digest, &body.size, err))
            || !read_documents(query, evidence, with_evidence, probe, &documents, err))) {
        probe_free(probe);
        return NULL;
    }
    if (!whole || !document_read(probe, &documents, &body, with_evidence)) {
        fail(err, ERR_STORE,
             "%s: the store is damaged: probe %lld cannot be read; keep the file, and restore a backup",
             query->db->path, (long long)query_int(query, AT_ORDINAL));
        probe_free(probe);
        return NULL;
    }
    return probe;
}

bool probe_row_each(struct db *db, struct evidence *evidence, const struct run_key *run, uint32_t ordinal,
                    bool with_evidence, bool (*take)(void *self, struct probe *probe, struct error *err), void *self,
                    struct error *err)
{
    static const char all[] = "SELECT " COLUMNS " FROM probe WHERE run = ?1 ORDER BY ordinal";
    static const char one[] = "SELECT " COLUMNS " FROM probe WHERE run = ?1 AND ordinal = ?2";
    struct query query;
    bool row, held = false;
    bool ok = false;

    if (!query_open(&query, db, ordinal ? one : all, err))
        return false;
    query_put_int(&query, 1, run->id);
    if (ordinal)
        query_put_int(&query, 2, ordinal);
    for (;;) {
        struct probe *probe;

        /* The open statement holds one snapshot, so that the evidence cannot go while its rows are read. */
        if (!query_step(&query, &row, err))
            goto out;
        if (!row)
            break;
        if (!held) {
            held = true;
            evidence_snapshot(evidence, true);
        }
        probe = read_row(&query, evidence, run, with_evidence, err);
        if (!probe || !take(self, probe, err))
            goto out;
    }
    ok = true;
out:
    evidence_snapshot(evidence, false);
    query_close(&query);
    return ok;
}
