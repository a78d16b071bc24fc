/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH = 24, REDRAW_US = 100000 };

static bool moves_cursor(void)
{
    const char *term = getenv("TERM");

    return isatty(STDERR_FILENO) == 1 && term && *term && strcmp(term, "dumb") != 0;
}

/* A line that wraps cannot be taken back. */
static size_t room(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col - 1U : 79;
}

void progress_start(struct progress_line *line, bool quiet, const char *doing)
{
    *line = (struct progress_line){
        .on = !quiet && moves_cursor(),
        .started = mono_now(),
        .doing = doing,
    };
}

static void draw(struct progress_line *line, size_t done, size_t planned, const char *more)
{
    struct mono now = mono_now();
    size_t filled = planned ? done * WIDTH / planned : 0;
    char bar[WIDTH + 1], words[200];

    if (!line->on || (line->drawn && mono_between(line->last, now) < REDRAW_US))
        return;
    memset(bar, '.', WIDTH);
    memset(bar, '#', filled < WIDTH ? filled : WIDTH);
    bar[WIDTH] = '\0';
    snprintf(words, sizeof words, "%s [%s] %zu of %zu%s, %.0f s", line->doing, bar, done, planned, more,
             (double)mono_between(line->started, now) / 1e6);
    fprintf(stderr, "\r\x1b[K%.*s", (int)room(), words);
    line->last = now;
    line->drawn = true;
}

void progress_show(struct progress_line *line, const struct progress *progress)
{
    char more[100];

    snprintf(more, sizeof more, ", %zu failed, %zu under way", progress->failed, progress->in_flight);
    draw(line, progress->done, progress->planned, more);
}

void progress_part(struct progress_line *line, uint64_t done, uint64_t planned)
{
    draw(line, (size_t)done, (size_t)planned, "");
}

void progress_clear(struct progress_line *line)
{
    if (line->drawn)
        fputs("\r\x1b[K", stderr);
    line->drawn = false;
}
