/* SPDX-License-Identifier: MIT */
/* tls.h - TLS of one connection: whom it trusts, what it shows, and what the server sent.
 *
 * libcurl shows no chain after a failed verification; so the verification is done in a callback of ours,
 * which keeps what the server sent before OpenSSL judges it. */
#ifndef COLLECTOR_TLS_H
#define COLLECTOR_TLS_H

#include <curl/curl.h>
#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

struct exchange;
struct identity;
struct probe;
struct trust;

enum { CERTIFICATES_MOST = 10 };

struct tls {
    const struct exchange *exchange;
    X509_STORE *authorities;         /* lent; NULL: none could be read, or no TLS is wanted */
    const struct identity *identity; /* lent; NULL: none is shown */
    bool kept;                       /* the connection may outlive this */
    bool identity_wanted;            /* the server asked for one */
    struct mono begun;               /* us 0: not yet */
    X509 *certificates[CERTIFICATES_MOST];
    size_t certificate_count;
    bool verified;                /* the verification was reached */
    int verify;                   /* its result */
    const char *version, *cipher; /* OpenSSL's own, static */
};

/* Chooses what `exchange` needs of the files; nothing where it is not over TLS. */
void tls_open(struct tls *tls, struct trust *trust, const struct exchange *exchange, bool kept);
void tls_close(struct tls *tls);

/* False when one of the files cannot be read: the exchange's probe says so. */
bool tls_is_readable(const struct tls *tls);

/* libcurl's CURLOPT_SSL_CTX_FUNCTION, with a struct tls. */
CURLcode tls_on_context(CURL *easy, void *context, void *self);

/* Reads what OpenSSL knows of a connection that was open before. Only from within a callback of `easy`. */
void tls_read_open(struct tls *tls, CURL *easy);

/* X509_V_..., with the host's name compared, which libcurl does only where verification is on, and never puts into a
 * number. 0 where the verification was not reached. */
long tls_verify_result(const struct tls *tls);

/* Puts version, cipher and certificates into the exchange's probe. */
void tls_record(const struct tls *tls);
#endif
