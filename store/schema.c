/* SPDX-License-Identifier: MIT */
#include "store/schema.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "store/sqlite.h"

/* A probe's key starts with its run, so that a run is read in one sweep and an endpoint by one seek a run. It holds
 * numbers only: what repeats from night to night is evidence, and `varying` is what does not (see document.h). */
static const char step_1[] =
    "CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE evidence ("
    "  id INTEGER PRIMARY KEY,"
    "  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32)," /* SHA-256 of the bytes unpacked */
    "  size INTEGER NOT NULL,"                                   /* unpacked */
    "  packing INTEGER NOT NULL,"                                /* 0: as it is, 1: zstd */
    "  bytes BLOB NOT NULL"
    ") STRICT;"
    "CREATE TABLE run ("
    "  id INTEGER PRIMARY KEY,"
    "  uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),"
    "  suite TEXT, environment TEXT, vantage TEXT, labels TEXT,"
    "  config INTEGER REFERENCES evidence (id),"
    "  started INTEGER NOT NULL,"
    "  ended INTEGER," /* NULL: never closed */
    "  state INTEGER," /* enum run_state; NULL: never closed */
    "  offset_s INTEGER NOT NULL, zone TEXT,"
    "  whole INTEGER NOT NULL, planned INTEGER NOT NULL,"
    "  tool TEXT, rules INTEGER NOT NULL,"
    "  findings INTEGER REFERENCES evidence (id),"
    "  last_ordinal INTEGER NOT NULL DEFAULT 0,"
    "  last_ended INTEGER NOT NULL DEFAULT 0" /* when its last probe was over */
    ") STRICT;"
    "CREATE INDEX run_by_time ON run (started, uuid);"
    "CREATE TABLE failure (" /* each pair of layer and code once */
    "  id INTEGER PRIMARY KEY, layer INTEGER NOT NULL, code TEXT, UNIQUE (layer, code)"
    ") STRICT;"
    "CREATE TABLE probe ("
    "  run INTEGER NOT NULL REFERENCES run (id),"
    "  endpoint INTEGER NOT NULL," /* index in the run's suite */
    "  ordinal INTEGER NOT NULL,"  /* unique in its run: store_put_probes() sees to it */
    "  candidate INTEGER NOT NULL, question INTEGER NOT NULL, attempt INTEGER NOT NULL,"
    "  started INTEGER NOT NULL," /* µs since its run's */
    "  outcome INTEGER NOT NULL,"
    "  failure INTEGER REFERENCES failure (id)," /* NULL: nothing failed */
    "  status INTEGER NOT NULL,"
    "  total_us INTEGER," /* NULL: not measured */
    "  exchange INTEGER NOT NULL REFERENCES evidence (id),"
    "  judgements INTEGER REFERENCES evidence (id),"
    "  chain INTEGER REFERENCES evidence (id),"
    "  body INTEGER REFERENCES evidence (id),"
    "  messages INTEGER REFERENCES evidence (id),"
    "  varying BLOB NOT NULL,"
    "  PRIMARY KEY (run, endpoint, ordinal)"
    ") STRICT, WITHOUT ROWID;";

/* Documents of edition 2 (see document.c), which a program that knows only edition 1 would call damaged. What is there
 * stays as it is. */
static const char step_2[] = "";

/* What pruning leaves (see rollup.h), the ids of the runs that it took, and which of the others it has decided to leave
 * whole. */
static const char step_3[] =
    "CREATE TABLE series ("
    "  id INTEGER PRIMARY KEY,"
    "  suite TEXT NOT NULL, environment TEXT NOT NULL, vantage TEXT NOT NULL, endpoint TEXT NOT NULL,"
    "  UNIQUE (suite, environment, vantage, endpoint)"
    ") STRICT;"
    "CREATE TABLE rollup ("
    "  series INTEGER NOT NULL REFERENCES series (id),"
    "  day INTEGER NOT NULL," /* since 1970-01-01, where the runs were recorded */
    "  runs INTEGER NOT NULL,"
    "  passing INTEGER NOT NULL, failing INTEGER NOT NULL, unsteady INTEGER NOT NULL, not_judged INTEGER NOT NULL,"
    "  attempts_passed INTEGER NOT NULL, attempts_failed INTEGER NOT NULL, attempts_not_judged INTEGER NOT NULL,"
    "  first INTEGER NOT NULL, last INTEGER NOT NULL,"
    "  times BLOB NOT NULL, medians BLOB NOT NULL," /* histogram_write() */
    "  PRIMARY KEY (series, day)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE pruned (uuid BLOB NOT NULL PRIMARY KEY CHECK (length(uuid) = 16)) STRICT, WITHOUT ROWID;"
    "ALTER TABLE run ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;";

const struct schema_step schema_steps[] = {
    {step_1, false},
    {step_2, true},
    {step_3, true},
};
const size_t schema_step_count = sizeof schema_steps / sizeof *schema_steps;

struct version {
    int64_t application, user, tables;
};

static bool read_version(struct db *db, struct version *version, struct error *err)
{
    return db_number(db, "PRAGMA application_id", &version->application, err)
           && db_number(db, "PRAGMA user_version", &version->user, err)
           && db_number(db, "SELECT count(*) FROM sqlite_schema", &version->tables, err);
}

/* As they were at one moment: between two of them another process may make the tables, and a store half seen looks like
 * another program's. */
static bool read_version_at_once(struct db *db, struct version *version, struct error *err)
{
    if (!db_execute(db, "BEGIN", err))
        return false;
    if (!read_version(db, version, err) || !db_commit(db, err)) {
        db_rollback(db);
        return false;
    }
    return true;
}

static bool is_empty(const struct version *version)
{
    return version->application == 0 && version->user == 0 && version->tables == 0;
}

static bool check(struct db *db, const struct version *version, size_t count, struct error *err)
{
    if (version->application != SCHEMA_APPLICATION)
        return fail(err, ERR_STORE,
                    "%s: this is a database of another program, and was not touched; name another file with --store",
                    db->path);
    if (version->user > (int64_t)count)
        return fail(err, ERR_STORE,
                    "%s: this store was written by a newer endoscope (its schema is %lld, this program's %zu); use "
                    "that version, or name another file with --store",
                    db->path, (long long)version->user, count);
    if (version->user < 1)
        return fail(err, ERR_STORE, "%s: the store is damaged: its schema has no version; restore a backup", db->path);
    return true;
}

static bool put_key(struct db *db, struct error *err)
{
    static const char sql[] = "INSERT INTO meta (name, value) VALUES ('redaction-key', ?1)";
    struct query query;
    char key[32];
    ssize_t got;
    bool ok;

    do
        got = getrandom(key, sizeof key, 0);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof key)
        return fail(err, ERR_SYSTEM, "no random bytes for the store's key: %s", strerror(errno));
    if (!query_open(&query, db, sql, err))
        return false;
    query_put_blob(&query, 1, (struct slice){key, sizeof key});
    ok = query_finish(&query, err);
    explicit_bzero(key, sizeof key);
    return ok;
}

/* Everything from `from` to `count`, inside one transaction: a store is never between two versions. */
static bool climb(struct db *db, const struct schema_step *steps, size_t from, size_t count, struct error *err)
{
    char sql[128];

    for (size_t i = from; i < count; i++) {
        if (!db_execute(db, steps[i].sql, err))
            return false;
        if (i == 0 && !put_key(db, err))
            return false;
    }
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %zu", SCHEMA_APPLICATION, count);
    return db_execute(db, sql, err);
}

static bool migrate(struct db *db, const struct schema_step *steps, size_t count, struct error *err)
{
    struct version version;

    if (!db_begin(db, err))
        return false;
    /* Another process may have been faster. */
    if (!read_version(db, &version, err) || (!is_empty(&version) && !check(db, &version, count, err))
        || (version.user < (int64_t)count && !climb(db, steps, (size_t)version.user, count, err))
        || !db_commit(db, err)) {
        db_rollback(db);
        return false;
    }
    return true;
}

/* Whether a store of version `user` can be read without the steps that it lacks. */
static bool is_readable(const struct schema_step *steps, size_t user, size_t count)
{
    for (size_t i = user; i < count; i++)
        if (!steps[i].readable)
            return false;
    return true;
}

bool schema_bring(struct db *db, const struct schema_step *steps, size_t count, enum store_mode mode,
                  struct error *err)
{
    struct version version;

    if (!read_version_at_once(db, &version, err))
        return false;
    if (mode == STORE_READ && is_empty(&version))
        return fail(err, ERR_STORE, "%s: the store is empty: no run was ever recorded in it", db->path);
    if (!is_empty(&version) && !check(db, &version, count, err))
        return false;
    if (mode == STORE_READ)
        return is_readable(steps, (size_t)version.user, count)
               || fail(err, ERR_STORE,
                       "%s: this store is of an older schema (%lld, this program's is %zu); `endoscope db migrate` "
                       "or the next `endoscope run` brings it up to date",
                       db->path, (long long)version.user, count);
    /* Only an empty file can be told to give freed pages back without being rewritten whole. */
    if (is_empty(&version) && !db_execute(db, "PRAGMA auto_vacuum = INCREMENTAL", err))
        return false;
    if (!db_write_ahead(db, err))
        return false;
    return version.user == (int64_t)count || migrate(db, steps, count, err);
}

bool schema_version(struct db *db, int64_t *number, struct error *err)
{
    struct version version;

    if (!read_version_at_once(db, &version, err))
        return false;
    *number = version.user;
    if (is_empty(&version))
        return fail(err, ERR_STORE, "%s: the store is empty: no run was ever recorded in it", db->path);
    return check(db, &version, schema_step_count, err);
}

bool schema_key(struct db *db, uint8_t key[32], struct error *err)
{
    static const char sql[] = "SELECT value FROM meta WHERE name = 'redaction-key'";
    struct query query;
    struct slice value;
    bool row;
    bool ok = false;

    if (!query_open(&query, db, sql, err))
        return false;
    if (!query_step(&query, &row, err))
        goto out;
    value = row ? query_blob(&query, 0) : (struct slice){NULL, 0};
    if (value.len != 32) {
        fail(err, ERR_STORE, "%s: the store is damaged: its key is missing; restore a backup", db->path);
        goto out;
    }
    memcpy(key, value.data, 32);
    ok = true;
out:
    query_close(&query);
    return ok;
}
