/* SPDX-License-Identifier: MIT */
/* worker_spawn.h - a process of this very program, with one descriptor and nothing else: no environment, no other open
 * file, no argument that says anything. */
#ifndef COLLECTOR_WORKER_SPAWN_H
#define COLLECTOR_WORKER_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct spawned {
    pid_t pid; /* 0: none */
    int fd;    /* our end of the pair */
};

/* False when it cannot be started. */
bool spawned_start(struct spawned *spawned, const char *program);

/* Kills it, waits for its end, and puts how it ended into `words` (NULL: nobody asks). One that is not there is no
 * matter. */
void spawned_end(struct spawned *spawned, char *words, size_t room);
#endif
