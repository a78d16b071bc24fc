/* SPDX-License-Identifier: MIT */
/* handshake.h - the opening of a WebSocket (RFC 6455, section 4): a key that is sent, an answer that must fit
 * it. */
#ifndef COLLECTOR_HANDSHAKE_H
#define COLLECTOR_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "collector/deflate.h"

struct head;

enum {
    HANDSHAKE_KEY = 25,    /* base64 of 16 bytes, terminated */
    HANDSHAKE_ACCEPT = 29, /* base64 of 20 bytes, terminated */
};

/* A fresh value for Sec-WebSocket-Key. */
void handshake_key(char key[HANDSHAKE_KEY]);

/* The Sec-WebSocket-Accept that belongs to `key`. */
void handshake_accept(const char *key, char accept[HANDSHAKE_ACCEPT]);

/* What an upgrade offered. */
struct handshake_offer {
    const char *key;
    const char *subprotocols; /* comma-separated; NULL: none */
    bool deflate;             /* DEFLATE_OFFER */
};

/* What an answer with status 101 negotiated. */
struct handshake {
    struct slice subprotocol;     /* absent: none */
    struct deflate_terms deflate; /* not agreed: no extension is used */
    const char *code;             /* what is wrong with it; NULL: nothing is */
    char words[256];              /* what the server said instead */
};

/* Reads the answer `head` to an upgrade that offered `offer`. False when it breaks the handshake. */
bool handshake_check(const struct head *head, const struct handshake_offer *offer, struct handshake *handshake);
#endif
