/* SPDX-License-Identifier: MIT */
/* dialogue.h - what is said and heard over an open WebSocket: sends, waits, pings, stays, and takes its leave, as the
 * agenda has it; a breach of the protocol ends it, by its name. No I/O: bytes come in, bytes to send go into a buffer,
 * and the time at which it wants to be woken stands in `due`. */
#ifndef COLLECTOR_DIALOGUE_H
#define COLLECTOR_DIALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/slice.h"
#include "collector/agenda.h"
#include "collector/conversation.h"
#include "collector/deflate.h"
#include "collector/frame.h"
#include "collector/utf8_reader.h"

struct exchange;

enum dialogue_part {
    DIALOGUE_NONE, /* not begun */
    DIALOGUE_LISTEN,
    DIALOGUE_PING,
    DIALOGUE_STAY,  /* until it was open for as long as is expected, or until the server closes */
    DIALOGUE_CLOSE, /* our close frame is out, theirs is not here */
    DIALOGUE_LEFT,  /* theirs came: nothing may follow it */
    DIALOGUE_OVER,
};

struct dialogue {
    struct exchange *exchange;
    struct buf *out; /* what is to be sent; the caller's */
    struct agenda agenda;
    enum dialogue_part part;
    struct mono due; /* when dialogue_due() is to be called */
    struct frame_reader frames;
    struct conversation talk;
    struct deflate_terms deflate;
    struct inflater *inflater; /* NULL: nothing is compressed, or no longer looked at */
    struct utf8_reader utf8;   /* of a compressed text */
    uint64_t inflate_left;     /* bytes that may still come out of it */
    struct mono pinged;
    uint8_t ping[8];
    unsigned strangers; /* pongs that answer no ping of ours */
};

/* The upgrade is over: begins with what there is to send. */
void dialogue_begin(struct dialogue *dialogue, struct exchange *exchange, const struct deflate_terms *deflate,
                    struct buf *out);
void dialogue_free(struct dialogue *dialogue);

/* Bytes came. */
void dialogue_take(struct dialogue *dialogue, struct slice input);

/* All that had come by now is taken; after the server's close there is nothing more to wait for. */
void dialogue_drained(struct dialogue *dialogue);

/* `due` has come. */
void dialogue_due(struct dialogue *dialogue);

/* The connection is gone; `how` says so in words. */
void dialogue_hung_up(struct dialogue *dialogue, const char *how);

/* Puts what was said into the probe, and what is judged into the exchange. */
void dialogue_record(struct dialogue *dialogue);
#endif
