/* SPDX-License-Identifier: MIT */
/* trust.h - whom we trust and who we are, in TLS: files of authorities, certificates and keys, each read once.
 *
 * Reading the system's authorities takes tens of milliseconds, so all that a suite names is read before its first
 * probe. What cannot be read is remembered too: the probes that need it say so. Nothing of a key leaves this file. */
#ifndef COLLECTOR_TRUST_H
#define COLLECTOR_TRUST_H

#include <openssl/types.h>
#include <stdbool.h>

struct trust; /* opaque */

/* A certificate with its key, as it is shown to a server that asks. */
struct identity {
    X509 *leaf; /* NULL: not readable, and `fault` says why */
    STACK_OF(X509) * chain;
    EVP_PKEY *key;
    char *fault;
};

struct trust *trust_new(void);
void trust_free(struct trust *trust); /* NULL is allowed */

/* The authorities in `path` (PEM; NULL: the system's). NULL when there are none that can be read. */
X509_STORE *trust_authorities(struct trust *trust, const char *path);

/* The certificate in `cert` (PEM, its intermediates behind it) with the key in `key` (NULL: in the same file; without
 * a passphrase). Never NULL. */
const struct identity *trust_identity(struct trust *trust, const char *cert, const char *key);
#endif
