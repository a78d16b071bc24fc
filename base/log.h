/* SPDX-License-Identifier: MIT */
/* log.h - one line on stderr; control characters and broken UTF-8 are shown as escapes, so that no server's words
 * move a cursor or forge a line. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_ERROR, LOG_WARNING, LOG_NOTE, LOG_DEBUG };
extern const char *const log_level_words[]; /* "error", "warning", "note", "debug"; ends with NULL */

/* Lines above `most` are dropped; LOG_NOTE at first. */
void log_limit(enum log_level most);

/* Where lines go; LOG_TO_STDERR at first, and what the system's log does not take. To stderr that is the systemd journal's they
 * go with their level (sd-daemon(3)). */
enum log_target { LOG_TO_STDERR, LOG_TO_SYSLOG };
void log_open(enum log_target target);

/* "endoscope: message", or "endoscope: warning: message". */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
#endif
