/* SPDX-License-Identifier: MIT */
/* Each run is read as any reader would, so that its evidence is held against its digests, and recorded again, in a
 * transaction of its own. */
#include "store/merge.h"

#include <string.h>

#include "base/memory.h"
#include "store/evidence.h"
#include "store/probe_row.h"
#include "store/rollup_row.h"
#include "store/run_row.h"
#include "store/sqlite.h"

struct merge {
    const struct merge_side *into, *from;
    struct document_room *room;
    const struct maintain_sink *sink;
    struct merged *merged;
    struct uuid *ids;
    size_t count, capacity;
    struct run_state_row row; /* of the run that is being recorded */
};

static bool keep_id(void *self, const struct uuid *id)
{
    struct merge *merge = self;

    merge->ids = mem_grow(merge->ids, merge->count, &merge->capacity, sizeof *merge->ids);
    merge->ids[merge->count++] = *id;
    return true;
}

/* Whether the run is to be taken over: it is not here and was not pruned here, or what is here was never closed and is
 * less. */
static bool is_wanted(struct merge *merge, const struct uuid *id, const struct run_state_row *theirs, bool *wanted,
                      bool *here, struct error *err)
{
    struct error missing = {0};
    struct run_state_row ours;
    bool pruned;

    if (!rollup_row_knows(merge->into->db, id, &pruned, err))
        return false;
    if (pruned) {
        *wanted = *here = false;
        return true;
    }
    *here = run_row_find(merge->into->db, id, &ours, &missing);
    *wanted = !*here || (ours.open && (!theirs->open || theirs->last_ordinal > ours.last_ordinal));
    if (!*here && missing.code != ERR_NOT_FOUND) {
        if (err)
            *err = missing;
        return false;
    }
    return true;
}

static bool copy_probe(void *self, struct probe *probe, struct error *err)
{
    struct merge *merge = self;
    bool ok = probe_row_put(merge->into->db, merge->into->evidence, &merge->row.key, probe, merge->room, err);

    probe_free(probe);
    merge->merged->probes++;
    return ok;
}

static bool copy_run(struct merge *merge, const struct run *run, const struct run_state_row *theirs, bool replace,
                     struct error *err)
{
    struct db *into = merge->into->db;

    return (!replace || run_row_remove(into, &run->id, err)) && run_row_begin(into, merge->into->evidence, run, err)
           && run_row_find(into, &run->id, &merge->row, err)
           && probe_row_each(merge->from->db, merge->from->evidence, &theirs->key, 0, true, copy_probe, merge, err)
           && run_row_advance(
               into, &(struct run_state_row){merge->row.key, true, theirs->last_ordinal, theirs->last_ended}, err)
           && (theirs->open || run_row_end(into, merge->into->evidence, run, err));
}

static bool take_over(struct merge *merge, const struct uuid *id, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct run_state_row theirs;
    bool wanted = false, here = false;
    uint64_t before = merge->merged->probes;
    struct run run;
    bool ok = run_row_find(merge->from->db, id, &theirs, err)
              && run_row_get(merge->from->db, merge->from->evidence, id, &arena, &run, err)
              && db_begin(merge->into->db, err);

    evidence_forget(merge->into->evidence);
    if (!ok)
        goto out;
    ok = is_wanted(merge, id, &theirs, &wanted, &here, err) && (!wanted || copy_run(merge, &run, &theirs, here, err))
         && db_commit(merge->into->db, err);
    if (!ok) {
        db_rollback(merge->into->db);
        merge->merged->probes = before;
    }
    merge->merged->runs += ok && wanted;
    merge->merged->known += ok && !wanted;
out:
    arena_free(&arena);
    return ok;
}

bool merge_runs(const struct merge_side *into, const struct merge_side *from, struct document_room *room,
                const struct maintain_sink *sink, struct merged *merged, struct error *err)
{
    struct merge merge = {.into = into, .from = from, .room = room, .sink = sink, .merged = merged};
    struct uuid low = {{0}}, high;
    bool ok;

    memset(high.bytes, 0xFF, sizeof high.bytes);
    ok = run_row_each_id(from->db, &low, &high, false, keep_id, &merge, err);
    for (size_t i = 0; ok && i < merge.count; i++) {
        ok = take_over(&merge, &merge.ids[i], err);
        if (ok && sink->advance)
            sink->advance(sink->self, i + 1, merge.count);
    }
    mem_free(merge.ids);
    return ok;
}
