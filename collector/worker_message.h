/* SPDX-License-Identifier: MIT */
/* worker_message.h - what this program and its WebSocket worker tell each other over a socket pair: framed messages.
 *
 * A frame is a length, a kind and the number of the probe that it is about, then the payload; all numbers are
 * little-endian. Whoever reads trusts nothing: the worker speaks with hostile servers and may have been taken over. A
 * length beyond the cap or a field beyond the frame spoils the reader, and nothing that was read then counts. */
#ifndef COLLECTOR_WORKER_MESSAGE_H
#define COLLECTOR_WORKER_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum {
    WORKER_DESCRIPTOR = 3,              /* the worker's end of the pair */
    WORKER_FRAME_HEAD = 9,              /* bytes before the payload */
    WORKER_FRAME_MOST = 4 * 1024 * 1024 /* bytes of a payload */
};

enum worker_kind {
    /* To the worker. */
    WORKER_PROFILE = 1, /* what TLS is spoken with; the number is the profile's: struct worker_profile */
    WORKER_START,       /* struct worker_start */
    WORKER_SAY,         /* number: enum message_type; bytes */
    WORKER_CLOSE,       /* number: close code */
    WORKER_DROP,        /* the probe is over: hang up */
    /* From it; each begins with the time in µs of the monotonic clock, which both processes share. */
    WORKER_READY = 32,  /* locked in and listening */
    WORKER_BEAT,        /* it lives; number: the worst lag of its loop since the last beat, in µs */
    WORKER_BEGUN,       /* the probe has its turn */
    WORKER_CONNECTED,   /* TCP is up */
    WORKER_CERTIFICATE, /* bytes: DER, one of the server's, leaf first */
    WORKER_VERIFIED,    /* number: X509_V_..., bytes: TLS version, bytes: cipher */
    WORKER_ASKED,       /* TLS, where it is wanted, is up, and the upgrade is sent */
    WORKER_HEAD,        /* number: status, bytes: reason, then name and value of each header */
    WORKER_OPENED,      /* the handshake is accepted */
    WORKER_PIECE,       /* number: enum message_type; bytes: a further part of the message */
    WORKER_MESSAGE,     /* number: enum message_type; number: its whole size. It has ended */
    WORKER_SAID,        /* number: enum message_type; what was to be said is on its way */
    WORKER_PONG,        /* bytes */
    WORKER_PEER_CLOSED, /* number: code, 0: none, 1: half of one; bytes: reason */
    WORKER_ENDED,       /* enum worker_end, number: errno, bytes: the library's words, bytes: what its log said */
};

/* How the worker's part of a probe ended. */
enum worker_end {
    WORKER_END_FAILED, /* before the WebSocket was open */
    WORKER_END_CLOSED, /* after it */
    WORKER_END_NONE,   /* the library would not start it at all */
};

struct worker_frame {
    enum worker_kind kind;
    uint32_t id;
    struct slice payload; /* in the buffer that was read from */
};

enum worker_step { WORKER_STEP_FRAME, WORKER_STEP_HUNGRY, WORKER_STEP_BROKEN };

/* Takes the next whole frame from the start of `input`, which is shortened by it. */
enum worker_step worker_frame_next(struct slice *input, struct worker_frame *frame);

/* Begins a frame at the end of `out`; what is put there until the end is its payload. Returns where it begins. */
size_t worker_frame_begin(struct buf *out, enum worker_kind kind, uint32_t id);
void worker_frame_end(struct buf *out, size_t begin);

void worker_put_number(struct buf *out, uint64_t number);
void worker_put_bytes(struct buf *out, struct slice bytes); /* absent stays absent */

/* The fields of a payload, in the order in which they were put. */
struct worker_reader {
    struct slice left;
    bool spoilt; /* a field was not there: all that follows reads as 0 and absent */
};

uint64_t worker_get_number(struct worker_reader *reader);
/* At most `most`, else the reader is spoilt and the answer 0. */
uint64_t worker_get_upto(struct worker_reader *reader, uint64_t most);
struct slice worker_get_bytes(struct worker_reader *reader);

/* What a START says. Texts are terminated copies or literals of the sender. */
struct worker_start {
    const char *address; /* IP literal */
    const char *host;    /* for the Host header: with a port where it is no usual one */
    const char *name;    /* that the certificate must be for */
    const char *target;  /* path and query */
    const char *subprotocols;
    const char *origin;
    uint16_t port;
    bool tls, verify;
    uint32_t profile;
    uint64_t message_most; /* bytes of each message that are passed on */
    struct slice headers;  /* further ones: worker_put_bytes() of name and value each */
};

void worker_put_start(struct buf *out, uint32_t id, const struct worker_start *start);

/* Reads a START's payload; texts are copied into `texts`, which must outlive `start`. False when it is none. */
struct arena;
bool worker_get_start(struct slice payload, struct arena *texts, struct worker_start *start);
#endif
