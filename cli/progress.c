/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 24, REDRAW_US = 100000 };

void progress_start(struct progress_line *line, bool quiet, const char *doing)
{
    *line = (struct progress_line){
        .on = !quiet && isatty(STDERR_FILENO) == 1,
        .started = mono_now(),
        .doing = doing,
    };
}

void progress_show(struct progress_line *line, const struct progress *progress)
{
    struct mono now = mono_now();
    size_t filled = progress->planned ? progress->done * WIDTH / progress->planned : 0;
    char bar[WIDTH + 1];

    if (!line->on || (line->drawn && mono_between(line->last, now) < REDRAW_US))
        return;
    memset(bar, '.', WIDTH);
    memset(bar, '#', filled < WIDTH ? filled : WIDTH);
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r\x1b[K%s [%s] %zu of %zu, %zu failed, %zu under way, %.0f s", line->doing, bar, progress->done,
            progress->planned, progress->failed, progress->in_flight, (double)mono_between(line->started, now) / 1e6);
    line->last = now;
    line->drawn = true;
}

void progress_clear(struct progress_line *line)
{
    if (line->drawn)
        fputs("\r\x1b[K", stderr);
    line->drawn = false;
}
