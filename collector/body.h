/* SPDX-License-Identifier: MIT */
/* body.h - the body of a response that the wire reads itself: by length, in chunks, or until the connection
 * closes (RFC 9112, section 6). Incremental; keeps nothing but the size of the chunk in progress. */
#ifndef COLLECTOR_BODY_H
#define COLLECTOR_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "collector/head.h"

enum body_framing { BODY_UNTIL_CLOSE, BODY_LENGTH, BODY_CHUNKED };

enum chunk_part { CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_DATA, CHUNK_DATA_END, CHUNK_TRAILER };

struct body_reader {
    enum body_framing framing;
    enum chunk_part part;
    uint64_t left; /* of the body, or of the chunk */
    unsigned digits;
    bool line_empty;   /* of the trailer line in progress */
    bool ended;        /* all of it was read */
    const char *fault; /* what is malformed; NULL: nothing is */
};

/* What `head` says of its body's framing. */
void body_begin(struct body_reader *reader, const struct head *head);

/* Appends what `input` has of the body to `body`. Nothing more is to be fed once it ended or has a fault. */
void body_feed(struct body_reader *reader, struct slice input, struct buf *body);
#endif
