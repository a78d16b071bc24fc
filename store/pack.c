/* SPDX-License-Identifier: MIT */
#include "store/pack.h"

#include <string.h>

enum { NUMBER_MOST = 10, SHORT = 0x7F };

/* Fills `bytes`; how many they are. */
static size_t number_bytes(uint64_t number, char bytes[NUMBER_MOST])
{
    size_t len = 0;

    for (; number >= 0x80; number >>= 7)
        bytes[len++] = (char)(number | 0x80);
    bytes[len++] = (char)number;
    return len;
}

void pack_number(struct buf *out, uint64_t number)
{
    char bytes[NUMBER_MOST];

    buf_put(out, bytes, number_bytes(number, bytes));
}

void pack_signed(struct buf *out, int64_t number)
{
    uint64_t bits = (uint64_t)number;

    pack_number(out, number < 0 ? ~(bits << 1) : bits << 1);
}

void pack_slice(struct buf *out, struct slice slice)
{
    char bytes[1 + SHORT];

    if (!slice.data) {
        pack_number(out, 0);
    } else if (slice.len < SHORT) {
        /* As nearly all are: at once, since that is what most of packing is. */
        bytes[0] = (char)(slice.len + 1);
        memcpy(bytes + 1, slice.data, slice.len);
        bytes[1 + slice.len] = '\0';
        buf_put(out, bytes, slice.len + 2);
    } else {
        pack_number(out, (uint64_t)slice.len + 1);
        buf_put_slice(out, slice);
        buf_putc(out, '\0');
    }
}

void pack_text(struct buf *out, const char *text)
{
    pack_slice(out, slice_of(text));
}

static uint64_t broken(struct unpack *in)
{
    in->broken = true;
    in->left = 0;
    return 0;
}

uint64_t unpack_number(struct unpack *in)
{
    uint64_t number = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint64_t byte;

        if (in->left == 0)
            return broken(in);
        byte = (unsigned char)*in->at++;
        in->left--;
        if (shift == 63 && byte > 1)
            return broken(in);
        number |= (byte & 0x7F) << shift;
        if (byte < 0x80)
            return number;
    }
    return broken(in);
}

int64_t unpack_signed(struct unpack *in)
{
    uint64_t bits = unpack_number(in);

    return (int64_t)(bits & 1 ? ~(bits >> 1) : bits >> 1);
}

struct slice unpack_bytes(struct unpack *in, size_t len)
{
    struct slice slice = {in->at, len};

    if (in->broken || len > in->left) {
        broken(in);
        return (struct slice){NULL, 0};
    }
    in->at += len;
    in->left -= len;
    return slice;
}

struct slice unpack_slice(struct unpack *in)
{
    uint64_t len = unpack_number(in);
    struct slice slice = {NULL, 0};

    if (len == 0)
        return slice;
    /* The NUL behind it makes up for the 1 in the length. */
    if (len <= in->left)
        slice = unpack_bytes(in, (size_t)len);
    if (!slice.data || slice.data[--slice.len] != '\0') {
        broken(in);
        return (struct slice){NULL, 0};
    }
    return slice;
}

const char *unpack_text(struct unpack *in)
{
    return unpack_slice(in).data;
}

bool unpack_bool(struct unpack *in)
{
    return unpack_below(in, 2) != 0;
}

uint64_t unpack_below(struct unpack *in, uint64_t limit)
{
    uint64_t number = unpack_number(in);

    return number < limit ? number : broken(in);
}

size_t unpack_count(struct unpack *in)
{
    uint64_t count = unpack_number(in);

    return count <= in->left ? (size_t)count : (size_t)broken(in);
}
