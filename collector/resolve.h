/* SPDX-License-Identifier: MIT */
/* resolve.h - names to addresses, as a stage of its own: c-ares on the loop, one lookup a name and run,
 * shared.
 *
 * The hosts file is read before DNS is asked, as the system does it; `localhost` is known without either (RFC
 * 6761, 6.3). NSS is not asked. Lookups in flight are bounded: an overloaded resolver would look like dead
 * hosts. */
#ifndef COLLECTOR_RESOLVE_H
#define COLLECTOR_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct loop;
struct resolver; /* opaque */

enum { ADDRESS_TEXT = 46, ADDRESSES_MOST = 16 };

struct resolved {
    const char *code;                /* "dns-nxdomain"; NULL: there are addresses */
    const char *words;               /* c-ares' about a failure */
    char (*addresses)[ADDRESS_TEXT]; /* IP literals, in the order in which a client tries them (RFC 6724) */
    size_t count;
    bool asked_dns;      /* false: a literal, or the hosts file knew it */
    struct mono started; /* of the lookup: what lies before it was waiting for our own turn; 0: it has not begun */
};

/* Whoever waits for an answer; its memory must live until it was called or has left. */
struct resolve_waiter {
    void (*done)(void *self, const struct resolved *resolved);
    void *self;
    struct resolve_waiter *next, **place; /* among those that wait for the same name; NULL place: not waiting */
    const struct resolved *answer;        /* in progress: its start can be seen */
};

struct resolver_options {
    const char *nameserver; /* "127.0.0.1:5353"; NULL: the system's */
    const char *hosts;      /* path of a hosts file; NULL: /etc/hosts */
};

/* NULL on failure. */
struct resolver *resolver_open(struct loop *loop, const struct resolver_options *options, struct error *err);
void resolver_close(struct resolver *resolver); /* waiters are dropped, not called; NULL is allowed */

/* Asks for `name` (ASCII, or an IP literal). Calls `waiter->done` once: at once, from within, when the answer
 * is known already, else from the loop. `resolved` stays valid until the resolver is closed. */
void resolver_ask(struct resolver *resolver, const char *name, struct resolve_waiter *waiter);

/* `waiter` does not want its answer any more; one that does not wait is no matter. */
void resolver_leave(struct resolve_waiter *waiter);
#endif
