/* SPDX-License-Identifier: MIT */
/* store.c - what recording costs beside its floor: bare SQLite that inserts the very bytes of the rows, by one prepared
 * statement, in one transaction a run, WAL, synchronous FULL. Nights repeat on both sides, in turn.
 *
 *     bench_store FOLDER [PROBES [NIGHTS]]
 *
 * The folder must be there and empty of stores. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/memory.h"
#include "store/result.h"
#include "store/store.h"

enum { COLUMNS = 17, NIGHTS_MOST = 64 };

struct cost {
    double us[NIGHTS_MOST];
    size_t count;
};

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static double cpu_us(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0)
        die("getrusage", "failed");
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(struct cost *cost)
{
    qsort(cost->us, cost->count, sizeof *cost->us, by_size);
    return cost->us[cost->count / 2];
}

/* An endpoint as most are: JSON over TLS, ten headers, two expectations. */
static struct probe *probe_of(uint32_t index, int64_t started_us)
{
    static const struct header request[] = {{{"Host", 4}, {"api.example", 11}}, {{"Accept", 6}, {"*/*", 3}}};
    static const struct header headers[] = {
        {{"Server", 6}, {"nginx", 5}},
        {{"Date", 4}, {"Thu, 11 Sep 2025 12:00:01 GMT", 29}},
        {{"Content-Type", 12}, {"application/json", 16}},
        {{"Connection", 10}, {"keep-alive", 10}},
        {{"Vary", 4}, {"Accept-Encoding", 15}},
        {{"X-Frame-Options", 15}, {"DENY", 4}},
        {{"Cache-Control", 13}, {"no-store", 8}},
        {{"Strict-Transport-Security", 25}, {"max-age=31536000", 16}},
        {{"X-Request-Id", 12}, {"5f1e2a77", 8}},
        {{"Content-Length", 14}, {"120", 3}},
    };
    static const struct certificate chain[] = {{.subject = {"CN=api.example", 14}, .issuer = {"CN=CA", 5}}};
    static const struct judgement judgements[] = {
        {"status is 2xx", {"200", 3}, JUDGED_HOLDS, NULL, LAYER_HTTP},
        {"takes at most 500 ms", {"41.7 ms", 7}, JUDGED_HOLDS, NULL, LAYER_PERFORMANCE}};
    struct probe *probe = probe_new();

    probe->ordinal = index + 1;
    probe->endpoint = index;
    probe->attempt = 1;
    probe->method = "GET";
    probe->url = arena_printf(&probe->arena, "https://api.example/endpoint/%u", (unsigned)index);
    probe->request = request;
    probe->request_count = sizeof request / sizeof *request;
    probe->started.us = started_us + 200 * (int64_t)index;
    probe->timings = (struct timings){
        NOT_MEASURED, 300 + index % 100,    2100,         38000 + index % 1000, 90, NOT_MEASURED, NOT_MEASURED,
        NOT_MEASURED, 41000 + index % 1000, NOT_MEASURED, NOT_MEASURED};
    probe->address = slice_of("192.0.2.7");
    probe->port = 443;
    probe->status = 200;
    probe->http_version = "1.1";
    probe->headers = headers;
    probe->header_count = sizeof headers / sizeof *headers;
    probe->body = slice_of(arena_printf(&probe->arena,
                                        "{\"status\":\"ok\",\"service\":\"endpoint-%u\",\"version\":"
                                        "\"1.2.3\",\"checks\":[\"database\",\"cache\"]}",
                                        (unsigned)index));
    probe->body_size = probe->body.len;
    probe->tls_version = slice_of("TLSv1.3");
    probe->tls_cipher = slice_of("TLS_AES_256_GCM_SHA384");
    probe->certificates = chain;
    probe->certificate_count = 1;
    probe->judgements = judgements;
    probe->judgement_count = 2;
    return probe;
}

static void check(bool ok, const struct error *err)
{
    if (!ok)
        die("the store", err->text);
}

/* One night; the probes are made before the clock starts. */
static double record_night(struct store *store, int64_t started_us, size_t count, struct uuid *id)
{
    struct probe **probes = mem_new(count, sizeof(struct probe *));
    struct run run = {.suite = "bench",
                      .environment = "",
                      .vantage = "local",
                      .labels = "{}",
                      .config = "{}",
                      .started = {started_us},
                      .whole = true,
                      .tool = "bench"};
    struct error err = {0};
    double before;

    for (size_t i = 0; i < count; i++)
        probes[i] = probe_of((uint32_t)i, started_us);
    check(uuid_new(run.started, &run.id, &err), &err);
    run.ended.us = started_us + 1;
    before = cpu_us();
    check(store_begin_run(store, &run, &err) && store_put_probes(store, &run.id, probes, count, &err)
              && store_end_run(store, &run, &err),
          &err);
    before = cpu_us() - before;
    for (size_t i = 0; i < count; i++)
        probe_free(probes[i]);
    mem_free(probes);
    *id = run.id;
    return before;
}

struct floor {
    sqlite3 *db;
    sqlite3_stmt *insert;
    sqlite3_value **values; /* COLUMNS a row */
    size_t rows;
};

static void sql(sqlite3 *db, const char *words)
{
    if (sqlite3_exec(db, words, NULL, NULL, NULL) != SQLITE_OK)
        die(words, sqlite3_errmsg(db));
}

/* The rows of the store's first run, and a table like the one that they came from. */
static void floor_open(struct floor *floor, const char *path, const char *store)
{
    sqlite3 *from;
    sqlite3_stmt *rows, *table;

    if (sqlite3_open(store, &from) != SQLITE_OK || sqlite3_open(path, &floor->db) != SQLITE_OK
        || sqlite3_prepare_v2(from, "SELECT * FROM probe WHERE run = 1 ORDER BY ordinal", -1, &rows, NULL) != SQLITE_OK
        || sqlite3_prepare_v2(from, "SELECT sql FROM sqlite_schema WHERE name = 'probe'", -1, &table, NULL)
               != SQLITE_OK
        || sqlite3_step(table) != SQLITE_ROW)
        die(store, sqlite3_errmsg(from));
    sql(floor->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    sql(floor->db, (const char *)sqlite3_column_text(table, 0));
    while (sqlite3_step(rows) == SQLITE_ROW) {
        floor->values = mem_resize(floor->values, (floor->rows + 1) * COLUMNS, sizeof *floor->values);
        for (int i = 0; i < COLUMNS; i++)
            floor->values[floor->rows * COLUMNS + (size_t)i] = sqlite3_value_dup(sqlite3_column_value(rows, i));
        floor->rows++;
    }
    sqlite3_finalize(rows);
    sqlite3_finalize(table);
    sqlite3_close(from);
    if (sqlite3_prepare_v2(floor->db, "INSERT INTO probe VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", -1,
                           &floor->insert, NULL)
        != SQLITE_OK)
        die("the floor", sqlite3_errmsg(floor->db));
}

static double floor_night(struct floor *floor, int night)
{
    double before = cpu_us();

    sql(floor->db, "BEGIN IMMEDIATE");
    for (size_t row = 0; row < floor->rows; row++) {
        sqlite3_bind_int(floor->insert, 1, night);
        for (int i = 1; i < COLUMNS; i++)
            sqlite3_bind_value(floor->insert, i + 1, floor->values[row * COLUMNS + (size_t)i]);
        if (sqlite3_step(floor->insert) != SQLITE_DONE)
            die("the floor", sqlite3_errmsg(floor->db));
        sqlite3_reset(floor->insert);
    }
    sql(floor->db, "COMMIT");
    return cpu_us() - before;
}

static void floor_close(struct floor *floor)
{
    for (size_t i = 0; i < floor->rows * COLUMNS; i++)
        sqlite3_value_free(floor->values[i]);
    mem_free(floor->values);
    sqlite3_finalize(floor->insert);
    sqlite3_close(floor->db);
}

static bool drop(void *self, struct probe *probe, struct error *err)
{
    (void)err;
    ++*(size_t *)self;
    probe_free(probe);
    return true;
}

static bool count(void *self, const struct result *result)
{
    (void)result;
    ++*(size_t *)self;
    return true;
}

static int64_t number(const char *path, const char *words)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    int64_t value = 0;

    if (sqlite3_open(path, &db) != SQLITE_OK || sqlite3_prepare_v2(db, words, -1, &statement, NULL) != SQLITE_OK)
        die(words, sqlite3_errmsg(db));
    if (sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void tell_reading(struct store *store, const struct uuid *run, size_t probes)
{
    struct error err = {0};
    size_t seen = 0;
    double before = cpu_us();

    check(store_each_probe(store, run, true, drop, &seen, &err), &err);
    printf("read a run with evidence   %7.2f us a probe\n", (cpu_us() - before) / (double)probes);
    before = cpu_us();
    check(store_each_result(store, run, RESULT_EVERY_ENDPOINT, count, &seen, &err), &err);
    printf("read a run's results       %7.2f us a probe\n", (cpu_us() - before) / (double)probes);
    if (seen != 2 * probes)
        die("the store", "probes are missing");
}

int main(int argc, char **argv)
{
    size_t probes = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000;
    size_t nights = argc > 3 ? strtoul(argv[3], NULL, 10) : 9;
    struct buf path = BUF_INIT, floor_path = BUF_INIT;
    struct cost ours = {.count = 0}, floors = {.count = 0};
    struct floor floor = {0};
    struct error err = {0};
    struct store *store;
    struct uuid last;
    double first;

    if (argc < 2 || probes == 0 || nights == 0 || nights > NIGHTS_MOST)
        die("usage", "bench_store FOLDER [PROBES [NIGHTS]]");
    buf_printf(&path, "%s/store.db", argv[1]);
    buf_printf(&floor_path, "%s/floor.db", argv[1]);
    store = store_open(path.data, STORE_CREATE, &err);
    check(store != NULL, &err);
    first = record_night(store, INT64_C(1757592000000000), probes, &last);
    floor_open(&floor, floor_path.data, path.data);
    for (size_t night = 0; night < nights; night++) {
        ours.us[ours.count++] = record_night(
            store, INT64_C(1757592000000000) + ((int64_t)night + 1) * INT64_C(86400000000), probes, &last);
        floors.us[floors.count++] = floor_night(&floor, (int)night + 2);
    }
    printf("%zu probes a night, %zu nights after the first\n", probes, nights);
    printf("first night, new evidence  %7.2f us a probe\n", first / (double)probes);
    printf("later nights               %7.2f us a probe\n", median(&ours) / (double)probes);
    printf("floor                      %7.2f us a probe\n", median(&floors) / (double)probes);
    printf("ratio of medians           %7.2f\n", median(&ours) / median(&floors));
    tell_reading(store, &last, probes);
    store_close(store);
    floor_close(&floor);
    printf("a stored probe             %7.1f bytes\n",
           (double)number(path.data, "SELECT sum(pgsize) FROM dbstat WHERE name = 'probe'")
               / (double)(probes * (nights + 1)));
    printf("evidence of all nights     %7.1f bytes an endpoint\n",
           (double)number(path.data, "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%evidence%'") / (double)probes);
    buf_free(&path);
    buf_free(&floor_path);
    return 0;
}
