/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

/* The calls that succeed them look the algorithm up by name for every digest, which takes longer than to digest a
 * probe's evidence. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

struct digest digest_of(struct slice data)
{
    struct digest digest;
    SHA256_CTX context;

    SHA256_Init(&context);
    if (data.len)
        SHA256_Update(&context, data.data, data.len);
    SHA256_Final(digest.bytes, &context);
    return digest;
}

const char *digest_text(const struct digest *digest, char text[DIGEST_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;

    for (size_t i = 0; i < sizeof digest->bytes; i++) {
        text[at++] = digits[digest->bytes[i] >> 4];
        text[at++] = digits[digest->bytes[i] & 15];
    }
    text[at] = '\0';
    return text;
}
