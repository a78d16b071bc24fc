/* SPDX-License-Identifier: MIT */
/* lock.h - one at a time: a lock on a file, which the kernel takes back when its holder ends, however it ends. The file
 * stays and says nothing by being there, so no lock is ever stale. */
#ifndef CLI_LOCK_H
#define CLI_LOCK_H

#include "base/error.h"

/* Takes the lock on `path`, making the file. Returns a descriptor for lock_free(); -1 with who has it in `err`
 * (ERR_SYSTEM), or why the file cannot be had. `doing`: what the lock is for, for that sentence. */
int lock_take(const char *path, const char *doing, struct error *err);

void lock_free(int lock); /* -1 is allowed */
#endif
