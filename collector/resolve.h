/* SPDX-License-Identifier: MIT */
/* resolve.h - names to addresses, as a stage of its own: c-ares on the loop; one lookup a name, family and run is shared,
 * unless a fresh one is asked for.
 *
 * The hosts file is read before DNS is asked, as the system does it; `localhost` is known without either (RFC 6761,
 * 6.3). DNS is asked for names as they stand, absolute: no search domain is put behind one, for a wildcard there would
 * answer for names that do not exist. Where DNS knows no such name or no address, the system's resolver is asked too
 * (system_lookup.h). Lookups in flight are bounded: an overloaded resolver would look like dead hosts. */
#ifndef COLLECTOR_RESOLVE_H
#define COLLECTOR_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "collector/resolved.h"
#include "collector/suite.h"

struct loop;
struct resolver; /* opaque */

/* What is asked. */
struct resolve_question {
    const char *name; /* ASCII, or an IP literal; a trailing dot is no matter */
    enum family_choice family;
    bool fresh;      /* by a lookup of its own, whatever earlier ones found */
    bool past_hosts; /* DNS alone, whatever the hosts file says; never with `fresh` */
};

struct lookup; /* opaque */

/* Whoever waits for an answer; its memory must live until it was called or has left. */
struct resolve_waiter {
    void (*done)(void *self, const struct resolved *resolved);
    void *self;
    struct resolve_waiter *next, **place; /* among those that wait for the same name; NULL place: not waiting */
    const struct resolved *answer;        /* in progress: its start can be seen */
    struct lookup *own;                   /* a fresh one, that nobody shares; NULL: none */
};

struct resolver_options {
    const char *nameserver; /* "127.0.0.1:5353"; NULL: the system's */
    const char *hosts;      /* path of a hosts file; NULL: /etc/hosts */
    const char *system;     /* command that asks the system; NULL: getent, or nobody where `nameserver` is given */
};

/* NULL on failure. */
struct resolver *resolver_open(struct loop *loop, const struct resolver_options *options, struct error *err);
void resolver_close(struct resolver *resolver); /* waiters are dropped, not called; NULL is allowed */

/* Asks `question`. Calls `waiter->done` once: at once, from within, when the answer is known already, else from the loop.
 * `resolved` stays valid until the resolver is closed; that of a fresh lookup, until the waiter leaves. */
void resolver_ask(struct resolver *resolver, const struct resolve_question *question, struct resolve_waiter *waiter);

/* `waiter` does not want its answer any more; one that does not wait is no matter. */
void resolver_leave(struct resolve_waiter *waiter);
#endif
