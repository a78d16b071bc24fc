/* SPDX-License-Identifier: MIT */
#include "collector/request.h"

#include <ctype.h>
#include <curl/curl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/plan.h"
#include "collector/random.h"
#include "collector/url.h"

/* What is on the way while a request is made. */
struct making {
    const struct endpoint *endpoint;
    const struct plan_item *item;
    bool one_origin, foreign; /* foreign: the address has another origin than the endpoint */
    struct arena *arena;
    struct request *request;
    struct request_header *headers;
    size_t room;
};

bool request_one_origin(const struct suite *suite)
{
    struct arena arena = ARENA_INIT;
    const char *first = suite->endpoint_count ? url_origin(suite->endpoints[0].url.value, &arena) : NULL;
    bool one = first != NULL;

    for (size_t i = 1; one && i < suite->endpoint_count; i++) {
        struct arena own = ARENA_INIT;
        const char *origin = url_origin(suite->endpoints[i].url.value, &own);

        one = origin && strcmp(origin, first) == 0;
        arena_free(&own);
    }
    arena_free(&arena);
    return one;
}

static void withhold(struct making *making, const char *name, const char *why)
{
    struct request *request = making->request;

    request->withheld = request->withheld ? arena_printf(making->arena, "%s; %s: %s", request->withheld, name, why)
                                          : arena_printf(making->arena, "%s: %s", name, why);
}

/* Adds a header, in place of an earlier one of that name. */
static void put_header(struct making *making, const char *name, struct setting value, bool by_client)
{
    struct request *request = making->request;

    for (size_t i = 0; making->headers && i < request->header_count; i++) {
        if (strcasecmp(making->headers[i].name, name) == 0) {
            making->headers[i] = (struct request_header){name, value, false};
            return;
        }
    }
    making->headers =
        arena_grow(making->arena, making->headers, request->header_count, &making->room, sizeof *making->headers);
    making->headers[request->header_count++] = (struct request_header){name, value, by_client};
    request->headers = making->headers;
}

static void put_own(struct making *making, const char *name, const char *value, bool by_client)
{
    put_header(making, name, (struct setting){value, value}, by_client);
}

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

const char *request_broken(const char *value, struct arena *arena)
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

static bool is_credential(const char *name)
{
    return strcasecmp(name, "Authorization") == 0 || strcasecmp(name, "Cookie") == 0
           || strcasecmp(name, "Proxy-Authorization") == 0;
}

/* The config's secrets are shown under their names, so a value that is not shown as it is holds one. */
bool request_header_is_secret(const struct request_header *header)
{
    return is_credential(header->name) || strcmp(header->value.value, header->value.shown) != 0;
}

/* A line break in a value would forge further headers; one at its end is what files and shells leave there.
 */
static const char *one_line(const char *value, struct arena *arena)
{
    size_t len = strlen(value);

    while (len && strchr("\r\n \t", value[len - 1]))
        len--;
    if (memchr(value, '\r', len) || memchr(value, '\n', len))
        return NULL;
    return value[len] ? arena_text_of(arena, value, len) : value;
}

/* Sends a header of the config, or says why not. */
static void put_configured(struct making *making, const char *name, struct setting value, bool secret,
                           bool from_defaults)
{
    const struct plan_item *item = making->item;

    secret = secret || is_credential(name);
    value.value = one_line(value.value, making->arena);
    if (!value.value) {
        withhold(making, name, "not sent, its value has a line break");
    } else if (secret && making->foreign) {
        withhold(making, name, "not sent to another origin");
    } else if (secret && from_defaults && !making->one_origin) {
        withhold(making, name, "not sent, a default secret goes nowhere when the suite has several origins");
    } else if (secret && item->unverified) {
        withhold(making, name, "not sent, the certificate is not verified");
    } else if (secret && item->authorization == AUTHORIZATION_NONE) {
        withhold(making, name, "left out by the experiment");
    } else if (secret && item->authorization == AUTHORIZATION_BROKEN) {
        value.value = request_broken(value.value, making->arena);
        value.shown = arena_printf(making->arena, "%s [broken by the experiment]", value.shown);
        put_header(making, name, value, false);
    } else {
        put_header(making, name, value, false);
    }
}

/* What frames the request, or makes it an upgrade, is ours to write. */
static bool is_reserved(const struct request *request, const char *name)
{
    static const char *const always[] = {"Content-Length", "Transfer-Encoding", NULL};
    static const char *const upgrade[] = {
        "Connection",           "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Extensions",
        "Sec-WebSocket-Accept", NULL};

    for (size_t i = 0; always[i]; i++)
        if (strcasecmp(name, always[i]) == 0)
            return true;
    for (size_t i = 0; request->upgrade && upgrade[i]; i++)
        if (strcasecmp(name, upgrade[i]) == 0)
            return true;
    return false;
}

/* Later settings of a name win, and one without a value removes the header. */
static void put_settings(struct making *making)
{
    const struct endpoint *endpoint = making->endpoint;

    for (size_t i = 0; i < endpoint->header_count; i++) {
        const struct header_setting *header = &endpoint->headers[i];

        if (!header->value.value)
            continue;
        if (is_reserved(making->request, header->name))
            withhold(making, header->name, "not sent as configured, the program writes it itself");
        else
            put_configured(making, header->name, header->value, header->secret, header->from_defaults);
    }
}

static void offer_subprotocols(struct making *making)
{
    const struct endpoint *endpoint = making->endpoint;
    const char *offered = NULL;

    for (size_t i = 0; i < endpoint->subprotocol_count; i++)
        offered = offered ? arena_printf(making->arena, "%s, %s", offered, endpoint->subprotocols[i])
                          : endpoint->subprotocols[i];
    if (offered)
        put_own(making, "Sec-WebSocket-Protocol", offered, false);
}

static void put_headers(struct making *making)
{
    struct request *request = making->request;

    put_own(making, "Host", request->authority, true);
    put_own(making, "User-Agent", "endoscope/" ENDOSCOPE_VERSION, false);
    if (request->upgrade) {
        handshake_key(request->key);
        put_own(making, "Upgrade", "websocket", false);
        put_own(making, "Connection", "Upgrade", false);
        put_own(making, "Sec-WebSocket-Version", "13", false);
        put_own(making, "Sec-WebSocket-Key", request->key, false);
        offer_subprotocols(making);
    } else {
        put_own(making, "Accept", "*/*", false);
        put_own(making, "Accept-Encoding", "gzip, deflate", false);
    }
    put_settings(making);
    for (size_t i = 0; i < request->header_count; i++)
        if (strcasecmp(request->headers[i].name, "Sec-WebSocket-Protocol") == 0)
            request->subprotocols = request->headers[i].value.value;
    if (request->body.value)
        put_own(making, "Content-Length", arena_printf(making->arena, "%zu", strlen(request->body.value)), true);
}

/* What is asked: method and body, as "Do no harm" allows. */
static void choose_method(struct making *making)
{
    const struct endpoint *endpoint = making->endpoint;
    const struct plan_item *item = making->item;
    struct request *request = making->request;
    bool experiment = item->question != QUESTION_NONE;
    bool elsewhere = item->path || item->candidate;

    request->upgrade = endpoint->kind == KIND_WEBSOCKET && !item->plain;
    request->http2 = endpoint->kind == KIND_HTTP;
    request->method = "GET";
    if (endpoint->kind != KIND_HTTP || item->plain)
        return;
    if (experiment && !endpoint->repeatable && !method_is_safe(endpoint->method))
        return;
    request->method = endpoint->method;
    if (!(experiment && elsewhere) && !item->unverified)
        request->body = endpoint->body;
}

/* The address with the item's changes, once as sent and once as shown. */
static struct setting address_of(const struct making *making)
{
    const struct plan_item *item = making->item;
    const struct endpoint *endpoint = making->endpoint;
    struct setting url = item->candidate && item->candidate <= endpoint->candidate_count
                             ? endpoint->candidates[item->candidate - 1].url
                             : endpoint->url;

    if (!url.shown)
        url.shown = url.value;
    if (item->path) {
        url.value = arena_printf(making->arena, "%.*s%s", (int)url_authority_end(url.value), url.value, item->path);
        url.shown = arena_printf(making->arena, "%.*s%s", (int)url_authority_end(url.shown), url.shown, item->path);
    } else if (item->unverified && strcmp(url.value, url.shown) != 0 && strchr(url.value, '?')) {
        /* Whatever answers may be anybody: no secret of the query goes there. */
        url.value = arena_text_of(making->arena, url.value, strcspn(url.value, "?"));
        url.shown = arena_text_of(making->arena, url.shown, strcspn(url.shown, "?"));
    }
    if (item->plain && strncasecmp(url.shown, "ws", 2) == 0) {
        url.value = arena_printf(making->arena, "http%s", url.value + 2);
        url.shown = arena_printf(making->arena, "http%s", url.shown + 2);
    }
    return url;
}

static char *part_of(CURLU *parts, CURLUPart part, unsigned flags, struct arena *arena)
{
    char *text = NULL, *copy = NULL;

    if (curl_url_get(parts, part, &text, flags) == CURLUE_OK)
        copy = arena_text(arena, text);
    curl_free(text);
    return copy;
}

/* User and password of an address are sent as Basic, as every client does. */
static void put_user(struct making *making, CURLU *parts)
{
    struct arena *arena = making->arena;
    const char *user = part_of(parts, CURLUPART_USER, CURLU_URLDECODE, arena);
    const char *password = part_of(parts, CURLUPART_PASSWORD, CURLU_URLDECODE, arena);
    const char *both;
    char *coded;

    if (!user && !password)
        return;
    both = arena_printf(arena, "%s:%s", user ? user : "", password ? password : "");
    coded = arena_new(arena, strlen(both) * 2 + 8, 1);
    EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)both, (int)strlen(both));
    put_configured(making, "Authorization",
                   (struct setting){arena_printf(arena, "Basic %s", coded), "Basic [from the address]"}, true, false);
}

bool request_aim(struct request *request, CURLU *parts, struct arena *arena)
{
    const char *scheme = part_of(parts, CURLUPART_SCHEME, 0, arena);
    const char *port = part_of(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT, arena);
    const char *own_port = part_of(parts, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT, arena);
    const char *path = part_of(parts, CURLUPART_PATH, 0, arena);
    const char *query = part_of(parts, CURLUPART_QUERY, 0, arena);
    char *host = part_of(parts, CURLUPART_HOST, CURLU_PUNYCODE, arena);
    size_t len;

    if (!scheme || !port || !host || !*host)
        return false;
    request->tls = strcmp(scheme, "https") == 0;
    request->port = (uint16_t)strtoul(port, NULL, 10);
    for (char *c = host; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    request->authority = own_port ? arena_printf(arena, "%s:%s", host, own_port) : host;
    request->target = arena_printf(arena, "%s%s%s", path && *path ? path : "/", query ? "?" : "", query ? query : "");
    request->url = arena_printf(arena, "%s://%s%s", scheme, request->authority, request->target);
    len = strlen(host);
    request->host = host[0] == '[' && host[len - 1] == ']' ? arena_text_of(arena, host + 1, len - 2) : host;
    return true;
}

bool request_make(const struct suite *suite, bool one_origin, const struct plan_item *item, struct arena *arena,
                  struct request *request, struct error *err)
{
    const struct endpoint *endpoint = &suite->endpoints[item->endpoint];
    struct making making = {endpoint, item, one_origin, false, arena, request, NULL, 0};
    struct setting url = address_of(&making);
    const char *origin = url_origin(url.value, arena), *home = url_origin(endpoint->url.value, arena);
    const char *rest = strstr(url.value, "://");
    CURLU *parts = curl_url();
    CURLUcode code = CURLUE_MALFORMED_INPUT;
    bool ok = false;

    *request = (struct request){.shown = url.shown, .verify = endpoint->tls.verify && !item->unverified};
    making.foreign = !origin || !home || strcmp(origin, home) != 0;
    if (parts && rest) {
        bool tls = strncasecmp(url.value, "wss:", 4) == 0 || strncasecmp(url.value, "https:", 6) == 0;

        code = curl_url_set(parts, CURLUPART_URL, arena_printf(arena, "%s%s", tls ? "https" : "http", rest),
                            CURLU_PATH_AS_IS | CURLU_URLENCODE | CURLU_ALLOW_SPACE);
    }
    choose_method(&making);
    if (code == CURLUE_OK && request_aim(request, parts, arena)) {
        /* The candidate's own user goes to the candidate: it stands in its address. */
        bool foreign = making.foreign;

        making.foreign = false;
        put_user(&making, parts);
        making.foreign = foreign;
        put_headers(&making);
        ok = true;
    } else {
        fail(err, ERR_CONFIG, "%s", curl_url_strerror(code));
    }
    curl_url_cleanup(parts);
    return ok;
}
