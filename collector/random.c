/* SPDX-License-Identifier: MIT */
#include "collector/random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void random_fill(void *bytes, size_t len)
{
    unsigned char *place = bytes;

    while (len) {
        ssize_t got = getrandom(place, len, 0);

        /* The kernel always has some once it is up; without it no mask may be sent (RFC 6455, 5.3). */
        if (got < 0 && errno != EINTR)
            abort();
        if (got > 0) {
            place += got;
            len -= (size_t)got;
        }
    }
}
