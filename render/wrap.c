/* SPDX-License-Identifier: MIT */
#include "render/wrap.h"

#include <string.h>

#include "base/utf8.h"

enum { WORD_MAX = 800, WORD_PART = 400 };

static size_t blanks_at(struct slice line, size_t at)
{
    size_t end = at;

    while (end < line.len && line.data[end] == ' ')
        end++;
    return end - at;
}

static size_t word_at(struct slice line, size_t at)
{
    size_t end = at;

    while (end < line.len && line.data[end] != ' ')
        end++;
    return end - at;
}

/* A word that no address or digest is comes in parts: mail takes no line of more than 998 bytes. */
static size_t part_of(struct slice line, size_t at, size_t len)
{
    return len <= WORD_MAX ? len : utf8_cut((struct slice){line.data + at, len}, WORD_PART);
}

static void put_blanks(size_t count, struct buf *out)
{
    while (count--)
        buf_putc(out, ' ');
}

/* Blanks between words are kept, since columns may be aligned by them, but for those at which a line is broken. */
static void wrap_line(struct slice line, size_t columns, struct buf *out)
{
    size_t indent = blanks_at(line, 0), at = indent, used = indent, blanks = 0;
    bool any = false;

    if (indent == line.len)
        return;
    put_blanks(indent, out);
    while (at < line.len) {
        size_t len = part_of(line, at, word_at(line, at));
        struct slice word = {line.data + at, len};
        size_t width = utf8_columns(word);

        if (any && used + blanks + width > columns) {
            buf_putc(out, '\n');
            put_blanks(indent, out);
            used = indent;
        } else {
            put_blanks(blanks, out);
            used += blanks;
        }
        buf_put_slice(out, word);
        used += width;
        any = true;
        at += len;
        blanks = blanks_at(line, at);
        at += blanks;
    }
}

void wrap_text(struct slice text, size_t columns, struct buf *out)
{
    while (text.len) {
        const char *newline = memchr(text.data, '\n', text.len);
        size_t len = newline ? (size_t)(newline - text.data) : text.len;

        wrap_line((struct slice){text.data, len}, columns, out);
        if (newline)
            buf_putc(out, '\n');
        len += newline != NULL;
        text = (struct slice){text.data + len, text.len - len};
    }
}
