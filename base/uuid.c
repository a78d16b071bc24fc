/* SPDX-License-Identifier: MIT */
#include "base/uuid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

bool uuid_new(struct wall when, struct uuid *id, struct error *err)
{
    uint64_t ms = (uint64_t)(when.us / 1000);
    ssize_t got;

    do
        got = getrandom(id->bytes, sizeof id->bytes, 0);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof id->bytes)
        return fail(err, ERR_SYSTEM, "no random bytes for a run id: %s", strerror(errno));
    for (int i = 0; i < 6; i++)
        id->bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    id->bytes[6] = (uint8_t)(0x70 | (id->bytes[6] & 0x0F));
    id->bytes[8] = (uint8_t)(0x80 | (id->bytes[8] & 0x3F));
    return true;
}

const char *uuid_text(const struct uuid *id, char text[UUID_TEXT])
{
    char *at = text;

    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        at += snprintf(at, 3, "%02x", id->bytes[i]);
    }
    return text;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool uuid_parse(const char *text, struct uuid *id)
{
    if (strlen(text) != UUID_TEXT - 1)
        return false;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            if (*text++ != '-')
                return false;
        if (digit(text[0]) < 0 || digit(text[1]) < 0)
            return false;
        id->bytes[i] = (uint8_t)(digit(text[0]) * 16 + digit(text[1]));
        text += 2;
    }
    return true;
}
