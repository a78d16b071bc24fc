/* SPDX-License-Identifier: MIT */
/* system_lookup.h - what the system's own resolver (nsswitch.conf(5): search domains, mDNS, a directory) says of a name.
 *
 * getaddrinfo() blocks for as long as it likes, so it runs in a process of its own, getent(1), that is killed when it
 * takes too long. It gets nothing of our environment, where secrets are. */
#ifndef COLLECTOR_SYSTEM_LOOKUP_H
#define COLLECTOR_SYSTEM_LOOKUP_H

#include "base/slice.h"

struct loop;
struct system_lookup; /* opaque */

/* `lines`: as getent prints them, an address at the start of each; empty where the name is not known, or nothing came in
 * time. The lookup may be freed in it. */
typedef void system_lookup_done(void *self, struct slice lines);

/* Asks for `name`, by `command` (NULL: getent). NULL when no process can be started. */
struct system_lookup *system_lookup_start(struct loop *loop, const char *command, const char *name,
                                          system_lookup_done *done, void *self);

/* Also in mid-flight; NULL is allowed. */
void system_lookup_free(struct system_lookup *lookup);
#endif
