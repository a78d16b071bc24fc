/* SPDX-License-Identifier: MIT */
/* backup.h - a store's copy; private to store/. */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include <stdbool.h>

#include "base/error.h"

struct db;

/* As store_backup(). */
bool backup_write(struct db *db, const char *path, bool force, struct error *err);
#endif
