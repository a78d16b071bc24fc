/* SPDX-License-Identifier: MIT */
/* heartbeat.h - tells a dead man's switch that a night was finished: it sounds when nobody tells it any more. */
#ifndef PUBLISH_HEARTBEAT_H
#define PUBLISH_HEARTBEAT_H

#include <stdbool.h>

#include "base/error.h"
#include "collector/suite.h"
#include "publish/client.h"

/* What is the same for every ping. */
struct heartbeat {
    const struct setting *url; /* its value may hold a secret, its shown form none */
    const char *proxy;         /* NULL: none */
    struct mono deadline;
    const struct secrets *secrets;
    const volatile sig_atomic_t *stop;
};

/* Asks for the URL by GET; three times where no answer comes, and waits for none longer than ten seconds. False with a
 * sentence, in which no secret is, when it is not answered with 2xx. */
bool heartbeat_send(const struct heartbeat *heartbeat, struct error *err);
#endif
