/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <openssl/sha.h>
#include <stdio.h>

struct digest digest_of(struct slice data)
{
    struct digest digest;

    SHA256((const unsigned char *)(data.data ? data.data : ""), data.len, digest.bytes);
    return digest;
}

const char *digest_text(const struct digest *digest, char text[DIGEST_TEXT])
{
    for (int i = 0; i < 32; i++)
        snprintf(text + (size_t)2 * (size_t)i, 3, "%02x", digest->bytes[i]);
    return text;
}
