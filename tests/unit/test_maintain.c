/* SPDX-License-Identifier: MIT */
#include "tests/unit/stored.h"

#include "store/maintain.h"

static void count_found(void *self, const char *what)
{
    (void)what;
    ++*(size_t *)self;
}

static struct run record(struct store *store, int64_t started_us, uint32_t probes, bool close)
{
    struct run run = run_at(started_us);

    assert_true(store_begin_run(store, &run, NULL));
    for (uint32_t i = 1; i <= probes; i++)
        put_one(store, &run, plain_probe(i, i % 3));
    run.state = RUN_COMPLETE;
    run.ended.us = run.started.us + 1000000;
    run.findings = "{\"findings\":[]}";
    if (close)
        assert_true(store_end_run(store, &run, NULL));
    return run;
}

static struct merged merge_of(struct store *store, const char *path)
{
    struct maintain_sink sink = {0};
    struct merged merged;
    struct error err = {0};

    if (!store_merge(store, path, &sink, &merged, &err))
        print_error("%s\n", err.text);
    assert_int_equal(err.code, ERR_NONE);
    return merged;
}

static uint64_t damages_of(const char *path)
{
    struct store *store = opened(path, STORE_READ);
    size_t told = 0;
    struct maintain_sink sink = {count_found, NULL, &told};
    uint64_t damages;

    assert_true(store_check(store, &sink, &damages, NULL));
    assert_int_equal(told, damages < 100 ? damages : 100);
    store_close(store);
    return damages;
}

static void a_run_that_is_merged_is_the_same_run_with_its_evidence_kept_once(void **state)
{
    struct place *place = *state;
    char other_path[128];
    struct store *store = opened(place->path, STORE_CREATE), *other;
    struct run ours = record(store, NOON, 9, true), theirs;
    struct arena arena = ARENA_INIT;
    struct merged merged;
    struct run again;
    int64_t evidence;

    snprintf(other_path, sizeof other_path, "%s.other", place->path);
    other = opened(other_path, STORE_CREATE);
    theirs = record(other, NOON + 86400000000, 9, true);
    store_close(other);
    evidence = asked(place->path, "SELECT count(*) FROM evidence");
    merged = merge_of(store, other_path);
    assert_int_equal(merged.runs, 1);
    assert_int_equal(merged.known, 0);
    assert_int_equal(merged.probes, 9);
    merged = merge_of(store, other_path);
    assert_int_equal(merged.runs, 0);
    assert_int_equal(merged.known, 1);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM evidence"), evidence);
    assert_true(store_get_run(store, &theirs.id, &arena, &again, NULL));
    assert_int_equal(again.started.us, theirs.started.us);
    assert_int_equal(again.ended.us, theirs.ended.us);
    assert_int_equal(again.state, RUN_COMPLETE);
    assert_string_equal(again.findings, theirs.findings);
    assert_true(store_get_run(store, &ours.id, &arena, &again, NULL));
    arena_free(&arena);
    store_close(store);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM probe"), 18);
    assert_int_equal(damages_of(place->path), 0);
}

static void a_run_that_was_open_when_it_was_merged_is_brought_up_to_date_and_a_closed_one_never(void **state)
{
    struct place *place = *state;
    char other_path[128];
    struct store *store = opened(place->path, STORE_CREATE), *other;
    struct merged merged;
    struct run run;

    snprintf(other_path, sizeof other_path, "%s.other", place->path);
    other = opened(other_path, STORE_CREATE);
    run = record(other, NOON, 3, false);
    merged = merge_of(store, other_path);
    assert_int_equal(merged.probes, 3);
    assert_int_equal(merge_of(store, other_path).known, 1);
    put_one(other, &run, plain_probe(4, 0));
    assert_true(store_end_run(other, &run, NULL));
    merged = merge_of(store, other_path);
    assert_int_equal(merged.runs, 1);
    assert_int_equal(merged.probes, 4);
    store_close(other);
    store_close(store);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM run"), 1);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM probe"), 4);
    execute(other_path, "UPDATE run SET ended = NULL, last_ordinal = 9");
    store = opened(place->path, STORE_CREATE);
    assert_int_equal(merge_of(store, other_path).known, 1);
    store_close(store);
}

static void a_damaged_run_is_not_merged_and_leaves_nothing_behind(void **state)
{
    struct place *place = *state;
    char other_path[128];
    struct store *store = opened(place->path, STORE_CREATE), *other;
    struct maintain_sink sink = {0};
    struct merged merged;
    struct error err = {0};

    snprintf(other_path, sizeof other_path, "%s.other", place->path);
    other = opened(other_path, STORE_CREATE);
    record(other, NOON, 5, true);
    record(other, NOON + 1000000, 5, true);
    store_close(other);
    execute(other_path, "UPDATE evidence SET bytes = x'00' WHERE id = (SELECT max(exchange) FROM probe)");
    assert_false(store_merge(store, other_path, &sink, &merged, &err));
    assert_non_null(strstr(err.text, other_path));
    assert_true(store_is_damage(&err));
    store_close(store);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM run"), merged.runs);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM probe"), merged.probes);
    assert_int_equal(damages_of(place->path), 0);
}

static void every_kind_of_damage_is_found(void **state)
{
    static const char *const damages[] = {
        "UPDATE evidence SET bytes = x'00' WHERE id = (SELECT min(exchange) FROM probe)",
        "UPDATE evidence SET digest = zeroblob(32) WHERE id = (SELECT min(body) FROM probe)",
        "DELETE FROM evidence WHERE id = (SELECT min(body) FROM probe)",
        "DELETE FROM evidence WHERE id = (SELECT min(config) FROM run)",
        "UPDATE probe SET varying = x'ff' WHERE ordinal = 2",
        "UPDATE probe SET outcome = 77 WHERE ordinal = 2",
        "PRAGMA foreign_keys = OFF; DELETE FROM run",
    };
    struct place *place = *state;
    char copy[128];
    struct store *store = opened(place->path, STORE_CREATE);

    record(store, NOON, 5, true);
    snprintf(copy, sizeof copy, "%s.copy", place->path);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct error err = {0};

        unlink(copy);
        if (!store_backup(store, copy, true, &err))
            print_error("%s\n", err.text);
        assert_int_equal(err.code, ERR_NONE);
        assert_int_equal(damages_of(copy), 0);
        execute(copy, damages[i]);
        if (damages_of(copy) == 0)
            print_error("not found: %s\n", damages[i]);
        assert_true(damages_of(copy) > 0);
    }
    store_close(store);
}

/* Sixty nights of the same answers: the log never grows far beyond what a checkpoint takes, and evidence not at all. */
static void a_second_identical_night_adds_only_rows_and_the_log_stays_small(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    int64_t evidence = 0, before = 0, after;
    char log[128];
    struct stat info;
    enum { NIGHTS = 60, PROBES = 256 };

    snprintf(log, sizeof log, "%s-wal", place->path);
    for (int night = 0; night < NIGHTS; night++) {
        struct run run = run_at(NOON + night * INT64_C(86400000000));

        assert_true(store_begin_run(store, &run, NULL));
        for (uint32_t i = 0; i < PROBES; i += 64) {
            struct probe *batch[64];

            for (uint32_t k = 0; k < 64; k++) {
                batch[k] = plain_probe(i + k + 1, (i + k) % 64);
                batch[k]->started.us += night * INT64_C(86400000000);
            }
            assert_true(store_put_probes(store, &run.id, batch, 64, NULL));
            for (uint32_t k = 0; k < 64; k++)
                probe_free(batch[k]);
        }
        run.ended.us = run.started.us + 1;
        assert_true(store_end_run(store, &run, NULL));
        if (night == 0) {
            evidence = asked(place->path, "SELECT count(*) FROM evidence");
            before = asked(place->path, "SELECT sum(length(bytes)) FROM evidence");
        }
    }
    assert_int_equal(asked(place->path, "SELECT count(*) FROM evidence"), evidence);
    assert_int_equal(asked(place->path, "SELECT sum(length(bytes)) FROM evidence"), before);
    assert_int_equal(stat(log, &info), 0);
    assert_true(info.st_size < 8 << 20);
    store_close(store);
    /* Beside its evidence a stored probe is at most 64 bytes, pages' slack included. */
    after = asked(place->path, "SELECT sum(pgsize) FROM dbstat WHERE name = 'probe'");
    if (after >= 0)
        assert_true(after / (NIGHTS * PROBES) <= 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(a_run_that_is_merged_is_the_same_run_with_its_evidence_kept_once),
        PLACED(a_run_that_was_open_when_it_was_merged_is_brought_up_to_date_and_a_closed_one_never),
        PLACED(a_damaged_run_is_not_merged_and_leaves_nothing_behind),
        PLACED(every_kind_of_damage_is_found),
        PLACED(a_second_identical_night_adds_only_rows_and_the_log_stays_small),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
