/* SPDX-License-Identifier: MIT */
/* conversation.h - what was said over a WebSocket, in order: the first messages, each up to what is kept, and those
 * that are judged also whole. A message in fragments is one, whatever control frames came between them. */
#ifndef COLLECTOR_CONVERSATION_H
#define COLLECTOR_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "collector/frame.h"
#include "collector/probe.h"

struct judged_matter;

enum { MESSAGES_MOST = 50 };

struct conversation {
    struct probe *probe; /* in whose arena the messages live; NULL: not begun */
    size_t keep;         /* bytes of a message */
    size_t judged_left;  /* bytes that the messages to judge may still have, all together */
    size_t judged_most;  /* of them there are so many at most */
    struct mono opened;
    struct message *list;
    size_t count, room;
    bool cut;             /* more came than are kept */
    size_t heard;         /* whole text and binary messages */
    struct slice *judged; /* the first of these, whole; ours to free */
    size_t judged_count, judged_room;
    bool judged_capped; /* the last of them is longer */
    struct buf current; /* the message in progress */
    bool in_message;
    enum message_type type;
    uint64_t size;
};

/* `most`: bytes of messages that are judged, `judged`: of the first so many, `keep`: bytes of any that are kept. */
void conversation_begin(struct conversation *talk, struct probe *probe, size_t most, size_t judged, size_t keep);
void conversation_free(struct conversation *talk);

/* A further part of a text or binary message came; with conversation_whole() it is over. */
void conversation_piece(struct conversation *talk, enum message_type type, struct slice data);
void conversation_whole(struct conversation *talk, enum message_type type);

/* The message in progress is that long in all, more than what was handed over of it. */
void conversation_sized(struct conversation *talk, uint64_t size);

/* What is left of the message in progress, and of others, is not looked at. */
void conversation_skip(struct conversation *talk);

/* Whether a further message would be kept or judged at all. */
bool conversation_wants_more(const struct conversation *talk);

/* A ping, pong or close came. */
void conversation_control(struct conversation *talk, enum message_type type, struct slice data);

/* Records what we said, in shown form. */
void conversation_say(struct conversation *talk, enum message_type type, struct slice data);

/* Puts the messages into the probe, also one that did not end, and what is to be judged into `matter`; that lives as
 * long as the conversation. */
void conversation_record(struct conversation *talk, struct judged_matter *matter);
#endif
