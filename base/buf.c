/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

char buf_empty[1] = "";

static void make_room(struct buf *buf, size_t more)
{
    size_t wanted = buf->len + more + 1;
    size_t room = buf->room ? buf->room : 64;

    if (wanted <= buf->room)
        return;
    while (room < wanted)
        room *= 2;
    buf->data = mem_resize(buf->room ? buf->data : NULL, room, 1);
    buf->room = room;
}

bool buf_put(struct buf *buf, const void *data, size_t len)
{
    bool whole = true;

    if (buf->cap && len > buf->cap - buf->len) {
        len = buf->cap - buf->len;
        buf->capped = true;
        whole = false;
    }
    if (len == 0)
        return whole;
    make_room(buf, len);
    memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
    return whole;
}

bool buf_puts(struct buf *buf, const char *text)
{
    return buf_put(buf, text, strlen(text));
}

bool buf_putc(struct buf *buf, char byte)
{
    if (buf->cap || buf->room - buf->len < 2) /* nothing is ours yet: both are 0 */
        return buf_put(buf, &byte, 1);
    buf->data[buf->len++] = byte;
    buf->data[buf->len] = '\0';
    return true;
}

bool buf_put_slice(struct buf *buf, struct slice slice)
{
    return buf_put(buf, slice.data, slice.len);
}

bool buf_printf(struct buf *buf, const char *format, ...)
{
    char small[256];
    char *text = small;
    va_list args;
    int len;
    bool whole;

    va_start(args, format);
    len = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (len < 0)
        return false;
    if ((size_t)len >= sizeof small) {
        text = mem_new((size_t)len + 1, 1);
        va_start(args, format);
        vsnprintf(text, (size_t)len + 1, format, args);
        va_end(args);
    }
    whole = buf_put(buf, text, (size_t)len);
    if (text != small)
        mem_free(text);
    return whole;
}

void buf_drop(struct buf *buf, size_t count)
{
    if (count > buf->len)
        count = buf->len;
    if (count == 0)
        return;
    memmove(buf->data, buf->data + count, buf->len - count + 1);
    buf->len -= count;
}

void buf_clear(struct buf *buf)
{
    buf_cut(buf, 0);
    buf->capped = false;
}

void buf_cut(struct buf *buf, size_t len)
{
    if (len >= buf->len)
        return;
    buf->len = len;
    buf->data[len] = '\0';
}

char *buf_detach(struct buf *buf)
{
    char *data = buf->room ? buf->data : mem_copy("", 0);

    *buf = (struct buf){buf_empty, 0, 0, buf->cap, false};
    return data;
}

void buf_free(struct buf *buf)
{
    if (buf->room)
        mem_free(buf->data);
    *buf = (struct buf){buf_empty, 0, 0, buf->cap, false};
}
