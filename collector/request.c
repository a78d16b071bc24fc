/* SPDX-License-Identifier: MIT */
#include "collector/request.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/address.h"
#include "collector/credential.h"
#include "collector/plan.h"
#include "collector/request_headers.h"
#include "collector/url.h"

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

/* The config's secrets are shown under their names, so a value that is not shown as it is holds one. */
bool request_header_is_secret(const struct request_header *header)
{
    return credential_is_header(header->name) || strcmp(header->value.value, header->value.shown) != 0;
}

/* Experiments send nothing else but an upgrade. */
static bool is_harmless(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
}

/* What is asked: method and body, as "Do no harm" allows. */
static void choose_method(const struct endpoint *endpoint, const struct plan_item *item, struct request *request)
{
    bool experiment = item->question != QUESTION_NONE;
    bool elsewhere = item->path || item->candidate || !address_keeps_user(item);

    request->upgrade = (endpoint->kind == KIND_WEBSOCKET && !item->plain && !item->preflight) || item->upgrade;
    request->http2 = !request->upgrade && endpoint->kind == KIND_HTTP;
    request->method = item->preflight ? "OPTIONS" : "GET";
    if (endpoint->kind != KIND_HTTP || item->plain || item->preflight || item->upgrade)
        return;
    if (experiment && !endpoint->repeatable && !is_harmless(endpoint->method))
        return;
    request->method = endpoint->method;
    if (!(experiment && elsewhere) && !item->unverified)
        request->body = endpoint->body;
}

static char *part_of(CURLU *parts, CURLUPart part, unsigned flags, struct arena *arena)
{
    char *text = NULL, *copy = NULL;

    if (curl_url_get(parts, part, &text, flags) == CURLUE_OK)
        copy = arena_text(arena, text);
    curl_free(text);
    return copy;
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

/* What libcurl makes of `url`, where ws is http to it; NULL with the reason in `err`. */
static CURLU *take_apart(const char *url, struct arena *arena, struct error *err)
{
    bool tls = strncasecmp(url, "wss:", 4) == 0 || strncasecmp(url, "https:", 6) == 0;
    const char *rest = strstr(url, "://");
    CURLU *parts = curl_url();
    CURLUcode code = CURLUE_MALFORMED_INPUT;

    if (parts && rest)
        code = curl_url_set(parts, CURLUPART_URL, arena_printf(arena, "%s%s", tls ? "https" : "http", rest),
                            CURLU_PATH_AS_IS | CURLU_URLENCODE | CURLU_ALLOW_SPACE);
    if (code == CURLUE_OK)
        return parts;
    fail(err, ERR_CONFIG, "%s", curl_url_strerror(code));
    curl_url_cleanup(parts);
    return NULL;
}

/* What take_apart() and request_aim() make of an address that needs no decoding: `origin` is in its normal form, and of
 * plain characters. False where libcurl has to look. */
static bool aim_plainly(struct request *request, const char *url, const char *origin, struct arena *arena)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/";
    const char *authority = origin ? strstr(origin, "://") : NULL;
    const char *target = strstr(url, "://");
    const char *port;
    size_t host;

    target = target ? strchr(target + 3, '/') : NULL;
    if (!authority || !target || target[strspn(target, plain)])
        return false;
    authority += 3;
    host = strspn(authority, "abcdefghijklmnopqrstuvwxyz0123456789-.");
    port = authority + host;
    /* A user stands in no origin, and everything else that is not plain stands in this one. */
    if (host == 0 || (*port && *port != ':') || memchr(url, '@', (size_t)(target - url)))
        return false;
    request->tls = strncmp(origin, "https:", 6) == 0;
    request->port = *port ? (uint16_t)strtoul(port + 1, NULL, 10) : request->tls ? 443 : 80;
    request->authority = authority;
    request->host = *port ? arena_text_of(arena, authority, host) : authority;
    request->target = target;
    request->url = arena_printf(arena, "%s%s", origin, target);
    return true;
}

static void put_user(struct header_maker *maker, CURLU *parts)
{
    const struct plan_item *item = maker->item;
    const char *user = part_of(parts, CURLUPART_USER, CURLU_URLDECODE, maker->arena);
    const char *password = part_of(parts, CURLUPART_PASSWORD, CURLU_URLDECODE, maker->arena);

    if (!item->preflight)
        request_headers_user(maker, user, password, address_keeps_user(item));
}

bool request_make(const struct suite *suite, bool one_origin, const struct plan_item *item, struct arena *arena,
                  struct request *request, struct error *err)
{
    const struct endpoint *endpoint = plan_endpoint(suite, item);
    struct setting url = address_of(endpoint, item, arena);
    struct header_maker maker = {.endpoint = endpoint,
                                 .item = item,
                                 .one_origin = one_origin,
                                 .origin = url_origin(url.value, arena),
                                 .arena = arena,
                                 .request = request};
    CURLU *parts;
    bool ok;

    maker.home = url.value == endpoint->url.value ? maker.origin : url_origin(endpoint->url.value, arena);
    *request = (struct request){.shown = url.shown,
                                .withheld = endpoint->withheld,
                                .verify = endpoint->tls.verify && !item->unverified,
                                .address = item->address,
                                .family = item->family ? item->family : endpoint->family};
    choose_method(endpoint, item, request);
    if (aim_plainly(request, url.value, maker.origin, arena)) {
        request_headers_put(&maker);
        return true;
    }
    parts = take_apart(url.value, arena, err);
    if (!parts)
        return false;
    ok = request_aim(request, parts, arena);
    if (ok) {
        put_user(&maker, parts);
        request_headers_put(&maker);
    } else {
        fail(err, ERR_CONFIG, "it has no host");
    }
    curl_url_cleanup(parts);
    return ok;
}
