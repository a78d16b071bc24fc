/* SPDX-License-Identifier: MIT */
#include "tests/unit/stored.h"

#include <math.h>

#include "store/prune.h"
#include "store/result.h"
#include "store/rollup.h"

#define HOUR_US INT64_C(3600000000)
#define DAY_US (24 * HOUR_US)

/* A run of two endpoints, three attempts each, of which the first `failing` of the socket's fail. */
static struct run record_run(struct store *store, int64_t started_us, uint32_t failing, const char *code, bool whole,
                             bool close)
{
    struct run run = run_at(started_us);

    run.whole = whole;
    assert_true(store_begin_run(store, &run, NULL));
    for (uint32_t i = 0; i < 6; i++) {
        struct probe *probe = plain_probe(i + 1, i / 3);

        probe->started.us = started_us + i;
        probe->timings.total_us = 9000 + started_us / HOUR_US % 977 + 100 * i;
        probe->body = slice_of(arena_printf(&probe->arena, "{\"night\":%lld}", (long long)(started_us / HOUR_US)));
        probe->body_size = probe->body.len;
        if (i < failing) {
            probe->outcome = OUTCOME_FAILED;
            probe->layer = LAYER_HTTP;
            probe->code = code;
            probe->status = 500;
        }
        put_one(store, &run, probe);
    }
    run.state = RUN_COMPLETE;
    run.ended.us = run.started.us + 1000000;
    if (close)
        assert_true(store_end_run(store, &run, NULL));
    return run;
}

static struct run record(struct store *store, int64_t hour, uint32_t failing)
{
    return record_run(store, NOON - NOON % DAY_US + hour * HOUR_US, failing, "http-status", true, true);
}

static struct pruned prune_at(struct store *store, int64_t days, bool dry)
{
    struct prune prune = {.keep_us = 2 * DAY_US, .now = {NOON - NOON % DAY_US + days * DAY_US}, .dry = dry};
    struct maintain_sink sink = {0};
    struct pruned pruned;
    struct error err = {0};

    if (!store_prune(store, &prune, &sink, &pruned, &err))
        print_error("%s\n", err.text);
    assert_int_equal(err.code, ERR_NONE);
    return pruned;
}

static bool is_there(struct store *store, const struct run *run)
{
    struct arena arena = ARENA_INIT;
    struct error err = {0};
    struct run found;
    bool there = store_get_run(store, &run->id, &arena, &found, &err);

    assert_true(there || err.code == ERR_NOT_FOUND);
    arena_free(&arena);
    return there;
}

/* What history counts, of whole runs and of rollups together. */
struct counted {
    struct store *store;
    uint64_t runs, passed, failed, failing, unsteady;
    double times[512]; /* of the second endpoint's attempts, as far as the runs are whole */
    size_t time_count;
    struct histogram histogram; /* of the second endpoint's attempts, runs and rollups */
};

struct counting_run {
    uint32_t passed, failed;
};

static bool count_result(void *self, const struct result *result)
{
    struct counting_run *run = self;

    run->passed += result->endpoint == 0 && result->outcome == OUTCOME_PASSED;
    run->failed += result->endpoint == 0 && result->outcome == OUTCOME_FAILED;
    return true;
}

static bool count_time(void *self, struct probe *probe, struct error *err)
{
    struct counted *counted = self;

    (void)err;
    if (probe->endpoint == 1) {
        counted->times[counted->time_count++] = (double)probe->timings.total_us;
        histogram_add(&counted->histogram, probe->timings.total_us);
    }
    probe_free(probe);
    return true;
}

struct ids {
    struct uuid list[64];
    size_t count;
};

static bool note_id(void *self, const struct run *run)
{
    struct ids *ids = self;

    if (run->whole && run->state == RUN_COMPLETE)
        ids->list[ids->count++] = run->id;
    return true;
}

static bool count_rollup(void *self, const struct rollup *rollup)
{
    struct counted *counted = self;

    if (strcmp(rollup->endpoint, "socket") == 0) {
        counted->runs += rollup->runs;
        counted->passed += rollup->attempts_passed;
        counted->failed += rollup->attempts_failed;
        counted->failing += rollup->failing;
        counted->unsteady += rollup->unsteady;
    } else {
        assert_string_equal(rollup->endpoint, "health");
        assert_int_equal(histogram_total(rollup->medians), rollup->runs);
        histogram_merge(&counted->histogram, rollup->times);
    }
    assert_string_equal(rollup->suite, "chat");
    return true;
}

static struct counted count_all(struct store *store)
{
    struct counted counted = {.store = store, .histogram = HISTOGRAM_INIT};
    struct ids ids = {.count = 0};

    assert_true(store_each_run(store, NULL, note_id, &ids, NULL));
    for (size_t i = 0; i < ids.count; i++) {
        struct counting_run run = {0, 0};

        assert_true(store_each_result(store, &ids.list[i], 0, count_result, &run, NULL));
        assert_true(store_each_probe(store, &ids.list[i], false, count_time, &counted, NULL));
        counted.runs++;
        counted.passed += run.passed;
        counted.failed += run.failed;
        counted.failing += run.failed == 3;
        counted.unsteady += run.failed > 0 && run.failed < 3;
    }
    assert_true(store_each_rollup(store, NULL, count_rollup, &counted, NULL));
    return counted;
}

static void assert_whole(const char *path)
{
    struct store *store = opened(path, STORE_READ);
    struct maintain_sink sink = {0};
    uint64_t damages;

    assert_true(store_check(store, &sink, &damages, NULL));
    assert_int_equal(damages, 0);
    store_close(store);
}

/* Six runs a day over four days; the third fails in hours 30 and 34, and is unsteady in hour 50. */
static size_t record_days(struct store *store, struct run runs[24])
{
    for (size_t i = 0; i < 24; i++) {
        int64_t hour = (int64_t)i * 4 + 2;

        runs[i] = record(store, hour, hour == 30 || hour == 34 ? 3 : hour == 50 ? 1 : 0);
    }
    return 24;
}

static void the_first_the_changes_and_one_a_day_stay_whole(void **state)
{
    /* Of hour 2, the first; 22, 46, 70, 94: the last of each day; 26 to 38 and 46 to 54: both sides of changes. */
    static const bool stays[24] = {
        [0] = true, [5] = true,  [6] = true,  [7] = true,  [8] = true,
        [9] = true, [11] = true, [12] = true, [13] = true, [17] = true,
    };
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run runs[24];
    struct pruned pruned;

    record_days(store, runs);
    /* Two days are kept: of the fourth day all, and of the third none is old before the fifth has passed. */
    pruned = prune_at(store, 5, true);
    assert_int_equal(pruned.folded, 8);
    assert_int_equal(pruned.stayed, 10);
    assert_true(is_there(store, &runs[1]));
    assert_int_equal(prune_at(store, 5, false).folded, 8);
    for (size_t i = 0; i < 18; i++)
        assert_int_equal(is_there(store, &runs[i]), stays[i]);
    for (size_t i = 18; i < 24; i++)
        assert_true(is_there(store, &runs[i]));
    /* And again: nothing is left to do. */
    pruned = prune_at(store, 5, false);
    assert_int_equal(pruned.folded + pruned.dropped + pruned.evidence, 0);
    assert_int_equal(pruned.stayed, 10);
    /* A day later the fourth day is old, too. */
    assert_int_equal(prune_at(store, 6, false).folded, 5);
    store_close(store);
    assert_whole(place->path);
}

static void what_history_counts_is_the_same_before_and_after(void **state)
{
    static const double asked[] = {0.1, 0.5, 0.9, 0.99};
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run runs[24];
    struct counted before, after;

    record_days(store, runs);
    before = count_all(store);
    prune_at(store, 9, false);
    after = count_all(store);
    assert_int_equal(before.runs, 24);
    assert_int_equal(after.runs, before.runs);
    assert_int_equal(after.passed, before.passed);
    assert_int_equal(after.failed, before.failed);
    assert_int_equal(before.failed, 7);
    assert_int_equal(after.failing, 2);
    assert_int_equal(after.unsteady, 1);
    assert_true(after.time_count < before.time_count);
    assert_int_equal(histogram_total(&after.histogram), before.time_count);
    for (size_t i = 0; i < before.time_count; i++)
        for (size_t j = i + 1; j < before.time_count; j++)
            if (before.times[j] < before.times[i]) {
                double swap = before.times[i];

                before.times[i] = before.times[j];
                before.times[j] = swap;
            }
    for (size_t i = 0; i < 4; i++) {
        double place_of = (double)(before.time_count - 1) * asked[i];
        double low = before.times[(size_t)place_of], high = before.times[(size_t)place_of + 1];
        double truth = low + (high - low) * (place_of - floor(place_of));

        assert_true(fabs(histogram_quantile(&after.histogram, asked[i]) - truth) <= truth * HISTOGRAM_ERROR);
    }
    histogram_free(&before.histogram);
    histogram_free(&after.histogram);
    store_close(store);
}

static void evidence_that_nothing_refers_to_goes_and_no_other(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run runs[24];
    struct pruned pruned;
    int64_t before;

    record_days(store, runs);
    before = asked(place->path, "SELECT count(*) FROM evidence");
    pruned = prune_at(store, 5, false);
    /* Every run has a body of its own; the rest is shared. */
    assert_int_equal(pruned.evidence, 8);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM evidence"), before - 8);
    store_close(store);
    assert_whole(place->path);
}

static void a_changed_cause_and_a_new_endpoint_are_changes(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run runs[10], other;
    int64_t midnight = NOON - NOON % DAY_US;

    for (int64_t i = 0; i < 10; i++) {
        if (i == 7) {
            other = run_at(midnight + i * HOUR_US);
            other.config = "{\"endpoints\":[{\"name\":\"socket\"},{\"name\":\"health\"},{\"name\":\"more\"}]}";
            assert_true(store_begin_run(store, &other, NULL));
            other.state = RUN_COMPLETE;
            other.ended = other.started;
            assert_true(store_end_run(store, &other, NULL));
            runs[i] = other;
            continue;
        }
        runs[i] = record_run(store, midnight + i * HOUR_US, 3, i < 3 ? "http-status" : "http-timeout", true, true);
    }
    prune_at(store, 9, false);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(is_there(store, &runs[i]), i == 0 || i == 2 || i == 3 || (i >= 6 && i <= 9));
    store_close(store);
}

static void partial_and_interrupted_runs_go_without_being_counted(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    int64_t midnight = NOON - NOON % DAY_US;
    struct run partial = record_run(store, midnight + HOUR_US, 3, "http-status", false, true);
    struct run cut = record_run(store, midnight + 2 * HOUR_US, 3, "http-status", true, false);
    struct run only = record_run(store, midnight + 26 * HOUR_US, 3, "http-status", true, false);
    struct pruned pruned;

    record(store, 3, 0);
    record(store, 200, 0);
    pruned = prune_at(store, 9, false);
    assert_int_equal(pruned.dropped, 2);
    assert_int_equal(pruned.folded, 0);
    assert_false(is_there(store, &partial));
    assert_false(is_there(store, &cut));
    /* The one run of its day stays, as what it is. */
    assert_true(is_there(store, &only));
    assert_int_equal(asked(place->path, "SELECT count(*) FROM rollup"), 0);
    store_close(store);
}

static void the_last_run_stays_only_as_long_as_it_is_the_last(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run first = record(store, 1, 0), last;

    record(store, 2, 0);
    last = record(store, 3, 0);
    assert_int_equal(prune_at(store, 90, false).folded, 1);
    assert_true(is_there(store, &first));
    assert_true(is_there(store, &last));
    /* A run of the same day that was recorded elsewhere. */
    record(store, 4, 0);
    assert_int_equal(prune_at(store, 90, false).stayed, 3);
    store_close(store);
}

static void a_run_that_was_pruned_is_not_merged_again(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE), *other;
    struct maintain_sink sink = {0};
    struct merged merged;
    struct run runs[24];
    char copy[128];

    record_days(store, runs);
    snprintf(copy, sizeof copy, "%s.copy", place->path);
    assert_true(store_backup(store, copy, false, NULL));
    prune_at(store, 5, false);
    assert_true(store_merge(store, copy, &sink, &merged, NULL));
    assert_int_equal(merged.runs, 0);
    assert_int_equal(merged.known, 24);
    assert_false(is_there(store, &runs[1]));
    store_close(store);
    /* Nor does an older copy lose anything. */
    other = opened(copy, STORE_READ);
    assert_true(is_there(other, &runs[1]));
    store_close(other);
}

static void less_than_a_day_is_refused(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct prune prune = {.keep_us = DAY_US - 1, .now = {NOON}};
    struct maintain_sink sink = {0};
    struct pruned pruned;
    struct error err = {0};

    assert_false(store_prune(store, &prune, &sink, &pruned, &err));
    assert_int_equal(err.code, ERR_USAGE);
    store_close(store);
}

static bool take_first(void *self, const struct rollup *rollup)
{
    (void)rollup;
    return ++*(size_t *)self < 1;
}

static void rollups_are_read_by_endpoint_and_day(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run runs[24];
    struct rollup_filter filter = {.endpoint = "socket"};
    struct counted socket = {.store = store};
    size_t first = 0;

    record_days(store, runs);
    prune_at(store, 9, false);
    assert_true(store_each_rollup(store, &filter, count_rollup, &socket, NULL));
    assert_int_equal(socket.runs, asked(place->path, "SELECT sum(runs) / 2 FROM rollup"));
    assert_int_equal(histogram_total(&socket.histogram), 0);
    filter.from_day = filter.to_day = rollup_day(runs[0].started, 0);
    socket = (struct counted){.store = store};
    assert_true(store_each_rollup(store, &filter, count_rollup, &socket, NULL));
    assert_int_equal(socket.runs, 4);
    filter.suite = "another";
    assert_true(store_each_rollup(store, &filter, take_first, &first, NULL));
    assert_int_equal(first, 0);
    assert_true(store_each_rollup(store, NULL, take_first, &first, NULL));
    assert_int_equal(first, 1);
    store_close(store);
    store = opened(place->path, STORE_READ);
    execute(place->path, "DROP TABLE rollup");
    assert_true(store_each_rollup(store, NULL, take_first, &first, NULL));
    assert_int_equal(first, 1);
    store_close(store);
}

static void a_day_is_that_of_the_place(void **state)
{
    (void)state;
    assert_int_equal(rollup_day((struct wall){0}, 0), 0);
    assert_int_equal(rollup_day((struct wall){0}, -1), -1);
    assert_int_equal(rollup_day((struct wall){DAY_US - 1}, 0), 0);
    assert_int_equal(rollup_day((struct wall){DAY_US - 1}, 1), 1);
    assert_int_equal(rollup_day((struct wall){-1}, 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(the_first_the_changes_and_one_a_day_stay_whole),
        PLACED(what_history_counts_is_the_same_before_and_after),
        PLACED(evidence_that_nothing_refers_to_goes_and_no_other),
        PLACED(a_changed_cause_and_a_new_endpoint_are_changes),
        PLACED(partial_and_interrupted_runs_go_without_being_counted),
        PLACED(the_last_run_stays_only_as_long_as_it_is_the_last),
        PLACED(a_run_that_was_pruned_is_not_merged_again),
        PLACED(less_than_a_day_is_refused),
        PLACED(rollups_are_read_by_endpoint_and_day),
        cmocka_unit_test(a_day_is_that_of_the_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
