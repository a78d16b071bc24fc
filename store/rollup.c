/* SPDX-License-Identifier: MIT */
#include "store/rollup.h"

#include <string.h>

#include "base/memory.h"
#include "store/rollup_row.h"
#include "store/sqlite.h"
#include "store/store_ops.h"
#include "store/tally.h"

#define COUNTS                                                                                                        \
    "runs, passing, failing, unsteady, not_judged, attempts_passed, attempts_failed, attempts_not_judged, first, "    \
    "last, times, medians"

/* Places of COUNTS in a row that is read, and of what each_sql puts before them. */
enum {
    AT_RUNS,
    AT_PASSING,
    AT_FAILING,
    AT_UNSTEADY,
    AT_NOT_JUDGED,
    AT_ATTEMPTS_PASSED,
    AT_ATTEMPTS_FAILED,
    AT_ATTEMPTS_NOT_JUDGED,
    AT_FIRST,
    AT_LAST,
    AT_TIMES,
    AT_MEDIANS,
    AT_SUITE,
    AT_ENVIRONMENT,
    AT_VANTAGE,
    AT_ENDPOINT,
    AT_DAY
};

/* A rollup with the histograms that it points to. */
struct kept {
    struct rollup rollup;
    struct histogram times, medians;
};

static void free_kept(struct kept *kept)
{
    histogram_free(&kept->times);
    histogram_free(&kept->medians);
}

int64_t rollup_day(struct wall started, int32_t offset_s)
{
    int64_t local_s = started.us / 1000000 - (started.us % 1000000 < 0) + offset_s;

    return local_s / 86400 - (local_s % 86400 < 0);
}

/* The counts of a row into `kept`, whose histograms have room of their own. */
static bool read_counts(struct kept *kept, const struct query *query, struct error *err)
{
    struct rollup *rollup = &kept->rollup;

    rollup->runs = (uint64_t)query_int(query, AT_RUNS);
    rollup->passing = (uint64_t)query_int(query, AT_PASSING);
    rollup->failing = (uint64_t)query_int(query, AT_FAILING);
    rollup->unsteady = (uint64_t)query_int(query, AT_UNSTEADY);
    rollup->not_judged = (uint64_t)query_int(query, AT_NOT_JUDGED);
    rollup->attempts_passed = (uint64_t)query_int(query, AT_ATTEMPTS_PASSED);
    rollup->attempts_failed = (uint64_t)query_int(query, AT_ATTEMPTS_FAILED);
    rollup->attempts_not_judged = (uint64_t)query_int(query, AT_ATTEMPTS_NOT_JUDGED);
    rollup->attempts = rollup->attempts_passed + rollup->attempts_failed + rollup->attempts_not_judged;
    rollup->first.us = query_int(query, AT_FIRST);
    rollup->last.us = query_int(query, AT_LAST);
    rollup->times = &kept->times;
    rollup->medians = &kept->medians;
    return (histogram_read(&kept->times, query_blob(query, AT_TIMES))
            && histogram_read(&kept->medians, query_blob(query, AT_MEDIANS)))
           || fail(err, ERR_STORE,
                   "%s: the store is damaged: a rollup's times cannot be read; keep the file, and restore a backup",
                   query->db->path);
}

static const char *text_of(const char *text)
{
    return text ? text : "";
}

/* The number of the endpoint's series, made when there is none. */
static bool series_of(struct db *db, const struct foldable *run, const char *endpoint, int64_t *id, struct error *err)
{
    static const char find[] =
        "SELECT id FROM series WHERE suite = ?1 AND environment = ?2 AND vantage = ?3 AND endpoint = ?4";
    static const char make[] = "INSERT INTO series (suite, environment, vantage, endpoint) VALUES (?1, ?2, ?3, ?4)";
    bool row = false;

    for (int pass = 0; pass < 2 && !row; pass++) {
        struct query query;
        bool ok;

        if (!query_open(&query, db, pass == 0 ? find : make, err))
            return false;
        query_put_text(&query, 1, text_of(run->suite));
        query_put_text(&query, 2, text_of(run->environment));
        query_put_text(&query, 3, text_of(run->vantage));
        query_put_text(&query, 4, endpoint);
        ok = query_step(&query, &row, err);
        if (ok)
            *id = pass == 0 && row ? query_int(&query, 0) : query_last_id(&query);
        query_close(&query);
        if (!ok)
            return false;
    }
    return true;
}

static bool read_day(struct db *db, int64_t series, int64_t day, struct kept *kept, struct error *err)
{
    static const char sql[] = "SELECT " COUNTS " FROM rollup WHERE series = ?1 AND day = ?2";
    struct query query;
    bool row;
    bool ok;

    kept->rollup = (struct rollup){.first = {INT64_MAX}, .last = {INT64_MIN}};
    histogram_clear(&kept->times);
    histogram_clear(&kept->medians);
    if (!query_open(&query, db, sql, err))
        return false;
    query_put_int(&query, 1, series);
    query_put_int(&query, 2, day);
    ok = query_step(&query, &row, err) && (!row || read_counts(kept, &query, err));
    query_close(&query);
    return ok;
}

static bool write_day(struct db *db, int64_t series, int64_t day, const struct kept *kept, struct error *err)
{
    static const char sql[] = "INSERT OR REPLACE INTO rollup (series, day, " COUNTS
                              ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    const struct rollup *rollup = &kept->rollup;
    const int64_t numbers[] = {
        series,
        day,
        (int64_t)rollup->runs,
        (int64_t)rollup->passing,
        (int64_t)rollup->failing,
        (int64_t)rollup->unsteady,
        (int64_t)rollup->not_judged,
        (int64_t)rollup->attempts_passed,
        (int64_t)rollup->attempts_failed,
        (int64_t)rollup->attempts_not_judged,
        rollup->first.us,
        rollup->last.us,
    };
    enum { NUMBERS = sizeof numbers / sizeof *numbers };
    struct buf times = BUF_INIT, medians = BUF_INIT;
    struct query query;
    bool ok;

    if (!query_open(&query, db, sql, err))
        return false;
    histogram_write(&kept->times, &times);
    histogram_write(&kept->medians, &medians);
    for (int i = 0; i < NUMBERS; i++)
        query_put_int(&query, i + 1, numbers[i]);
    query_put_blob(&query, NUMBERS + 1, buf_slice(&times));
    query_put_blob(&query, NUMBERS + 2, buf_slice(&medians));
    ok = query_finish(&query, err);
    buf_free(&times);
    buf_free(&medians);
    return ok;
}

struct folding {
    struct db *db;
    const struct foldable *run;
    int64_t day;
    struct kept kept;
};

static void add_tally(struct kept *kept, const struct tally *tally, struct wall started)
{
    struct rollup *rollup = &kept->rollup;
    enum standing standing = tally_standing(tally);

    rollup->runs++;
    rollup->passing += standing == STANDING_PASSES;
    rollup->failing += standing == STANDING_FAILS;
    rollup->unsteady += standing == STANDING_UNSTEADY;
    rollup->not_judged += standing == STANDING_NOT_JUDGED;
    rollup->attempts_passed += tally->passed;
    rollup->attempts_failed += tally->failed;
    rollup->attempts_not_judged += tally->not_judged;
    if (started.us < rollup->first.us)
        rollup->first = started;
    if (started.us > rollup->last.us)
        rollup->last = started;
    for (size_t i = 0; i < tally->time_count; i++)
        histogram_add(&kept->times, tally->times[i]);
    histogram_add(&kept->medians, tally_median(tally));
}

static bool fold_endpoint(void *self, const struct tally *tally, struct error *err)
{
    struct folding *folding = self;
    int64_t series;

    /* A probe of no endpoint of its suite has no name to be found by. */
    if (tally->endpoint >= folding->run->name_count)
        return true;
    if (!series_of(folding->db, folding->run, folding->run->names[tally->endpoint], &series, err)
        || !read_day(folding->db, series, folding->day, &folding->kept, err))
        return false;
    add_tally(&folding->kept, tally, folding->run->started);
    return write_day(folding->db, series, folding->day, &folding->kept, err);
}

bool rollup_row_fold(struct db *db, const struct foldable *run, struct error *err)
{
    struct folding folding = {db, run, rollup_day(run->started, run->offset_s), {.times = HISTOGRAM_INIT}};
    bool ok = tally_each(db, run->id, fold_endpoint, &folding, err);

    free_kept(&folding.kept);
    return ok;
}

static void put_filter(struct query *query, const struct rollup_filter *filter)
{
    query_put_text(query, 1, filter->suite);
    query_put_text(query, 2, filter->environment);
    query_put_text(query, 3, filter->vantage);
    query_put_text(query, 4, filter->endpoint);
    query_put_int(query, 5, filter->from_day || filter->to_day ? filter->from_day : INT64_MIN);
    query_put_int(query, 6, filter->from_day || filter->to_day ? filter->to_day : INT64_MAX);
}

/* Whether the store has rollups at all: one of an older schema, which is only read, has no place for them. */
static bool has_rollups(struct db *db, bool *has, struct error *err)
{
    int64_t count;

    if (!db_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'rollup'", &count, err))
        return false;
    *has = count > 0;
    return true;
}

static bool hand_over(const struct query *query, struct kept *kept,
                      bool (*take)(void *self, const struct rollup *rollup), void *self, bool *wanted,
                      struct error *err)
{
    if (!read_counts(kept, query, err))
        return false;
    kept->rollup.suite = query_text_here(query, AT_SUITE);
    kept->rollup.environment = query_text_here(query, AT_ENVIRONMENT);
    kept->rollup.vantage = query_text_here(query, AT_VANTAGE);
    kept->rollup.endpoint = query_text_here(query, AT_ENDPOINT);
    kept->rollup.day = query_int(query, AT_DAY);
    *wanted = take(self, &kept->rollup);
    return true;
}

bool rollup_row_each(struct db *db, const struct rollup_filter *filter,
                     bool (*take)(void *self, const struct rollup *rollup), void *self, struct error *err)
{
    static const struct rollup_filter any = {.suite = NULL};
    static const char sql[] =
        "SELECT " COUNTS ", suite, environment, vantage, endpoint, day FROM series CROSS JOIN rollup "
        "ON rollup.series = series.id "
        "WHERE (?1 IS NULL OR suite = ?1) AND (?2 IS NULL OR environment = ?2) AND (?3 IS NULL OR vantage = ?3) "
        "AND (?4 IS NULL OR endpoint = ?4) AND day BETWEEN ?5 AND ?6 "
        "ORDER BY suite, environment, vantage, endpoint, day";
    struct kept kept = {.times = HISTOGRAM_INIT};
    struct query query;
    bool row = false, wanted = true, has;
    bool ok;

    if (!has_rollups(db, &has, err))
        return false;
    if (!has)
        return true;
    if (!query_open(&query, db, sql, err))
        return false;
    put_filter(&query, filter ? filter : &any);
    while ((ok = query_step(&query, &row, err)) && row && wanted)
        if (!(ok = hand_over(&query, &kept, take, self, &wanted, err)))
            break;
    query_close(&query);
    free_kept(&kept);
    return ok;
}

bool rollup_row_note(struct db *db, const struct uuid *id, struct error *err)
{
    static const char sql[] = "INSERT OR IGNORE INTO pruned (uuid) VALUES (?1)";
    struct query query;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_blob(&query, 1, (struct slice){(const char *)id->bytes, sizeof id->bytes});
    return query_finish(&query, err);
}

bool rollup_row_knows(struct db *db, const struct uuid *id, bool *known, struct error *err)
{
    static const char sql[] = "SELECT 1 FROM pruned WHERE uuid = ?1";
    struct query query;
    bool ok;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_blob(&query, 1, (struct slice){(const char *)id->bytes, sizeof id->bytes});
    ok = query_step(&query, known, err);
    query_close(&query);
    return ok;
}

bool store_each_rollup(struct store *store, const struct rollup_filter *filter,
                       bool (*take)(void *self, const struct rollup *rollup), void *self, struct error *err)
{
    return store->ops->each_rollup(store->self, filter, take, self, err);
}
