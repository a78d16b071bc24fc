/* SPDX-License-Identifier: MIT */
#include "collector/secret.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "collector/redaction.h"

/* A short text in which nothing was found, whole. Names of headers and most of their values are the same from probe to
 * probe, and comparing costs a tenth of searching. */
enum { CLEAN_COUNT = 64, CLEAN_LONGEST = 63 };
struct clean {
    uint8_t len; /* 0: none */
    char bytes[CLEAN_LONGEST];
};

struct secrets {
    struct secret *list;
    size_t count, capacity;
    bool keyed;
    uint8_t key[SECRET_KEY];
    struct secret_pattern *patterns;
    size_t pattern_count, pattern_room;
    struct clean *clean; /* CLEAN_COUNT, by what clean_of() makes of a text */
};

struct secrets *secrets_new(void)
{
    struct secrets *secrets = mem_new(1, sizeof *secrets);

    secrets->clean = mem_new(CLEAN_COUNT, sizeof *secrets->clean);
    return secrets;
}

/* What is to be found changes: nothing is known to be without it. */
static void forget_clean(struct secrets *secrets)
{
    OPENSSL_cleanse(secrets->clean, CLEAN_COUNT * sizeof *secrets->clean);
}

void secrets_free(struct secrets *secrets)
{
    if (!secrets)
        return;
    for (size_t i = 0; i < secrets->count; i++) {
        struct secret *secret = &secrets->list[i];

        secret_forms_wipe(secret);
        OPENSSL_cleanse(secret->value, secret->len);
        mem_free(secret->value);
        mem_free(secret->name);
    }
    for (size_t i = 0; i < secrets->pattern_count; i++) {
        secret_pattern_free(secrets->patterns[i].code);
        mem_free(secrets->patterns[i].name);
    }
    forget_clean(secrets);
    mem_free(secrets->clean);
    mem_free(secrets->patterns);
    mem_free(secrets->list);
    OPENSSL_cleanse(secrets, sizeof *secrets);
    mem_free(secrets);
}

void secrets_key(struct secrets *secrets, const uint8_t *key)
{
    memcpy(secrets->key, key, SECRET_KEY);
    secrets->keyed = true;
}

/* Words that stand in every report: redacting them would eat it. */
static bool is_ordinary(const char *value)
{
    static const char *const words[] = {
        "status",   "error",   "errors",  "localhost",  "connect",   "connected",   "message",       "messages",
        "health",   "healthy", "running", "websocket",  "upgrade",   "bearer",      "authorization", "content",
        "server",   "client",  "detail",  "details",    "not found", "password",    "secret",        "secrets",
        "changeme", "default", "staging", "production", "internal",  "application", "response",      "request",
        "timeout",  "failed",  "failure", "success",    "example",   "undefined",   "forbidden",     "unauthorized"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(value, words[i]) == 0)
            return true;
    return false;
}

bool secrets_add(struct secrets *secrets, const char *name, const char *value, struct error *err)
{
    struct secret *secret;

    for (size_t i = 0; i < secrets->count; i++)
        if (strcmp(secrets->list[i].value, value) == 0)
            return true;
    if (strlen(value) < SECRET_SHORTEST)
        return fail(err, ERR_CONFIG,
                    "the secret %s is shorter than %d bytes, and removing it would riddle the report; use a longer "
                    "one, or list it under `public:` if it is none",
                    name, SECRET_SHORTEST);
    if (is_ordinary(value))
        return fail(err, ERR_CONFIG,
                    "the secret %s is an ordinary word, and removing it would riddle the report; use another, or list "
                    "it under `public:` if it is none",
                    name);
    secrets->list = mem_grow(secrets->list, secrets->count, &secrets->capacity, sizeof *secrets->list);
    secret = &secrets->list[secrets->count++];
    *secret = (struct secret){
        .name = mem_copy(name, strlen(name)), .value = mem_copy(value, strlen(value)), .len = strlen(value)};
    secret_forms_make(secret);
    forget_clean(secrets);
    return true;
}

void secret_marker(const struct secrets *secrets, const char *name, struct slice value, char marker[96])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;

    if (secrets->keyed
        && HMAC(EVP_sha256(), secrets->key, SECRET_KEY, (const unsigned char *)value.data, value.len, digest,
                &digest_len))
        snprintf(marker, 96, "[redacted:%.64s#%02x%02x]", name, digest[0], digest[1]);
    else
        snprintf(marker, 96, "[redacted:%.64s]", name);
}

bool secrets_add_pattern(struct secrets *secrets, const char *name, const char *pattern, struct error *err)
{
    struct pcre2_real_code_8 *code = secret_pattern_compile(pattern, err);

    if (!code)
        return false;
    secrets->patterns =
        mem_grow(secrets->patterns, secrets->pattern_count, &secrets->pattern_room, sizeof *secrets->patterns);
    secrets->patterns[secrets->pattern_count++] = (struct secret_pattern){mem_copy(name, strlen(name)), code};
    forget_clean(secrets);
    return true;
}

const struct secret_pattern *secrets_patterns(const struct secrets *secrets, size_t *count)
{
    *count = secrets->pattern_count;
    return secrets->patterns;
}

/* Finds in `text`, whose first byte is the `offset`-th of the whole. */
static void find_in(const struct secrets *secrets, struct slice text, size_t offset, bool cut,
                    struct redactions *redactions)
{
    size_t first = redactions->count;
    struct views views;

    views_make(&views, text, cut);
    for (size_t i = 0; i < secrets->count; i++) {
        const struct secret *secret = &secrets->list[i];
        char marker[96];

        secret_marker(secrets, secret->name, (struct slice){secret->value, secret->len}, marker);
        for (size_t k = 0; k < views.count; k++)
            secret_forms_find(secret, marker, &views.list[k], redactions);
    }
    for (size_t k = 0; k < views.count; k++)
        secret_patterns_find(secrets, &views.list[k], redactions);
    views_free(&views);
    for (size_t i = first; i < redactions->count; i++) {
        redactions->list[i].start += offset;
        redactions->list[i].end += offset;
    }
}

/* A secret that begins in one window ends in it, in whatever form: no two layers of escapes make one longer than
 * WORST times. */
static size_t overlap_of(const struct secrets *secrets)
{
    enum { LEAST = 64 * 1024, WORST = 36 };
    size_t overlap = LEAST;

    for (size_t i = 0; i < secrets->count; i++)
        if (secrets->list[i].len * WORST > overlap)
            overlap = secrets->list[i].len * WORST;
    return overlap;
}

/* Where `text` is, or would be, among the clean ones; NULL: it is empty, or too long to be kept there. */
static struct clean *clean_of(const struct secrets *secrets, struct slice text)
{
    size_t mix;

    if (text.len == 0 || text.len > CLEAN_LONGEST)
        return NULL;
    mix = text.len + (size_t)(unsigned char)text.data[0] * 7 + (size_t)(unsigned char)text.data[text.len / 2] * 29
          + (size_t)(unsigned char)text.data[text.len - 1] * 13;
    return &secrets->clean[mix % CLEAN_COUNT];
}

/* Window by window: the views of one take many times its room. */
static void find_in_windows(const struct secrets *secrets, struct slice text, bool cut, struct redactions *redactions)
{
    enum { WINDOW = 256 * 1024 };
    size_t overlap = overlap_of(secrets);

    for (size_t at = 0; at < text.len; at += WINDOW) {
        bool last = text.len - at <= WINDOW + overlap;

        find_in(secrets, (struct slice){text.data + at, last ? text.len - at : WINDOW + overlap}, at, cut && last,
                redactions);
        if (last)
            break;
    }
}

void secrets_find(const struct secrets *secrets, struct slice text, bool cut, struct redactions *redactions)
{
    /* The end of a text that was cut is searched for less than a secret. */
    struct clean *clean = cut ? NULL : clean_of(secrets, text);
    size_t before = redactions->count;

    if (!clean || clean->len != text.len || memcmp(clean->bytes, text.data, text.len) != 0) {
        find_in_windows(secrets, text, cut, redactions);
        if (clean && redactions->count == before) {
            clean->len = (uint8_t)text.len;
            memcpy(clean->bytes, text.data, text.len);
        }
    }
    redactions_settle(redactions);
}

void secrets_redact(const struct secrets *secrets, struct slice text, bool cut, struct buf *out)
{
    struct redactions redactions = {0};

    secrets_find(secrets, text, cut, &redactions);
    redactions_apply(&redactions, text, 0, text.len, out);
    redactions_free(&redactions);
}
