/* SPDX-License-Identifier: MIT */
/* ledger.h - what a floor records: a row a probe, in SQLite with a WAL, synchronous FULL, 64 rows a transaction.
 * Any trouble ends the program: a floor that recorded nothing would be no floor. */
#ifndef BENCH_LEDGER_H
#define BENCH_LEDGER_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

enum { LEDGER_COLUMNS = 8 };

struct ledger {
    sqlite3 *db;
    sqlite3_stmt *insert, *begin, *commit;
    int pending;
};

void ledger_open(struct ledger *ledger, const char *path);

/* `values`: endpoint, when (µs), status, then times in µs and a size, as the probe has them. */
void ledger_put(struct ledger *ledger, const int64_t values[LEDGER_COLUMNS]);

/* Commits what is pending. */
void ledger_close(struct ledger *ledger);

/* The lines of a file, without their ends; the caller keeps them to its end. */
char **lines_read(const char *path, size_t *count);

/* Says what is wrong, and ends the program. */
_Noreturn void bench_die(const char *what, const char *why);
#endif
