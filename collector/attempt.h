/* SPDX-License-Identifier: MIT */
/* attempt.h - one item of a plan on its way to a record: request, lookup, connection, answer, judgement. */
#ifndef COLLECTOR_ATTEMPT_H
#define COLLECTOR_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>

struct attempt; /* opaque */
struct loop;
struct plan_item;
struct probe;
struct proxy;
struct resolver;
struct secrets;
struct suite;
struct transport;
struct worker;

/* What all attempts share. */
struct attempt_tools {
    const struct suite *suite;
    bool one_origin; /* of the suite: request_one_origin() */
    const struct secrets *secrets;
    struct loop *loop;
    struct resolver *resolver;
    struct transport *transport;
    struct worker *worker;     /* of libwebsockets; NULL: every upgrade goes by the wire */
    const struct proxy *proxy; /* through which all goes; NULL: none */
    /* Called once for each attempt when it has ended; nothing may be started or freed in it. */
    void (*ended)(void *self, struct attempt *attempt);
    void *self;
};

/* Starts `item`, the `number`-th of its plan; `tools` and `item` must outlive it. It may end before this
 * returns. */
struct attempt *attempt_start(const struct attempt_tools *tools, const struct plan_item *item, size_t number);

size_t attempt_number(const struct attempt *attempt);

/* Whether what came of it should be asked again by the wire, which sees what libwebsockets hides: it was refused, failed, or
 * ended oddly. To be called before its record is taken. */
bool attempt_wants_wire(const struct attempt *attempt);

/* The record of an attempt that has ended: judged and redacted, without its ordinal; the caller's to free. */
struct probe *attempt_take_probe(struct attempt *attempt);

/* Also in mid-flight. */
void attempt_free(struct attempt *attempt);
#endif
