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

/* Whether what paths that cannot exist get, compared with another status, shows that something is there: 429 and 5xx say
 * "not now" rather than "no such path". */
bool shape_says_absent(const struct probe *probe);

/* Whether an answer equal to that of paths that cannot exist means that this path is not there either: 404 and 410 by
 * what they mean (RFC 9110, 15.5.5 and 15.5.11), 2xx as a fallback page. Any other status refuses every path alike. */
bool shape_means_absent(const struct probe *probe);

/* Appends `text` with numbers, hex and ids as `#`, and `url`'s own path as `*`. */
void shape_mask(struct buf *out, struct slice text, const char *url);
#endif
