/* SPDX-License-Identifier: MIT */
/* buf.h - a growing run of bytes, never NULL, always terminated.
 *
 * A buffer fed by a server gets a cap: what would exceed it is dropped, and the buffer remembers that it hit it. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct buf {
    char *data; /* never NULL after BUF_INIT */
    size_t len;
    size_t room; /* allocated bytes, 0: nothing is ours yet */
    size_t cap;  /* most bytes it may hold, 0: no limit */
    bool capped; /* the cap cut something off */
};

extern char buf_empty[1];
#define BUF_INIT                                                                                                      \
    {                                                                                                                 \
        buf_empty, 0, 0, 0, false                                                                                     \
    }

/* Appends; false when the cap cut (part of) it off. */
bool buf_put(struct buf *buf, const void *data, size_t len);
bool buf_puts(struct buf *buf, const char *text);
bool buf_putc(struct buf *buf, char byte);
bool buf_put_slice(struct buf *buf, struct slice slice);
bool buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Drops the first `count` bytes. */
void buf_drop(struct buf *buf, size_t count);

/* Empties it and keeps its memory and cap. */
void buf_clear(struct buf *buf);

/* Shortens it to `len` bytes; a longer `len` changes nothing. */
void buf_cut(struct buf *buf, size_t len);

/* Hands the bytes over, to free with mem_free(); the buffer is empty again. */
char *buf_detach(struct buf *buf);

void buf_free(struct buf *buf);

static inline struct slice buf_slice(const struct buf *buf)
{
    return (struct slice){buf->data, buf->len};
}
#endif
