/* SPDX-License-Identifier: MIT */
/* Trackers look at the text that they get, not at a parser's tree: GitLab's quick actions are a regular expression over
 * lines, Redmine's mentions one over everything but fences. So these go at the very end, over every line, code or not. */
#include "render/finish.h"

#include <string.h>

#include "base/utf8.h"
#include "render/fence.h"
#include "render/fit.h"

#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"

static bool starts(struct slice text, const char *word)
{
    return text.len >= strlen(word) && memcmp(text.data, word, strlen(word)) == 0;
}

/* The mark by which a comment of ours is known is no server's to write: it is appended after this. */
static void put_unmarked(struct slice text, const char *also, struct buf *out)
{
    static const char mark[] = "endoscope:v";

    for (size_t i = 0; i < text.len; i++) {
        struct slice rest = {text.data + i, text.len - i};

        if (starts(rest, mark)) {
            buf_puts(out, "endoscope:" ZERO_WIDTH_SPACE);
            i += strlen("endoscope:") - 1;
            continue;
        }
        buf_putc(out, text.data[i]);
        rest = (struct slice){rest.data + 1, rest.len - 1};
        if (text.data[i] && strchr(also, text.data[i]) && !starts(rest, ZERO_WIDTH_SPACE))
            buf_puts(out, ZERO_WIDTH_SPACE);
    }
}

void finish_markdown(struct slice markdown, struct buf *out)
{
    put_unmarked(markdown, "", out);
}

void finish_gitlab(struct slice markdown, struct buf *out)
{
    struct slice line;

    while (fence_line(&markdown, &line)) {
        size_t at = 0;

        /* A tab or a no-break space before the slash does not help; a blank of ours does. */
        while (
            at < line.len
            && (line.data[at] == '\t' || (unsigned char)line.data[at] == 0xC2 || (unsigned char)line.data[at] == 0xA0))
            at++;
        if (at < line.len && (line.data[at] == '/' || starts(line, "::include")))
            buf_putc(out, ' ');
        put_unmarked(line, "", out);
    }
}

void finish_redmine(struct slice markdown, struct buf *out)
{
    put_unmarked(markdown, "@", out);
}

void finish_plain(struct slice markdown, struct buf *out)
{
    struct fence fence = {0};
    struct slice line;
    bool empty = false;

    while (fence_line(&markdown, &line)) {
        bool code = fence_holds(&fence, line);

        if (!code && (starts(line, FINISH_FOLD) || starts(line, FINISH_FOLD_END)))
            continue;
        /* Where a mark stood between two empty lines, one is enough. */
        if (code || line.len > 1 || !empty)
            buf_put_slice(out, line);
        empty = !code && line.len == 1;
    }
}

void finish_redcarpet(struct slice markdown, struct buf *out)
{
    struct buf plain = BUF_INIT;

    finish_plain(markdown, &plain);
    finish_redmine(buf_slice(&plain), out);
    buf_free(&plain);
}

size_t finish_size(const struct flavor *flavor, struct slice text)
{
    size_t units = 0;

    if (!flavor->counts_characters)
        return text.len;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.data[i];

        units += (byte & 0xC0) != 0x80;
        units += byte >= 0xF0;
    }
    return units;
}

static void convert(const struct flavor *flavor, struct slice markdown, struct buf *out)
{
    if (flavor->finish)
        flavor->finish(markdown, out);
    else
        buf_put_slice(out, markdown);
}

void finish_report(const struct flavor *flavor, struct slice markdown, size_t most, const char *where, struct buf *out)
{
    enum { TRIES = 24 };
    size_t room = most;

    /* What a conversion adds differs from line to line: it is tried, and tried with less. */
    for (int i = 0; i < TRIES; i++) {
        struct buf fitted = BUF_INIT, made = BUF_INIT;
        size_t size;

        if (most)
            fit_markdown(markdown, room, where, &fitted);
        convert(flavor, most ? buf_slice(&fitted) : markdown, &made);
        size = finish_size(flavor, buf_slice(&made));
        if (!most || size <= most) {
            buf_put_slice(out, buf_slice(&made));
            i = TRIES;
        }
        /* Of a report that is far too long little is left: the next try starts from what there was. */
        room = fitted.len < room ? fitted.len : room;
        room = size ? (size_t)((double)room * (double)most / (double)size * 0.98) : 0;
        buf_free(&fitted);
        buf_free(&made);
    }
}
