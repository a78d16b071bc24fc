/* SPDX-License-Identifier: MIT */
/* websocket_tls.h - TLS for the worker: contexts made of memory, and what a handshake showed.
 *
 * libwebsockets says of any failed handshake only that it failed, and lets a certificate of the future pass. So the
 * contexts are ours: they verify by a callback of ours, which keeps the chain before OpenSSL judges it, checks the name
 * itself, and hears the alerts. */
#ifndef COLLECTOR_WEBSOCKET_TLS_H
#define COLLECTOR_WEBSOCKET_TLS_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* Whom a context asks about a handshake on descriptor `fd`, and tells what it saw. */
struct websocket_tls_watch {
    void *self;
    /* The name that the certificate must be for; NULL: there is no such handshake. `*verify` false: any will do. */
    const char *(*wanted)(void *self, int fd, bool *verify);
    void (*certificate)(void *self, int fd, struct slice der);
    void (*verified)(void *self, int fd, long result, const char *version, const char *cipher);
    void (*complained)(void *self, int fd, const char *words); /* by an alert or an error */
};

/* A context of a PROFILE's payload: the authorities as DER, certificate and key as PEM, the lowest version. `watch` must
 * outlive it. NULL when it cannot be made of that. */
SSL_CTX *websocket_tls_new(struct slice payload, const struct websocket_tls_watch *watch);
#endif
