/* SPDX-License-Identifier: MIT */
/* check.h - looks for damage; private to store/. */
#ifndef STORE_CHECK_H
#define STORE_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "store/maintain.h"

struct db;
struct evidence;

/* As store_check(). */
bool check_all(struct db *db, struct evidence *evidence, const struct maintain_sink *sink, uint64_t *damages,
               struct error *err);
#endif
