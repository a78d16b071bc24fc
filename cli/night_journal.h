/* SPDX-License-Identifier: MIT */
/* night_journal.h - that a night began and did not come to its end, in a small file beside the store: what it recorded and
 * did not report, the next one makes up for. */
#ifndef CLI_NIGHT_JOURNAL_H
#define CLI_NIGHT_JOURNAL_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

/* When the night began that was cut off; 0: none was. A file that holds anything else counts as none. */
struct wall night_journal_read(const char *path);

/* Written before anything else is done. A night that makes up for another one keeps that one's time. */
bool night_journal_begin(const char *path, struct wall began, struct error *err);
bool night_journal_end(const char *path, struct error *err);
#endif
