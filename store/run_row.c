/* SPDX-License-Identifier: MIT */
#include "store/run_row.h"

#include <string.h>

#include "store/evidence.h"
#include "store/sqlite.h"

#define COLUMNS                                                                                                       \
    "uuid, suite, environment, vantage, labels, config, started, ended, state, offset_s, zone, whole, planned, "      \
    "tool, rules, findings, last_ended"

/* Places of COLUMNS in a row that is read. */
enum {
    AT_UUID,
    AT_SUITE,
    AT_ENVIRONMENT,
    AT_VANTAGE,
    AT_LABELS,
    AT_CONFIG,
    AT_STARTED,
    AT_ENDED,
    AT_STATE,
    AT_OFFSET,
    AT_ZONE,
    AT_WHOLE,
    AT_PLANNED,
    AT_TOOL,
    AT_RULES,
    AT_FINDINGS,
    AT_LAST_ENDED
};

static struct slice id_bytes(const struct uuid *id)
{
    return (struct slice){(const char *)id->bytes, sizeof id->bytes};
}

static bool no_such_run(struct db *db, const struct uuid *id, struct error *err)
{
    char text[UUID_TEXT];

    return fail(err, ERR_NOT_FOUND, "%s: there is no run %s", db->path, uuid_text(id, text));
}

static void put_reference(struct query *query, int at, int64_t id)
{
    if (id)
        query_put_int(query, at, id);
    else
        query_put_null(query, at);
}

bool run_row_begin(struct db *db, struct evidence *evidence, const struct run *run, struct error *err)
{
    static const char sql[] =
        "INSERT INTO run (uuid, suite, environment, vantage, labels, config, started, offset_s, zone, whole, "
        "planned, tool, rules) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    struct query query;
    int64_t config;

    if (!evidence_put(evidence, slice_of(run->config), &config, NULL, err) || !query_open(&query, db, sql, err))
        return false;
    query_put_blob(&query, 1, id_bytes(&run->id));
    query_put_text(&query, 2, run->suite);
    query_put_text(&query, 3, run->environment);
    query_put_text(&query, 4, run->vantage);
    query_put_text(&query, 5, run->labels);
    put_reference(&query, 6, config);
    query_put_int(&query, 7, run->started.us);
    query_put_int(&query, 8, run->offset_s);
    query_put_text(&query, 9, run->zone);
    query_put_int(&query, 10, run->whole);
    query_put_int(&query, 11, run->planned);
    query_put_text(&query, 12, run->tool);
    query_put_int(&query, 13, run->rules);
    return query_finish(&query, err);
}

bool run_row_end(struct db *db, struct evidence *evidence, const struct run *run, struct error *err)
{
    static const char sql[] = "UPDATE run SET ended = ?2, state = ?3, findings = ?4 WHERE id = ?1";
    struct run_state_row row;
    struct query query;
    int64_t findings;

    if (!run_row_find(db, &run->id, &row, err)
        || !evidence_put(evidence, slice_of(run->findings), &findings, NULL, err) || !query_open(&query, db, sql, err))
        return false;
    query_put_int(&query, 1, row.key.id);
    query_put_int(&query, 2, run->ended.us);
    query_put_int(&query, 3, run->state);
    put_reference(&query, 4, findings);
    return query_finish(&query, err);
}

bool run_row_remove(struct db *db, const struct uuid *id, struct error *err)
{
    static const char probes[] = "DELETE FROM probe WHERE run = (SELECT id FROM run WHERE uuid = ?1)";
    static const char run[] = "DELETE FROM run WHERE uuid = ?1";
    struct query query;

    if (!query_open(&query, db, probes, err))
        return false;
    query_put_blob(&query, 1, id_bytes(id));
    if (!query_finish(&query, err) || !query_open(&query, db, run, err))
        return false;
    query_put_blob(&query, 1, id_bytes(id));
    return query_finish(&query, err);
}

bool run_row_find(struct db *db, const struct uuid *id, struct run_state_row *row, struct error *err)
{
    static const char sql[] = "SELECT id, started, ended IS NULL, last_ordinal, last_ended FROM run WHERE uuid = ?1";
    struct query query;
    bool found;
    bool ok = false;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_blob(&query, 1, id_bytes(id));
    if (!query_step(&query, &found, err))
        goto out;
    if (!found) {
        no_such_run(db, id, err);
        goto out;
    }
    *row = (struct run_state_row){
        {query_int(&query, 0), {query_int(&query, 1)}},
        query_int(&query, 2) != 0,
        query_int(&query, 3),
        query_int(&query, 4),
    };
    ok = true;
out:
    query_close(&query);
    return ok;
}

bool run_row_advance(struct db *db, const struct run_state_row *row, struct error *err)
{
    static const char sql[] = "UPDATE run SET last_ordinal = ?2, last_ended = ?3 WHERE id = ?1";
    struct query query;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_int(&query, 1, row->key.id);
    query_put_int(&query, 2, row->last_ordinal);
    query_put_int(&query, 3, row->last_ended);
    return query_finish(&query, err);
}

/* The text of a piece of evidence. Runs next to each other mostly have the same config, so the last one read is kept
 * (NULL: nowhere to). */
struct last_text {
    int64_t id;
    struct arena arena;
    const char *text;
};

static bool read_text(struct evidence *evidence, int64_t id, struct arena *arena, struct last_text *last,
                      const char **text, struct error *err)
{
    struct slice piece;

    if (last && last->id == id) {
        *text = last->text;
        return true;
    }
    if (last) {
        arena_free(&last->arena);
        last->id = 0;
        last->text = NULL;
    }
    if (!evidence_get(evidence, id, last ? &last->arena : arena, &piece, err))
        return false;
    *text = piece.data;
    if (last) {
        last->id = id;
        last->text = piece.data;
    }
    return true;
}

static bool read_row(const struct query *query, struct evidence *evidence, struct arena *arena, struct last_text *last,
                     struct run *run, struct error *err)
{
    struct slice id = query_blob(query, AT_UUID);
    bool closed = !query_is_null(query, AT_ENDED);

    if (id.len != sizeof run->id.bytes)
        return fail(err, ERR_STORE, "%s: the store is damaged: a run without id; restore a backup", query->db->path);
    *run = (struct run){
        .suite = query_text(query, AT_SUITE, arena),
        .environment = query_text(query, AT_ENVIRONMENT, arena),
        .vantage = query_text(query, AT_VANTAGE, arena),
        .labels = query_text(query, AT_LABELS, arena),
        .started = {query_int(query, AT_STARTED)},
        /* Whoever was recording it is gone, or still at it: either way it is not whole. */
        .ended = {closed ? query_int(query, AT_ENDED) : query_int(query, AT_LAST_ENDED)},
        .state = closed && query_int(query, AT_STATE) == RUN_COMPLETE ? RUN_COMPLETE : RUN_INTERRUPTED,
        .offset_s = (int32_t)query_int(query, AT_OFFSET),
        .zone = query_text(query, AT_ZONE, arena),
        .whole = query_int(query, AT_WHOLE) != 0,
        .planned = (uint32_t)query_int(query, AT_PLANNED),
        .tool = query_text(query, AT_TOOL, arena),
        .rules = (uint32_t)query_int(query, AT_RULES),
    };
    memcpy(run->id.bytes, id.data, sizeof run->id.bytes);
    return read_text(evidence, query_int(query, AT_CONFIG), arena, last, &run->config, err)
           && read_text(evidence, query_int(query, AT_FINDINGS), arena, NULL, &run->findings, err);
}

bool run_row_get(struct db *db, struct evidence *evidence, const struct uuid *id, struct arena *arena, struct run *run,
                 struct error *err)
{
    static const char sql[] = "SELECT " COLUMNS " FROM run WHERE uuid = ?1";
    struct query query;
    bool row;
    bool ok = false;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_blob(&query, 1, id_bytes(id));
    if (query_step(&query, &row, err))
        ok = row ? read_row(&query, evidence, arena, NULL, run, err) : no_such_run(db, id, err);
    query_close(&query);
    return ok;
}

bool run_row_each(struct db *db, struct evidence *evidence, const struct run_filter *filter,
                  bool (*take)(void *self, const struct run *run), void *self, struct error *err)
{
    static const char sql[] = "SELECT " COLUMNS " FROM run WHERE (?1 IS NULL OR suite = ?1) "
                              "AND (?2 IS NULL OR environment = ?2) AND (?3 IS NULL OR vantage = ?3) "
                              "AND started >= ?4 AND started < ?5 "
                              "ORDER BY started DESC, uuid DESC";
    struct last_text last = {0, ARENA_INIT, NULL};
    struct query query;
    bool wanted = true;
    bool ok = false;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_text(&query, 1, filter ? filter->suite : NULL);
    query_put_text(&query, 2, filter ? filter->environment : NULL);
    query_put_text(&query, 3, filter ? filter->vantage : NULL);
    query_put_int(&query, 4, filter && filter->since.us ? filter->since.us : INT64_MIN);
    query_put_int(&query, 5, filter && filter->until.us ? filter->until.us : INT64_MAX);
    while (wanted) {
        struct arena arena = ARENA_INIT;
        struct run run;

        if (!query_step(&query, &ok, err))
            break;
        if (!ok) {
            ok = true;
            break;
        }
        ok = read_row(&query, evidence, &arena, &last, &run, err);
        wanted = ok && take(self, &run);
        arena_free(&arena);
    }
    arena_free(&last.arena);
    query_close(&query);
    return ok;
}

bool run_row_each_id(struct db *db, const struct uuid *low, const struct uuid *high, bool descending,
                     bool (*take)(void *self, const struct uuid *id), void *self, struct error *err)
{
    static const char up[] = "SELECT uuid FROM run WHERE uuid BETWEEN ?1 AND ?2 ORDER BY uuid";
    static const char down[] = "SELECT uuid FROM run WHERE uuid BETWEEN ?1 AND ?2 ORDER BY uuid DESC";
    struct query query;
    bool row = true;
    bool ok = false;

    if (!query_open(&query, db, descending ? down : up, err))
        return false;
    query_put_blob(&query, 1, id_bytes(low));
    query_put_blob(&query, 2, id_bytes(high));
    while ((ok = query_step(&query, &row, err)) && row) {
        struct slice bytes = query_blob(&query, 0);
        struct uuid id = {{0}};

        /* The schema sees to the length. */
        memcpy(id.bytes, bytes.data, bytes.len < sizeof id.bytes ? bytes.len : sizeof id.bytes);
        if (!take(self, &id))
            break;
    }
    query_close(&query);
    return ok;
}
