/* SPDX-License-Identifier: MIT */
/* absent.h - whether a path that passes is one of many: paths that cannot exist get its answer too. */
#ifndef DIAGNOSIS_ABSENT_H
#define DIAGNOSIS_ABSENT_H

#include <stdint.h>

#include "base/arena.h"
#include "diagnosis/answer.h"
#include "diagnosis/fact.h"

struct records;

/* Of candidate `candidate` of `endpoint`, whose probes are `part`. It holds where a path that cannot exist on the
 * candidate's origin gets the same answer; it does not where the one beside the candidate gets another status, or both
 * those of the endpoint agree on one. In between it is unknown: a body alone that differs may hold an id that no mask
 * knows. `cites`: the paths that were held against it. */
enum known candidate_is_any(const struct records *part, uint32_t endpoint, uint32_t candidate, struct arena *arena,
                            struct cites *cites);
#endif
