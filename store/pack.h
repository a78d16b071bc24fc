/* SPDX-License-Identifier: MIT */
/* pack.h - values as bytes, for evidence that no column holds; private to store/.
 *
 * Numbers are LEB128, strings their length plus one (0: absent), their bytes and a NUL, so that what is read back can
 * point into the document. Reading remembers its first failure: read all, then ask once. */
#ifndef STORE_PACK_H
#define STORE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

void pack_number(struct buf *out, uint64_t number);
void pack_signed(struct buf *out, int64_t number);
void pack_slice(struct buf *out, struct slice slice);
void pack_text(struct buf *out, const char *text);

struct unpack {
    const char *at;
    size_t left;
    bool broken;
};

static inline struct unpack unpack_of(struct slice document)
{
    return (struct unpack){document.data, document.len, document.data == NULL};
}

/* 0, absent or false when the document is broken. */
uint64_t unpack_number(struct unpack *in);
int64_t unpack_signed(struct unpack *in);
struct slice unpack_slice(struct unpack *in);
const char *unpack_text(struct unpack *in);
bool unpack_bool(struct unpack *in);
/* A number below `limit`: of an enumeration, or one that must fit a type. */
uint64_t unpack_below(struct unpack *in, uint64_t limit);
/* How many items follow: never more than there are bytes for, so that a damaged one costs no memory. */
size_t unpack_count(struct unpack *in);
/* `len` bytes as they are. */
struct slice unpack_bytes(struct unpack *in, size_t len);

/* Whether all was read, and nothing was broken. */
static inline bool unpack_ended(const struct unpack *in)
{
    return !in->broken && in->left == 0;
}
#endif
