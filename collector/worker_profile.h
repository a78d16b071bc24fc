/* SPDX-License-Identifier: MIT */
/* worker_profile.h - what TLS the worker speaks: authorities, certificate and key, read here and handed over as memory,
 * since the worker can open no file. */
#ifndef COLLECTOR_WORKER_PROFILE_H
#define COLLECTOR_WORKER_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct exchange;
struct trust;
struct worker_profiles; /* opaque */

/* `trust`, which reads the files, must outlive it. */
struct worker_profiles *worker_profiles_new(struct trust *trust);
void worker_profiles_free(struct worker_profiles *profiles); /* NULL is allowed */

/* The number of the profile that `exchange` needs, from 1; 0: a file of it cannot be read. */
uint32_t worker_profiles_find(struct worker_profiles *profiles, const struct exchange *exchange);

/* Appends those beyond the first `told` as messages; returns how many there are. */
size_t worker_profiles_put(const struct worker_profiles *profiles, size_t told, struct buf *out);
#endif
