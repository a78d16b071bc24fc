/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/utf8.h"

static enum log_level limit = LOG_NOTE;

void log_limit(enum log_level most)
{
    limit = most;
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
    buf_puts(&line, prefixes[level]);
    utf8_escape(&line, slice_of(message));
    buf_putc(&line, '\n');
    fputs(line.data, stderr);
    buf_free(&line);
}
