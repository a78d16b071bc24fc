/* SPDX-License-Identifier: MIT */
#include "store/prune.h"

#include "base/memory.h"
#include "store/prune_plan.h"
#include "store/prune_row.h"
#include "store/rollup_row.h"
#include "store/run_row.h"
#include "store/sqlite.h"
#include "store/store_ops.h"
#include "store/sweep.h"

#define DAY_US INT64_C(86400000000)

/* What one transaction takes away: a collector waits for it. */
enum { PROBES_AT_ONCE = 20000, RUNS_AT_ONCE = 64 };

struct pruning {
    struct db *db;
    struct names_cache names;
    struct prune_plan plan;
    const struct maintain_sink *sink;
    struct pruned *pruned;
};

static bool goes(const struct planned_run *run)
{
    return run->old && !run->stays;
}

static void count_run(struct pruned *pruned, const struct planned_run *run)
{
    pruned->folded += run->usual;
    pruned->dropped += !run->usual;
    pruned->probes += (uint64_t)run->probes;
    if (pruned->first.us == 0 || run->started.us < pruned->first.us)
        pruned->first = run->started;
    if (run->started.us > pruned->last.us)
        pruned->last = run->started;
}

/* Whether the run is still there: another prune may have been faster. */
static bool is_there(struct db *db, const struct planned_run *run, bool *there, struct error *err)
{
    static const char sql[] = "SELECT 1 FROM run WHERE id = ?1 AND uuid = ?2";
    struct query query;
    bool ok;

    if (!query_open(&query, db, sql, err))
        return false;
    query_put_int(&query, 1, run->id);
    query_put_blob(&query, 2, (struct slice){(const char *)run->uuid.bytes, sizeof run->uuid.bytes});
    ok = query_step(&query, there, err);
    query_close(&query);
    return ok;
}

static bool fold(struct pruning *pruning, const struct planned_run *run, struct error *err)
{
    const struct suite_names *names = names_of(&pruning->names, run->config, err);

    return names
           && rollup_row_fold(pruning->db,
                              &(struct foldable){
                                  .id = run->id,
                                  .suite = run->suite,
                                  .environment = run->environment,
                                  .vantage = run->vantage,
                                  .started = run->started,
                                  .offset_s = run->offset_s,
                                  .names = names->names,
                                  .name_count = names->count,
                              },
                              err);
}

static bool take_away(struct pruning *pruning, const struct planned_run *run, struct pruned *pruned, struct error *err)
{
    bool there;

    if (!is_there(pruning->db, run, &there, err))
        return false;
    if (!there)
        return true;
    if ((run->usual && !fold(pruning, run, err)) || !run_row_remove(pruning->db, &run->uuid, err)
        || !rollup_row_note(pruning->db, &run->uuid, err) || !sweep_note(pruning->db, err))
        return false;
    count_run(pruned, run);
    return true;
}

/* One transaction, from the run `*at` on. */
static bool take_some(struct pruning *pruning, size_t *at, struct error *err)
{
    struct pruned pruned = *pruning->pruned;
    uint64_t limit = pruned.probes + PROBES_AT_ONCE;
    size_t runs = 0;
    bool ok = db_begin(pruning->db, err);

    for (; ok && *at < pruning->plan.count && pruned.probes < limit && runs < RUNS_AT_ONCE; ++*at)
        if (goes(&pruning->plan.runs[*at])) {
            ok = take_away(pruning, &pruning->plan.runs[*at], &pruned, err);
            runs++;
        }
    if (!ok || !db_commit(pruning->db, err)) {
        db_rollback(pruning->db);
        return false;
    }
    *pruning->pruned = pruned;
    return true;
}

static bool take_all(struct pruning *pruning, struct error *err)
{
    for (size_t at = 0; at < pruning->plan.count;) {
        if (!goes(&pruning->plan.runs[at])) {
            at++;
            continue;
        }
        if (!take_some(pruning, &at, err))
            return false;
        if (pruning->sink->advance)
            pruning->sink->advance(pruning->sink->self, at, pruning->plan.count);
    }
    return true;
}

/* Notes which of the old runs stay for good, so that the next prune need not ask again. */
static bool settle(struct pruning *pruning, struct error *err)
{
    static const char sql[] = "UPDATE run SET settled = 1 WHERE id = ?1 AND uuid = ?2";
    bool ok = db_begin(pruning->db, err);

    for (size_t i = 0; ok && i < pruning->plan.count; i++) {
        const struct planned_run *run = &pruning->plan.runs[i];
        struct query query;

        if (!run->old || !run->stays || run->for_now || run->settled)
            continue;
        if ((ok = query_open(&query, pruning->db, sql, err))) {
            query_put_int(&query, 1, run->id);
            query_put_blob(&query, 2, (struct slice){(const char *)run->uuid.bytes, sizeof run->uuid.bytes});
            ok = query_finish(&query, err);
        }
    }
    if (ok && db_commit(pruning->db, err))
        return true;
    db_rollback(pruning->db);
    return false;
}

static void count_plan(struct pruning *pruning, bool dry)
{
    for (size_t i = 0; i < pruning->plan.count; i++) {
        const struct planned_run *run = &pruning->plan.runs[i];

        pruning->pruned->stayed += run->old && run->stays;
        if (dry && goes(run))
            count_run(pruning->pruned, run);
    }
}

bool prune_rows(struct db *db, struct evidence *evidence, const struct prune *prune, const struct maintain_sink *sink,
                struct pruned *pruned, struct error *err)
{
    struct pruning pruning = {
        .db = db,
        .names = {.evidence = evidence},
        .plan = PRUNE_PLAN_INIT,
        .sink = sink,
        .pruned = pruned,
    };
    bool ok = prune_plan_make(&pruning.plan, db, &pruning.names, prune, sink, err);

    if (ok)
        count_plan(&pruning, prune->dry);
    if (ok && !prune->dry)
        ok = take_all(&pruning, err) && settle(&pruning, err)
             && sweep_evidence(db, pruned->folded + pruned->dropped > 0, sink, &pruned->evidence, err)
             && sweep_pages(db, sink, &pruned->bytes, err);
    prune_plan_free(&pruning.plan);
    names_cache_free(&pruning.names);
    return ok;
}

bool store_prune(struct store *store, const struct prune *prune, const struct maintain_sink *sink,
                 struct pruned *pruned, struct error *err)
{
    static const struct maintain_sink silent = {NULL, NULL, NULL};

    *pruned = (struct pruned){0};
    if (prune->keep_us < DAY_US)
        return fail(err, ERR_USAGE, "at least a day is kept whole: give --keep 1d or more");
    return store->ops->prune(store->self, prune, sink ? sink : &silent, pruned, err);
}
