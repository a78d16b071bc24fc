/* SPDX-License-Identifier: MIT */
/* redirect.h - from an answer that sends us elsewhere to the next request (RFC 9110, 15.4).
 *
 * libcurl follows nothing: every hop is a request of ours, with a lookup and a connection of its own, and stands in
 * the record. What changes on the way:
 *   303, and 301 and 302 for POST, become a GET without a body, as all clients do; everything else keeps its method.
 *   Credentials are left behind at the first other origin (scheme, host and port: http to https is another one), and
 *   are not taken up again, even if a later hop leads back.
 *   An unsafe method or a body is sent on only within its origin: elsewhere nobody asked for that harm. The redirect
 *   is then the answer. */
#ifndef COLLECTOR_REDIRECT_H
#define COLLECTOR_REDIRECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct probe;
struct request;

/* Of one attempt, all hops together. */
struct redirects {
    unsigned most;       /* hops that may be followed; 0: none */
    struct asked *asked; /* every request so far */
    struct hop *hops;    /* in the probe's arena */
    size_t room;         /* of them */
    bool foreign;        /* another origin was reached: nothing secret is sent any more */
};

enum redirect_step {
    REDIRECT_ANSWER, /* what came is the answer */
    REDIRECT_GO,     /* `request` is the next one, `probe` has the hop and no answer yet */
    REDIRECT_FAILED, /* `probe` says why */
};

/* What `probe`, the answer to `request`, means. On REDIRECT_GO, `request` becomes the next request, its texts in
 * `arena`; `total_us` is how long this hop took, `redirects_us` all of them. */
enum redirect_step redirect_take(struct redirects *redirects, struct request *request, struct probe *probe,
                                 struct arena *arena, int64_t total_us, int64_t redirects_us);
#endif
