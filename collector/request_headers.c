/* SPDX-License-Identifier: MIT */
#include "collector/request_headers.h"
#include "collector/deflate.h"

#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

#include "collector/credential.h"
#include "collector/plan.h"
#include "collector/preflight.h"
#include "collector/request.h"
#include "collector/suite.h"

static const char left_out[] = "left out by the experiment";

static void withhold(struct header_maker *maker, const char *name, const char *why)
{
    struct request *request = maker->request;

    request->withheld = request->withheld ? arena_printf(maker->arena, "%s; %s: %s", request->withheld, name, why)
                                          : arena_printf(maker->arena, "%s: %s", name, why);
}

static void drop_header(struct header_maker *maker, const char *name)
{
    struct request *request = maker->request;
    size_t kept = 0;

    for (size_t i = 0; i < request->header_count; i++)
        if (strcasecmp(maker->headers[i].name, name) != 0)
            maker->headers[kept++] = maker->headers[i];
    request->header_count = kept;
}

/* Adds a header, in place of an earlier one of that name. */
static void put_header(struct header_maker *maker, const char *name, struct setting value, bool by_client)
{
    struct request *request = maker->request;

    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(maker->headers[i].name, name) == 0) {
            maker->headers[i] = (struct request_header){name, value, false};
            return;
        }
    }
    maker->headers =
        arena_grow(maker->arena, maker->headers, request->header_count, &maker->room, sizeof *maker->headers);
    maker->headers[request->header_count++] = (struct request_header){name, value, by_client};
    request->headers = maker->headers;
}

static void put_own(struct header_maker *maker, const char *name, const char *value, bool by_client)
{
    put_header(maker, name, (struct setting){value, value}, by_client);
}

/* A line break in a value would forge further headers; one at its end is what files and shells leave there. */
static const char *one_line(const char *value, struct arena *arena)
{
    size_t len = strlen(value);

    while (len && strchr("\r\n \t", value[len - 1]))
        len--;
    if (memchr(value, '\r', len) || memchr(value, '\n', len))
        return NULL;
    return value[len] ? arena_text_of(arena, value, len) : value;
}

static bool is_listed(const struct header_maker *maker)
{
    const struct endpoint *endpoint = maker->endpoint;

    for (size_t i = 0; maker->origin && i < endpoint->origin_count; i++)
        if (strcmp(endpoint->origins[i], maker->origin) == 0)
            return true;
    return false;
}

/* Why a secret may not go where the request goes; NULL: it may. */
static const char *objection(const struct header_maker *maker, bool from_defaults)
{
    bool foreign = !maker->origin || !maker->home || strcmp(maker->origin, maker->home) != 0;
    bool listed = from_defaults && is_listed(maker);

    if (foreign && !listed)
        return "not sent to another origin";
    if (from_defaults && maker->endpoint->origin_count && !listed)
        return "not sent, `origins` does not list this one";
    if (from_defaults && !listed && !maker->one_origin)
        return "not sent, a default secret goes nowhere when the suite has several origins";
    if (maker->item->unverified)
        return "not sent, the certificate is not verified";
    return maker->item->authorization == AUTHORIZATION_NONE ? left_out : NULL;
}

/* Sends a header of the config, or says why not. */
static void put_configured(struct header_maker *maker, const char *name, struct setting value, bool secret,
                           bool from_defaults)
{
    const char *why;

    secret = secret || credential_is_header(name);
    value.value = one_line(value.value, maker->arena);
    why = secret && value.value ? objection(maker, from_defaults) : NULL;
    if (!value.value) {
        withhold(maker, name, "not sent, its value has a line break");
    } else if (why) {
        withhold(maker, name, why);
    } else if (secret && maker->item->authorization == AUTHORIZATION_BROKEN) {
        value.value = credential_broken(value.value, maker->arena);
        value.shown = arena_printf(maker->arena, "%s [broken by the experiment]", value.shown);
        put_header(maker, name, value, false);
    } else {
        put_header(maker, name, value, false);
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

/* The endpoint's headers, one of each name: those of the defaults are merged by the loader, and one that has no value
 * was removed. */
static void put_settings(struct header_maker *maker)
{
    const struct endpoint *endpoint = maker->endpoint;

    for (size_t i = 0; i < endpoint->header_count; i++) {
        const struct header_setting *header = &endpoint->headers[i];

        if (!header->value.value)
            continue;
        if (is_reserved(maker->request, header->name))
            withhold(maker, header->name, "not sent as configured, the program writes it itself");
        else
            put_configured(maker, header->name, header->value, header->secret, header->from_defaults);
    }
}

static bool is_secret(struct setting setting)
{
    return setting.shown && strcmp(setting.value, setting.shown) != 0;
}

static void put_origin(struct header_maker *maker)
{
    const char *varied = maker->item->origin;
    struct setting own = maker->endpoint->origin;

    if (varied && !*varied)
        drop_header(maker, "Origin");
    else if (varied)
        put_own(maker, "Origin", varied, false);
    else if (own.value)
        put_configured(maker, "Origin", own, is_secret(own), false);
}

static void offer_subprotocols(struct header_maker *maker)
{
    const struct endpoint *endpoint = maker->endpoint;
    const char *varied = maker->item->subprotocols, *offered = varied;

    for (size_t i = 0; !varied && i < endpoint->subprotocol_count; i++)
        offered = offered ? arena_printf(maker->arena, "%s, %s", offered, endpoint->subprotocols[i])
                          : endpoint->subprotocols[i];
    if (varied)
        drop_header(maker, "Sec-WebSocket-Protocol");
    if (offered && *offered)
        put_own(maker, "Sec-WebSocket-Protocol", offered, false);
}

static void put_upgrade(struct header_maker *maker)
{
    struct request *request = maker->request;
    enum toggle deflate = maker->item->deflate;

    handshake_key(request->key);
    put_own(maker, "Upgrade", "websocket", false);
    put_own(maker, "Connection", "Upgrade", false);
    put_own(maker, "Sec-WebSocket-Version", "13", false);
    put_own(maker, "Sec-WebSocket-Key", request->key, false);
    request->deflate = deflate == TOGGLE_AS_CONFIGURED ? maker->endpoint->deflate : deflate == TOGGLE_ON;
    if (request->deflate)
        put_own(maker, "Sec-WebSocket-Extensions", DEFLATE_OFFER, false);
}

/* No credentials, nothing else of the config's: so a browser asks (Fetch, 4.8). */
static void put_preflight(struct header_maker *maker)
{
    struct arena *arena = maker->arena;
    const char *names = preflight_headers(maker->endpoint, arena);
    struct setting origin = preflight_origin(maker->endpoint, arena);

    if (maker->item->origin)
        origin = (struct setting){maker->item->origin, maker->item->origin};
    if (origin.value && *origin.value)
        put_configured(maker, "Origin", origin, is_secret(origin), false);
    put_own(maker, "Access-Control-Request-Method", maker->endpoint->method, false);
    if (names)
        put_own(maker, "Access-Control-Request-Headers", names, false);
}

/* The one that an experiment takes out. libcurl writes Host and Content-Length, without which there is no request. */
static void leave_out(struct header_maker *maker)
{
    const char *name = maker->item->without_header;
    size_t before = maker->request->header_count;

    if (!name || strcasecmp(name, "Host") == 0 || strcasecmp(name, "Content-Length") == 0)
        return;
    drop_header(maker, name);
    if (maker->request->header_count < before)
        withhold(maker, name, left_out);
}

void request_headers_user(struct header_maker *maker, const char *user, const char *password, bool own)
{
    struct arena *arena = maker->arena;
    const char *origin = maker->origin, *both;
    char *coded;

    if (!user && !password)
        return;
    both = arena_printf(arena, "%s:%s", user ? user : "", password ? password : "");
    coded = arena_new(arena, strlen(both) * 2 + 8, 1);
    EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)both, (int)strlen(both));
    /* A candidate's own user goes to the candidate: it stands in its address. */
    if (own && maker->home)
        maker->origin = maker->home;
    put_configured(maker, "Authorization",
                   (struct setting){arena_printf(arena, "Basic %s", coded), "Basic [from the address]"}, true, false);
    maker->origin = origin;
}

void request_headers_put(struct header_maker *maker)
{
    struct request *request = maker->request;

    put_own(maker, "Host", request->authority, true);
    put_own(maker, "User-Agent", "endoscope/" ENDOSCOPE_VERSION, false);
    if (request->upgrade) {
        put_upgrade(maker);
    } else {
        put_own(maker, "Accept", "*/*", false);
        put_own(maker, "Accept-Encoding", "gzip, deflate", false);
    }
    if (request->body.value && maker->endpoint->body_type)
        put_own(maker, "Content-Type", maker->endpoint->body_type, false);
    if (maker->item->preflight) {
        put_preflight(maker);
        return;
    }
    if (request->upgrade && !maker->item->subprotocols)
        offer_subprotocols(maker);
    put_settings(maker);
    put_origin(maker);
    if (request->upgrade && maker->item->subprotocols)
        offer_subprotocols(maker);
    leave_out(maker);
    for (size_t i = 0; i < request->header_count; i++)
        if (strcasecmp(request->headers[i].name, "Sec-WebSocket-Protocol") == 0)
            request->subprotocols = request->headers[i].value.value;
    if (request->body.value)
        put_own(maker, "Content-Length", arena_printf(maker->arena, "%zu", strlen(request->body.value)), true);
}
