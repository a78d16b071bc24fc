/* SPDX-License-Identifier: MIT */
/* utf8_reader.h - whether a text that comes in pieces is UTF-8 (RFC 3629): a character may lie over two frames. */
#ifndef COLLECTOR_UTF8_READER_H
#define COLLECTOR_UTF8_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct utf8_reader {
    unsigned left;     /* bytes that the character in progress still wants */
    uint8_t low, high; /* what the next of them may be */
};

/* Reads on; false as soon as a byte cannot be. Start with a zeroed reader. */
bool utf8_reader_feed(struct utf8_reader *reader, struct slice piece);

/* Whether the text may end here. */
bool utf8_reader_may_end(const struct utf8_reader *reader);
#endif
