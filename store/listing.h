/* SPDX-License-Identifier: MIT */
/* listing.h - runs in the words of an error that says which there are; private to store/. */
#ifndef STORE_LISTING_H
#define STORE_LISTING_H

#include <stdbool.h>

#include "base/buf.h"
#include "store/store.h"

enum { LISTED = 10 }; /* runs in an error */

/* Appends "0192f3ab-1 (11 Sep 2025 02:00:04 +02:00, chat, staging, local, interrupted)", behind a semicolon when `out`
 * has something. */
bool listing_add(struct store *store, const struct run *run, struct buf *out, struct error *err);

/* Nothing fits: fails with `what`, which says what is missing, and the newest runs that there are. */
bool listing_instead(struct store *store, const char *what, struct error *err);
#endif
