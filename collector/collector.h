/* SPDX-License-Identifier: MIT */
/* collector.h - performs a plan: every probe in it, on one epoll in one thread, and hands each record over.
 *
 * Starts are paced (a few a turn of the loop), because what queues in our own loop reads as the server's latency;
 * `max_per_host` and `concurrency` bound what is in flight, and so do the process's file descriptors. */
#ifndef COLLECTOR_COLLECTOR_H
#define COLLECTOR_COLLECTOR_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct plan;
struct probe;
struct secrets;
struct suite;
struct collector;

struct progress {
    size_t planned, done, failed, in_flight;
};

/* Where records go. Both calls return false to stop everything, with the reason in `err`. */
struct collector_sink {
    void *self;
    /* Takes `probe`: judged, redacted, numbered, the receiver's to free. */
    bool (*take)(void *self, struct probe *probe, struct error *err);
    /* At least every 100 ms while something is under way: time to commit a batch and to draw progress. */
    bool (*tick)(void *self, const struct progress *progress, struct error *err);
};

struct collector_options {
    const struct secrets *secrets;
    struct collector_sink sink;
    const volatile sig_atomic_t *stop; /* non-zero: start nothing more, drop what is under way, return */
    struct mono deadline;              /* us 0: none */
    const char *worker;     /* path of this very program, to be its own WebSocket worker; NULL: the wire does all */
    const char *nameserver; /* "127.0.0.1:5353", for tests; NULL: the system's */
};

enum performed { PERFORMED_ALL, PERFORMED_STOPPED, PERFORMED_DEADLINE, PERFORMED_FAILED };

/* `suite` must outlive the collector. NULL on failure. */
struct collector *collector_open(const struct suite *suite, const struct collector_options *options,
                                 struct error *err);

/* Performs every item of `plan`; callable again, ordinals go on. PERFORMED_FAILED fills `err`. */
enum performed collector_perform(struct collector *collector, const struct plan *plan, struct error *err);

void collector_close(struct collector *collector);
#endif
