/* SPDX-License-Identifier: MIT */
/* lock.h - one at a time: a lock on a file that ends with its holder, however that ends. */
#ifndef CLI_LOCK_H
#define CLI_LOCK_H

#include <stdbool.h>

#include "base/error.h"

struct lock {
    int fd; /* -1: not held */
};

/* Takes the lock on the file at `path`, which is made and stays, without waiting. ERR_SYSTEM when somebody else has it: the
 * message calls him `who` ("nightly") and names his process. Release in either case. */
bool lock_take(struct lock *lock, const char *path, const char *who, struct error *err);
void lock_release(struct lock *lock);
#endif
