/* SPDX-License-Identifier: MIT */
/* schedule.h - what makes `nightly` run each night: a line for crontab(5), or units for systemd. */
#ifndef CLI_SCHEDULE_H
#define CLI_SCHEDULE_H

#include "base/buf.h"

/* Where things are, as absolute paths. */
struct schedule {
    const char *program, *config;
};

/* Appends the crontab line, with comments on when and why. */
void schedule_cron(const struct schedule *schedule, struct buf *out);

/* Appends the service and the timer, each behind a comment with the file that it belongs into. The service may do no more
 * than it needs, and keeps the store and the reports in a state directory of its own. */
void schedule_systemd(const struct schedule *schedule, struct buf *out);
#endif
