/* SPDX-License-Identifier: MIT */
/* worker_channel.h - the worker's end of the socket pair. */
#ifndef COLLECTOR_WORKER_CHANNEL_H
#define COLLECTOR_WORKER_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "collector/worker_message.h"

struct worker_channel {
    int fd;
    struct buf in, out;
    bool over; /* the other end is gone, or talks nonsense */
};

void worker_channel_open(struct worker_channel *channel, int fd);
void worker_channel_close(struct worker_channel *channel); /* the descriptor stays open */

/* Begins a message about probe `id`, with the time; what is put into `out` until the end is the rest of its payload. */
size_t worker_channel_begin(struct worker_channel *channel, enum worker_kind kind, uint32_t id);

/* Ends it. Once much has gathered that the other end does not take, this waits: so its slowness slows the worker, and
 * costs no memory. */
void worker_channel_end(struct worker_channel *channel, size_t begin);

/* A message of nothing but its time, or of a number, or of bytes. */
void worker_channel_tell(struct worker_channel *channel, enum worker_kind kind, uint32_t id);
void worker_channel_tell_number(struct worker_channel *channel, enum worker_kind kind, uint32_t id, uint64_t number);
void worker_channel_tell_bytes(struct worker_channel *channel, enum worker_kind kind, uint32_t id, struct slice bytes);

/* Writes what can be written now; false while something is left. */
bool worker_channel_flush(struct worker_channel *channel);

/* Reads all that there is now. */
void worker_channel_fill(struct worker_channel *channel);

/* Takes the next whole message; false when there is none. Its payload is valid until worker_channel_fill(). */
bool worker_channel_next(struct worker_channel *channel, struct slice *left, struct worker_frame *frame);
#endif
