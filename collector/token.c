/* SPDX-License-Identifier: MIT */
#include "collector/token.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <string.h>

#include "collector/probe.h"
#include "collector/request.h"

enum {
    PART_MOST = 64 * 1024, /* no header that is sent is as large */
    TEXT_MOST = 512,       /* of a claim's text that is kept */
};

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The JSON object that `len` characters of base64url (RFC 4648, 5, without padding) are; NULL: they are none. */
static json_t *read_part(const char *coded, size_t len, struct arena *arena)
{
    size_t padded = (len + 3) / 4 * 4;
    char *base64;
    unsigned char *plain;
    json_t *object;
    int got;

    if (len < 2 || len % 4 == 1 || len > PART_MOST)
        return NULL;
    base64 = arena_new(arena, padded + 1, 1);
    plain = arena_new(arena, padded, 1);
    memset(base64, '=', padded);
    for (size_t i = 0; i < len; i++)
        base64[i] = (char)(coded[i] == '-' ? '+' : coded[i] == '_' ? '/' : coded[i]);
    got = EVP_DecodeBlock(plain, (const unsigned char *)base64, (int)padded);
    if (got < (int)(padded - len))
        return NULL;
    object = json_loadb((const char *)plain, (size_t)got - (padded - len), 0, NULL);
    if (json_is_object(object))
        return object;
    json_decref(object);
    return NULL;
}

static struct slice text_of(const json_t *object, const char *key, struct arena *arena)
{
    const json_t *value = json_object_get(object, key);
    struct slice text = {json_string_value(value), json_string_length(value)};

    if (!text.data)
        return (struct slice){NULL, 0};
    if (text.len > TEXT_MOST)
        text.len = TEXT_MOST;
    return arena_slice(arena, text);
}

/* A text, or a list of them (RFC 7519, 4.1.3), with blanks between. */
static struct slice texts_of(const json_t *object, const char *key, struct arena *arena)
{
    const json_t *list = json_object_get(object, key);
    const char *all = NULL;

    if (!json_is_array(list))
        return text_of(object, key, arena);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = json_string_value(json_array_get(list, i));

        if (one && strlen(one) + (all ? strlen(all) : 0) < TEXT_MOST)
            all = all ? arena_printf(arena, "%s %s", all, one) : arena_text(arena, one);
    }
    return all ? slice_of(all) : (struct slice){NULL, 0};
}

/* NumericDate (RFC 7519, 2): seconds, maybe with a fraction. */
static int64_t seconds_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    double seconds = json_is_number(value) ? json_number_value(value) : 0;

    return seconds > 0 && seconds < 1e15 ? (int64_t)seconds : 0;
}

static void take_claims(const json_t *head, const json_t *claims, struct arena *arena, struct token *token)
{
    token->algorithm = text_of(head, "alg", arena);
    token->issuer = text_of(claims, "iss", arena);
    token->audience = texts_of(claims, "aud", arena);
    token->scope = texts_of(claims, json_object_get(claims, "scope") ? "scope" : "scp", arena);
    token->issued_s = seconds_of(claims, "iat");
    token->not_before_s = seconds_of(claims, "nbf");
    token->expires_s = seconds_of(claims, "exp");
}

bool token_read(const char *header, const char *value, struct arena *arena, struct token *token)
{
    for (const char *at = strstr(value, "eyJ"); at; at = strstr(at + 1, "eyJ")) {
        size_t head_len = strspn(at, alphabet);
        const char *second = at[head_len] == '.' ? at + head_len + 1 : NULL;
        size_t claims_len = second ? strspn(second, alphabet) : 0;
        json_t *head = claims_len && second[claims_len] == '.' ? read_part(at, head_len, arena) : NULL;
        json_t *claims = head ? read_part(second, claims_len, arena) : NULL;

        *token = (struct token){.header = arena_text(arena, header)};
        if (claims)
            take_claims(head, claims, arena, token);
        json_decref(head);
        json_decref(claims);
        if (claims)
            return true;
    }
    return false;
}

void token_record(const struct request *request, struct probe *probe)
{
    struct arena scratch = ARENA_INIT;
    struct token *tokens = NULL;
    size_t room = 0;

    probe->token_count = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        const struct request_header *header = &request->headers[i];
        struct token token;

        if (!token_read(header->name, header->value.value, &scratch, &token))
            continue;
        token.header = arena_text(&probe->arena, token.header);
        token.algorithm = arena_slice(&probe->arena, token.algorithm);
        token.issuer = arena_slice(&probe->arena, token.issuer);
        token.audience = arena_slice(&probe->arena, token.audience);
        token.scope = arena_slice(&probe->arena, token.scope);
        tokens = arena_grow(&probe->arena, tokens, probe->token_count, &room, sizeof *tokens);
        tokens[probe->token_count++] = token;
    }
    probe->tokens = tokens;
    arena_free(&scratch);
}
