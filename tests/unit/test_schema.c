/* SPDX-License-Identifier: MIT */
#include "tests/unit/stored.h"

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
        {"ALTER TABLE run ADD COLUMN note TEXT; UPDATE run SET note = 'old'"},
        {"CREATE TABLE more (a INTEGER) STRICT; INSERT INTO more SELECT count(*) FROM run"},
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
    struct schema_step steps[3] = {schema_steps[0], {"CREATE TABLE half (a)"}, {"INSERT INTO nowhere VALUES (1)"}};
    struct error err = {0};

    store_close(opened(place->path, STORE_CREATE));
    execute(place->path, "PRAGMA user_version = 1");
    assert_false(brought(place->path, steps, 3, STORE_CREATE, &err));
    assert_int_equal(asked(place->path, "PRAGMA user_version"), 1);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
