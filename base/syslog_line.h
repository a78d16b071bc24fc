/* SPDX-License-Identifier: MIT */
/* syslog_line.h - a line for the machine's log, as syslog(3) sends it (RFC 3164 without the host). That call cannot say that
 * nobody took the line, and waits for as long as a logger that hangs pleases: this one does neither. */
#ifndef BASE_SYSLOG_LINE_H
#define BASE_SYSLOG_LINE_H

#include <stdbool.h>

#include "base/clock.h"

extern const char syslog_socket[]; /* where syslogd, or journald in its place, listens */

/* Hands `line` to the logger at `socket` as a daemon's, with a severity of RFC 5424: 3 error, 4 warning, 6 informational, 7
 * debug. False when none took it within a second. */
bool syslog_line(const char *socket, struct wall now, int severity, const char *line);
#endif
