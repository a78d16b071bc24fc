/* SPDX-License-Identifier: MIT */
#include "store/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "store/evidence.h"
#include "store/probe_row.h"
#include "store/rollup_row.h"
#include "store/sqlite.h"

enum { TOLD_MOST = 100, STEP = 256 };

struct check {
    struct db *db;
    struct evidence *evidence;
    const struct maintain_sink *sink;
    uint64_t *damages;
    uint64_t done, planned;
};

__attribute__((format(printf, 2, 3))) static void found(struct check *check, const char *format, ...)
{
    char words[1024];
    va_list values;

    if (++*check->damages > TOLD_MOST)
        return;
    va_start(values, format);
    vsnprintf(words, sizeof words, format, values);
    va_end(values);
    check->sink->found(check->sink->self, words);
}

static void advance(struct check *check)
{
    if (++check->done % STEP == 0 && check->sink->advance)
        check->sink->advance(check->sink->self, check->done, check->planned);
}

/* SQLite's own look at its pages and indexes: a row "ok", or one per damage. */
static bool check_structure(struct check *check, struct error *err)
{
    static const char sql[] = "PRAGMA integrity_check(100)";
    struct arena arena = ARENA_INIT;
    struct query query;
    bool row = false;
    bool ok;

    if (!query_open(&query, check->db, sql, err))
        return false;
    while ((ok = query_step(&query, &row, err)) && row) {
        const char *words = query_text(&query, 0, &arena);

        if (words && strcmp(words, "ok") != 0)
            found(check, "the file's structure: %s", words);
    }
    query_close(&query);
    arena_free(&arena);
    return ok;
}

/* Rows that refer to what is not there, by table. */
static bool check_references(struct check *check, struct error *err)
{
    static const char sql[] = "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2";
    struct arena arena = ARENA_INIT;
    struct query query;
    bool row = false;
    bool ok;

    if (!query_open(&query, check->db, sql, err))
        return false;
    while ((ok = query_step(&query, &row, err)) && row) {
        const char *table = query_text(&query, 0, &arena);
        const char *parent = query_text(&query, 1, &arena);

        found(check, "%lld references of table %s lead to no row of table %s", (long long)query_int(&query, 2),
              table ? table : "?", parent ? parent : "?");
    }
    query_close(&query);
    arena_free(&arena);
    return ok;
}

/* Every piece of evidence, read again and held against its name. */
static bool check_evidence(struct check *check, struct error *err)
{
    static const char sql[] = "SELECT id FROM evidence ORDER BY id";
    struct query query;
    bool row = false;
    bool ok;

    if (!query_open(&query, check->db, sql, err))
        return false;
    while ((ok = query_step(&query, &row, err)) && row) {
        struct arena arena = ARENA_INIT;
        struct error damage = {0};
        struct slice piece;

        if (!evidence_get(check->evidence, query_int(&query, 0), &arena, &piece, &damage))
            found(check, "%s", damage.text);
        arena_free(&arena);
        advance(check);
    }
    query_close(&query);
    return ok;
}

static bool count_probe(void *self, struct probe *probe, struct error *err)
{
    (void)err;
    probe_free(probe);
    advance(self);
    return true;
}

/* Every probe of every run, without the evidence that was read just now. */
static bool check_probes(struct check *check, struct error *err)
{
    static const char sql[] = "SELECT id, started, uuid FROM run ORDER BY id";
    struct query query;
    bool row = false;
    bool ok;

    if (!query_open(&query, check->db, sql, err))
        return false;
    while ((ok = query_step(&query, &row, err)) && row) {
        struct run_key key = {query_int(&query, 0), {query_int(&query, 1)}};
        struct slice bytes = query_blob(&query, 2);
        struct error damage = {0};
        struct uuid id = {{0}};
        char text[UUID_TEXT];

        if (bytes.len == sizeof id.bytes)
            memcpy(id.bytes, bytes.data, sizeof id.bytes);
        if (!probe_row_each(check->db, check->evidence, &key, 0, false, count_probe, check, &damage))
            found(check, "run %s: %s", uuid_text(&id, text), damage.text);
    }
    query_close(&query);
    return ok;
}

static bool judge_rollup(void *self, const struct rollup *rollup)
{
    uint64_t runs = rollup->passing + rollup->failing + rollup->unsteady + rollup->not_judged;

    if (runs != rollup->runs || histogram_total(rollup->times) > rollup->attempts
        || histogram_total(rollup->medians) > rollup->runs)
        found(self, "the rollup of day %lld of an endpoint does not add up", (long long)rollup->day);
    return true;
}

static bool check_rollups(struct check *check, struct error *err)
{
    struct error damage = {0};

    (void)err;
    if (!rollup_row_each(check->db, NULL, judge_rollup, check, &damage))
        found(check, "%s", damage.text);
    return true;
}

bool check_all(struct db *db, struct evidence *evidence, const struct maintain_sink *sink, uint64_t *damages,
               struct error *err)
{
    struct check check = {.db = db, .evidence = evidence, .sink = sink, .damages = damages};
    int64_t planned;

    if (!check_structure(&check, err))
        return false;
    /* Beneath a damaged structure the rest would report the same places again, or nothing true. */
    if (*damages)
        return true;
    if (!db_number(db, "SELECT (SELECT count(*) FROM evidence) + (SELECT count(*) FROM probe)", &planned, err))
        return false;
    check.planned = (uint64_t)planned;
    return check_references(&check, err) && check_evidence(&check, err) && check_probes(&check, err)
           && check_rollups(&check, err);
}
