/* SPDX-License-Identifier: MIT */
/* Any bytes as parameters of permessage-deflate, and as compressed messages: their portions must not change what comes
 * out. The first byte says how long a message and the portions are, the second which terms hold. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "collector/deflate.h"

enum { MOST = 1 << 20 };

static bool read_message(struct inflater *inflater, struct slice input, size_t portion, struct buf *found)
{
    enum inflate_step step;
    struct slice piece;

    while (input.len) {
        struct slice part = {input.data, input.len < portion ? input.len : portion};

        input.data += part.len;
        input.len -= part.len;
        while ((step = inflater_next(inflater, &part, &piece)) == INFLATE_PIECE)
            buf_put_slice(found, piece);
        if (step == INFLATE_BROKEN)
            return false;
        if (part.len)
            abort();
    }
    while ((step = inflater_end(inflater, &piece)) == INFLATE_PIECE)
        buf_put_slice(found, piece);
    return step == INFLATE_HUNGRY;
}

static bool read_all(const struct deflate_terms *terms, struct slice input, size_t message, size_t portion,
                     struct buf *found)
{
    struct inflater *inflater = inflater_new(terms);
    bool ok = true;

    while (ok && input.len && found->len < MOST) {
        struct slice one = {input.data, input.len < message ? input.len : message};

        ok = read_message(inflater, one, portion, found);
        buf_putc(found, '|');
        input.data += one.len;
        input.len -= one.len;
    }
    inflater_free(inflater);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct deflate_terms terms = {0};
    struct buf whole = BUF_INIT, pieces = BUF_INIT;
    char words[DEFLATE_WORDS];
    struct slice input;
    size_t message;
    bool ok, again;

    if (size < 3)
        return 0;
    input = (struct slice){(const char *)data + 2, size - 2};
    if (deflate_agree(input, &terms, words) && (terms.server_bits < 8 || terms.server_bits > 15))
        abort();
    terms = (struct deflate_terms){true, data[1] & 1, false, (uint8_t)(8 + (data[1] >> 1) % 8), 15};
    message = (size_t)data[0] / 16 * 100 + 1;
    ok = read_all(&terms, input, message, message, &whole);
    again = read_all(&terms, input, message, (size_t)data[0] % 16 + 1, &pieces);
    if (ok != again || (ok && !slice_equals(buf_slice(&whole), buf_slice(&pieces))))
        abort();
    buf_free(&whole);
    buf_free(&pieces);
    return 0;
}
