/* SPDX-License-Identifier: MIT */
/* heartbeat.h - asks for an address when a night came to its end, so that whoever watches it learns when cron itself has
 * stopped: the silence is what tells. */
#ifndef CLI_HEARTBEAT_H
#define CLI_HEARTBEAT_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "cli/session.h"

/* GET of the suite's `heartbeat`, until `deadline` at most; nothing where there is none. False with a sentence without
 * secrets. */
bool heartbeat_send(const struct session *session, struct mono deadline, struct error *err);
#endif
