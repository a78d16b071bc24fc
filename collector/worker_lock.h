/* SPDX-License-Identifier: MIT */
/* worker_lock.h - what a process may still do that speaks with hostile servers by a library that they can overrun.
 *
 * After worker_lock() it can make TCP connections, read, write and compute; it can open no file, start no program or
 * thread, make no memory executable, look at no other process, and it leaves no core file. */
#ifndef COLLECTOR_WORKER_LOCK_H
#define COLLECTOR_WORKER_LOCK_H

#include <stdbool.h>

#include "base/error.h"

/* No core file, no tracer, and no life beyond that of `parent` (its process id). To be called first. */
bool worker_bind(long parent, struct error *err);

/* Shuts everything else; cannot be undone. What is denied fails with EPERM. False where the kernel cannot. */
bool worker_lock(struct error *err);
#endif
