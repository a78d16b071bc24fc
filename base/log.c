/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/syslog_line.h"
#include "base/utf8.h"

const char *const log_level_words[] = {"error", "warning", "note", "debug", NULL};

static enum log_level limit = LOG_NOTE;
static bool to_syslog;

/* RFC 5424, 6.2.1: error, warning, informational, debug. */
static const int severities[] = {3, 4, 6, 7};

void log_limit(enum log_level most)
{
    limit = most;
}

void log_to_syslog(bool syslog)
{
    to_syslog = syslog;
}

/* systemd.exec(5): the variable names the device and inode of the stream, since a child may have redirected its own. */
static bool is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat info;

    return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(STDERR_FILENO, &info) == 0
           && info.st_dev == device && info.st_ino == inode;
}

void log_line(enum log_level level, const char *format, ...)
{
    static const char *const prefixes[] = {"endoscope: ", "endoscope: warning: ", "endoscope: ", "endoscope: debug: "};
    struct buf line = BUF_INIT, words = BUF_INIT;
    char message[2048];
    va_list args;

    if (level > limit)
        return;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    utf8_escape(&words, slice_of(message));
    if (to_syslog) {
        syslog_line(severities[level], words.data);
    } else {
        if (is_journal())
            buf_printf(&line, "<%d>", severities[level]);
        else
            buf_puts(&line, prefixes[level]);
        buf_puts(&line, words.data);
        buf_putc(&line, '\n');
        fputs(line.data, stderr);
    }
    buf_free(&words);
    buf_free(&line);
}
