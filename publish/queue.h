/* SPDX-License-Identifier: MIT */
/* queue.h - what is still to be put on tickets, in a small file beside the store: written before anything is sent, and
 * shortened when it is there. So a night that was killed, or that a tracker refused, goes on with the next one.
 *
 * An entry names the run, which the store has. The file is replaced whole, readable by its owner alone; a lock beside it,
 * which ends with its holder, keeps two publishers apart. */
#ifndef PUBLISH_QUEUE_H
#define PUBLISH_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"

struct queue_item {
    const char *tracker, *ticket;
    const char *run; /* its whole id: sorts by time */
};

struct queue {
    struct arena arena;
    const char *path;
    int lock;                /* -1: none is held, and nothing may be saved */
    struct queue_item *list; /* by run */
    size_t count, capacity;
};

/* Takes the lock, waiting until `deadline` for another publisher, and reads the file; one that is missing is empty. With
 * `dry` nothing is locked. Close in either case. */
bool queue_open(struct queue *queue, const char *path, bool dry, struct mono deadline, struct error *err);

/* Adds an entry unless it is there. */
void queue_add(struct queue *queue, const char *tracker, const char *ticket, const char *run);

/* Forgets the entry at `index`. */
void queue_drop(struct queue *queue, size_t index);

/* Makes it durable; no file is left of an empty one. Without the lock it does nothing. */
bool queue_save(struct queue *queue, struct error *err);
void queue_close(struct queue *queue);
#endif
