/* SPDX-License-Identifier: MIT */
/* body.h - what an answer in JSON says that a rule can use: the field of a validation error, and signs that a service
 * is a weaker one. */
#ifndef DIAGNOSIS_BODY_H
#define DIAGNOSIS_BODY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/slice.h"
#include "diagnosis/finding.h"

struct probe;

/* "probe (query)": the fields that a validation error names, up to three; absent when the body names none. */
struct slice body_field(const struct probe *probe, struct arena *arena);

/* Appends to `cautions`, of which `count` stand there with room for BODY_CAUTIONS in all, what the first message or the
 * body, and the headers, of `probe` say of a legacy, simplified or deprecated service. Returns the new count. */
enum { BODY_CAUTIONS = 12 };
size_t body_cautions(const struct probe *probe, struct caution *cautions, size_t count, struct arena *arena);
#endif
