/* SPDX-License-Identifier: MIT */
/* frame.h - WebSocket frames (RFC 6455, section 5), read as they come and written for a client.
 *
 * The reader is strict, so that each breach of the protocol has its name, and holds nothing but a frame's
 * head and one control frame: a length of 2^62 costs no memory. Of the reserved bits only the one of
 * permessage-deflate (RFC 7692) may have a meaning; its pieces are handed on as they came, still compressed. */
#ifndef COLLECTOR_FRAME_H
#define COLLECTOR_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "collector/probe.h"
#include "collector/utf8_reader.h"

enum {
    FRAME_HEAD_MOST = 14,
    FRAME_CONTROL_MOST = 125,
    CLOSE_NO_CODE = 1005, /* a close frame without a code (7.4.1) */
    CLOSE_NO_FRAME = 1006,
};

struct frame_reader {
    bool deflate; /* permessage-deflate is negotiated; set before the first byte */
    uint8_t head[FRAME_HEAD_MOST];
    unsigned head_len;
    uint8_t control[FRAME_CONTROL_MOST];
    unsigned control_len;
    uint8_t opcode;
    bool final, in_payload;
    uint64_t left; /* of the payload */
    bool in_message, message_ended;
    bool compressed_frame, compressed; /* the frame's own bit; the message */
    enum message_type type;            /* of the message */
    uint64_t size;                     /* of the message so far */
    struct utf8_reader utf8;           /* of a text that is not compressed */
    const char *code;                  /* of the breach; NULL: none yet */
    char words[96];
};

enum frame_step {
    FRAME_HUNGRY,  /* wants more input; all that there was is consumed */
    FRAME_PIECE,   /* `data` is a further part of a text or binary message */
    FRAME_MESSAGE, /* the message is whole, `size` bytes */
    FRAME_CONTROL, /* a ping, pong or close, whole in `data`; of a close, the reason */
    FRAME_BROKEN,  /* the reader's `code` and `words` say how; it reads no further */
};

struct frame_event {
    enum message_type type;
    struct slice data; /* valid until the next call */
    uint64_t size;
    int close_code;  /* of a close, also of one that must not be sent */
    bool compressed; /* `data` and `size` are of what is still to be inflated, and its UTF-8 to be judged */
};

/* Takes the next step through `input`, which is shortened by what was consumed. Start with a zeroed reader. */
enum frame_step frame_next(struct frame_reader *reader, struct slice *input, struct frame_event *event);

/* Whether a message or a frame has begun and not ended. */
bool frame_in_progress(const struct frame_reader *reader);

/* Appends one whole frame, masked as a client must (5.3); `compressed` payloads come from deflate_message(). */
void frame_put(struct buf *out, enum message_type type, bool compressed, struct slice payload, const uint8_t mask[4]);

/* Whether an endpoint may put `code` into a close frame (7.4 and the IANA registry). */
bool close_code_valid(int code);
#endif
