/* SPDX-License-Identifier: MIT */
/* digest.h - SHA-256 (FIPS 180-4), the name of evidence and of configurations. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdint.h>

#include "base/slice.h"

struct digest {
    uint8_t bytes[32];
};

enum { DIGEST_TEXT = 65 };

struct digest digest_of(struct slice data);

/* 64 lower-case hex digits into `text`. */
const char *digest_text(const struct digest *digest, char text[DIGEST_TEXT]);
#endif
