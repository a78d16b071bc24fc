/* SPDX-License-Identifier: MIT */
/* worker_process.h - what this program is when it is its own WebSocket worker.
 *
 * The worker is this very binary, started anew: nothing of its parent's memory, descriptors or environment is in it, and
 * a further one can be had at any time. */
#ifndef COLLECTOR_WORKER_PROCESS_H
#define COLLECTOR_WORKER_PROCESS_H

#include <stdbool.h>

/* The first argument of a worker; its second is its parent's process id. */
#define WORKER_ARGUMENT "--websocket-worker"

/* Whether these arguments ask for a worker. */
bool worker_is_asked_for(int argc, char *const *argv);

/* Works on the descriptor WORKER_DESCRIPTOR until its parent hangs up. Returns an exit status; the caller must leave by
 * _exit(), since what runs at a usual exit may want what is denied by then. */
int worker_process(const char *parent);
#endif
