/* SPDX-License-Identifier: MIT */
#include "tests/bench/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { ROWS_A_TRANSACTION = 64 };

void bench_die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static sqlite3_stmt *prepare(struct ledger *ledger, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v3(ledger->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        bench_die(sql, sqlite3_errmsg(ledger->db));
    return statement;
}

static void step(struct ledger *ledger, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        bench_die(sqlite3_sql(statement), sqlite3_errmsg(ledger->db));
    sqlite3_reset(statement);
}

void ledger_open(struct ledger *ledger, const char *path)
{
    static const char setup[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                "CREATE TABLE probe (id INTEGER PRIMARY KEY, endpoint INTEGER, at INTEGER,"
                                " status INTEGER, connect INTEGER, tls INTEGER, first INTEGER, total INTEGER,"
                                " size INTEGER);";

    if (sqlite3_open(path, &ledger->db) != SQLITE_OK || sqlite3_exec(ledger->db, setup, NULL, NULL, NULL) != SQLITE_OK)
        bench_die(path, sqlite3_errmsg(ledger->db));
    ledger->insert = prepare(ledger, "INSERT INTO probe (endpoint, at, status, connect, tls, first, total, size) "
                                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    ledger->begin = prepare(ledger, "BEGIN IMMEDIATE");
    ledger->commit = prepare(ledger, "COMMIT");
    ledger->pending = 0;
}

static void commit(struct ledger *ledger)
{
    if (ledger->pending)
        step(ledger, ledger->commit);
    ledger->pending = 0;
}

void ledger_put(struct ledger *ledger, const int64_t values[LEDGER_COLUMNS])
{
    if (ledger->pending == 0)
        step(ledger, ledger->begin);
    for (int i = 0; i < LEDGER_COLUMNS; i++)
        if (sqlite3_bind_int64(ledger->insert, i + 1, values[i]) != SQLITE_OK)
            bench_die("bind", sqlite3_errmsg(ledger->db));
    step(ledger, ledger->insert);
    if (++ledger->pending == ROWS_A_TRANSACTION)
        commit(ledger);
}

void ledger_close(struct ledger *ledger)
{
    commit(ledger);
    sqlite3_finalize(ledger->insert);
    sqlite3_finalize(ledger->begin);
    sqlite3_finalize(ledger->commit);
    if (sqlite3_close(ledger->db) != SQLITE_OK)
        bench_die("close", sqlite3_errmsg(ledger->db));
}

char **lines_read(const char *path, size_t *count)
{
    FILE *file = fopen(path, "re");
    char **lines = NULL, *line = NULL;
    size_t room = 0, size = 0;
    ssize_t len;

    if (!file)
        bench_die(path, "cannot be read");
    *count = 0;
    while ((len = getline(&line, &size, file)) > 0) {
        size_t whole = line[len - 1] == '\n' ? (size_t)len - 1 : (size_t)len;

        lines = mem_grow(lines, *count, &room, sizeof *lines);
        lines[(*count)++] = mem_copy(line, whole);
    }
    free(line);
    fclose(file);
    return lines;
}
