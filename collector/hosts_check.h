/* SPDX-License-Identifier: MIT */
/* hosts_check.h - what DNS says of a name that the hosts file knows: a line that was forgotten there sends this machine
 * elsewhere than everybody else.
 *
 * The question runs beside the probe, one a name and run, and a probe that is over waits for its answer a moment. */
#ifndef COLLECTOR_HOSTS_CHECK_H
#define COLLECTOR_HOSTS_CHECK_H

#include <stdbool.h>

#include "base/clock.h"
#include "collector/resolve.h"

struct probe;

struct hosts_check {
    struct resolve_waiter waiter;
    const char *name;
    char hosts[4][ADDRESS_TEXT]; /* the first that the hosts file says */
    size_t count;
    const struct resolved *dns; /* NULL until it has answered */
    void (*done)(void *self);   /* when it has, unless it was at once */
    void *self;
    bool asking;
};

/* Asks DNS what the hosts file answered with `hosts`. The name outlives the check. */
void hosts_check_start(struct hosts_check *check, struct resolver *resolver, const struct resolve_question *question,
                       const struct resolved *hosts, void (*done)(void *self), void *self);

/* Until when an answer is worth waiting for; 0: there is nothing to wait for. */
struct mono hosts_check_until(const struct hosts_check *check);

/* Puts into the record that DNS knows no such name, as `system_address` and in words, or that it says another address, in
 * words. */
void hosts_check_record(const struct hosts_check *check, struct probe *probe);

void hosts_check_stop(struct hosts_check *check); /* one that never started is no matter */
#endif
