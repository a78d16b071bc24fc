/* SPDX-License-Identifier: MIT */
/* worker_profile.h - what TLS the worker speaks: authorities, certificate and key, read here and handed over as memory,
 * since the worker can open no file. */
#ifndef COLLECTOR_WORKER_PROFILE_H
#define COLLECTOR_WORKER_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct tls_settings;
struct transport;
struct worker_profiles; /* opaque */

/* The authorities come from `transport`, which has read them. */
struct worker_profiles *worker_profiles_new(struct transport *transport);
void worker_profiles_free(struct worker_profiles *profiles); /* NULL is allowed */

/* The number of the profile with these settings. False when a file of theirs cannot be read: its path is in `*unread`, NULL
 * the system's. */
bool worker_profiles_find(struct worker_profiles *profiles, const struct tls_settings *settings, uint32_t *id,
                          const char **unread);

/* Appends those beyond the first `told` as messages; returns how many there are. */
size_t worker_profiles_put(const struct worker_profiles *profiles, size_t told, struct buf *out);
#endif
