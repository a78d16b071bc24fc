/* SPDX-License-Identifier: MIT */
/* syslog_line.h - apart from log.h, since <syslog.h> calls its levels as we call ours. */
#ifndef BASE_SYSLOG_LINE_H
#define BASE_SYSLOG_LINE_H

/* Hands `line` to syslog(3) as a daemon's, with a severity of RFC 5424: 3 error, 4 warning, 6 informational, 7 debug. */
void syslog_line(int severity, const char *line);
#endif
