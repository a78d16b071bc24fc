/* SPDX-License-Identifier: MIT */
/* discover.h - where else on its origin an endpoint might be: variations of its own path, then common addresses. */
#ifndef DIAGNOSIS_DISCOVER_H
#define DIAGNOSIS_DISCOVER_H

#include "base/arena.h"

struct endpoint;

enum { DISCOVER_MOST = 12 };

/* The `k`-th path to try, from 0, each another one and none the endpoint's own; NULL: no more. Lives in `arena`. */
const char *discover_path(const struct endpoint *endpoint, unsigned k, struct arena *arena);
#endif
