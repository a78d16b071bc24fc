/* SPDX-License-Identifier: MIT */
/* shape.h - whether two answers are the same but for what differs every time: ids, times, the path asked for.
 *
 * Two answers that look alike here may be told "the same" by a rule, so the comparison errs on the side of "differs", and
 * no rule concludes anything from bodies that differ. */
#ifndef DIAGNOSIS_SHAPE_H
#define DIAGNOSIS_SHAPE_H

#include <stdbool.h>

#include "base/buf.h"

struct probe;

/* Equal status, content type, target of a redirect, and masked body. Two probes without an answer are alike when they
 * ended with the same code. */
bool shape_alike(const struct probe *a, const struct probe *b);

/* Equal first messages of two WebSockets, masked; or none of either. */
bool messages_alike(const struct probe *a, const struct probe *b);

/* Appends `text` with numbers, hex and ids as `#`, and `url`'s own path as `*`. */
void shape_mask(struct buf *out, struct slice text, const char *url);
#endif
