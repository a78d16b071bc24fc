/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/syslog_line.h"
#include "base/utf8.h"

/* RFC 5424, table 2. */
static const int severities[] = {[LOG_ERROR] = 3, [LOG_WARNING] = 4, [LOG_NOTE] = 6, [LOG_DEBUG] = 7};

const char *const log_level_words[] = {"error", "warning", "note", "debug", NULL};

static enum log_level limit = LOG_NOTE;
static enum log_target to = LOG_TO_STDERR;
static bool to_journal;

void log_limit(enum log_level most)
{
    limit = most;
}

/* JOURNAL_STREAM names the device and inode of the stream that is the journal's (systemd.exec(5)). */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat info;
    char text[64];

    if (!stream || fstat(STDERR_FILENO, &info) != 0)
        return false;
    snprintf(text, sizeof text, "%llu:%llu", (unsigned long long)info.st_dev, (unsigned long long)info.st_ino);
    return strcmp(stream, text) == 0;
}

void log_open(enum log_target target)
{
    to = target;
    to_journal = target == LOG_TO_STDERR && stderr_is_journal();
}

void log_line(enum log_level level, const char *format, ...)
{
    static const char *const prefixes[] = {"endoscope: ", "endoscope: warning: ", "endoscope: ", "endoscope: debug: "};
    struct buf line = BUF_INIT;
    char message[2048];
    va_list args;

    if (level > limit)
        return;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    utf8_escape(&line, slice_of(message));
    /* What no logger takes must not get lost. */
    if (to != LOG_TO_SYSLOG || !syslog_line(syslog_socket, wall_now(), severities[level], line.data)) {
        if (to_journal)
            fprintf(stderr, "<%d>", severities[level]);
        fprintf(stderr, "%s%s\n", prefixes[level], line.data);
    }
    buf_free(&line);
}
