/* SPDX-License-Identifier: MIT */
/* pool.h - whether an unsteady endpoint is a pool of back ends of which one is at fault. */
#ifndef DIAGNOSIS_POOL_H
#define DIAGNOSIS_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/field.h"
#include "diagnosis/records.h"

struct answer;

struct pool {
    bool asked;         /* there are probes of two members at least, so that it could be seen */
    const char *faulty; /* "X-Backend: web2", "address 192.0.2.7"; NULL: what fails and what passes share members */
    struct cites cites;
};

enum { POOL_FAILURES_LEAST = 2, POOL_PASSES_LEAST = 2 };

/* Groups the attempts on `endpoint`, and its repeats, by remote address, then by each header that servers name
 * themselves with. One member is at fault where all of its probes failed, at least POOL_FAILURES_LEAST of them, and all
 * others passed, at least POOL_PASSES_LEAST. Lives in `arena`. */
struct pool pool_find(const struct records *part, uint32_t endpoint, struct arena *arena);

/* Whether by a header that servers name themselves with no member that failed is one that passed: then which of them was
 * asked may be what makes the difference. */
bool pool_parts(const struct answer *failing, const struct answer *passing);
#endif
