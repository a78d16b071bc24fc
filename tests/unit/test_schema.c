/* SPDX-License-Identifier: MIT */
#include "tests/unit/stored.h"

#include <signal.h>
#include <sys/wait.h>

#include "store/rollup.h"
#include "store/schema.h"
#include "store/sqlite.h"

static void write_file(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* All of a file, to see that it stays as it was. */
static struct slice read_file(const char *path, char *room, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t len;

    assert_non_null(file);
    len = fread(room, 1, size, file);
    fclose(file);
    return (struct slice){room, len};
}

static void a_new_store_is_only_for_its_owner(void **state)
{
    struct place *place = *state;
    mode_t before = umask(0);
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    static const char *const ends[] = {"", "-wal", "-shm"};

    assert_true(store_begin_run(store, &run, NULL));
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        struct stat info;

        snprintf(path, sizeof path, "%s%s", place->path, ends[i]);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
    }
    store_close(store);
    umask(before);
}

static void a_store_says_whose_it_is_and_cannot_be_confused(void **state)
{
    struct place *place = *state;

    store_close(opened(place->path, STORE_CREATE));
    assert_int_equal(asked(place->path, "PRAGMA application_id"), SCHEMA_APPLICATION);
    assert_int_equal(asked(place->path, "PRAGMA user_version"), schema_step_count);
    assert_int_equal(asked(place->path, "PRAGMA auto_vacuum"), 2);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
}

static void its_key_is_made_once_and_is_its_own(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    uint8_t first[32], again[32], other[32];
    char path[128];

    assert_true(store_redaction_key(store, first, NULL));
    store_close(store);
    store = opened(place->path, STORE_READ);
    assert_true(store_redaction_key(store, again, NULL));
    store_close(store);
    snprintf(path, sizeof path, "%s.other", place->path);
    store = opened(path, STORE_CREATE);
    assert_true(store_redaction_key(store, other, NULL));
    store_close(store);
    assert_memory_equal(first, again, 32);
    assert_memory_not_equal(first, other, 32);
}

static void a_newer_schema_is_refused(void **state)
{
    struct place *place = *state;

    store_close(opened(place->path, STORE_CREATE));
    execute(place->path, "PRAGMA user_version = 4711");
    assert_refused(place->path, STORE_CREATE, "newer endoscope (its schema is 4711");
    assert_refused(place->path, STORE_READ, "newer endoscope (its schema is 4711");
    assert_int_equal(asked(place->path, "PRAGMA user_version"), 4711);
}

static void a_database_of_another_program_is_refused_and_not_touched(void **state)
{
    struct place *place = *state;
    char before[65536], after[65536];
    struct slice was, is;

    execute(place->path, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    was = read_file(place->path, before, sizeof before);
    assert_refused(place->path, STORE_CREATE, "another program");
    assert_refused(place->path, STORE_READ, "another program");
    is = read_file(place->path, after, sizeof after);
    assert_true(slice_equals(was, is));
    execute(place->path, "DROP TABLE theirs; PRAGMA application_id = 7");
    assert_refused(place->path, STORE_CREATE, "another program");
}

static void a_file_that_is_no_database_is_refused_and_not_touched(void **state)
{
    static const char text[] = "suite: chat-staging\nthis is a config, and long enough to look like a header\n";
    struct place *place = *state;
    char garbage[9000];
    char after[9000];

    memset(garbage, 0xA5, sizeof garbage);
    write_file(place->path, garbage, sizeof garbage);
    assert_refused(place->path, STORE_CREATE, "not a store of endoscope");
    assert_refused(place->path, STORE_READ, "not a store of endoscope");
    assert_true(slice_equals(read_file(place->path, after, sizeof after), (struct slice){garbage, sizeof garbage}));
    write_file(place->path, text, sizeof text - 1);
    assert_refused(place->path, STORE_CREATE, "not a store of endoscope");
    assert_refused(place->directory, STORE_CREATE, "is no file");
}

static void an_empty_file_becomes_a_store_but_is_none_to_read(void **state)
{
    struct place *place = *state;

    assert_refused(place->path, STORE_READ, "no store here yet");
    write_file(place->path, "", 0);
    assert_refused(place->path, STORE_READ, "empty");
    store_close(opened(place->path, STORE_CREATE));
    store_close(opened(place->path, STORE_READ));
}

static void a_directory_that_is_not_there_is_said_so(void **state)
{
    (void)state;
    assert_refused("/tmp/endoscope-no-such-directory/a.db", STORE_CREATE, "No such file or directory");
    assert_refused("", STORE_CREATE, "cannot be made");
}

static void names_that_sqlite_reads_otherwise_are_just_names(void **state)
{
    static const char *const names[] = {":memory:", "file:x?mode=memory", "a%41?b#c", "e\xC3\xA9 \"'.db"};
    struct place *place = *state;
    char before[256];

    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(place->directory), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct stat info;

        store_close(opened(names[i], STORE_CREATE));
        assert_int_equal(stat(names[i], &info), 0);
        assert_true(info.st_size > 0);
    }
    assert_int_equal(chdir(before), 0);
}

static void a_truncated_store_is_reported_as_damaged(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct stat info;

    assert_true(store_begin_run(store, &run, NULL));
    for (uint32_t i = 1; i <= 50; i++)
        put_one(store, &run, plain_probe(i, i));
    store_close(store);
    assert_int_equal(stat(place->path, &info), 0);
    assert_int_equal(truncate(place->path, info.st_size / 8192 * 4096), 0);
    assert_refused(place->path, STORE_READ, "damaged");
    assert_refused(place->path, STORE_CREATE, "damaged");
}

/* The machinery of migration, by steps of its own. */
static bool brought(const char *path, const struct schema_step *steps, size_t count, enum store_mode mode,
                    struct error *err)
{
    struct db db = DB_INIT;
    bool ok = db_open(&db, path, mode, err) && schema_bring(&db, steps, count, mode, err);

    db_close(&db);
    return ok;
}

static void an_older_schema_is_brought_up_to_date_in_one_go(void **state)
{
    struct place *place = *state;
    struct schema_step steps[3] = {
        schema_steps[0],
        {"ALTER TABLE run ADD COLUMN note TEXT; UPDATE run SET note = 'old'", false},
        {"CREATE TABLE more (a INTEGER) STRICT; INSERT INTO more SELECT count(*) FROM run", true},
    };
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct error err = {0};
    uint8_t key[32];

    assert_true(store_redaction_key(store, key, NULL));
    assert_true(store_begin_run(store, &run, NULL));
    store_close(store);
    execute(place->path, "PRAGMA user_version = 1");
    assert_false(brought(place->path, steps, 3, STORE_READ, &err));
    assert_non_null(strstr(err.text, "older schema (1, this program's is 3)"));
    assert_true(brought(place->path, steps, 3, STORE_CREATE, &err));
    assert_int_equal(asked(place->path, "SELECT count(*) FROM run WHERE note = 'old'"), 1);
    assert_int_equal(asked(place->path, "SELECT a FROM more"), 1);
    assert_int_equal(asked(place->path, "PRAGMA user_version"), 3);
    assert_true(brought(place->path, steps, 3, STORE_READ, &err));
    assert_int_equal(asked(place->path, "SELECT count(*) FROM meta"), 1);
}

static void a_step_that_fails_leaves_the_older_schema(void **state)
{
    struct place *place = *state;
    struct schema_step steps[3] = {
        schema_steps[0],
        {"CREATE TABLE half (a)", false},
        {"INSERT INTO nowhere VALUES (1)", false},
    };
    struct error err = {0};

    store_close(opened(place->path, STORE_CREATE));
    execute(place->path, "PRAGMA user_version = 1");
    assert_false(brought(place->path, steps, 3, STORE_CREATE, &err));
    assert_int_equal(asked(place->path, "PRAGMA user_version"), 1);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
}

static void an_older_store_is_read_where_the_missing_steps_allow(void **state)
{
    struct place *place = *state;
    struct schema_step steps[3] = {schema_steps[0], {"", true}, {"CREATE TABLE more (a)", true}};
    struct error err = {0};

    store_close(opened(place->path, STORE_CREATE));
    execute(place->path, "PRAGMA user_version = 1");
    assert_true(brought(place->path, steps, 3, STORE_READ, &err));
    steps[1].readable = false;
    assert_false(brought(place->path, steps, 3, STORE_READ, &err));
    execute(place->path, "PRAGMA user_version = 2");
    assert_true(brought(place->path, steps, 3, STORE_READ, &err));
    assert_int_equal(asked(place->path, "PRAGMA user_version"), 2);
}

/* Waits for `child`: whether it left with status 0. */
static bool ended_well(pid_t child)
{
    int status;

    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void two_processes_that_migrate_at_once_do_it_once(void **state)
{
    struct place *place = *state;
    struct schema_step steps[2] = {
        schema_steps[0],
        /* A second time it would fail, and count twice. */
        {"CREATE TABLE more (a INTEGER) STRICT; INSERT INTO more VALUES (1)", false},
    };
    pid_t children[6];

    store_close(opened(place->path, STORE_CREATE));
    execute(place->path, "PRAGMA user_version = 1");
    for (size_t i = 0; i < 6; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            _exit(brought(place->path, steps, 2, STORE_CREATE, NULL) ? 0 : 1);
    }
    for (size_t i = 0; i < 6; i++)
        assert_true(ended_well(children[i]));
    assert_int_equal(asked(place->path, "SELECT count(*) FROM more"), 1);
    assert_int_equal(asked(place->path, "PRAGMA user_version"), 2);
}

static void a_migration_that_is_killed_leaves_the_older_store_whole(void **state)
{
    struct place *place = *state;
    struct schema_step steps[] = {
        schema_steps[0],
        schema_steps[1],
        schema_steps[2],
        {"CREATE TABLE half (a INTEGER) STRICT", false},
        /* Without end: it is killed at some moment of it, long after it began to write. */
        {"WITH RECURSIVE n (a) AS (VALUES (1) UNION ALL SELECT a + 1 FROM n) INSERT INTO half SELECT a FROM n", false},
    };
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct stat info = {0};
    char log[128];
    pid_t child;

    assert_int_equal(schema_step_count + 2, sizeof steps / sizeof *steps);
    assert_true(store_begin_run(store, &run, NULL));
    put_one(store, &run, plain_probe(1, 0));
    store_close(store);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(brought(place->path, steps, sizeof steps / sizeof *steps, STORE_CREATE, NULL) ? 0 : 1);
    snprintf(log, sizeof log, "%s-wal", place->path);
    while (stat(log, &info) != 0 || info.st_size < 1 << 20)
        usleep(1000);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_false(ended_well(child));
    assert_int_equal(asked(place->path, "PRAGMA user_version"), schema_step_count);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
                     1);
    store_close(opened(place->path, STORE_CREATE));
    assert_int_equal(asked(place->path, "PRAGMA user_version"), schema_step_count);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM probe"), 1);
}

struct older {
    int schema;
    size_t runs, probes, bodies, messages;
    struct uuid ids[8];
};

static bool count_probe(void *self, struct probe *probe, struct error *err)
{
    struct older *older = self;

    (void)err;
    older->probes++;
    older->bodies += probe->body.data != NULL;
    older->messages += probe->message_count;
    if (older->schema == 1) {
        /* What the first edition did not know. */
        assert_null(probe->varied);
        assert_int_equal(probe->hop_count, 0);
        assert_int_equal(probe->timings.open_us, NOT_MEASURED);
    }
    probe_free(probe);
    return true;
}

static bool count_run(void *self, const struct run *run)
{
    struct older *older = self;

    older->ids[older->runs++] = run->id;
    return true;
}

static bool count_rollup(void *self, const struct rollup *rollup)
{
    (void)rollup;
    ++*(size_t *)self;
    return true;
}

static void assert_reads_as_before(const char *path, enum store_mode mode, const struct older *before)
{
    struct store *store = opened(path, mode);
    struct older older = {.schema = before->schema};
    size_t rollups = 0;

    assert_true(store_each_run(store, NULL, count_run, &older, NULL));
    assert_int_equal(older.runs, before->runs);
    for (size_t i = 0; i < older.runs; i++)
        assert_true(store_each_probe(store, &older.ids[i], true, count_probe, &older, NULL));
    assert_int_equal(older.probes, before->probes);
    assert_int_equal(older.bodies, before->bodies);
    assert_int_equal(older.messages, before->messages);
    assert_true(store_each_rollup(store, NULL, count_rollup, &rollups, NULL));
    assert_int_equal(rollups, 0);
    store_close(store);
}

/* Recorded by the program as it was when its schema was that. */
static void assert_older_store_is_read_and_migrated(const struct place *place, const char *name,
                                                    const struct older *before)
{
    static char bytes[1 << 20];
    char path[256];
    struct slice recorded;

    snprintf(path, sizeof path, SOURCE_DIR "/tests/golden/recorded/%s", name);
    recorded = read_file(path, bytes, sizeof bytes);
    write_file(place->path, recorded.data, recorded.len);
    assert_reads_as_before(place->path, STORE_READ, before);
    assert_int_equal(asked(place->path, "PRAGMA user_version"), before->schema);
    assert_reads_as_before(place->path, STORE_CREATE, before);
    assert_int_equal(asked(place->path, "PRAGMA user_version"), schema_step_count);
    assert_reads_as_before(place->path, STORE_READ, before);
}

static void a_store_of_schema_1_is_read_and_migrated(void **state)
{
    static const struct older before = {.schema = 1, .runs = 2, .probes = 26, .bodies = 20, .messages = 20};

    assert_older_store_is_read_and_migrated(*state, "schema-1.store", &before);
}

static void a_store_of_schema_2_is_read_and_migrated(void **state)
{
    static const struct older before = {.schema = 2, .runs = 2, .probes = 52, .bodies = 42, .messages = 32};

    assert_older_store_is_read_and_migrated(*state, "schema-2.store", &before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(a_new_store_is_only_for_its_owner),
        PLACED(a_store_says_whose_it_is_and_cannot_be_confused),
        PLACED(its_key_is_made_once_and_is_its_own),
        PLACED(a_newer_schema_is_refused),
        PLACED(a_database_of_another_program_is_refused_and_not_touched),
        PLACED(a_file_that_is_no_database_is_refused_and_not_touched),
        PLACED(an_empty_file_becomes_a_store_but_is_none_to_read),
        PLACED(a_directory_that_is_not_there_is_said_so),
        PLACED(names_that_sqlite_reads_otherwise_are_just_names),
        PLACED(a_truncated_store_is_reported_as_damaged),
        PLACED(an_older_schema_is_brought_up_to_date_in_one_go),
        PLACED(a_step_that_fails_leaves_the_older_schema),
        PLACED(an_older_store_is_read_where_the_missing_steps_allow),
        PLACED(two_processes_that_migrate_at_once_do_it_once),
        PLACED(a_migration_that_is_killed_leaves_the_older_store_whole),
        PLACED(a_store_of_schema_1_is_read_and_migrated),
        PLACED(a_store_of_schema_2_is_read_and_migrated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
