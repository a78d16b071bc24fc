/* SPDX-License-Identifier: MIT */
/* sink.h - where a long text goes as it is made: a file, a buffer, standard output. */
#ifndef BASE_SINK_H
#define BASE_SINK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

struct sink {
    /* Takes the next piece, which is the caller's and gone afterwards. */
    bool (*put)(void *self, struct slice piece, struct error *err);
    void *self;
};

/* A sink that appends to `buf`, which must outlive it. It never fails. */
struct sink buf_sink(struct buf *buf);
#endif
