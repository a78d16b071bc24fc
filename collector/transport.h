/* SPDX-License-Identifier: MIT */
/* transport.h - libcurl on our loop, and what every connection of ours has in common: the address is given,
 * the connection fresh, no proxy, no cookies, no session resumed, and the certificates are kept even when
 * they are bad.
 *
 * libcurl shows no chain after a failed verification; so the verification is done in a callback of ours,
 * which keeps what the server sent before OpenSSL judges it. */
#ifndef COLLECTOR_TRANSPORT_H
#define COLLECTOR_TRANSPORT_H

#include <curl/curl.h>
#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "collector/loop.h"

struct exchange;
struct transport; /* opaque */

struct transport *transport_open(struct loop *loop, struct error *err);
void transport_close(struct transport *transport); /* after its connections; NULL is allowed */
/* Reads the authorities of `ca` (a PEM file, NULL: the system's) now, so that no probe is late because of it:
 * parsing the system's takes tens of milliseconds. False when it cannot be read; a probe that needs it will
 * say so. */
bool transport_trust(struct transport *transport, const char *ca);

/* Those of `ca`; the transport's. NULL when they cannot be read. */
X509_STORE *transport_authorities(struct transport *transport, const char *ca);

struct loop *transport_loop(const struct transport *transport);

enum { CERTIFICATES_MOST = 10 };

struct connection {
    CURL *easy;
    struct transport *transport;
    struct exchange *exchange;
    void (*done)(void *self, CURLcode result); /* once, from the loop, never from within libcurl */
    void *self;
    X509_STORE *authorities; /* the transport's; NULL: none could be read, or no TLS is wanted */
    struct curl_slist *connect_to, *headers;
    CURLcode refused; /* the first option that libcurl did not take */
    bool under_way;
    struct loop_timer impatience; /* ends a TCP handshake that takes too long while other addresses wait */
    char words[CURL_ERROR_SIZE];
    struct mono started, tls_begun; /* us 0: not yet */
    X509 *certificates[CERTIFICATES_MOST];
    size_t certificate_count;
    bool verified;                        /* the verification was reached */
    int verify;                           /* its result */
    const char *tls_version, *tls_cipher; /* OpenSSL's own, static */
};

/* Sets an option and remembers the first that fails. */
#define CONNECTION_SET(connection_, option_, value_)                                                                  \
    do {                                                                                                              \
        if ((connection_)->refused == CURLE_OK)                                                                       \
            (connection_)->refused = curl_easy_setopt((connection_)->easy, option_, value_);                          \
    } while (0)

/* Prepares a connection for `exchange`; the caller may set further options, then starts it. */
void connection_open(struct connection *connection, struct transport *transport, struct exchange *exchange);

/* Lets it go; `done` will be called later. False when an option was refused, then it is not. */
bool connection_start(struct connection *connection);

/* Also in mid-transfer. */
void connection_close(struct connection *connection);

/* Puts address, TLS, certificates and the timings of the layers below HTTP into the exchange's probe. */
void connection_record(struct connection *connection);

/* Whether TCP, and TLS where it is wanted, came up. */
bool connection_is_up(const struct connection *connection);

/* Lets the probe fail with what `result` means here. */
void connection_fail(struct connection *connection, CURLcode result, bool head_seen, bool body_seen);
#endif
