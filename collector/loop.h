/* SPDX-License-Identifier: MIT */
/* loop.h - one epoll and one heap of timers, in one thread; libcurl, c-ares and the wire are its guests.
 *
 * The loop knows how late it is: whatever it does between two waits delays everything else, and a probe that
 * ran meanwhile may carry that delay in its timings. loop_lag() says how bad it was. */
#ifndef COLLECTOR_LOOP_H
#define COLLECTOR_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct loop; /* opaque */

/* `events` are epoll's. */
typedef void loop_ready(void *self, int fd, uint32_t events);
typedef void loop_due(void *self);

/* Belongs to the guest, and must be unset before its memory goes. */
struct loop_timer {
    loop_due *due;
    void *self;
    struct mono at;
    size_t place; /* in the heap, from 1; 0: not set */
};

struct loop *loop_open(struct error *err);
void loop_close(struct loop *loop); /* NULL is allowed */

/* Calls `ready` whenever `fd` has one of `events` (level-triggered); replaces what was asked for it before.
 */
bool loop_watch(struct loop *loop, int fd, uint32_t events, loop_ready *ready, void *self);

/* To be called before `fd` is closed; one that is not watched is no matter. */
void loop_forget(struct loop *loop, int fd);

/* Sets `timer` (anew), to go off once. */
void loop_set(struct loop *loop, struct loop_timer *timer, struct mono at);
void loop_unset(struct loop *loop, struct loop_timer *timer);

/* Waits for at most `most_us` (0: only looks), then calls all guests whose turn it is. An interrupting signal
 * ends the wait. */
bool loop_turn(struct loop *loop, int64_t most_us, struct error *err);

/* How long in µs the guests kept the loop in its last turn. */
int64_t loop_busy(const struct loop *loop);

/* The worst delay in µs that the loop has had since `start`. */
int64_t loop_lag(const struct loop *loop, struct mono start);
#endif
