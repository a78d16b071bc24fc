/* SPDX-License-Identifier: MIT */
/* random.h - unpredictable bytes, for masks, keys and payloads that no server can have guessed. */
#ifndef COLLECTOR_RANDOM_H
#define COLLECTOR_RANDOM_H

#include <stddef.h>

void random_fill(void *bytes, size_t len);
#endif
