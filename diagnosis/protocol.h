/* SPDX-License-Identifier: MIT */
/* protocol.h - whether the protocol itself says what a failure code says: a certificate by its dates and names. */
#ifndef DIAGNOSIS_PROTOCOL_H
#define DIAGNOSIS_PROTOCOL_H

#include <stdbool.h>

#include "base/slice.h"

struct origin;
struct probe;

/* Whether what `probe` recorded bears its own code out, so that no experiment could make it surer. Dates of a certificate
 * are held against the server's clock too, where the run has seen it: a clock of ours that is wrong makes any certificate
 * look expired. */
bool protocol_says(const struct probe *probe, const struct origin *origin);

/* Whether a certificate with these subjectAltNames ("DNS:*.example.com, IP:127.0.0.1") is for `host` (RFC 9525, 6.3). */
bool protocol_names_cover(struct slice names, const char *host);
#endif
