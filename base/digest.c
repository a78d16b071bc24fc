/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <openssl/sha.h>

struct digest digest_of(struct slice data)
{
    struct digest digest;

    SHA256((const unsigned char *)(data.data ? data.data : ""), data.len, digest.bytes);
    return digest;
}

const char *digest_text(const struct digest *digest, char text[DIGEST_TEXT])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < sizeof digest->bytes; i++) {
        text[2 * i] = digits[digest->bytes[i] >> 4];
        text[2 * i + 1] = digits[digest->bytes[i] & 15];
    }
    text[DIGEST_TEXT - 1] = '\0';
    return text;
}
