/* SPDX-License-Identifier: MIT */
/* resolved.h - what came of looking a name up: its addresses, or why there are none. */
#ifndef COLLECTOR_RESOLVED_H
#define COLLECTOR_RESOLVED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/slice.h"
#include "collector/suite.h"

struct ares_addrinfo;

enum { ADDRESS_TEXT = 46, ADDRESSES_MOST = 16 };

struct resolved {
    const char *code;                /* "dns-nxdomain"; NULL: there are addresses */
    const char *words;               /* c-ares' about a failure */
    char (*addresses)[ADDRESS_TEXT]; /* IP literals, in the order in which a client tries them (RFC 6724) */
    size_t count;
    const char *denied;  /* what DNS said of a name that the system's resolver knows: a code; NULL: DNS was right */
    bool asked_dns;      /* false: a literal, or the hosts file knew it */
    bool by_hosts;       /* the hosts file knew it, and it is not this machine's own name */
    struct mono ended;   /* DNS has answered: what comes after it was the system's time */
    struct mono started; /* of the lookup: what lies before it was waiting for our own turn; 0: it has not begun */
};

/* Whether `text` is an IP address itself, of either family. */
bool resolved_is_literal(const char *text);

/* Adds `address`, an IP literal, if it is of `family`, new, and there is room. */
void resolved_add(struct resolved *resolved, enum family_choice family, const char *address);

/* Adds what DNS answered. */
void resolved_take(struct resolved *resolved, enum family_choice family, const struct ares_addrinfo *answer);

/* Adds the addresses at the starts of `lines`, as getent(1) prints them; what is none is left out. */
void resolved_take_lines(struct resolved *resolved, enum family_choice family, struct slice lines);

/* All addresses, sorted as text, with blanks between. */
const char *resolved_words(const struct resolved *resolved, struct arena *arena);

/* The code of a failure that c-ares calls `status`; NULL: it is none. A name without an address of the wanted family may
 * well have others. */
const char *resolved_code(int status, enum family_choice family);
#endif
