/* SPDX-License-Identifier: MIT */
/* slice.h - a borrowed view of bytes, for what a server, a certificate or a file said.
 *
 * Such bytes may hold NULs and broken UTF-8, so they travel with their length. Our own words are `const char *`. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *data; /* NULL: absent, as against present and empty */
    size_t len;
};

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_equals(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || (a.data && b.data && memcmp(a.data, b.data, a.len) == 0));
}
#endif
