/* SPDX-License-Identifier: MIT */
/* websocket_ending.h - what it means when libwebsockets ends a probe: the codes that the wire gives for the same, as far as
 * it lets them be told. */
#ifndef COLLECTOR_WEBSOCKET_ENDING_H
#define COLLECTOR_WEBSOCKET_ENDING_H

#include <stdbool.h>
#include <stddef.h>

struct exchange;
struct worker_reader;

enum websocket_phase {
    WEBSOCKET_WAITING, /* for the worker */
    WEBSOCKET_CONNECTING,
    WEBSOCKET_SECURING, /* TCP is up */
    WEBSOCKET_ASKING,   /* the upgrade is sent */
    WEBSOCKET_ANSWERED, /* the head of the answer has come, and no more than it */
    WEBSOCKET_GREETING,
    WEBSOCKET_PING,
    WEBSOCKET_CLOSING, /* our close frame is sent */
    WEBSOCKET_LEFT,    /* the server's has come before ours */
};

/* How far it came. */
struct websocket_ending {
    enum websocket_phase phase;
    bool verified; /* the certificate was looked at */
    long verify;   /* X509_V_... */
    size_t certificate_count;
    bool self_signed;
    bool heard; /* anything after the upgrade */
    bool asked_before;
};

/* Lets the exchange's probe fail as the rest of an ENDED says, where that is a failure. */
void websocket_ending_judge(const struct websocket_ending *ending, struct worker_reader *reader,
                            struct exchange *exchange);

/* ... because its time is over. */
void websocket_ending_expire(const struct websocket_ending *ending, struct exchange *exchange);
#endif
