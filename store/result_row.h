/* SPDX-License-Identifier: MIT */
/* result_row.h - results as rows; private to store/. */
#ifndef STORE_RESULT_ROW_H
#define STORE_RESULT_ROW_H

#include <stdbool.h>

#include "store/probe_row.h"
#include "store/result.h"

struct db;

/* As store_each_result(). */
bool result_row_each(struct db *db, const struct run_key *run, int64_t endpoint,
                     bool (*take)(void *self, const struct result *result), void *self, struct error *err);
#endif
