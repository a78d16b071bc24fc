/* SPDX-License-Identifier: MIT */
/* credential.h - header values that say who asks, and how an experiment breaks them. */
#ifndef COLLECTOR_CREDENTIAL_H
#define COLLECTOR_CREDENTIAL_H

#include <stdbool.h>

#include "base/arena.h"

/* Whether a request's header of this name holds a credential, whatever its value: Authorization, Cookie,
 * Proxy-Authorization. */
bool credential_is_header(const char *name);

/* `value` with the same shape and another content, in `arena`: a JWT keeps its head and claims and gets another
 * signature, Basic gets another user and password, anything else gets other letters and digits. */
const char *credential_broken(const char *value, struct arena *arena);
#endif
