/* SPDX-License-Identifier: MIT */
/* Any bytes as frames: the first one says in which portions they come, which must not change what is read. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "collector/frame.h"

static const char *read_all(struct slice input, size_t portion, struct buf *found)
{
    struct frame_reader reader = {0};
    struct frame_event event;

    while (input.len) {
        struct slice part = {input.data, input.len < portion ? input.len : portion};
        enum frame_step step;

        input.data += part.len;
        input.len -= part.len;
        while ((step = frame_next(&reader, &part, &event)) != FRAME_HUNGRY) {
            if (step == FRAME_BROKEN)
                return reader.code;
            buf_put_slice(found, event.data);
            if (step != FRAME_PIECE)
                buf_printf(found, "|%d %d %d|", (int)step, (int)event.type, event.close_code);
        }
        if (part.len)
            abort();
    }
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole = BUF_INIT, pieces = BUF_INIT;
    const char *code, *again;
    struct slice input;

    if (size < 2)
        return 0;
    input = (struct slice){(const char *)data + 1, size - 1};
    code = read_all(input, input.len, &whole);
    again = read_all(input, (size_t)data[0] % 16 + 1, &pieces);
    if (code != again)
        abort();
    if (!code && !slice_equals(buf_slice(&whole), buf_slice(&pieces)))
        abort();
    buf_free(&whole);
    buf_free(&pieces);
    return 0;
}
