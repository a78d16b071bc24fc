/* SPDX-License-Identifier: MIT */
#include "collector/handshake.h"

/* The calls that succeed them look the algorithm up by name each time, as in base/digest.c. */
#define OPENSSL_SUPPRESS_DEPRECATED
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
    SHA_CTX context;

    SHA1_Init(&context);
    SHA1_Update(&context, both, (size_t)len);
    SHA1_Final(digest, &context);
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

/* "; a=b" behind the name of the first of the elements in `list`, which is consumed; commas in quotes part nothing. */
static struct slice next_extension(struct slice *list, struct slice *parameters)
{
    struct slice name = {NULL, 0};
    size_t end = 0, len = 0;
    bool quoted = false;

    while (list->len && strchr(", \t", *list->data) && *list->data) {
        list->data++;
        list->len--;
    }
    for (; end < list->len && (quoted || list->data[end] != ','); end++)
        quoted ^= list->data[end] == '"';
    while (len < end && !strchr("; \t", list->data[len]))
        len++;
    name = (struct slice){list->data, len};
    *parameters = (struct slice){list->data + len, end - len};
    while (parameters->len && strchr(" \t", parameters->data[parameters->len - 1]))
        parameters->len--;
    while (parameters->len && strchr(" \t", *parameters->data)) {
        parameters->data++;
        parameters->len--;
    }
    list->data += end;
    list->len -= end;
    return name;
}

static bool check_extension(struct slice name, struct slice parameters, bool offered, struct handshake *handshake)
{
    char words[DEFLATE_WORDS];

    if (!offered || !slice_equals(name, slice_of(DEFLATE_NAME)))
        return wrong(handshake, "websocket-unoffered-extension", "the server uses %.*s, %s was offered",
                     shown_len(name), name.data, offered ? "only " DEFLATE_NAME : "nothing");
    if (handshake->deflate.agreed)
        return wrong(handshake, "websocket-bad-extension", DEFLATE_NAME " twice");
    if (parameters.len && *parameters.data != ';')
        return wrong(handshake, "websocket-bad-extension", "%.*s behind " DEFLATE_NAME, shown_len(parameters),
                     parameters.data);
    return deflate_agree(parameters, &handshake->deflate, words)
           || wrong(handshake, "websocket-bad-extension", "%s", words);
}

static bool check_extensions(const struct head *head, bool offered, struct handshake *handshake)
{
    struct slice list;

    for (size_t from = 0; (list = head_field(head, "Sec-WebSocket-Extensions", &from)).data;) {
        while (list.len) {
            struct slice parameters, name = next_extension(&list, &parameters);

            if ((name.len || parameters.len) && !check_extension(name, parameters, offered, handshake))
                return false;
        }
    }
    return true;
}

static bool check_upgrade(const struct head *head, struct handshake *handshake)
{
    if (!head->version || strcmp(head->version, "1.1") != 0)
        return wrong(handshake, "websocket-bad-handshake", "101 in HTTP/%s, an upgrade is of HTTP/1.1",
                     head->version ? head->version : "?");
    if (!head_lists(head, "Upgrade", "websocket"))
        return wrong(handshake, "websocket-bad-handshake", "no Upgrade: websocket in the answer");
    return head_lists(head, "Connection", "upgrade")
           || wrong(handshake, "websocket-bad-handshake", "no Connection: Upgrade in the answer");
}

bool handshake_check(const struct head *head, const struct handshake_offer *offer, struct handshake *handshake)
{
    size_t from = 0;
    bool again;

    *handshake = (struct handshake){0};
    handshake->subprotocol = head_field(head, "Sec-WebSocket-Protocol", &from);
    again = handshake->subprotocol.data && head_field(head, "Sec-WebSocket-Protocol", &from).data;
    if (!check_upgrade(head, handshake) || !check_accept(head, offer->key, handshake)
        || !check_extensions(head, offer->deflate, handshake))
        return false;
    if (again)
        return wrong(handshake, "websocket-bad-handshake", "Sec-WebSocket-Protocol twice");
    if (handshake->subprotocol.data && !offers(offer->subprotocols, handshake->subprotocol))
        return wrong(handshake, "websocket-unoffered-subprotocol", "the server chose \"%.*s\", offered was: %s",
                     shown_len(handshake->subprotocol), handshake->subprotocol.data,
                     offer->subprotocols ? offer->subprotocols : "nothing");
    return true;
}
