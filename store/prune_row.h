/* SPDX-License-Identifier: MIT */
/* prune_row.h - pruning the tables; private to store/. */
#ifndef STORE_PRUNE_ROW_H
#define STORE_PRUNE_ROW_H

#include "store/prune.h"

struct db;
struct evidence;

/* As store_prune(). */
bool prune_rows(struct db *db, struct evidence *evidence, const struct prune *prune, const struct maintain_sink *sink,
                struct pruned *pruned, struct error *err);
#endif
