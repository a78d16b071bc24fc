/* SPDX-License-Identifier: MIT */
/* deflate.h - permessage-deflate (RFC 7692): what is offered, what a server may agree to, and the messages themselves.
 *
 * What comes is inflated piece by piece into a buffer of fixed size, so that a bomb costs no memory; how much of it is
 * taken is the caller's choice. What we send is compressed message by message, each on its own, which every server must
 * be able to read whatever was agreed. */
#ifndef COLLECTOR_DEFLATE_H
#define COLLECTOR_DEFLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* Sec-WebSocket-Extensions as browsers offer it. */
#define DEFLATE_OFFER "permessage-deflate; client_max_window_bits"
#define DEFLATE_NAME "permessage-deflate"

struct deflate_terms {
    bool agreed;                         /* false: nothing is compressed */
    bool server_forgets, client_forgets; /* no context is kept from message to message (7.1.1) */
    uint8_t server_bits, client_bits;    /* of the windows, 8 to 15 (7.1.2) */
};

enum { DEFLATE_WORDS = 128 };

/* Reads the parameters of a server's answer ("; server_no_context_takeover; client_max_window_bits=12") to
 * DEFLATE_OFFER. False when they break RFC 7692, 7.1; `words` then say how. */
bool deflate_agree(struct slice parameters, struct deflate_terms *terms, char words[DEFLATE_WORDS]);

struct inflater; /* opaque */

/* A server that reaches behind the window that it agreed to is read all the same. */
struct inflater *inflater_new(const struct deflate_terms *terms);
void inflater_free(struct inflater *inflater); /* NULL is allowed */

enum inflate_step {
    INFLATE_HUNGRY, /* all input is consumed, and all that it holds was handed out */
    INFLATE_PIECE,  /* `piece` is a further part of the message */
    INFLATE_BROKEN, /* this is no deflate; it reads no further */
};

/* Takes the next step through `input`, which is shortened by what was consumed. `piece` is valid until the next call.
 */
enum inflate_step inflater_next(struct inflater *inflater, struct slice *input, struct slice *piece);

/* The same behind a message's last byte, to be called until it is hungry: then the inflater is ready for the next
 * message. INFLATE_BROKEN where the message ends inside of a block. */
enum inflate_step inflater_end(struct inflater *inflater, struct slice *piece);

/* What is wrong, after INFLATE_BROKEN. */
const char *inflater_words(const struct inflater *inflater);

/* Appends `text` compressed as `terms` allow. False, and nothing is appended, where it must be sent as it is: zlib
 * makes no window of 8 bits. */
bool deflate_message(const struct deflate_terms *terms, struct slice text, struct buf *out);
#endif
