/* SPDX-License-Identifier: MIT */
#include "render/wrap.h"

#include <string.h>

#include "base/utf8.h"

static void wrap_line(struct slice line, size_t columns, struct buf *out)
{
    size_t indent = 0, used, at;

    while (indent < line.len && line.data[indent] == ' ')
        indent++;
    buf_put(out, line.data, indent);
    used = indent;
    for (at = indent; at < line.len;) {
        const char *blank = memchr(line.data + at, ' ', line.len - at);
        struct slice word = {line.data + at, blank ? (size_t)(blank - line.data) - at : line.len - at};
        size_t width = utf8_columns(word);

        if (at > indent && used + 1 + width > columns) {
            buf_putc(out, '\n');
            buf_put(out, line.data, indent);
            used = indent;
        } else if (at > indent) {
            buf_putc(out, ' ');
            used++;
        }
        buf_put_slice(out, word);
        used += width;
        at += word.len + 1;
    }
}

void wrap_text(struct slice text, size_t columns, struct buf *out)
{
    while (text.len) {
        const char *end = memchr(text.data, '\n', text.len);
        struct slice line = {text.data, end ? (size_t)(end - text.data) : text.len};

        /* Columns that are set with blanks stay as they are where they fit. */
        if (utf8_columns(line) <= columns)
            buf_put_slice(out, line);
        else
            wrap_line(line, columns, out);
        if (end)
            buf_putc(out, '\n');
        text.data += line.len + (end != NULL);
        text.len -= line.len + (end != NULL);
    }
}
