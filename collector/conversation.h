/* SPDX-License-Identifier: MIT */
/* conversation.h - what was said over a WebSocket, in order: the first messages, each up to what is kept, and
 * the very first one whole, because it is judged. */
#ifndef COLLECTOR_CONVERSATION_H
#define COLLECTOR_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "collector/frame.h"
#include "collector/probe.h"

enum { MESSAGES_MOST = 50 };

struct conversation {
    struct probe *probe; /* in whose arena the messages live */
    size_t keep;         /* bytes of a message */
    struct mono opened;
    struct message *list;
    size_t count, room;
    bool cut;         /* more came than are kept */
    struct buf first; /* the first text or binary message, up to its cap */
    bool first_whole;
    struct buf current;     /* a later one */
    enum message_type type; /* of the message in progress */
    uint64_t size;
};

/* `most`: bytes of the first message that are judged, `keep`: bytes of any that are kept. */
void conversation_begin(struct conversation *talk, struct probe *probe, size_t most, size_t keep);
void conversation_free(struct conversation *talk);

/* Takes what the frame reader found at `step`. */
void conversation_hear(struct conversation *talk, enum frame_step step, const struct frame_event *event);

/* Records what we said. */
void conversation_say(struct conversation *talk, enum message_type type, struct slice data);

/* Puts the messages into the probe, also one that did not end. */
void conversation_record(struct conversation *talk);
#endif
