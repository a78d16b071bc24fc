/* SPDX-License-Identifier: MIT */
#include "collector/handshake.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "collector/head.h"
#include "collector/random.h"

void handshake_key(char key[HANDSHAKE_KEY])
{
    unsigned char nonce[16];

    random_fill(nonce, sizeof nonce);
    EVP_EncodeBlock((unsigned char *)key, nonce, sizeof nonce);
}

void handshake_accept(const char *key, char accept[HANDSHAKE_ACCEPT])
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[SHA_DIGEST_LENGTH];
    char both[HANDSHAKE_KEY + sizeof guid];
    int len = snprintf(both, sizeof both, "%s%s", key, guid);

    SHA1((const unsigned char *)both, (size_t)len, digest);
    EVP_EncodeBlock((unsigned char *)accept, digest, sizeof digest);
}

static bool wrong(struct handshake *handshake, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool wrong(struct handshake *handshake, const char *code, const char *format, ...)
{
    va_list args;

    handshake->code = code;
    va_start(args, format);
    vsnprintf(handshake->words, sizeof handshake->words, format, args);
    va_end(args);
    return false;
}

static int shown_len(struct slice text)
{
    return text.len > 100 ? 100 : (int)text.len;
}

static bool offers(const char *offered, struct slice chosen)
{
    while (offered && *offered) {
        size_t len = strcspn(offered, ", ");

        if (len && len == chosen.len && memcmp(offered, chosen.data, len) == 0)
            return true;
        offered += len;
        offered += strspn(offered, ", ");
    }
    return false;
}

static bool check_accept(const struct head *head, const char *key, struct handshake *handshake)
{
    char wanted[HANDSHAKE_ACCEPT];
    size_t from = 0;
    struct slice given = head_field(head, "Sec-WebSocket-Accept", &from);

    handshake_accept(key, wanted);
    if (!given.data)
        return wrong(handshake, "websocket-bad-accept", "no Sec-WebSocket-Accept");
    if (!slice_equals(given, slice_of(wanted)))
        return wrong(handshake, "websocket-bad-accept", "Sec-WebSocket-Accept is %.*s where %s belongs to the key",
                     shown_len(given), given.data, wanted);
    if (head_field(head, "Sec-WebSocket-Accept", &from).data)
        return wrong(handshake, "websocket-bad-handshake", "Sec-WebSocket-Accept twice");
    return true;
}

bool handshake_check(const struct head *head, const char *key, const char *offered, struct handshake *handshake)
{
    size_t from = 0;

    *handshake = (struct handshake){0};
    handshake->extensions = head_field(head, "Sec-WebSocket-Extensions", &from);
    from = 0;
    handshake->subprotocol = head_field(head, "Sec-WebSocket-Protocol", &from);
    if (!head_lists(head, "Upgrade", "websocket"))
        return wrong(handshake, "websocket-bad-handshake", "no Upgrade: websocket in the answer");
    if (!head_lists(head, "Connection", "upgrade"))
        return wrong(handshake, "websocket-bad-handshake", "no Connection: Upgrade in the answer");
    if (!check_accept(head, key, handshake))
        return false;
    if (handshake->extensions.len)
        return wrong(handshake, "websocket-unoffered-extension", "the server uses %.*s, nothing was offered",
                     shown_len(handshake->extensions), handshake->extensions.data);
    if (handshake->subprotocol.data && head_field(head, "Sec-WebSocket-Protocol", &from).data)
        return wrong(handshake, "websocket-bad-handshake", "Sec-WebSocket-Protocol twice");
    if (handshake->subprotocol.data && !offers(offered, handshake->subprotocol))
        return wrong(handshake, "websocket-unoffered-subprotocol", "the server chose \"%.*s\", offered was: %s",
                     shown_len(handshake->subprotocol), handshake->subprotocol.data, offered ? offered : "nothing");
    return true;
}
