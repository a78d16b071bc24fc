/* SPDX-License-Identifier: MIT */
/* document.h - a probe's evidence as documents; private to store/. No SQL here: any back end keeps them.
 *
 * Equal documents are stored once, so what differs every night stands apart from what does not: `varying` has the
 * timings, the headers known to change (Date, request ids, cookies), measured numbers of judgements, the times of
 * messages, redirects and tokens, and is kept with the probe itself; the rest repeats until the endpoint changes. */
#ifndef STORE_DOCUMENT_H
#define STORE_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/slice.h"
#include "collector/probe.h"

/* Absent where the probe has nothing of the kind. */
struct documents {
    struct slice exchange; /* the request, the connection, the response's head */
    struct slice judgements;
    struct slice chain;
    struct slice messages;
    struct slice varying;
};

/* Writes the documents of `probe` into `room`, where they live until it is freed. `body`: the digest of probe->body. */
struct document_room {
    struct buf exchange, judgements, chain, messages, varying;
};
#define DOCUMENT_ROOM_INIT                                                                                            \
    {                                                                                                                 \
        BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT                                                              \
    }
struct documents document_write(const struct probe *probe, const struct digest *body, struct document_room *room);
void document_room_free(struct document_room *room);

/* Only the durations of `varying`, into a probe whose other members are not looked at. False: it is damaged. */
bool document_durations(struct probe *probe, struct slice varying);

/* What is known of a kept body without reading it. */
struct body_name {
    struct digest digest;
    uint64_t size;
    bool present;
};

/* Fills `probe` from documents that live as long as it does, `started` and `total_us` being set. Without `evidence` only
 * `exchange` and `varying` are looked at, and headers, redirects and tokens are left out. False: they are damaged. */
bool document_read(struct probe *probe, const struct documents *documents, const struct body_name *body,
                   bool evidence);
#endif
