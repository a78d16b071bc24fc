/* SPDX-License-Identifier: MIT */
/* address.h - the address that an item of a plan asks, with the item's changes: once as sent, once as shown.
 *
 * Both are texts to the end: what is shown may hold `${NAME}`, and is no URL that a parser would take. */
#ifndef COLLECTOR_ADDRESS_H
#define COLLECTOR_ADDRESS_H

#include <stdbool.h>

#include "base/arena.h"
#include "collector/suite.h"

struct plan_item;

/* The address of `item` at `endpoint`, in `arena` or the suite. Where whoever answers may be another than the endpoint's
 * own server (its certificate is not verified, another port, another scheme), it goes without the secrets that its path
 * and query hold. */
struct setting address_of(const struct endpoint *endpoint, const struct plan_item *item, struct arena *arena);

/* Whether user and password in the address of `item` are for its server: not where an experiment asks another port or in
 * another scheme. */
bool address_keeps_user(const struct plan_item *item);
#endif
