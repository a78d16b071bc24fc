/* SPDX-License-Identifier: MIT */
#include "store/prune_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/rollup.h"
#include "store/sqlite.h"
#include "store/tally.h"

enum { NOT_ATTEMPTED = 255 };

/* How an endpoint stood in a run. */
struct stand {
    const char *name;
    int64_t failure;
    uint8_t standing; /* enum standing, or NOT_ATTEMPTED */
};

/* How all of them stood. */
struct stands {
    const struct planned_run *run; /* NULL: not read yet */
    struct stand *list;
    size_t count, capacity;
};

void prune_plan_free(struct prune_plan *plan)
{
    mem_free(plan->runs);
    arena_free(&plan->arena);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Equal texts mostly stand next to each other. */
static const char *keep_text(struct prune_plan *plan, const char *text, const char *before)
{
    return text && same_text(text, before) ? before : arena_text(&plan->arena, text);
}

static bool add_run(struct prune_plan *plan, const struct query *query, const struct prune *prune)
{
    const struct planned_run none = {.id = 0};
    const struct planned_run *before = plan->count > 0 ? &plan->runs[plan->count - 1] : &none;
    struct slice uuid = query_blob(query, 1);
    struct planned_run run = {
        .id = query_int(query, 0),
        .suite = keep_text(plan, query_text_here(query, 2), before->suite),
        .environment = keep_text(plan, query_text_here(query, 3), before->environment),
        .vantage = keep_text(plan, query_text_here(query, 4), before->vantage),
        .started = {query_int(query, 5)},
        .offset_s = (int32_t)query_int(query, 6),
        .config = query_int(query, 7),
        .probes = query_int(query, 8),
        .whole = query_int(query, 9) != 0,
        .settled = query_int(query, 11) != 0,
    };

    if (uuid.len != sizeof run.uuid.bytes)
        return false;
    memcpy(run.uuid.bytes, uuid.data, sizeof run.uuid.bytes);
    run.usual = run.whole && query_int(query, 10) != 0;
    run.day = rollup_day(run.started, run.offset_s);
    run.old = run.day < rollup_day((struct wall){prune->now.us - prune->keep_us}, run.offset_s);
    plan->runs = mem_grow(plan->runs, plan->count, &plan->capacity, sizeof *plan->runs);
    plan->runs[plan->count++] = run;
    return true;
}

#define RUNS_SQL(settled)                                                                                             \
    "SELECT id, uuid, suite, environment, vantage, started, offset_s, config, last_ordinal, whole, "                  \
    "ended IS NOT NULL AND state = ?4, " settled " FROM run WHERE (?1 IS NULL OR suite = ?1) "                        \
    "AND (?2 IS NULL OR environment = ?2) AND (?3 IS NULL OR vantage = ?3) "                                          \
    "ORDER BY suite, environment, vantage, started, uuid"

static bool read_runs(struct prune_plan *plan, struct db *db, const struct prune *prune, struct error *err)
{
    static const char has[] = "SELECT count(*) FROM pragma_table_info('run') WHERE name = 'settled'";
    static const char now[] = RUNS_SQL("settled"), older[] = RUNS_SQL("0");
    const struct run_filter *filter = prune->filter;
    struct query query;
    int64_t settled;
    bool row = false;
    bool ok;

    /* A store of an older schema, which is only looked at, was never pruned. */
    if (!db_number(db, has, &settled, err) || !query_open(&query, db, settled ? now : older, err))
        return false;
    query_put_text(&query, 1, filter ? filter->suite : NULL);
    query_put_text(&query, 2, filter ? filter->environment : NULL);
    query_put_text(&query, 3, filter ? filter->vantage : NULL);
    query_put_int(&query, 4, RUN_COMPLETE);
    while ((ok = query_step(&query, &row, err)) && row)
        if (!(ok = add_run(plan, &query, prune)
                   || fail(err, ERR_STORE, "%s: the store is damaged: a run without id; restore a backup", db->path)))
            break;
    query_close(&query);
    return ok;
}

static bool note_stand(void *self, const struct tally *tally, struct error *err)
{
    struct stands *stands = self;

    (void)err;
    if (tally->endpoint < stands->count) {
        struct stand *stand = &stands->list[tally->endpoint];

        stand->standing = (uint8_t)tally_standing(tally);
        /* Of one that is unsteady, which attempt failed with what is chance. */
        stand->failure = stand->standing == STANDING_FAILS ? tally->failure : 0;
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct stand *)a)->name, ((const struct stand *)b)->name);
}

/* The names have to outlive the next one's: see NAMES_HELD. */
static bool read_stands(struct stands *stands, const struct planned_run *run, struct db *db, struct names_cache *cache,
                        struct error *err)
{
    const struct suite_names *names = names_of(cache, run->config, err);

    if (!names)
        return false;
    stands->run = run;
    stands->count = 0;
    while (stands->count < names->count) {
        stands->list = mem_grow(stands->list, stands->count, &stands->capacity, sizeof *stands->list);
        stands->list[stands->count] = (struct stand){names->names[stands->count], 0, NOT_ATTEMPTED};
        stands->count++;
    }
    if (!tally_each(db, run->id, note_stand, stands, err))
        return false;
    if (stands->count > 1)
        qsort(stands->list, stands->count, sizeof *stands->list, by_name);
    return true;
}

static bool differ(const struct stands *a, const struct stands *b)
{
    if (a->count != b->count)
        return true;
    for (size_t i = 0; i < a->count; i++)
        if (a->list[i].standing != b->list[i].standing || a->list[i].failure != b->list[i].failure
            || (a->list[i].name != b->list[i].name && strcmp(a->list[i].name, b->list[i].name) != 0))
            return true;
    return false;
}

/* What one pass over the runs of a group works with. */
struct planning {
    struct db *db;
    struct names_cache *cache;
    struct planned_run *last; /* usual one that was looked at */
    struct stands stands[2];  /* of the last, and of the one before it, in turn */
    size_t turn;
    const struct maintain_sink *sink;
    size_t done, count; /* runs */
};

/* Both sides of a change stay. */
static bool compare(struct planning *planning, struct planned_run *run, struct error *err)
{
    struct stands *before = &planning->stands[planning->turn % 2];
    struct stands *after = &planning->stands[(planning->turn + 1) % 2];

    if (before->run != planning->last && !read_stands(before, planning->last, planning->db, planning->cache, err))
        return false;
    if (!read_stands(after, run, planning->db, planning->cache, err))
        return false;
    planning->turn++;
    if (differ(before, after))
        planning->last->stays = run->stays = true;
    return true;
}

static bool plan_usual(struct planning *planning, struct planned_run *run, struct error *err)
{
    struct planned_run *last = planning->last;
    /* Between two that were settled nothing is left to be decided, and of two that are kept nothing is asked. */
    bool asked = last && (run->old || last->old) && !(run->settled && last->settled);

    run->stays = run->stays || run->settled || !last;
    if (asked && !compare(planning, run, err))
        return false;
    planning->last = run;
    return true;
}

/* One run stays of each day: the last usual one or, where there is none, the last over the whole suite. */
static void plan_day(struct planned_run *runs, size_t count)
{
    struct planned_run *chosen = NULL;

    for (size_t i = 0; i < count; i++)
        if (runs[i].whole && (!chosen || runs[i].usual || !chosen->usual))
            chosen = &runs[i];
    if (chosen)
        chosen->stays = true;
}

static bool plan_group(struct planning *planning, struct planned_run *runs, size_t count, struct error *err)
{
    size_t day = 0;

    planning->last = NULL;
    planning->stands[0].run = planning->stands[1].run = NULL;
    for (size_t i = 0; i < count; i++) {
        if (runs[i].usual && !plan_usual(planning, &runs[i], err))
            return false;
        if (planning->sink->advance)
            planning->sink->advance(planning->sink->self, ++planning->done, planning->count);
    }
    for (size_t i = 1; i <= count; i++)
        if (i == count || runs[i].day != runs[day].day) {
            plan_day(runs + day, i - day);
            day = i;
        }
    if (planning->last && !planning->last->stays)
        planning->last->stays = planning->last->for_now = true;
    return true;
}

static bool same_group(const struct planned_run *a, const struct planned_run *b)
{
    return same_text(a->suite, b->suite) && same_text(a->environment, b->environment)
           && same_text(a->vantage, b->vantage);
}

/* A number is given anew when the highest was taken away, and sweeping tells new runs by their number. */
static bool keep_highest(struct prune_plan *plan, struct db *db, struct error *err)
{
    int64_t highest;

    if (!db_number(db, "SELECT max(id) FROM run", &highest, err))
        return false;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->runs[i].id == highest && !plan->runs[i].stays)
            plan->runs[i].stays = plan->runs[i].for_now = true;
    return true;
}

bool prune_plan_make(struct prune_plan *plan, struct db *db, struct names_cache *names, const struct prune *prune,
                     const struct maintain_sink *sink, struct error *err)
{
    struct planning planning = {.db = db, .cache = names, .sink = sink};
    size_t start = 0;
    bool ok = read_runs(plan, db, prune, err);

    planning.count = plan->count;
    for (size_t i = 1; ok && i <= plan->count; i++) {
        if (i < plan->count && same_group(&plan->runs[i], &plan->runs[start]))
            continue;
        ok = plan_group(&planning, plan->runs + start, i - start, err);
        start = i;
    }
    mem_free(planning.stands[0].list);
    mem_free(planning.stands[1].list);
    return ok && keep_highest(plan, db, err);
}
