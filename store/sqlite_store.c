/* SPDX-License-Identifier: MIT */
/* The store in one SQLite file: what is one act to the caller is one transaction here. */
#include "base/memory.h"
#include "store/backup.h"
#include "store/check.h"
#include "store/evidence.h"
#include "store/merge.h"
#include "store/probe_row.h"
#include "store/prune_row.h"
#include "store/result_row.h"
#include "store/rollup_row.h"
#include "store/run_row.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/store_ops.h"

struct sqlite_store {
    struct db db;
    struct evidence *evidence;
    struct document_room room;
};

static void close_store(void *self)
{
    struct sqlite_store *store = self;

    evidence_free(store->evidence);
    document_room_free(&store->room);
    db_close(&store->db);
    mem_free(store);
}

void *sqlite_store_open(const char *path, enum store_mode mode, struct error *err)
{
    struct sqlite_store *store = mem_new(1, sizeof *store);

    store->db = (struct db)DB_INIT;
    store->room = (struct document_room)DOCUMENT_ROOM_INIT;
    if (!db_open(&store->db, path, mode, err)
        || !schema_bring(&store->db, schema_steps, schema_step_count, mode, err)) {
        close_store(store);
        return NULL;
    }
    store->evidence = evidence_new(&store->db);
    return store;
}

static bool redaction_key(void *self, uint8_t key[32], struct error *err)
{
    struct sqlite_store *store = self;

    return schema_key(&store->db, key, err);
}

/* What is recorded refers to what was found or made in the same transaction, where nothing else can take it away: SQLite's
 * own look for each would cost as much as the row. */
static bool begin(struct sqlite_store *store, struct error *err)
{
    evidence_forget(store->evidence);
    return db_check_references(&store->db, false, err) && db_begin(&store->db, err);
}

/* Commits when `ok`, else, or when that fails, undoes everything. */
static bool finish(struct sqlite_store *store, bool ok, struct error *err)
{
    if (ok && db_commit(&store->db, err))
        return true;
    db_rollback(&store->db);
    return false;
}

static bool begin_run(void *self, const struct run *run, struct error *err)
{
    struct sqlite_store *store = self;

    if (!begin(store, err))
        return fail_context(err, "the run cannot be recorded");
    return finish(store, run_row_begin(&store->db, store->evidence, run, err), err)
           || fail_context(err, "the run cannot be recorded");
}

/* Ordinals mostly rise, so that no index has to prove that this one is new. */
static bool put_probe(struct sqlite_store *store, struct run_state_row *row, const struct probe *probe,
                      struct error *err)
{
    int64_t ended = probe->started.us;
    bool known = false;

    if (probe->ordinal == 0)
        return fail(err, ERR_STORE, "a probe without ordinal");
    if (probe->ordinal <= row->last_ordinal && !probe_row_exists(&store->db, &row->key, probe->ordinal, &known, err))
        return false;
    if (known)
        return fail(err, ERR_STORE, "the run already has a probe %u", (unsigned)probe->ordinal);
    if (!probe_row_put(&store->db, store->evidence, &row->key, probe, &store->room, err))
        return false;
    if (probe->timings.total_us > 0 && ended < INT64_MAX - probe->timings.total_us)
        ended += probe->timings.total_us;
    if (probe->ordinal > row->last_ordinal)
        row->last_ordinal = probe->ordinal;
    if (ended > row->last_ended)
        row->last_ended = ended;
    return true;
}

static bool put_all(struct sqlite_store *store, const struct uuid *run, struct probe *const *probes, size_t count,
                    struct error *err)
{
    struct run_state_row row;

    if (!run_row_find(&store->db, run, &row, err))
        return false;
    if (!row.open)
        return fail(err, ERR_STORE, "%s: the run is closed", store->db.path);
    for (size_t i = 0; i < count; i++)
        if (!put_probe(store, &row, probes[i], err))
            return false;
    return run_row_advance(&store->db, &row, err);
}

static bool put_probes(void *self, const struct uuid *run, struct probe *const *probes, size_t count,
                       struct error *err)
{
    struct sqlite_store *store = self;

    if (count == 0)
        return true;
    if (!begin(store, err))
        return fail_context(err, "probes cannot be recorded");
    return finish(store, put_all(store, run, probes, count, err), err)
           || fail_context(err, "probes cannot be recorded");
}

static bool end_run(void *self, const struct run *run, struct error *err)
{
    struct sqlite_store *store = self;

    if (!begin(store, err))
        return fail_context(err, "the end of the run cannot be recorded");
    return finish(store, run_row_end(&store->db, store->evidence, run, err), err)
           || fail_context(err, "the end of the run cannot be recorded");
}

static bool get_run(void *self, const struct uuid *id, struct arena *arena, struct run *run, struct error *err)
{
    struct sqlite_store *store = self;

    return run_row_get(&store->db, store->evidence, id, arena, run, err);
}

static bool keep(void *self, struct probe *probe, struct error *err)
{
    struct probe **kept = self;

    (void)err;
    probe_free(*kept);
    *kept = probe;
    return true;
}

static struct probe *get_probe(void *self, const struct uuid *run, uint32_t ordinal, struct error *err)
{
    struct sqlite_store *store = self;
    struct run_state_row row;
    struct probe *probe = NULL;
    char text[UUID_TEXT];

    if (!run_row_find(&store->db, run, &row, err))
        return NULL;
    if (ordinal && !probe_row_each(&store->db, store->evidence, &row.key, ordinal, true, keep, &probe, err)) {
        probe_free(probe);
        return NULL;
    }
    if (!probe)
        fail(err, ERR_NOT_FOUND, "run %s has no probe %u: its last is %lld", uuid_text(run, text), (unsigned)ordinal,
             (long long)row.last_ordinal);
    return probe;
}

static bool each_probe(void *self, const struct uuid *run, bool evidence,
                       bool (*take)(void *taker, struct probe *probe, struct error *err), void *taker,
                       struct error *err)
{
    struct sqlite_store *store = self;
    struct run_state_row row;

    return run_row_find(&store->db, run, &row, err)
           && probe_row_each(&store->db, store->evidence, &row.key, 0, evidence, take, taker, err);
}

static bool each_result(void *self, const struct uuid *run, int64_t endpoint,
                        bool (*take)(void *taker, const struct result *result), void *taker, struct error *err)
{
    struct sqlite_store *store = self;
    struct run_state_row row;

    return run_row_find(&store->db, run, &row, err)
           && result_row_each(&store->db, &row.key, endpoint, take, taker, err);
}

static bool each_run(void *self, const struct run_filter *filter, bool (*take)(void *taker, const struct run *run),
                     void *taker, struct error *err)
{
    struct sqlite_store *store = self;

    return run_row_each(&store->db, store->evidence, filter, take, taker, err);
}

static bool each_id(void *self, const struct uuid *low, const struct uuid *high, bool descending,
                    bool (*take)(void *taker, const struct uuid *id), void *taker, struct error *err)
{
    struct sqlite_store *store = self;

    return run_row_each_id(&store->db, low, high, descending, take, taker, err);
}

static bool each_rollup(void *self, const struct rollup_filter *filter,
                        bool (*take)(void *taker, const struct rollup *rollup), void *taker, struct error *err)
{
    struct sqlite_store *store = self;

    return rollup_row_each(&store->db, filter, take, taker, err);
}

static bool check(void *self, const struct maintain_sink *sink, uint64_t *damages, struct error *err)
{
    struct sqlite_store *store = self;

    return check_all(&store->db, store->evidence, sink, damages, err);
}

static bool backup(void *self, const char *path, bool force, struct error *err)
{
    struct sqlite_store *store = self;

    return backup_write(&store->db, path, force, err);
}

static bool prune(void *self, const struct prune *which, const struct maintain_sink *sink, struct pruned *pruned,
                  struct error *err)
{
    struct sqlite_store *store = self;

    return db_check_references(&store->db, true, err)
           && prune_rows(&store->db, store->evidence, which, sink, pruned, err);
}

static bool merge(void *self, void *other, const struct maintain_sink *sink, struct merged *merged, struct error *err)
{
    struct sqlite_store *store = self, *from = other;
    const struct merge_side sides[] = {{&store->db, store->evidence}, {&from->db, from->evidence}};

    return db_check_references(&store->db, true, err)
           && merge_runs(&sides[0], &sides[1], &store->room, sink, merged, err);
}

bool sqlite_store_version(const char *path, int64_t *version, int64_t *current, struct error *err)
{
    struct db db = DB_INIT;
    bool ok = db_open(&db, path, STORE_READ, err) && schema_version(&db, version, err);

    *current = (int64_t)schema_step_count;
    db_close(&db);
    return ok;
}

const struct store_ops sqlite_store_ops = {
    .close = close_store,
    .redaction_key = redaction_key,
    .begin_run = begin_run,
    .put_probes = put_probes,
    .end_run = end_run,
    .get_run = get_run,
    .get_probe = get_probe,
    .each_probe = each_probe,
    .each_result = each_result,
    .each_run = each_run,
    .each_id = each_id,
    .each_rollup = each_rollup,
    .check = check,
    .backup = backup,
    .prune = prune,
    .merge = merge,
};
