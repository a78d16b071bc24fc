/* SPDX-License-Identifier: MIT */
/* What all dialects share: HTML's escapes, narrow lines, the guess at a block's language. */
#include "render/flavor.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

const char *const form_words[] = {"text", "code", "cell", "fence", "url", NULL};

const char *flavor_html_entity(char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void flavor_html_text(struct slice text, struct buf *out)
{
    struct buf shown = BUF_INIT;

    utf8_escape_block(&shown, text);
    for (size_t i = 0; i < shown.len; i++) {
        const char *entity = flavor_html_entity(shown.data[i]);

        if (entity)
            buf_puts(out, entity);
        else
            buf_putc(out, shown.data[i]);
    }
    buf_free(&shown);
}

void flavor_narrow(struct slice text, size_t columns, struct buf *out)
{
    struct buf flat = BUF_INIT, shown = BUF_INIT;
    size_t fits = 0, used = 0, whole = text.len;

    /* No cell shows more, and a body may be long. */
    text.len = utf8_cut(text, columns * 8 + 16);
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.data[i];

        if (byte == '\r' && i + 1 < text.len && text.data[i + 1] == '\n')
            continue;
        buf_putc(&flat, (char)(byte == '\n' || byte == '\r' || byte == '\t' ? ' ' : byte));
    }
    utf8_escape(&shown, buf_slice(&flat));
    if (text.len == whole && utf8_columns(buf_slice(&shown)) <= columns) {
        buf_put_slice(out, buf_slice(&shown));
    } else {
        for (;;) {
            struct slice rest = {shown.data + fits, shown.len - fits};
            int32_t point;
            size_t length = utf8_next(rest, &point);
            size_t wide = utf8_columns((struct slice){rest.data, length});

            if (length == 0 || used + wide > columns - 1)
                break;
            fits += length;
            used += wide;
        }
        while (fits && shown.data[fits - 1] == ' ')
            fits--;
        buf_put(out, shown.data, fits);
        buf_puts(out, "…");
    }
    buf_free(&flat);
    buf_free(&shown);
}

static bool starts(struct slice text, const char *with)
{
    size_t len = strlen(with);

    return text.len >= len && strncasecmp(text.data, with, len) == 0;
}

const char *flavor_language(struct slice text)
{
    while (text.len && strchr(" \t\r\n", text.data[0]) && text.data[0])
        text = (struct slice){text.data + 1, text.len - 1};
    while (text.len && strchr(" \t\r\n", text.data[text.len - 1]) && text.data[text.len - 1])
        text.len--;
    if (text.len < 2)
        return "";
    if ((text.data[0] == '{' && text.data[text.len - 1] == '}')
        || (text.data[0] == '[' && text.data[text.len - 1] == ']'))
        return "json";
    if (starts(text, "HTTP/1.") || starts(text, "HTTP/2 ") || starts(text, "HTTP/3 "))
        return "http";
    if (starts(text, "<!doctype html") || starts(text, "<html"))
        return "html";
    if (starts(text, "<?xml"))
        return "xml";
    if ((starts(text, "--- ") || starts(text, "diff --git ")) && memmem(text.data, text.len, "\n+++ ", 5))
        return "diff";
    return "";
}

void flavor_cite(const struct flavor *flavor, const char *run, uint32_t ordinal, struct buf *out)
{
    (void)flavor;
    if (run)
        buf_printf(out, "[%s.p%u]", run, ordinal);
    else
        buf_printf(out, "[p%u]", ordinal);
}
