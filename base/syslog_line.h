/* SPDX-License-Identifier: MIT */
/* syslog_line.h - a line for the system's log; apart from log.h, whose names syslog.h takes. */
#ifndef BASE_SYSLOG_LINE_H
#define BASE_SYSLOG_LINE_H

/* Hands `words` over with `severity` (RFC 5424, 6.2.1: 3 is an error, 7 for debugging); where nobody listens, it is lost. */
void syslog_line(int severity, const char *words);
#endif
