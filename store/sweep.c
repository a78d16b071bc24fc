/* SPDX-License-Identifier: MIT */
#include "store/sweep.h"

#include <stdio.h>

#include "base/memory.h"
#include "store/maintain.h"
#include "store/sqlite.h"

enum {
    PIECES_AT_ONCE = 500, /* deleted in one transaction: others wait for it */
    PAGES_AT_ONCE = 500,
};

struct sweep {
    struct db *db;
    const struct maintain_sink *sink;
    uint8_t *marks; /* a bit for every piece up to `last` */
    int64_t last;   /* the last piece that was there at the start: later ones are not judged */
    int64_t *open;  /* runs that may have got probes since; also those from `newest` on */
    size_t open_count, capacity;
    int64_t newest;
    int64_t version; /* changes when another connection has written */
};

bool sweep_note(struct db *db, struct error *err)
{
    return db_execute(db, "INSERT OR IGNORE INTO meta (name, value) VALUES ('sweep-due', x'01')", err);
}

static void mark(struct sweep *sweep, int64_t id)
{
    if (id > 0 && id <= sweep->last)
        sweep->marks[id / 8] = (uint8_t)(sweep->marks[id / 8] | 1U << id % 8);
}

static bool is_marked(const struct sweep *sweep, int64_t id)
{
    return id > sweep->last || (sweep->marks[id / 8] & 1U << id % 8) != 0;
}

/* Marks all that the rows of `sql` refer to, asked with one number. */
static bool mark_rows(struct sweep *sweep, const char *sql, int columns, int64_t number, struct error *err)
{
    struct query query;
    bool row = false;
    bool ok;

    if (!query_open(&query, sweep->db, sql, err))
        return false;
    query_put_int(&query, 1, number);
    while ((ok = query_step(&query, &row, err)) && row)
        for (int i = 0; i < columns; i++)
            mark(sweep, query_int(&query, i));
    query_close(&query);
    return ok;
}

static bool mark_run(struct sweep *sweep, int64_t run, struct error *err)
{
    static const char probes[] = "SELECT exchange, judgements, chain, body, messages FROM probe WHERE run = ?1";
    static const char own[] = "SELECT config, findings FROM run WHERE id = ?1";

    return mark_rows(sweep, probes, 5, run, err) && mark_rows(sweep, own, 2, run, err);
}

/* The runs from number `from` on, as `*ids`. */
static bool list_runs(struct db *db, const char *sql, int64_t from, int64_t **ids, size_t *count, size_t *capacity,
                      struct error *err)
{
    struct query query;
    bool row = false;
    bool ok;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_int(&query, 1, from);
    while ((ok = query_step(&query, &row, err)) && row) {
        *ids = mem_grow(*ids, *count, capacity, sizeof **ids);
        (*ids)[(*count)++] = query_int(&query, 0);
    }
    query_close(&query);
    return ok;
}

static bool look_around(struct sweep *sweep, struct error *err)
{
    static const char open[] = "SELECT id FROM run WHERE ended IS NULL AND id >= ?1";

    return db_number(sweep->db, "PRAGMA data_version", &sweep->version, err)
           && db_number(sweep->db, "SELECT max(id) FROM evidence", &sweep->last, err)
           && db_number(sweep->db, "SELECT max(id) FROM run", &sweep->newest, err)
           && list_runs(sweep->db, open, INT64_MIN, &sweep->open, &sweep->open_count, &sweep->capacity, err);
}

static const char later[] = "SELECT id FROM run WHERE id >= ?1";

static bool mark_all(struct sweep *sweep, struct error *err)
{
    int64_t *runs = NULL;
    size_t count = 0, capacity = 0;
    bool ok = list_runs(sweep->db, later, INT64_MIN, &runs, &count, &capacity, err);

    for (size_t i = 0; ok && i < count; i++) {
        ok = mark_run(sweep, runs[i], err);
        if (sweep->sink->advance)
            sweep->sink->advance(sweep->sink->self, i + 1, count);
    }
    mem_free(runs);
    return ok;
}

/* Inside a transaction: what others recorded since the last look is marked, too. */
static bool mark_again(struct sweep *sweep, struct error *err)
{
    int64_t *runs = NULL;
    size_t count = 0, capacity = 0;
    int64_t version;
    bool ok = db_number(sweep->db, "PRAGMA data_version", &version, err);

    if (!ok || version == sweep->version)
        return ok;
    sweep->version = version;
    ok = list_runs(sweep->db, later, sweep->newest, &runs, &count, &capacity, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = mark_run(sweep, runs[i], err);
    for (size_t i = 0; ok && i < sweep->open_count; i++)
        ok = mark_run(sweep, sweep->open[i], err);
    mem_free(runs);
    return ok;
}

static bool delete_piece(struct db *db, int64_t id, uint64_t *dropped, struct error *err)
{
    static const char sql[] = "DELETE FROM evidence WHERE id = ?1 RETURNING id";
    struct query query;
    bool row;
    bool ok;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_int(&query, 1, id);
    ok = query_step(&query, &row, err);
    *dropped += ok && row;
    query_close(&query);
    return ok;
}

/* One transaction: deletes from `*at` on, and leaves there where to go on. */
static bool delete_some(struct sweep *sweep, int64_t *at, uint64_t *dropped, struct error *err)
{
    uint64_t before = *dropped;
    bool ok = db_begin(sweep->db, err) && mark_again(sweep, err);

    while (ok && *at <= sweep->last && *dropped - before < PIECES_AT_ONCE) {
        if (!is_marked(sweep, *at))
            ok = delete_piece(sweep->db, *at, dropped, err);
        ++*at;
    }
    if (ok && db_commit(sweep->db, err))
        return true;
    db_rollback(sweep->db);
    return false;
}

/* Foreign keys would have every deleted piece looked for in all probes: what refers to it is known. */
static bool delete_unmarked(struct sweep *sweep, uint64_t *dropped, struct error *err)
{
    int64_t at = 1;
    bool ok = db_execute(sweep->db, "PRAGMA foreign_keys = OFF", err);

    while (ok && at <= sweep->last) {
        while (at <= sweep->last && is_marked(sweep, at))
            at++;
        if (at <= sweep->last)
            ok = delete_some(sweep, &at, dropped, err);
        if (ok && sweep->sink->advance)
            sweep->sink->advance(sweep->sink->self, (uint64_t)at, (uint64_t)sweep->last);
    }
    return db_execute(sweep->db, "PRAGMA foreign_keys = ON", ok ? err : NULL) && ok;
}

bool sweep_evidence(struct db *db, bool due_anyway, const struct maintain_sink *sink, uint64_t *dropped,
                    struct error *err)
{
    struct sweep sweep = {.db = db, .sink = sink};
    int64_t due;
    bool ok;

    if (!db_number(db, "SELECT count(*) FROM meta WHERE name = 'sweep-due'", &due, err))
        return false;
    if (due == 0 && !due_anyway)
        return true;
    ok = look_around(&sweep, err);
    if (ok)
        sweep.marks = mem_new((size_t)(sweep.last / 8 + 1), 1);
    ok = ok && mark_all(&sweep, err) && delete_unmarked(&sweep, dropped, err)
         && db_execute(db, "DELETE FROM meta WHERE name = 'sweep-due'", err);
    mem_free(sweep.marks);
    mem_free(sweep.open);
    return ok;
}

bool sweep_pages(struct db *db, const struct maintain_sink *sink, uint64_t *bytes, struct error *err)
{
    int64_t automatic, size, before, left, last = -1;

    if (!db_number(db, "PRAGMA auto_vacuum", &automatic, err) || !db_number(db, "PRAGMA page_size", &size, err)
        || !db_number(db, "PRAGMA freelist_count", &before, err))
        return false;
    left = before;
    while (automatic == 2 && left > 0 && left != last) {
        char sql[64];

        last = left;
        snprintf(sql, sizeof sql, "PRAGMA incremental_vacuum(%d)", PAGES_AT_ONCE);
        if (!db_execute(db, sql, err) || !db_number(db, "PRAGMA freelist_count", &left, err))
            return false;
        if (sink->advance)
            sink->advance(sink->self, (uint64_t)(left < before ? before - left : 0), (uint64_t)before);
    }
    *bytes = left < before ? (uint64_t)((before - left) * size) : 0;
    return true;
}
