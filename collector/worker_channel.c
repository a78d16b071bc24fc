/* SPDX-License-Identifier: MIT */
#include "collector/worker_channel.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

enum { PIECE = 64 * 1024, OUT_MOST = 1024 * 1024 };

void worker_channel_open(struct worker_channel *channel, int fd)
{
    *channel = (struct worker_channel){.fd = fd, .in = BUF_INIT, .out = BUF_INIT};
}

void worker_channel_close(struct worker_channel *channel)
{
    buf_free(&channel->in);
    buf_free(&channel->out);
}

bool worker_channel_flush(struct worker_channel *channel)
{
    while (channel->out.len && !channel->over) {
        ssize_t sent = send(channel->fd, channel->out.data, channel->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            return false;
        if (sent <= 0)
            channel->over = true;
        else
            buf_drop(&channel->out, (size_t)sent);
    }
    return true;
}

size_t worker_channel_begin(struct worker_channel *channel, enum worker_kind kind, uint32_t id)
{
    size_t begin = worker_frame_begin(&channel->out, kind, id);

    worker_put_number(&channel->out, (uint64_t)mono_now().us);
    return begin;
}

void worker_channel_end(struct worker_channel *channel, size_t begin)
{
    worker_frame_end(&channel->out, begin);
    while (channel->out.len > OUT_MOST && !worker_channel_flush(channel)) {
        struct pollfd ready = {.fd = channel->fd, .events = POLLOUT};

        poll(&ready, 1, -1);
    }
}

void worker_channel_tell(struct worker_channel *channel, enum worker_kind kind, uint32_t id)
{
    worker_channel_end(channel, worker_channel_begin(channel, kind, id));
}

void worker_channel_tell_number(struct worker_channel *channel, enum worker_kind kind, uint32_t id, uint64_t number)
{
    size_t begin = worker_channel_begin(channel, kind, id);

    worker_put_number(&channel->out, number);
    worker_channel_end(channel, begin);
}

void worker_channel_tell_bytes(struct worker_channel *channel, enum worker_kind kind, uint32_t id, struct slice bytes)
{
    size_t begin = worker_channel_begin(channel, kind, id);

    worker_put_bytes(&channel->out, bytes);
    worker_channel_end(channel, begin);
}

void worker_channel_fill(struct worker_channel *channel)
{
    char piece[PIECE];

    while (!channel->over) {
        ssize_t got = recv(channel->fd, piece, sizeof piece, MSG_DONTWAIT);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0)
            channel->over = true;
        else
            buf_put(&channel->in, piece, (size_t)got);
    }
}

bool worker_channel_next(struct worker_channel *channel, struct slice *left, struct worker_frame *frame)
{
    enum worker_step step = worker_frame_next(left, frame);

    if (step == WORKER_STEP_BROKEN)
        channel->over = true;
    return step == WORKER_STEP_FRAME;
}
