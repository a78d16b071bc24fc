/* SPDX-License-Identifier: MIT */
/* expect_judging.h - one probe while its expectations are judged. Private to expect*.c. */
#ifndef COLLECTOR_EXPECT_JUDGING_H
#define COLLECTOR_EXPECT_JUDGING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/expect.h"
#include "collector/expect_value.h"
#include "collector/probe.h"
#include "collector/suite.h"

/* What judging one probe needs, and the lowest layer that an expectation failed in. */
struct judging {
    const struct endpoint *endpoint;
    const struct judged_matter *matter;
    struct probe *probe;
    json_t *body, *message; /* parsed when first asked for; NULL: not yet, or no JSON */
    enum layer layer;
    const char *code;
    bool status_speaks; /* that is what the status is blamed for */
};

/* expect.c: what stands at the expectation's pointer in `text`, which is parsed once, into `*root`. */
struct compared judging_json(struct judging *judging, const struct expectation *expectation, struct slice text,
                             json_t **root);

/* expect_websocket.c: what only a WebSocket shows. */
struct compared judging_message(struct judging *judging, const struct expectation *expectation);

/* When the server's `index`-th text or binary message came, after the upgrade; negative: not, or nobody kept it. */
int64_t judging_message_us(const struct probe *probe, size_t index);
struct compared judging_ping(struct judging *judging, const struct expectation *expectation);
struct compared judging_open(struct judging *judging, const struct expectation *expectation);
struct compared judging_close(struct judging *judging, const struct expectation *expectation);
#endif
