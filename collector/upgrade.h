/* SPDX-License-Identifier: MIT */
/* upgrade.h - the request for a WebSocket and its answer: a handshake that holds, or a refusal that is kept whole. No
 * I/O: the wire hands it what came. */
#ifndef COLLECTOR_UPGRADE_H
#define COLLECTOR_UPGRADE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/slice.h"
#include "collector/body.h"
#include "collector/deflate.h"

struct exchange;

struct upgrade {
    struct exchange *exchange;
    struct mono sent, answered; /* us 0: not yet */
    unsigned interim;           /* 1xx heads before the answer */
    struct buf head;
    bool refused; /* the answer is not 101: its body is read */
    struct buf body;
    struct body_reader body_reader;
    struct deflate_terms deflate; /* once it is open */
};

enum upgrade_step {
    UPGRADE_HUNGRY,
    UPGRADE_OPEN, /* the WebSocket is; `input` is what follows */
    UPGRADE_OVER, /* refused or broken; the probe knows */
};

void upgrade_begin(struct upgrade *upgrade, struct exchange *exchange);
void upgrade_free(struct upgrade *upgrade);

/* Appends the request to `out`. */
void upgrade_put(struct upgrade *upgrade, struct buf *out);

/* Takes what came; where it is open, `input` is shortened by the head. */
enum upgrade_step upgrade_take(struct upgrade *upgrade, struct slice *input);

/* Puts the body of a refusal into the probe. */
void upgrade_record(struct upgrade *upgrade);
#endif
