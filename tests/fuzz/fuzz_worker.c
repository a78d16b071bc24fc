/* SPDX-License-Identifier: MIT */
/* Any bytes as what a worker that was taken over might say: they must be read as far as they make sense, never beyond their
 * end, and in portions as at once. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "collector/worker_message.h"

static void read_fields(struct worker_frame frame, struct buf *found)
{
    struct worker_reader reader = {frame.payload, false};
    struct arena texts = ARENA_INIT;
    struct worker_start start;

    buf_printf(found, "|%d %u|", (int)frame.kind, (unsigned)frame.id);
    while (!reader.spoilt && reader.left.len) {
        buf_printf(found, "%llu ", (unsigned long long)worker_get_upto(&reader, INT64_MAX));
        buf_put_slice(found, worker_get_bytes(&reader));
    }
    if (worker_get_start(frame.payload, &texts, &start))
        buf_printf(found, "start %s %s %s", start.address, start.host, start.target);
    arena_free(&texts);
}

static bool read_all(struct slice input, size_t portion, struct buf *found)
{
    struct buf in = BUF_INIT;
    enum worker_step step = WORKER_STEP_HUNGRY;
    struct worker_frame frame;

    while (input.len && step != WORKER_STEP_BROKEN) {
        struct slice left;
        size_t len = input.len < portion ? input.len : portion;

        buf_put(&in, input.data, len);
        input.data += len;
        input.len -= len;
        left = buf_slice(&in);
        while ((step = worker_frame_next(&left, &frame)) == WORKER_STEP_FRAME)
            read_fields(frame, found);
        buf_drop(&in, in.len - left.len);
    }
    buf_free(&in);
    return step != WORKER_STEP_BROKEN;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole = BUF_INIT, pieces = BUF_INIT;
    struct slice input;

    if (size < 2)
        return 0;
    input = (struct slice){(const char *)data + 1, size - 1};
    if (read_all(input, input.len, &whole) != read_all(input, (size_t)data[0] % 16 + 1, &pieces))
        abort();
    if (!slice_equals(buf_slice(&whole), buf_slice(&pieces)))
        abort();
    buf_free(&whole);
    buf_free(&pieces);
    return 0;
}
