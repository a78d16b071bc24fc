/* SPDX-License-Identifier: MIT */
/* secret.h - what must never be stored or shown, and its removal from what the network sent.
 *
 * A secret is removed in every form that a server may echo it: plain, base64 at any alignment, base64url,
 * percent-encoded, JSON-escaped. It leaves "[redacted:NAME#3f9a]", where the digits are a keyed digest (HMAC-SHA-256,
 * key random per store), so that equal values are seen to be equal. Built-in patterns go the same way, as
 * "[redacted:bearer#…]", "[redacted:jwt#…]", "[redacted:cookie#…]", "[redacted:password#…]". */
#ifndef COLLECTOR_SECRET_H
#define COLLECTOR_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

struct probe;
struct secrets; /* opaque: the register */

enum { SECRET_KEY = 32, SECRET_SHORTEST = 6 };

struct secrets *secrets_new(void);
void secrets_free(struct secrets *secrets); /* wipes the values; NULL is allowed */

/* The key of the digests, SECRET_KEY bytes; without one the digits are left out. */
void secrets_key(struct secrets *secrets, const uint8_t *key);

/* Registers `value` under `name`. Refused, with what to do: one shorter than SECRET_SHORTEST bytes, or equal to an
 * ordinary word that reports need ("status", "error", "localhost", ...). The same pair twice is fine. */
bool secrets_add(struct secrets *secrets, const char *name, const char *value, struct error *err);

/* Registers `pattern` (PCRE2): whatever it matches is replaced too, under `name`. What it cannot be tried on within
 * bounds is replaced as a whole. */
bool secrets_add_pattern(struct secrets *secrets, const char *name, const char *pattern, struct error *err);

/* Appends `text` with every secret and every built-in pattern replaced. `cut` says that `text` was cut off at its end
 * by a cap: then a tail that could be the start of a secret is replaced too. */
void secrets_redact(const struct secrets *secrets, struct slice text, bool cut, struct buf *out);

/* Redacts everything in `probe` that came from the network: redirects, headers, body, reason, certificates, messages, close
 * reason, judged values, library words. Also replaces the values of Set-Cookie, Authorization and the like, whatever
 * they hold. A secret split over two messages is found by their concatenation. */
void secrets_redact_probe(const struct secrets *secrets, struct probe *probe);
#endif
