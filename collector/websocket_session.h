/* SPDX-License-Identifier: MIT */
/* websocket_session.h - one probe in the hands of libwebsockets: its callbacks, told as messages.
 *
 * A session ends once, in one of four ways (the library would not start it; it failed; it was open and closed; it was
 * killed), and is forgotten only when the library has forgotten it. */
#ifndef COLLECTOR_WEBSOCKET_SESSION_H
#define COLLECTOR_WEBSOCKET_SESSION_H

#include <libwebsockets.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "collector/probe.h"
#include "collector/worker_channel.h"

enum { SESSION_WORDS = 200 };

struct session_saying; /* opaque */

struct websocket_session {
    struct websocket_session *next;
    struct worker_channel *channel;
    uint32_t id;
    struct arena texts;
    struct worker_start start;
    struct lws *wsi;
    bool begun, open;
    bool over; /* its end was told, or nobody wants to hear it */
    bool gone; /* libwebsockets has forgotten it */
    bool in_message;
    enum message_type type; /* of the message in progress */
    uint64_t size;
    struct session_saying *say;
    uint64_t close_code;       /* to be sent; 0: not yet */
    char words[SESSION_WORDS]; /* about TLS */
};

/* What libwebsockets logs goes here: of a breach of the protocol it tells its callbacks nothing. */
void websocket_session_log(int level, const char *line);

/* Of a START's payload; one that is malformed is over and gone. */
struct websocket_session *websocket_session_new(struct worker_channel *channel, uint32_t id, struct slice payload);
void websocket_session_free(struct websocket_session *session);

/* Lets it go, on `host` (NULL: TLS as it is wanted cannot be spoken), by the local protocol of that name. */
void websocket_session_begin(struct websocket_session *session, struct lws_context *context, struct lws_vhost *host,
                             const char *protocol);

/* What a SAY and a CLOSE ask for, done where writing is allowed. */
void websocket_session_say(struct websocket_session *session, struct slice payload);
void websocket_session_close(struct websocket_session *session, uint64_t code);

/* Nobody wants to hear of it any more. */
void websocket_session_hang_up(struct websocket_session *session);

/* A callback of libwebsockets, and what is to be returned from it. */
int websocket_session_event(struct websocket_session *session, struct lws *wsi, enum lws_callback_reasons reason,
                            void *in, size_t len);
#endif
