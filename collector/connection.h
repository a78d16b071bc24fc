/* SPDX-License-Identifier: MIT */
/* connection.h - what every connection of ours has in common: the address is given, the connection fresh unless its
 * endpoint wants another, no cookies, no session resumed, no request sent twice, and the certificates are kept even
 * when they are bad. */
#ifndef COLLECTOR_CONNECTION_H
#define COLLECTOR_CONNECTION_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "collector/loop.h"
#include "collector/tls.h"

struct exchange;
struct transport;

struct connection {
    CURL *easy;
    CURLM *multi;
    struct transport *transport;
    struct exchange *exchange;
    void (*done)(void *self, CURLcode result); /* once, from the loop, never from within libcurl */
    void *self;
    struct tls tls;
    struct curl_slist *connect_to, *headers;
    CURLcode refused; /* the first option that libcurl did not take */
    bool under_way;
    bool kept;                    /* may be one that was kept open, or be kept */
    bool was_open;                /* it was */
    curl_socket_t proxy_socket;   /* to the proxy; -1: none yet */
    unsigned requests;            /* that were about to be sent on it */
    struct loop_timer impatience; /* ends a TCP handshake that takes too long while other addresses wait */
    char words[CURL_ERROR_SIZE];
    struct mono started, ready; /* us 0: not yet; ready: for the request */
};

/* Sets an option and remembers the first that fails. */
#define CONNECTION_SET(connection_, option_, value_)                                                                  \
    do {                                                                                                              \
        if ((connection_)->refused == CURLE_OK)                                                                       \
            (connection_)->refused = curl_easy_setopt((connection_)->easy, option_, value_);                          \
    } while (0)

/* Prepares a connection for `exchange`; the caller may set further options, then starts it. `keep`: one that was kept
 * open may be used, where the endpoint says so; never for a method that may not be sent twice. */
void connection_open(struct connection *connection, struct transport *transport, struct exchange *exchange, bool keep);

/* Lets it go; `done` will be called later. False when it cannot be started: the probe says why, and it is not. */
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
