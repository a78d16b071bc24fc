/* SPDX-License-Identifier: MIT */
/* sqlite.h - the wall around SQL; private to store/. No other file calls a sqlite3_ function.
 *
 * Statements are prepared once and kept. Binds remember their failure, and the next step reports it. Every failure is
 * worded in one shape: the file, what is wrong, what to do. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "store/store.h"

/* A statement that is kept for the next time; `sql` is compared as a pointer. */
struct prepared {
    const char *sql;
    sqlite3_stmt *statement;
    bool taken;
};

struct db {
    sqlite3 *handle;
    char *path; /* as the user named it, for messages */
    struct prepared *prepared;
    size_t count, capacity;
};

#define DB_INIT                                                                                                       \
    {                                                                                                                 \
        NULL, NULL, NULL, 0, 0                                                                                        \
    }

/* Opens the file, made with mode 0600 when STORE_CREATE finds none, and changes nothing in it: whose it is, is not known
 * yet. `db` is to be closed also after a failure. */
bool db_open(struct db *db, const char *path, enum store_mode mode, struct error *err);
void db_close(struct db *db);

/* A new name in a directory survives a power cut only once the directory is on the disk: syncs that of `path`. */
void db_sync_directory(const char *path);

/* Words the last failure of `db`; returns false. */
bool db_fail(struct db *db, struct error *err);

/* SQL without values: pragmas, migrations. */
bool db_execute(struct db *db, const char *sql, struct error *err);
/* The first column of the first row, an integer; 0 when there is none. */
bool db_number(struct db *db, const char *sql, int64_t *number, struct error *err);

/* Whether SQLite looks up what each row refers to, as it does in a store just opened. To be called between transactions. */
bool db_check_references(struct db *db, bool on, struct error *err);

/* A transaction that writes. What was begun is committed or rolled back. */
bool db_begin(struct db *db, struct error *err);
bool db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);

/* Turns on the write-ahead log, which readers do not wait for. */
bool db_write_ahead(struct db *db, struct error *err);

/* One use of a statement. */
struct query {
    struct db *db;
    sqlite3_stmt *statement;
    size_t slot; /* in db->prepared */
    bool own;    /* the kept one was taken: finalized at the end */
    int bound;   /* the first bind that failed, SQLITE_OK: none did */
};

/* `sql` must live as long as `db`. A query that was opened is to be closed, also after a failure. */
bool query_open(struct query *query, struct db *db, const char *sql, struct error *err);
void query_close(struct query *query);

/* Values of the parameters, numbered from 1; what they point to must live until the step. NULL and absent are NULL. */
void query_put_int(struct query *query, int at, int64_t value);
void query_put_null(struct query *query, int at);
void query_put_text(struct query *query, int at, const char *text);
void query_put_blob(struct query *query, int at, struct slice blob);

/* The next row; `*row` is false behind the last. */
bool query_step(struct query *query, bool *row, struct error *err);
/* Steps once, wants no row, and closes. */
bool query_finish(struct query *query, struct error *err);

/* Columns of the row, numbered from 0. Slices live until the next step. */
bool query_is_null(const struct query *query, int at);
int64_t query_int(const struct query *query, int at);
struct slice query_blob(const struct query *query, int at);
/* Without a copy: lives until the next step. */
const char *query_text_here(const struct query *query, int at);
const char *query_text(const struct query *query, int at, struct arena *arena);

/* Of the last row inserted. */
int64_t query_last_id(const struct query *query);
#endif
