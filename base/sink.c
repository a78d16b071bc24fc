/* SPDX-License-Identifier: MIT */
#include "base/sink.h"

static bool put(void *self, struct slice piece, struct error *err)
{
    (void)err;
    buf_put_slice(self, piece);
    return true;
}

struct sink buf_sink(struct buf *buf)
{
    return (struct sink){put, buf};
}
