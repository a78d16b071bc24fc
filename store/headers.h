/* SPDX-License-Identifier: MIT */
/* headers.h - a list of headers, split into what repeats and what differs with every answer; private to store/. */
#ifndef STORE_HEADERS_H
#define STORE_HEADERS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "collector/probe.h"
#include "store/pack.h"

/* Appends `headers` to `out`, the values that differ to `varying`; a date as its distance from `started`. */
void headers_write(struct buf *out, struct buf *varying, const struct header *headers, size_t count,
                   struct wall started);

/* Reads what headers_write() wrote; NULL for none. Failure is remembered in `in` and `varying`. */
const struct header *headers_read(struct unpack *in, struct unpack *varying, struct wall started, struct arena *arena,
                                  size_t *count);
#endif
