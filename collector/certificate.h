/* SPDX-License-Identifier: MIT */
/* certificate.h - what a report needs of an X.509 certificate (RFC 5280), also of one that was rejected. */
#ifndef COLLECTOR_CERTIFICATE_H
#define COLLECTOR_CERTIFICATE_H

#include <openssl/types.h>

struct arena;
struct certificate;

/* Reads `x509` into `certificate`, whose texts live in `arena`. A field that cannot be read is left absent.
 */
void certificate_read(const X509 *x509, struct arena *arena, struct certificate *certificate);
#endif
