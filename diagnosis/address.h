/* SPDX-License-Identifier: MIT */
/* address.h - the parts of a URL that diagnosis compares, read from its shown form.
 *
 * A shown URL may hold `${NAME}` where a secret or a variable stands, so this is no parser of URLs but a reader of
 * texts that were checked when the config was read. */
#ifndef DIAGNOSIS_ADDRESS_H
#define DIAGNOSIS_ADDRESS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/slice.h"

/* "https://api.example:8443": ws counts as http and wss as https, the host is in lower case, and the scheme's own port is
 * left out. Equal origins have equal texts. */
const char *address_origin(const char *url, struct arena *arena);

/* The host in lower case, without brackets; and whether it is an IP literal, which no DNS knows. */
const char *address_host(const char *url, struct arena *arena);
bool address_is_literal(const char *host);

/* Whether it names a user, who is then sent as Authorization. */
bool address_has_user(const char *url);

/* The path with its query, the path alone ("/" where there is none), and its last segment, which may be empty. Borrowed
 * from `url`. */
struct slice address_target(const char *url);
struct slice address_path(const char *url);
struct slice address_segment(const char *url);

/* The path up to its last slash, that included: "/api/" of "/api/ws". */
const char *address_directory(const char *url, struct arena *arena);
#endif
