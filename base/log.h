/* SPDX-License-Identifier: MIT */
/* log.h - one line on stderr, or for the system's log; control characters and broken UTF-8 are shown as escapes, so that no
 * server's words move a cursor or forge a line. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_NOTE, LOG_DEBUG };
extern const char *const log_level_words[]; /* "error", "warning", "note", "debug", NULL */

/* Lines above `most` are dropped; LOG_NOTE at first. */
void log_limit(enum log_level most);

/* From here on to syslog(3), which journald answers to as well, as "endoscope" of the facility daemon; or back to stderr. */
void log_to_syslog(bool syslog);

/* "endoscope: message", or "endoscope: warning: message". Where stderr is the journal's (JOURNAL_STREAM), each line has its
 * priority before it, as sd-daemon(3) has it, and no name. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
#endif
