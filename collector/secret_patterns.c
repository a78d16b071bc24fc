/* SPDX-License-Identifier: MIT */
/* What is a credential whoever set it: found by its shape, or by the name of its header. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "collector/redaction.h"

static bool has_digit(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] >= '0' && text.data[i] <= '9')
            return true;
    return false;
}

/* What "Bearer" is followed by in prose has no digits, a token has. */
static bool is_token(struct slice text)
{
    return has_digit(text);
}

/* Base64 of "user:password" (RFC 7617, 2); its end may be cut off. */
static bool is_user_and_password(struct slice text)
{
    size_t whole = text.len / 4 * 4;
    unsigned char *plain = mem_new(whole + 1, 1);
    int len = EVP_DecodeBlock(plain, (const unsigned char *)text.data, (int)whole);
    bool colon = false, visible = len > 0;

    for (int i = 0; i < len; i++) {
        /* Padding is decoded as NULs at the end. */
        visible = visible && (plain[i] >= ' ' || (plain[i] == '\0' && i + 2 >= len));
        colon = colon || plain[i] == ':';
    }
    OPENSSL_cleanse(plain, whole);
    mem_free(plain);
    return visible && colon;
}

static bool is_basic(struct slice text)
{
    return has_digit(text) || is_user_and_password(text);
}

/* The first group of each is what goes, if it is `plausible`. Runs are possessive, and a run that leads to nothing is
 * skipped or taken as a whole, so that no text is read more than once. */
static const struct {
    const char *name, *expression;
    bool (*plausible)(struct slice text); /* NULL: always */
} patterns[] = {
    {"jwt", "(eyJ[A-Za-z0-9_-]{6,}+(*SKIP)\\.[A-Za-z0-9_-]{4,}+(?:\\.[A-Za-z0-9_-]*+){0,3})", NULL},
    {"bearer", "(?i)\\bbearer(?:[ \\t]|%20|\\+)++([A-Za-z0-9._~+/-]{8,}+=*+)", is_token},
    {"basic", "(?i)\\bbasic(?:[ \\t]|%20|\\+)++([A-Za-z0-9+/]{8,}+=*+)", is_basic},
    {"password", "(?i)\\b[a-z][a-z0-9+.-]{0,20}+:(?:\\\\?/){2}[^\\s/@:\"'<>]{0,256}+:([^\\s/@\"'<>]{1,256}+)@", NULL},
};

enum { PATTERN_COUNT = sizeof patterns / sizeof *patterns };

static pcre2_code *compiled(size_t index)
{
    int error;
    PCRE2_SIZE offset;

    return pcre2_compile((PCRE2_SPTR)patterns[index].expression, PCRE2_ZERO_TERMINATED, 0, &error, &offset, NULL);
}

static void find_pattern(const struct secrets *secrets, size_t index, pcre2_code *code, struct slice text,
                         struct redactions *redactions)
{
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, NULL);
    size_t at = 0;

    while (match && at <= text.len && pcre2_match(code, (PCRE2_SPTR)text.data, text.len, at, 0, match, NULL) >= 2) {
        const PCRE2_SIZE *places = pcre2_get_ovector_pointer(match);
        struct slice found = {text.data + places[2], places[3] - places[2]};
        char marker[96];

        if (!patterns[index].plausible || patterns[index].plausible(found)) {
            secret_marker(secrets, patterns[index].name, found, marker);
            redactions_add(redactions, places[2], places[3], marker);
        }
        at = places[3] > at ? places[3] : at + 1;
    }
    pcre2_match_data_free(match);
}

void secret_patterns_find(const struct secrets *secrets, struct slice text, struct redactions *redactions)
{
    /* Compiled once for the life of the process; a failure here is our own mistake. */
    static pcre2_code *codes[PATTERN_COUNT];

    for (size_t i = 0; i < PATTERN_COUNT; i++) {
        if (!codes[i])
            codes[i] = compiled(i);
        if (!codes[i])
            abort();
        find_pattern(secrets, i, codes[i], text, redactions);
    }
}

static bool is_one_of(struct slice name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == name.len && strncasecmp(names[i], name.data, name.len) == 0)
            return true;
    return false;
}

static void put_whole(const struct secrets *secrets, const char *name, struct slice value, struct buf *out)
{
    char marker[96];

    secret_marker(secrets, name, value, marker);
    buf_puts(out, marker);
}

/* "sid=…; Path=/; HttpOnly": the name and the attributes are facts, the value is a credential (RFC 6265, 4.1). */
static void put_cookie(const struct secrets *secrets, struct slice value, bool cut, struct buf *out)
{
    const char *semicolon = memchr(value.data, ';', value.len);
    size_t end = semicolon ? (size_t)(semicolon - value.data) : value.len;
    const char *sign = memchr(value.data, '=', end);
    size_t start = sign ? (size_t)(sign - value.data) + 1 : 0;

    secrets_redact(secrets, (struct slice){value.data, start}, false, out);
    if (end > start)
        put_whole(secrets, "cookie", (struct slice){value.data + start, end - start}, out);
    secrets_redact(secrets, (struct slice){value.data + end, value.len - end}, cut, out);
}

void secret_header_redact(const struct secrets *secrets, struct slice name, struct slice value, bool cut,
                          struct buf *out)
{
    static const char *const cookies[] = {"set-cookie"};
    static const char *const credentials[] = {
        "authorization", "proxy-authorization", "cookie",  "x-api-key",     "x-auth-token",        "x-access-token",
        "x-csrf-token",  "x-xsrf-token",        "api-key", "private-token", "x-amz-security-token"};

    if (is_one_of(name, cookies, 1))
        put_cookie(secrets, value, cut, out);
    else if (value.len && is_one_of(name, credentials, sizeof credentials / sizeof *credentials))
        put_whole(secrets, "header", value, out);
    else
        secrets_redact(secrets, value, cut, out);
}
