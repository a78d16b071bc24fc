/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <utf8proc.h>

size_t utf8_next(struct slice text, int32_t *point)
{
    utf8proc_ssize_t used;

    if (text.len == 0)
        return 0;
    used = utf8proc_iterate((const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.len, point);
    return used > 0 ? (size_t)used : 0;
}

/* How many bytes at its start are printable ASCII, which nearly all of any text is: one column each, never hidden. */
static size_t plain_run(struct slice text)
{
    size_t at = 0;

    while (at < text.len && text.data[at] >= ' ' && text.data[at] <= '~')
        at++;
    return at;
}

static struct slice rest_of(struct slice text, size_t used)
{
    return (struct slice){text.data + used, text.len - used};
}

bool utf8_valid(struct slice text)
{
    int32_t point;

    while (text.len) {
        size_t plain = plain_run(text);
        size_t used = plain ? plain : utf8_next(text, &point);

        if (used == 0)
            return false;
        text = rest_of(text, used);
    }
    return true;
}

bool utf8_hidden(int32_t point)
{
    /* Fillers and blanks that Unicode files under letters and symbols, and yet show nothing. */
    static const int32_t blank[] = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0};

    if (point == ' ')
        return false;
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++)
        if (point == blank[i])
            return true;
    /* Variation selectors and tags change nothing that is seen. */
    if ((point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0000 && point <= 0xE0FFF))
        return true;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return false;
    }
}

static void put_escaped(struct buf *out, int32_t point)
{
    switch (point) {
    case '\n':
        buf_puts(out, "\\n");
        break;
    case '\r':
        buf_puts(out, "\\r");
        break;
    case '\t':
        buf_puts(out, "\\t");
        break;
    default:
        buf_printf(out, "\\u{%04X}", (unsigned)point);
    }
}

static void escape(struct buf *out, struct slice text, bool block)
{
    while (text.len) {
        int32_t point = 0;
        size_t plain = plain_run(text);
        size_t used = plain ? plain : utf8_next(text, &point);

        if (plain) {
            buf_put(out, text.data, plain);
        } else if (used == 0) {
            buf_printf(out, "\\x%02X", (unsigned char)text.data[0]);
            used = 1;
        } else if (block && (point == '\n' || point == '\t')) {
            buf_putc(out, (char)point);
        } else if (!utf8_hidden(point)) {
            buf_put(out, text.data, used);
        } else if (!(block && point == '\r' && text.len > 1 && text.data[1] == '\n')) {
            put_escaped(out, point);
        }
        text = rest_of(text, used);
    }
}

void utf8_escape(struct buf *out, struct slice text)
{
    escape(out, text, false);
}

void utf8_escape_block(struct buf *out, struct slice text)
{
    escape(out, text, true);
}

size_t utf8_cut(struct slice text, size_t most)
{
    size_t at = most;

    if (text.len <= most)
        return text.len;
    while (at > 0 && most - at < 4 && ((unsigned char)text.data[at] & 0xC0) == 0x80)
        at--;
    return at;
}

size_t utf8_columns(struct slice text)
{
    size_t columns = 0;

    while (text.len) {
        int32_t point = 0;
        size_t plain = plain_run(text);
        size_t used = plain ? plain : utf8_next(text, &point);

        columns += plain ? plain : used == 0 ? 1 : (size_t)utf8proc_charwidth(point);
        text = rest_of(text, used ? used : 1);
    }
    return columns;
}
