/* SPDX-License-Identifier: MIT */
/* What is a credential whoever set it: found by its shape, or by the name of its header. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <ctype.h>
#include <openssl/evp.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/redaction.h"

/* How many letters change from small to capital: many in a token, few in words. */
static size_t count_changes(struct slice text)
{
    size_t changes = 0;

    for (size_t i = 1; i < text.len; i++)
        changes += islower((unsigned char)text.data[i - 1]) && isupper((unsigned char)text.data[i]);
    return changes;
}

static bool has_digit(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (isdigit((unsigned char)text.data[i]))
            return true;
    return false;
}

/* "Bearer" also stands in prose: a token has digits, or letters that no word has. */
static bool is_token(struct slice text)
{
    return text.len >= 8 && (has_digit(text) || (text.len >= 16 && count_changes(text) * 6 >= text.len));
}

/* So does "Basic": a credential is the base64 of a user, a colon and a password (RFC 7617, 2). */
static bool is_user_and_password(struct slice text)
{
    enum { MOST = 1024 };
    unsigned char plain[MOST];
    size_t len = text.len < MOST ? text.len / 4 * 4 : MOST;
    int got;

    if (has_digit(text) || text.data[text.len - 1] == '=')
        return true;
    got = EVP_DecodeBlock(plain, (const unsigned char *)text.data, (int)len);
    if (got <= 0 || !memchr(plain, ':', (size_t)got))
        return false;
    for (int i = 0; i < got; i++)
        if (plain[i] < ' ' || plain[i] > '~')
            return false;
    return true;
}

/* What of each is the first group goes, where it is believed. Runs are possessive, and what follows one that may be
 * long is behind a (*SKIP): so no text makes them read a stretch again and again. */
static const struct pattern {
    const char *name, *expression;
    const char *needs;                  /* in small letters: no text without it can match, and most are without */
    bool (*believe)(struct slice text); /* NULL: always */
} patterns[] = {
    {"jwt", "(eyJ[A-Za-z0-9_-]{6,}+(*SKIP)\\.[A-Za-z0-9_-]{4,}+(?:\\.[A-Za-z0-9_-]*+)?)", "eyj", NULL},
    {"bearer", "(?i)\\bbearer(?:[ \\t]|%20|\\+)++([A-Za-z0-9._~+/-]++=*+)", "bearer", is_token},
    {"basic", "(?i)\\bbasic(?:[ \\t]|%20|\\+)++([A-Za-z0-9+/]{8,}+=*+)", "basic", is_user_and_password},
    {"password",
     "(?i)\\b[a-z][a-z0-9+.-]{0,20}+://[^\\s/?#@:\"'<>]{0,256}+:(?!\\[redacted:)([^\\s/?#@\"'<>]{1,256}+)@", "://",
     NULL},
};

enum { PATTERN_COUNT = sizeof patterns / sizeof *patterns };

static pcre2_code *compiled(const struct pattern *pattern)
{
    int error;
    PCRE2_SIZE offset;

    return pcre2_compile((PCRE2_SPTR)pattern->expression, PCRE2_ZERO_TERMINATED, 0, &error, &offset, NULL);
}

static void find_pattern(const struct secrets *secrets, const struct pattern *pattern, pcre2_code *code,
                         const struct view *view, struct redactions *redactions)
{
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, NULL);
    struct slice text = view->text;
    size_t at = 0;

    while (match && at <= text.len && pcre2_match(code, (PCRE2_SPTR)text.data, text.len, at, 0, match, NULL) >= 2) {
        const PCRE2_SIZE *places = pcre2_get_ovector_pointer(match);
        struct slice value = {text.data + places[2], places[3] - places[2]};
        char marker[96];

        at = places[3] > at ? places[3] : at + 1;
        if (pattern->believe && !pattern->believe(value))
            continue;
        secret_marker(secrets, pattern->name, value, marker);
        redactions_add(redactions, view_place(view, places[2]), view_place(view, places[3]), marker,
                       REDACTION_PATTERN);
    }
    pcre2_match_data_free(match);
}

/* `word` is in small letters. */
static bool has_word(struct slice text, const char *word)
{
    const char leads[] = {word[0], (char)toupper((unsigned char)word[0])};
    size_t len = strlen(word);

    for (size_t i = 0; i < (leads[0] == leads[1] ? 1 : 2); i++) {
        const char *at = text.data, *end = text.data + text.len;

        for (; (size_t)(end - at) >= len && (at = memchr(at, leads[i], (size_t)(end - at) - len + 1)); at++)
            if (strncasecmp(at, word, len) == 0)
                return true;
    }
    return false;
}

pcre2_code *secret_pattern_compile(const char *expression, struct error *err)
{
    int error;
    PCRE2_SIZE offset;
    PCRE2_UCHAR words[128];
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
                                     PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &error, &offset, NULL);

    if (code)
        return code;
    if (pcre2_get_error_message(error, words, sizeof words) < 0)
        words[0] = '\0';
    fail(err, ERR_CONFIG, "`%s` is no regular expression: %s, at its character %zu", expression, (const char *)words,
         offset + 1);
    return NULL;
}

void secret_pattern_free(pcre2_code *code)
{
    pcre2_code_free(code);
}

static void add_match(const struct secrets *secrets, const struct secret_pattern *pattern, const struct view *view,
                      size_t start, size_t end, struct redactions *redactions)
{
    char marker[96];

    secret_marker(secrets, pattern->name, (struct slice){view->text.data + start, end - start}, marker);
    redactions_add(redactions, view_place(view, start), view_place(view, end), marker, REDACTION_PATTERN);
}

/* An expression of the config may be such that it never comes to an end: then what it was not tried on goes. */
static void find_own(const struct secrets *secrets, const struct secret_pattern *pattern, const struct view *view,
                     struct redactions *redactions)
{
    enum { STEPS_MOST = 1000 * 1000 };
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(pattern->code, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    struct slice text = view->text;
    size_t at = 0;

    if (!match || !context)
        abort();
    pcre2_set_match_limit(context, STEPS_MOST);
    while (at < text.len) {
        int found = pcre2_match(pattern->code, (PCRE2_SPTR)text.data, text.len, at, 0, match, context);
        const PCRE2_SIZE *places = pcre2_get_ovector_pointer(match);

        if (found == PCRE2_ERROR_NOMATCH)
            break;
        if (found < 0) {
            add_match(secrets, pattern, view, at, text.len, redactions);
            break;
        }
        if (places[1] > places[0])
            add_match(secrets, pattern, view, places[0], places[1], redactions);
        at = places[1] > at ? places[1] : at + 1;
    }
    pcre2_match_context_free(context);
    pcre2_match_data_free(match);
}

void secret_patterns_find(const struct secrets *secrets, const struct view *view, struct redactions *redactions)
{
    /* Compiled once for the life of the process; a failure here is our own mistake. */
    static pcre2_code *codes[PATTERN_COUNT];
    const struct secret_pattern *own;
    size_t own_count;

    for (size_t i = 0; i < PATTERN_COUNT; i++) {
        if (!has_word(view->text, patterns[i].needs))
            continue;
        if (!codes[i])
            codes[i] = compiled(&patterns[i]);
        if (!codes[i])
            abort();
        find_pattern(secrets, &patterns[i], codes[i], view, redactions);
    }
    own = secrets_patterns(secrets, &own_count);
    for (size_t i = 0; i < own_count; i++)
        find_own(secrets, &own[i], view, redactions);
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

/* "sid=…; Path=/; HttpOnly": the name and the attributes are facts, the value is a credential (RFC 6265, 4.1). A secret in it
 * may have semicolons itself, as HTML's escapes have. */
static void put_cookie(const struct secrets *secrets, struct slice value, bool cut, struct buf *out)
{
    const char *semicolon = memchr(value.data, ';', value.len);
    size_t end = semicolon ? (size_t)(semicolon - value.data) : value.len;
    const char *sign = memchr(value.data, '=', end);
    size_t start = sign ? (size_t)(sign - value.data) + 1 : 0;
    struct redactions found = {0};

    secrets_find(secrets, value, cut, &found);
    for (size_t i = 0; i < found.count; i++)
        if (found.list[i].start < end && found.list[i].end > end)
            end = found.list[i].end;
    redactions_apply(&found, value, 0, start, out);
    if (end > start)
        put_whole(secrets, "cookie", (struct slice){value.data + start, end - start}, out);
    redactions_apply(&found, value, end, value.len, out);
    redactions_free(&found);
}

static bool is_cookie(struct slice name)
{
    static const char *const names[] = {"set-cookie"};

    return is_one_of(name, names, 1);
}

bool secret_header_is_credential(struct slice name)
{
    static const char *const names[] = {
        "authorization", "proxy-authorization", "cookie",  "x-api-key",     "x-auth-token",        "x-access-token",
        "x-csrf-token",  "x-xsrf-token",        "api-key", "private-token", "x-amz-security-token"};

    return is_cookie(name) || is_one_of(name, names, sizeof names / sizeof *names);
}

void secret_header_redact(const struct secrets *secrets, struct slice name, struct slice value, bool cut,
                          struct buf *out)
{
    if (is_cookie(name))
        put_cookie(secrets, value, cut, out);
    else if (value.len && secret_header_is_credential(name))
        put_whole(secrets, "header", value, out);
    else
        secrets_redact(secrets, value, cut, out);
}
