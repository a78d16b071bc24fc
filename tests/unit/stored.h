/* SPDX-License-Identifier: MIT */
/* stored.h - what the tests of the store share: a place for a store, runs and probes to put in it. */
#ifndef TESTS_UNIT_STORED_H
#define TESTS_UNIT_STORED_H

#include "tests/unit/unit.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/probe.h"
#include "store/store.h"

#define NOON INT64_C(1757592000000000)

/* A directory of its own for every test, gone after it; `path` is where its store goes. */
struct place {
    char directory[64];
    char path[96];
};

static inline int place_open(void **state)
{
    struct place *place = calloc(1, sizeof *place);

    if (!place)
        return -1;
    snprintf(place->directory, sizeof place->directory, "/tmp/endoscope-test-XXXXXX");
    if (!mkdtemp(place->directory))
        return -1;
    snprintf(place->path, sizeof place->path, "%s/endoscope.db", place->directory);
    *state = place;
    return 0;
}

static inline int place_close(void **state)
{
    struct place *place = *state;
    DIR *directory;
    struct dirent *entry;
    char path[512];

    chmod(place->directory, 0700);
    directory = opendir(place->directory);
    while (directory && (entry = readdir(directory))) {
        snprintf(path, sizeof path, "%s/%s", place->directory, entry->d_name);
        unlink(path);
    }
    if (directory)
        closedir(directory);
    rmdir(place->directory);
    free(place);
    return 0;
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_open, place_close)

static inline struct store *opened(const char *path, enum store_mode mode)
{
    struct error err = {0};
    struct store *store = store_open(path, mode, &err);

    if (!store)
        print_error("%s\n", err.text);
    assert_non_null(store);
    return store;
}

/* Checks that `path` cannot be opened, in words that hold `words`. */
static inline void assert_refused(const char *path, enum store_mode mode, const char *words)
{
    struct error err = {0};
    struct store *store = store_open(path, mode, &err);

    assert_null(store);
    assert_int_equal(err.code, ERR_STORE);
    if (!strstr(err.text, words) || !strstr(err.text, path))
        print_error("%s\n", err.text);
    assert_non_null(strstr(err.text, words));
    assert_non_null(strstr(err.text, path));
}

static inline struct run run_at(int64_t started_us)
{
    struct run run = {
        .suite = "chat",
        .environment = "staging",
        .vantage = "local",
        .labels = "{}",
        .config = "{\"endpoints\":[{\"name\":\"socket\",\"role\":\"required\"},{\"name\":\"health\",\"role\":"
                  "\"control\"}]}",
        .started = {started_us},
        .whole = true,
        .planned = 6,
        .tool = "0.1.0",
        .rules = 1,
    };

    assert_true(uuid_new(run.started, &run.id, NULL));
    return run;
}

/* A passing GET as most of a night's probes are. */
static inline struct probe *plain_probe(uint32_t ordinal, uint32_t endpoint)
{
    static const struct header request[] = {{{"Host", 4}, {"a.example", 9}}, {{"Accept", 6}, {"*/*", 3}}};
    static const struct header headers[] = {
        {{"Server", 6}, {"nginx", 5}},
        {{"Date", 4}, {"Thu, 11 Sep 2025 12:00:01 GMT", 29}},
        {{"X-Request-Id", 12}, {"5f1e", 4}},
    };
    struct probe *probe = probe_new();

    probe->ordinal = ordinal;
    probe->endpoint = endpoint;
    probe->attempt = 1;
    probe->method = "GET";
    probe->url = arena_printf(&probe->arena, "https://a.example/%u", (unsigned)endpoint);
    probe->request = request;
    probe->request_count = 2;
    probe->started.us = NOON + 1000 * (int64_t)ordinal;
    probe->timings.connect_us = 900;
    probe->timings.tls_us = 2100;
    probe->timings.first_byte_us = 4000 + ordinal;
    probe->timings.total_us = 9000 + ordinal;
    probe->address = slice_of("192.0.2.7");
    probe->port = 443;
    probe->status = 200;
    probe->http_version = "1.1";
    probe->headers = headers;
    probe->header_count = 3;
    probe->body = slice_of("{\"status\":\"ok\"}");
    probe->body_size = probe->body.len;
    return probe;
}

static inline void put_one(struct store *store, const struct run *run, struct probe *probe)
{
    struct error err = {0};

    if (!store_put_probes(store, &run->id, &probe, 1, &err))
        print_error("%s\n", err.text);
    assert_int_equal(err.code, ERR_NONE);
    probe_free(probe);
}

/* The answer of SQL, by a handle that is not the store's. */
static inline int64_t asked(const char *path, const char *sql)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t answer = -1;

    assert_int_equal(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW)
        answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return answer;
}

static inline void execute(const char *path, const char *sql)
{
    sqlite3 *handle = NULL;

    assert_int_equal(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}
#endif
