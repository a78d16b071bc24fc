/* SPDX-License-Identifier: MIT */
/* worker.h - the WebSocket worker as its parent sees it: started when it is first needed, watched, and replaced.
 *
 * Guests hand it exchanges; it tells them what the worker says of each. When the worker dies or stops answering, another
 * takes its place, and what it held is begun anew, one at a time: then only the guilty one fails. The loop never blocks
 * on it, and nothing that it says is trusted. */
#ifndef COLLECTOR_WORKER_H
#define COLLECTOR_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "collector/worker_message.h"

struct exchange;
struct loop;
struct transport;
struct worker; /* opaque */

/* What one exchange hears; all are called from the loop, and the guest may leave within them. */
struct worker_guest {
    void *self;
    /* A message about it; `at` lies between its START and now, whatever the worker said. */
    void (*hear)(void *self, enum worker_kind kind, struct mono at, struct worker_reader *reader);
    /* All that was heard is void: it begins anew. */
    void (*restart)(void *self);
    /* The worker died of it, or was hung by it: `code` of collector/failure.h. */
    void (*lost)(void *self, const char *code, const char *words);
    /* No worker can be had any more: somebody else must do it. */
    void (*unserved)(void *self);

    /* The worker's own. */
    uint32_t id;
    struct buf start; /* the frame */
    struct mono given;
    enum { GUEST_AWAY, GUEST_WAITING, GUEST_HELD } state;
    bool suspect;   /* it was held when a worker died */
    int64_t lag_us; /* the worst of the worker's loop while it was held */
    struct worker_guest *next;
};

/* `program`: path of this very program, NULL: no worker is to be had. Starts nothing yet. */
struct worker *worker_open(struct loop *loop, struct transport *transport, const char *program);
void worker_close(struct worker *worker); /* its guests are dropped, not called; NULL is allowed */

/* Whether one can be had: false after several that did not even start. */
bool worker_usable(const struct worker *worker);

/* Takes `guest`, with its calls set and `start` filled by worker_put_start() with worker_next_id(). */
uint32_t worker_next_id(struct worker *worker);
void worker_take(struct worker *worker, struct worker_guest *guest);

/* It wants to hear no more; one that is away is no matter. */
void worker_leave(struct worker *worker, struct worker_guest *guest);

/* Tells the worker to say something on a guest's socket, or to close it. */
void worker_say(struct worker *worker, const struct worker_guest *guest, uint64_t type, struct slice bytes);
void worker_shut(struct worker *worker, const struct worker_guest *guest, uint64_t code);

/* The number of the profile of TLS that `exchange` needs, told to each worker once; 0: a file of it cannot be read. */
uint32_t worker_profile(struct worker *worker, const struct exchange *exchange);
#endif
