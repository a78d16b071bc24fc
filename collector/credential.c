/* SPDX-License-Identifier: MIT */
#include "collector/credential.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "collector/random.h"

/* Another character of the same kind. */
static char other(char byte)
{
    unsigned char chance;

    random_fill(&chance, 1);
    if (byte >= '0' && byte <= '9')
        return (char)('0' + (byte - '0' + 1 + chance % 9) % 10);
    if (byte >= 'a' && byte <= 'z')
        return (char)('a' + (byte - 'a' + 1 + chance % 25) % 26);
    if (byte >= 'A' && byte <= 'Z')
        return (char)('A' + (byte - 'A' + 1 + chance % 25) % 26);
    return byte;
}

/* Changes every letter and digit of `text`; false when it has none. */
static bool scramble(char *text)
{
    bool changed = false;

    for (; *text; text++) {
        char byte = other(*text);

        changed |= byte != *text;
        *text = byte;
    }
    return changed;
}

/* The signature of a JWT (RFC 7519), behind its second dot; NULL when `token` is none. */
static char *signature_of(char *token)
{
    char *first = strncmp(token, "eyJ", 3) == 0 ? strchr(token, '.') : NULL;
    char *second = first ? strchr(first + 1, '.') : NULL;

    return second && !strchr(second + 1, '.') ? second + 1 : NULL;
}

/* Basic (RFC 7617): another user too, so that no account of anybody counts a wrong password. NULL: not
 * base64. */
static const char *broken_basic(const char *scheme, size_t scheme_len, const char *coded, struct arena *arena)
{
    size_t len = strlen(coded);
    unsigned char *plain = arena_new(arena, len + 4, 1);
    char *again = arena_new(arena, len + 8, 1);
    int got =
        len && len % 4 == 0 && len < INT32_MAX ? EVP_DecodeBlock(plain, (const unsigned char *)coded, (int)len) : -1;

    if (got <= 0)
        return NULL;
    for (size_t i = len; i > 0 && coded[i - 1] == '=' && got > 0; i--)
        got--;
    plain[got] = '\0';
    if (!strchr((const char *)plain, ':') || !scramble((char *)plain))
        return NULL;
    EVP_EncodeBlock((unsigned char *)again, plain, (int)strlen((const char *)plain));
    return arena_printf(arena, "%.*s%s", (int)scheme_len, scheme, again);
}

const char *credential_broken(const char *value, struct arena *arena)
{
    size_t scheme = strcspn(value, " ");
    const char *basic;
    char *copy, *token, *signature;

    scheme = value[scheme] == ' ' ? scheme + strspn(value + scheme, " ") : 0;
    basic = scheme && strncasecmp(value, "Basic ", 6) == 0 ? broken_basic(value, scheme, value + scheme, arena) : NULL;
    if (basic)
        return basic;
    copy = arena_text(arena, value);
    token = copy + scheme;
    signature = signature_of(token);
    if (signature && scramble(signature))
        return copy;
    /* A cookie keeps its name, or the server would not look at it. */
    if (scheme == 0 && strchr(token, '='))
        token = strchr(token, '=') + 1;
    return scramble(token) ? copy : arena_printf(arena, "%sx", copy);
}

bool credential_is_header(const char *name)
{
    return strcasecmp(name, "Authorization") == 0 || strcasecmp(name, "Cookie") == 0
           || strcasecmp(name, "Proxy-Authorization") == 0;
}
