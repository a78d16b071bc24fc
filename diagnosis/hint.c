/* SPDX-License-Identifier: MIT */
#include "diagnosis/hint.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "collector/probe.h"
#include "diagnosis/address.h"

enum { LOOKED_AT = 64 << 10, KIND_MOST = 80 };

static const int64_t second_us = 1000000;

/* Any case; `text` may hold any bytes. */
static bool contains(struct slice text, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= text.len; i++)
        if (strncasecmp(text.data + i, word, len) == 0)
            return true;
    return false;
}

static struct slice start_of(struct slice text)
{
    return (struct slice){text.data, text.len < LOOKED_AT ? text.len : LOOKED_AT};
}

static bool same_text(const char *a, size_t a_len, const char *b, size_t b_len)
{
    return a_len == b_len && memcmp(a, b, a_len) == 0;
}

static bool differs_by_slash(const char *a, const char *b)
{
    size_t a_len = strcspn(a, "?#"), b_len = strcspn(b, "?#");

    if (a_len > b_len)
        return a_len == b_len + 1 && a[b_len] == '/' && memcmp(a, b, b_len) == 0;
    return b_len == a_len + 1 && b[a_len] == '/' && memcmp(a, b, a_len) == 0;
}

/* A word begins where no letter or digit stands before it, or where a capital follows a small letter; it ends where no
 * small letter follows: "/auth" and "userAuth" speak of it, "/author" does not. */
static bool has_word(struct slice text, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= text.len; i++) {
        const char *at = text.data + i;
        bool begins = i == 0 || !isalnum((unsigned char)at[-1])
                      || (islower((unsigned char)at[-1]) && isupper((unsigned char)at[0]));
        bool ends = i + len == text.len || !islower((unsigned char)at[len]);

        if (begins && ends && strncasecmp(at, word, len) == 0)
            return true;
    }
    return false;
}

static bool has_any_word(struct slice text, const char *const *words)
{
    for (; *words; words++)
        if (has_word(text, *words))
            return true;
    return false;
}

/* In its host and path; what a query says is of where one came from. A page of the account is one to sign in at where
 * the query says what comes after. */
static bool speaks_of_login(const char *location)
{
    static const char *const words[] = {
        "login", "log-in", "log_in", "logon",          "signin",    "sign-in",      "sign_in",        "sso", "auth",
        "oauth", "saml",   "openid", "openid-connect", "authorize", "authenticate", "authentication", NULL};
    static const char *const places[] = {"account", "accounts", "session", "sessions", "identity", NULL};
    static const char *const returns[] = {
        "next",         "return",       "returnurl", "return_url", "return_to", "returnto", "redirect",
        "redirect_uri", "redirect_url", "continue",  "service",    "rd",        NULL};
    size_t path = strcspn(location, "?#");
    struct slice place = {location, path}, query = slice_of(location + path);

    return has_any_word(place, words) || (has_any_word(place, places) && has_any_word(query, returns));
}

static enum redirect kind_of(const char *asked, const char *location, struct arena *arena)
{
    bool absolute = strstr(location, "://") != NULL;
    struct slice target = address_target(asked);
    const char *own_path = arena_text_of(arena, target.data, target.len);
    const char *other_path = location;

    if (absolute) {
        struct slice path = address_target(location);

        other_path = arena_text_of(arena, path.data, path.len);
        if (strcmp(address_host(asked, arena), address_host(location, arena)) != 0)
            return speaks_of_login(location) ? REDIRECT_LOGIN : REDIRECT_ELSEWHERE;
    }
    if (speaks_of_login(other_path) && !speaks_of_login(own_path))
        return REDIRECT_LOGIN;
    if (differs_by_slash(own_path, other_path))
        return REDIRECT_SLASH;
    if (strcspn(own_path, "#") != strcspn(other_path, "#")
        || strncmp(own_path, other_path, strcspn(own_path, "#")) != 0)
        return REDIRECT_ELSEWHERE;
    if (absolute && strncmp(location, "https:", 6) == 0 && strncmp(address_origin(asked, arena), "http:", 5) == 0)
        return REDIRECT_SECURE;
    return !absolute || strcmp(address_origin(asked, arena), address_origin(location, arena)) == 0
               ? REDIRECT_SELF
               : REDIRECT_ELSEWHERE;
}

enum redirect hint_redirect(const struct probe *probe)
{
    struct arena arena = ARENA_INIT;
    struct slice location = probe->location.data ? probe->location : probe_header(probe, "location");
    const char *asked = probe->final_url ? probe->final_url : probe->url;
    enum redirect kind = REDIRECT_NONE;

    if (probe->status >= 300 && probe->status < 400 && location.len > 0 && asked && strstr(asked, "://"))
        kind = kind_of(asked, arena_text_of(&arena, location.data, location.len), &arena);
    arena_free(&arena);
    return kind;
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

static bool ends_with(struct slice word, const char *end)
{
    size_t len = strlen(end);

    return word.len > len && memcmp(word.data + word.len - len, end, len) == 0;
}

/* "TypeError", "ValueError", "java.sql.SQLException"; not "Error" alone, nor "InternalServerError", which is the status
 * in words. */
static bool is_error_kind(struct slice word)
{
    static const char *const status_words[] = {"InternalServerError", "ServerError", "HttpError", "HTTPError"};

    if (word.len > KIND_MOST || !isalpha((unsigned char)word.data[0]))
        return false;
    if (!ends_with(word, "Error") && !ends_with(word, "Exception"))
        return false;
    for (size_t i = 0; i < sizeof status_words / sizeof *status_words; i++)
        if (same_text(word.data, word.len, status_words[i], strlen(status_words[i])))
            return false;
    return true;
}

/* What has no name of that form, but says as much. */
static struct slice known_error(struct slice body)
{
    static const char *const words[] = {"ECONNREFUSED", "ETIMEDOUT",          "ENOTFOUND", "SQLSTATE",
                                        "ORA-",         "segmentation fault", "panic:",    "deadlock detected"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (contains(body, words[i]))
            return slice_of(words[i]);
    return (struct slice){NULL, 0};
}

struct slice hint_error_kind(const struct probe *probe, struct arena *arena)
{
    struct slice body = start_of(probe->body);

    for (size_t at = 0; at < body.len;) {
        struct slice word = {body.data + at, 0};
        size_t run;

        while (at + word.len < body.len && is_name(body.data[at + word.len]))
            word.len++;
        run = word.len; /* to go on behind it, however little of it is a word: a body may be all dots */
        while (word.len > 0 && word.data[word.len - 1] == '.')
            word.len--;
        if (word.len > 0 && is_error_kind(word))
            return arena_slice(arena, word);
        at += run + 1;
    }
    return known_error(body);
}

static json_t *body_as_json(const struct probe *probe)
{
    if (!probe->body.data || probe->body.len > LOOKED_AT || probe->body_cut)
        return NULL;
    return json_loadb(probe->body.data, probe->body.len, 0, NULL);
}

static bool is_filled(const json_t *value)
{
    switch (value ? json_typeof(value) : JSON_NULL) {
    case JSON_OBJECT:
        return json_object_size(value) > 0;
    case JSON_ARRAY:
        return json_array_size(value) > 0;
    case JSON_STRING:
        return json_string_length(value) > 0;
    case JSON_TRUE:
        return true;
    default:
        return false;
    }
}

bool hint_says_error(const struct probe *probe)
{
    json_t *root = body_as_json(probe);
    const char *status = json_string_value(json_object_get(root, "status"));
    bool says = is_filled(json_object_get(root, "error")) || is_filled(json_object_get(root, "errors"))
                || json_is_false(json_object_get(root, "success")) || json_is_false(json_object_get(root, "ok"))
                || (status
                    && (strcasecmp(status, "error") == 0 || strcasecmp(status, "fail") == 0
                        || strcasecmp(status, "failed") == 0));

    json_decref(root);
    return says;
}

static struct slice trimmed(struct slice text)
{
    while (text.len > 0 && isspace((unsigned char)text.data[0])) {
        text.data++;
        text.len--;
    }
    return text;
}

bool hint_type_lies(const struct probe *probe)
{
    struct slice type = probe_header(probe, "content-type");
    struct slice body = trimmed(probe->body);
    json_t *root;
    bool is_json;

    if (!type.data || body.len == 0 || probe->body_cut)
        return false;
    root = body_as_json(probe);
    is_json = root != NULL;
    json_decref(root);
    /* JSON that breaks off is of the kind that it says. */
    if (contains(type, "json"))
        return !is_json && probe->body.len <= LOOKED_AT && body.data[0] != '{' && body.data[0] != '[';
    return contains(type, "html") && is_json;
}

bool hint_maintenance(const struct probe *probe)
{
    /* Apache's words for any back end that it does not reach. */
    static const char stock[] = "maintenance downtime or";
    struct slice body = start_of(probe->body);

    return probe->status == 503 && (contains(body, "maintenance") || contains(body, "wartung"))
           && !contains(body, stock);
}

bool hint_challenge(const struct probe *probe, const char *error)
{
    return contains(probe_header(probe, "www-authenticate"), error);
}

/* The scheme by which `probe` authorized itself, as far as what is shown of it tells. */
static struct slice scheme_sent(const struct probe *probe)
{
    for (size_t i = 0; i < probe->request_count; i++) {
        struct slice value = probe->request[i].value;
        size_t len = 0;

        if (!slice_equals(probe->request[i].name, slice_of("Authorization")))
            continue;
        while (len < value.len && (isalnum((unsigned char)value.data[len]) || value.data[len] == '-'))
            len++;
        return len < value.len && value.data[len] == ' ' ? (struct slice){value.data, len} : (struct slice){NULL, 0};
    }
    return (struct slice){NULL, 0};
}

static bool names(struct slice text, struct slice word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (strncasecmp(text.data + i, word.data, word.len) == 0)
            return true;
    return false;
}

bool hint_other_scheme(const struct probe *probe)
{
    struct slice sent = scheme_sent(probe);
    bool challenged = false;

    if (probe->status != 401 || sent.len == 0)
        return false;
    for (size_t i = 0; i < probe->header_count; i++) {
        if (probe->headers[i].name.len != strlen("www-authenticate")
            || strncasecmp(probe->headers[i].name.data, "www-authenticate", probe->headers[i].name.len) != 0)
            continue;
        challenged = true;
        if (names(probe->headers[i].value, sent))
            return false;
    }
    return challenged;
}

static bool says_any(const struct probe *probe, const char *const *words)
{
    struct slice body = start_of(probe->body), challenge = probe_header(probe, "www-authenticate");

    for (; *words; words++)
        if (contains(body, *words) || contains(challenge, *words))
            return true;
    return false;
}

bool hint_doubts_time(const struct probe *probe)
{
    static const char *const words[] = {"invalid or expired", "expired or invalid", "malformed or expired",
                                        "expired, invalid",   "invalid, expired",   "expired or malformed",
                                        "missing or expired", "refresh token",      NULL};

    return says_any(probe, words);
}

bool hint_blames_time(const struct probe *probe)
{
    static const char *const words[] = {"token expired",
                                        "token has expired",
                                        "token is expired",
                                        "jwt expired",
                                        "expired token",
                                        "signature has expired",
                                        "token_expired",
                                        "tokenexpired",
                                        "expired jwt",
                                        "token is not yet",
                                        "token not yet",
                                        "jwt not active",
                                        NULL};

    return (probe->status == 401 || probe->status == 403) && says_any(probe, words) && !hint_doubts_time(probe);
}

bool hint_names_token_fault(const struct probe *probe)
{
    static const char *const words[] = {"invalid signature",
                                        "signature verification",
                                        "signature is invalid",
                                        "bad signature",
                                        "signature mismatch",
                                        "issuer",
                                        "revoked",
                                        "malformed",
                                        "unknown key",
                                        "matching key",
                                        "invalid kid",
                                        "invalid algorithm",
                                        "audience",
                                        NULL};

    return (probe->status == 401 || probe->status == 403) && !hint_blames_time(probe) && says_any(probe, words);
}

bool hint_from_cache(const struct probe *probe)
{
    static const char *const headers[] = {"x-cache",         "x-cache-status", "cf-cache-status", "x-proxy-cache",
                                          "x-varnish-cache", "cache-status",   "x-vercel-cache",  NULL};
    struct slice age = probe_header(probe, "age");

    for (size_t i = 0; headers[i]; i++)
        if (contains(probe_header(probe, headers[i]), "hit"))
            return true;
    return age.len > 0 && !slice_equals(age, slice_of("0"));
}

bool hint_limits(const struct probe *probe)
{
    static const char *const words[] = {"rate limit",        "ratelimit", "rate_limit",
                                        "too many requests", "throttled", NULL};

    return probe->status == 429
           || ((probe->status == 403 || probe->status == 503 || probe->status == 500) && says_any(probe, words));
}

bool hint_names_audience(const struct probe *probe)
{
    static const char *const words[] = {
        "invalid audience", "wrong audience", "audience doesn",    "invalid_audience", "jwt audience",
        "audience is not",  "audience not",   "audience mismatch", "invalid aud ",     NULL};

    return (probe->status == 401 || probe->status == 403) && says_any(probe, words);
}

bool hint_wants_tls(const struct probe *probe)
{
    struct slice body = start_of(probe->body);

    return (probe->status == 400 || probe->status == 497)
           && (contains(body, "plain HTTP request was sent to HTTPS port")
               || contains(body, "speaking plain HTTP to an SSL-enabled")
               || contains(body, "HTTP request to an HTTPS server"));
}

bool hint_wants_client_certificate(const struct probe *probe)
{
    struct slice body = start_of(probe->body);

    return probe->status == 496
           || (probe->status == 400
               && (contains(body, "No required SSL certificate was sent")
                   || contains(body, "client certificate required")));
}

/* Whether a server would look at it: where there is an Authorization, at that alone. */
static bool is_credential(const struct probe *probe, const struct token *token)
{
    if (strcasecmp(token->header, "authorization") == 0)
        return true;
    for (size_t i = 0; i < probe->request_count; i++)
        if (slice_equals(probe->request[i].name, slice_of("Authorization")))
            return false;
    return true;
}

bool hint_token_expired(const struct probe *probe, struct wall now)
{
    for (size_t i = 0; i < probe->token_count; i++)
        if (is_credential(probe, &probe->tokens[i]) && probe->tokens[i].expires_s != 0
            && now.us > probe->tokens[i].expires_s * second_us)
            return true;
    return false;
}

bool hint_token_early(const struct probe *probe, struct wall now)
{
    for (size_t i = 0; i < probe->token_count; i++)
        if (is_credential(probe, &probe->tokens[i]) && probe->tokens[i].not_before_s != 0
            && now.us < probe->tokens[i].not_before_s * second_us)
            return true;
    return false;
}
