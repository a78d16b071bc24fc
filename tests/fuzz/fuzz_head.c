/* SPDX-License-Identifier: MIT */
/* Any bytes as an answer to an upgrade: its head, then its body or its handshake. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "collector/body.h"
#include "collector/handshake.h"
#include "collector/head.h"

static void read_body(const struct head *head, struct slice rest)
{
    struct body_reader whole, pieces;
    struct buf body = BUF_INIT, again = BUF_INIT;

    body_begin(&whole, head);
    pieces = whole;
    body_feed(&whole, rest, &body);
    for (size_t i = 0; i < rest.len; i++)
        body_feed(&pieces, (struct slice){rest.data + i, 1}, &again);
    if (whole.ended != pieces.ended || whole.fault != pieces.fault
        || !slice_equals(buf_slice(&body), buf_slice(&again)) || body.len > rest.len)
        abort();
    buf_free(&body);
    buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice input = {(const char *)data, size};
    size_t end = head_end(input, 0);
    struct arena arena = ARENA_INIT;
    struct handshake handshake;
    struct head head;

    for (size_t seen = 0; seen < size && seen < 64; seen++)
        if (end > seen && head_end(input, seen) != end)
            abort();
    head_read((struct slice){input.data, end ? end : size}, &arena, &head);
    handshake_check(
        &head,
        &(struct handshake_offer){"dGhlIHNhbXBsZSBub25jZQ==", size % 2 ? "chat, superchat" : NULL, size % 4 < 2},
        &handshake);
    if (end)
        read_body(&head, (struct slice){input.data + end, size - end});
    arena_free(&arena);
    return 0;
}
