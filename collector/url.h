/* SPDX-License-Identifier: MIT */
/* url.h - what a configuration needs to know of a URL: libcurl's parser, taught that ws is http and wss is
 * https.
 *
 * Only the schemes http, https, ws and wss are URLs here. */
#ifndef COLLECTOR_URL_H
#define COLLECTOR_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "collector/suite.h"

/* Whether `url` is absolute, has one of the four schemes and a host; the reason in `err` if not. */
bool url_check(const char *url, struct error *err);

/* The kind that its scheme means. */
enum kind url_kind(const char *url);

/* "https://api.example:8443": scheme (ws as http, wss as https), host in lower case and port unless it is the
 * scheme's own. Equal origins have equal texts. In `arena`; NULL when `url` is none. */
const char *url_origin(const char *url, struct arena *arena);

/* `reference` resolved against `base` (RFC 3986, 5.2); an absolute one stays itself. The scheme's kind of
 * `base` is kept for relative ones. In `arena`; NULL when the result is no URL. */
const char *url_resolve(const char *base, const char *reference, struct arena *arena);

/* The length of what stands before the path ("https://host:port"); for texts that may hold `${VAR}` and so
 * are no URL yet. 0 where there is none. */
size_t url_authority_end(const char *url);

/* Finds "user:password@" in `url`: where the password starts and ends (at the @). False when it has none. */
bool url_password(const char *url, size_t *start, size_t *end);
#endif
