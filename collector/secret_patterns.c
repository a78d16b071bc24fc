/* SPDX-License-Identifier: MIT */
/* What is a credential whoever set it: found by its shape, or by the name of its header. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/redaction.h"

/* The first group of each is what goes. Runs are possessive, so that no text makes them backtrack; a lookahead wants a
 * digit in what follows "Bearer" and "Basic", since those words also stand in prose. */
static const struct {
    const char *name, *expression;
} patterns[] = {
    {"jwt", "(eyJ[A-Za-z0-9_-]{6,}+\\.[A-Za-z0-9_-]{4,}+(?:\\.[A-Za-z0-9_-]*+)?)"},
    {"bearer", "(?i)\\bbearer(?:[ \\t]|%20|\\+)++((?=[A-Za-z._~+/-]*+[0-9])[A-Za-z0-9._~+/-]{8,}+=*+)"},
    {"basic", "(?i)\\bbasic(?:[ \\t]|%20|\\+)++((?=[A-Za-z+/]*+[0-9=])[A-Za-z0-9+/]{8,}+=*+)"},
    {"password", "(?i)\\b[a-z][a-z0-9+.-]{0,20}+://[^\\s/@:\"'<>]{0,256}+:([^\\s/@\"'<>]{1,256}+)@"},
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
        char marker[96];

        secret_marker(secrets, patterns[index].name, (struct slice){text.data + places[2], places[3] - places[2]},
                      marker);
        redactions_add(redactions, places[2], places[3], marker);
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
    const char *sign = memchr(value.data, '=', value.len);
    size_t start = sign ? (size_t)(sign - value.data) + 1 : 0;
    const char *semicolon = memchr(value.data + start, ';', value.len - start);
    size_t end = semicolon ? (size_t)(semicolon - value.data) : value.len;

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
