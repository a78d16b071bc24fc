/* SPDX-License-Identifier: MIT */
/* merge.h - runs of one store taken over by another; private to store/. */
#ifndef STORE_MERGE_H
#define STORE_MERGE_H

#include <stdbool.h>

#include "base/error.h"
#include "store/document.h"
#include "store/maintain.h"

struct db;
struct evidence;

/* A side of it. */
struct merge_side {
    struct db *db;
    struct evidence *evidence;
};

/* As store_merge(). */
bool merge_runs(const struct merge_side *into, const struct merge_side *from, struct document_room *room,
                const struct maintain_sink *sink, struct merged *merged, struct error *err);
#endif
