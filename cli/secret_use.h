/* SPDX-License-Identifier: MIT */
/* secret_use.h - which secret of a config goes to which origin, for `endoscope check`. */
#ifndef CLI_SECRET_USE_H
#define CLI_SECRET_USE_H

#include <stddef.h>

#include "base/arena.h"

struct suite;

/* One secret at one origin, in one place of the request. */
struct secret_use {
    const char *name;             /* of its variable; NULL: it stands in the config as it is */
    const char *where;            /* "Authorization", "Origin", "the address", "the body", "a message", "the token" */
    const char *origin;           /* that it goes to, and to no other */
    const char *const *endpoints; /* names; of what is no endpoint its key: "proxy", "heartbeat", "trackers.main" */
    size_t count;
};

/* Every use in `suite`, in the order of its endpoints, their candidates among them. All lives in `arena`. */
const struct secret_use *secret_uses(const struct suite *suite, struct arena *arena, size_t *count);
#endif
