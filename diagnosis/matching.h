/* SPDX-License-Identifier: MIT */
/* matching.h - which endpoint of one suite is which of another, of a later night: by name, then by URL. Pure. */
#ifndef DIAGNOSIS_MATCHING_H
#define DIAGNOSIS_MATCHING_H

#include <stdint.h>

#include "base/arena.h"
#include "collector/suite.h"

struct matching {
    const struct suite *before, *after;
    uint32_t *after_of;  /* of each endpoint before, from 1; 0: none */
    uint32_t *before_of; /* the other way round */
};

/* Lives in `arena`; the suites are borrowed. */
struct matching matching_make(const struct suite *before, const struct suite *after, struct arena *arena);
#endif
