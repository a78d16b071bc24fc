/* SPDX-License-Identifier: MIT */
/* The store where things go wrong: a kill, another writer, a full disk, a place where nothing may be written.
 */
#include "tests/unit/stored.h"

#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* Writes batches until it is killed, and says through `pipe_end` what was acknowledged. */
static _Noreturn void write_until_killed(const char *path, const struct run *run, int pipe_end)
{
    struct error err = {0};
    struct store *store = store_open(path, STORE_CREATE, &err);
    uint32_t ordinal = 0;

    if (!store || !store_begin_run(store, run, &err))
        _exit(1);
    for (;;) {
        struct probe *batch[8];

        for (size_t i = 0; i < 8; i++) {
            batch[i] = plain_probe(ordinal + 1, ordinal % 5);
            ordinal++;
        }
        if (!store_put_probes(store, &run->id, batch, 8, &err)
            || write(pipe_end, &ordinal, sizeof ordinal) != (ssize_t)sizeof ordinal)
            _exit(1);
        for (size_t i = 0; i < 8; i++)
            probe_free(batch[i]);
    }
}

static bool count_probe(void *self, struct probe *probe, struct error *err)
{
    uint32_t *count = self;

    (void)err;
    assert_int_equal(probe->ordinal, ++*count);
    assert_int_equal(probe->header_count, 3);
    probe_free(probe);
    return true;
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
    struct place *place = *state;

    for (int round = 0; round < 5; round++) {
        struct run run = run_at(NOON + round);
        struct run again;
        struct arena arena = ARENA_INIT;
        struct store *store;
        uint32_t acknowledged = 0, next, count = 0;
        int ends[2], status;
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        assert_true(child >= 0);
        if (child == 0)
            write_until_killed(place->path, &run, ends[1]);
        close(ends[1]);
        /* Each time at another place. */
        while (acknowledged < 40 && read(ends[0], &next, sizeof next) == (ssize_t)sizeof next)
            acknowledged = next;
        usleep((useconds_t)round * 700);
        kill(child, SIGKILL);
        while (read(ends[0], &next, sizeof next) == (ssize_t)sizeof next)
            acknowledged = next;
        close(ends[0]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        store = opened(place->path, round % 2 ? STORE_READ : STORE_CREATE);
        assert_true(store_get_run(store, &run.id, &arena, &again, NULL));
        assert_int_equal(again.state, RUN_INTERRUPTED);
        assert_true(store_each_probe(store, &run.id, true, count_probe, &count, NULL));
        assert_true(count >= acknowledged);
        /* Half a batch was never there. */
        assert_int_equal(count % 8, 0);
        assert_int_equal(again.ended.us, NOON + 1000 * (int64_t)count + 9000 + count);
        arena_free(&arena);
        store_close(store);
    }
    assert_int_equal(asked(place->path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
                     1);
}

enum { WRITERS = 4, ROUNDS = 25 };

/* Makes the store together with the others, and writes a run of its own. */
static _Noreturn void write_beside_others(const char *path, int64_t started_us)
{
    struct error err = {0};
    struct run run = run_at(started_us);
    struct store *store = store_open(path, STORE_CREATE, &err);
    bool ok = store && store_begin_run(store, &run, &err);

    for (uint32_t i = 1; i <= ROUNDS && ok; i++) {
        struct probe *probe = plain_probe(i, i % 3);

        ok = store_put_probes(store, &run.id, &probe, 1, &err);
        probe_free(probe);
    }
    run.ended.us = started_us + 1;
    ok = ok && store_end_run(store, &run, &err);
    if (!ok)
        print_error("%s\n", err.text);
    store_close(store);
    _exit(ok ? 0 : 1);
}

static void many_writers_at_once_lose_nothing(void **state)
{
    struct place *place = *state;
    pid_t children[WRITERS];

    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            write_beside_others(place->path, NOON + i);
    }
    for (int i = 0; i < WRITERS; i++) {
        int status;

        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    assert_int_equal(asked(place->path, "SELECT count(*) FROM run WHERE state = 0"), WRITERS);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM probe"), WRITERS * ROUNDS);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM meta"), 1);
    /* Three exchanges, a body and a config, whoever was first. */
    assert_int_equal(asked(place->path, "SELECT count(*) FROM evidence"), 5);
}

/* Waits for the others, and makes the store in the same moment. */
static _Noreturn void make_beside_others(const char *path, int start)
{
    struct error err = {0};
    struct store *store;
    char byte;

    if (read(start, &byte, 1) != 0)
        _exit(2);
    store = store_open(path, STORE_CREATE, &err);
    if (!store)
        print_error("%s\n", err.text);
    store_close(store);
    _exit(store ? 0 : 1);
}

/* A store that another process makes at this moment is no other program's database, and not damaged. */
static void many_may_make_the_same_store(void **state)
{
    struct place *place = *state;

    for (int round = 0; round < 20; round++) {
        pid_t children[WRITERS];
        char path[128];
        int ends[2];

        snprintf(path, sizeof path, "%s.%d", place->path, round);
        assert_int_equal(pipe(ends), 0);
        for (int i = 0; i < WRITERS; i++) {
            children[i] = fork();
            assert_true(children[i] >= 0);
            if (children[i] == 0) {
                close(ends[1]);
                make_beside_others(path, ends[0]);
            }
        }
        close(ends[0]);
        close(ends[1]);
        for (int i = 0; i < WRITERS; i++) {
            int status;

            assert_int_equal(waitpid(children[i], &status, 0), children[i]);
            assert_true(WIFEXITED(status));
            assert_int_equal(WEXITSTATUS(status), 0);
        }
        assert_int_equal(asked(path, "SELECT count(*) FROM meta"), 1);
    }
}

static bool first_run(void *self, const struct run *run)
{
    *(struct uuid *)self = run->id;
    return false;
}

/* Reads in a child as an ordinary user, to whom modes apply; 0: it went well. */
static int read_as_nobody(const char *path, const char *words)
{
    int status = -1;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct error err = {0};
        struct store *store;
        struct uuid id;
        uint32_t count = 0;

        if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0))
            _exit(9);
        store = store_open(path, STORE_READ, &err);
        if (!store)
            _exit(words && strstr(err.text, words) ? 0 : 1);
        if (words)
            _exit(2);
        if (!store_each_run(store, NULL, first_run, &id, &err)
            || !store_each_probe(store, &id, true, count_probe, &count, &err) || count != 3)
            _exit(3);
        store_close(store);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

static struct store *three_probes(const char *path, struct run *run)
{
    struct store *store = opened(path, STORE_CREATE);

    *run = run_at(NOON);
    assert_true(store_begin_run(store, run, NULL));
    for (uint32_t i = 1; i <= 3; i++)
        put_one(store, run, plain_probe(i, i));
    return store;
}

static void a_store_in_a_directory_without_leave_to_write_can_be_read(void **state)
{
    struct place *place = *state;
    struct run run;

    store_close(three_probes(place->path, &run));
    assert_int_equal(chmod(place->path, 0444), 0);
    assert_int_equal(chmod(place->directory, 0555), 0);
    assert_int_equal(read_as_nobody(place->path, NULL), 0);
    assert_int_equal(chmod(place->path, 0000), 0);
    assert_int_equal(read_as_nobody(place->path, "cannot be opened"), 0);
}

static void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    int byte;

    assert_non_null(in);
    assert_non_null(out);
    while ((byte = getc(in)) != EOF)
        assert_int_equal(putc(byte, out), byte);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* A copy of a store in use has its last records in the log: they are read, or missed aloud, never silently.
 */
static void records_that_are_only_in_the_log_are_read_or_said_to_be_missing(void **state)
{
    struct place *place = *state;
    struct run run;
    struct store *store = three_probes(place->path, &run);
    char wal[128], copy[128], copied_wal[160];

    snprintf(wal, sizeof wal, "%s-wal", place->path);
    snprintf(copy, sizeof copy, "%s.copy", place->path);
    snprintf(copied_wal, sizeof copied_wal, "%s-wal", copy);
    copy_file(place->path, copy);
    copy_file(wal, copied_wal);
    store_close(store);
    assert_int_equal(chmod(copy, 0444), 0);
    assert_int_equal(chmod(copied_wal, 0444), 0);
    assert_int_equal(chmod(place->directory, 0555), 0);
    assert_int_equal(read_as_nobody(copy, "which can be read only where this user may write"), 0);
    assert_int_equal(chmod(place->directory, 0777), 0);
    assert_int_equal(read_as_nobody(copy, NULL), 0);
}

static void a_reader_beside_a_writer_sees_what_is_committed(void **state)
{
    struct place *place = *state;
    struct run run;
    struct store *writer = three_probes(place->path, &run);
    struct store *reader = opened(place->path, STORE_READ);
    struct error err = {0};
    uint32_t count = 0;

    assert_true(store_each_probe(reader, &run.id, true, count_probe, &count, &err));
    assert_int_equal(count, 3);
    put_one(writer, &run, plain_probe(4, 1));
    count = 0;
    assert_true(store_each_probe(reader, &run.id, true, count_probe, &count, &err));
    assert_int_equal(count, 4);
    assert_false(store_end_run(reader, &run, &err));
    assert_non_null(strstr(err.text, "cannot be written"));
    store_close(writer);
    store_close(reader);
}

static void assert_same_files(const char *a, const char *b)
{
    FILE *one = fopen(a, "rb");
    FILE *other = fopen(b, "rb");
    int byte;

    assert_non_null(one);
    assert_non_null(other);
    do {
        byte = getc(one);
        assert_int_equal(getc(other), byte);
    } while (byte != EOF);
    fclose(one);
    fclose(other);
}

/* The same bytes before and after: no reader migrates, checkpoints or repairs. */
static void reading_changes_nothing_in_the_file(void **state)
{
    struct place *place = *state;
    struct run run;
    struct store *store;
    char before[128];
    uint32_t count = 0;

    store_close(three_probes(place->path, &run));
    snprintf(before, sizeof before, "%s.before", place->path);
    copy_file(place->path, before);
    store = opened(place->path, STORE_READ);
    assert_true(store_each_probe(store, &run.id, true, count_probe, &count, NULL));
    store_close(store);
    assert_same_files(place->path, before);
}

/* Under a limit on file sizes, which stands for a full disk: fails as a child, since the limit stays with a
 * process. */
static _Noreturn void write_until_full(const char *path)
{
    const struct rlimit limit = {400000, 400000};
    struct error err = {0};
    struct run run = run_at(NOON);
    struct store *store = store_open(path, STORE_CREATE, &err);
    uint32_t stored = 0;

    signal(SIGXFSZ, SIG_IGN);
    if (!store || !store_begin_run(store, &run, &err) || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(1);
    for (; stored < 5000; stored++) {
        struct probe *probe = plain_probe(stored + 1, stored);
        bool ok;

        probe->body = slice_of(arena_printf(&probe->arena, "%u%0500u", (unsigned)stored, (unsigned)stored * 7919));
        ok = store_put_probes(store, &run.id, &probe, 1, &err);
        probe_free(probe);
        if (!ok)
            break;
    }
    if (stored < 10 || stored == 5000 || !strstr(err.text, "no room left to write") || !strstr(err.text, path)
        || err.code != ERR_STORE) {
        print_error("%u stored: %s\n", (unsigned)stored, err.text);
        _exit(2);
    }
    /* What went in before is there, in the same process too. */
    if (!store_each_probe(store, &run.id, true, count_probe, &(uint32_t){0}, &err))
        _exit(3);
    store_close(store);
    if (asked(path, "SELECT count(*) FROM probe") != stored)
        _exit(4);
    _exit(0);
}

static void a_full_disk_is_said_so_and_leaves_the_store_whole(void **state)
{
    struct place *place = *state;
    struct store *store;
    struct run run = run_at(NOON + 1);
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0)
        write_until_full(place->path);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
                     1);
    store = opened(place->path, STORE_CREATE);
    assert_true(store_begin_run(store, &run, NULL));
    put_one(store, &run, plain_probe(1, 1));
    store_close(store);
}

static void a_file_that_may_not_be_written_is_refused_before_the_first_probe(void **state)
{
    struct place *place = *state;
    struct run run;
    int status;
    pid_t child;

    store_close(three_probes(place->path, &run));
    assert_int_equal(chmod(place->path, 0444), 0);
    assert_int_equal(chmod(place->directory, 0777), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct error err = {0};

        if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0))
            _exit(9);
        if (store_open(place->path, STORE_CREATE, &err))
            _exit(1);
        _exit(strstr(err.text, "cannot be written: make the file") ? 0 : 2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(what_was_acknowledged_survives_a_kill),
        PLACED(many_writers_at_once_lose_nothing),
        PLACED(many_may_make_the_same_store),
        PLACED(a_store_in_a_directory_without_leave_to_write_can_be_read),
        PLACED(records_that_are_only_in_the_log_are_read_or_said_to_be_missing),
        PLACED(a_reader_beside_a_writer_sees_what_is_committed),
        PLACED(reading_changes_nothing_in_the_file),
        PLACED(a_full_disk_is_said_so_and_leaves_the_store_whole),
        PLACED(a_file_that_may_not_be_written_is_refused_before_the_first_probe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
