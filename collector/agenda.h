/* SPDX-License-Identifier: MIT */
/* agenda.h - what there is to do over an open WebSocket: messages to send, messages, a pong, a close or the mere
 * passing of time to wait for. It follows from what the endpoint expects and why the probe is made. */
#ifndef COLLECTOR_AGENDA_H
#define COLLECTOR_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endpoint;
struct exchange;

struct agenda {
    const struct endpoint *endpoint;
    size_t sends;    /* of the endpoint's messages, the first so many: all or none */
    size_t messages; /* to wait for */
    int64_t ping_us; /* how long to wait for a pong; INT64_MAX: as long as there is time */
    int64_t open_us; /* how long to stay after the upgrade; 0: not for its own sake */
    bool close;      /* the server is expected to close */
};

/* The agenda of `exchange`. Where messages are not sent, because the address is not the endpoint's own, its probe says
 * so. */
void agenda_make(struct agenda *agenda, struct exchange *exchange);

/* How long after the upgrade the further messages may take that are expected once `heard` have come, in µs; 0: none is.
 */
int64_t agenda_message_us(const struct agenda *agenda, size_t heard);
#endif
