/* SPDX-License-Identifier: MIT */
#include "diagnosis/variation.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "diagnosis/address.h"
#include "diagnosis/discover.h"
#include "diagnosis/hint.h"

enum { HTTP_PORT = 80, HTTPS_PORT = 443 };

static bool failed_as(const struct varied *of, const char *code)
{
    return of->typical->code && strcmp(of->typical->code, code) == 0;
}

static bool failed_as_any(const struct varied *of, const char *const *codes)
{
    for (; *codes; codes++)
        if (failed_as(of, *codes))
            return true;
    return false;
}

static bool answered(const struct varied *of, const char *statuses)
{
    return status_among(statuses, of->typical->status);
}

/* A refusal that what was sent may be the reason of. */
static bool is_refused(const struct varied *of)
{
    return answered(of, "4xx 5xx !401 !404 !405 !407 !410 !429 !502 !504");
}

/* What a page of the API's own origin would send; of a WebSocket, the http(s) that its page comes by (RFC 6454, 6.2). */
static const char *own_origin(const struct varied *of)
{
    return address_origin(of->settings->url.shown, of->arena);
}

/* "": without one. An Origin is looked at where a browser asks, so any endpoint may be refused for it. */
static bool vary_origin(const struct varied *of, unsigned k, struct plan_item *item)
{
    const char *values[2];
    unsigned count = 0;
    bool closed = of->typical->upgrade && of->typical->status == 101 && of->typical->layer == LAYER_WEBSOCKET;

    if (!answered(of, "400 403 421 451 500") && !closed)
        return false;
    if (of->settings->origin.shown)
        values[count++] = "";
    if (!of->settings->origin.shown || strcmp(of->settings->origin.shown, own_origin(of)) != 0)
        values[count++] = own_origin(of);
    if (k >= count)
        return false;
    item->origin = item->varied = values[k];
    return true;
}

static bool vary_subprotocols(const struct varied *of, unsigned k, struct plan_item *item)
{
    bool refused = of->typical->layer == LAYER_WEBSOCKET || is_refused(of);

    if (k > 0 || of->settings->subprotocol_count == 0 || !of->typical->upgrade || !refused)
        return false;
    item->subprotocols = item->varied = "";
    return true;
}

static bool vary_deflate(const struct varied *of, unsigned k, struct plan_item *item)
{
    if (k > 0 || !of->settings->deflate || !of->typical->upgrade || of->typical->layer < LAYER_HTTP)
        return false;
    item->deflate = TOGGLE_OFF;
    item->varied = "not offered";
    return true;
}

static bool vary_http_version(const struct varied *of, unsigned k, struct plan_item *item)
{
    static const char *const broken[] = {"http-protocol-error", "http-reset", "http-empty-reply", "http-truncated",
                                         NULL};
    static const char *const no_answer[] = {"http-empty-reply", "http-reset",         "http-not-http",
                                            "http-malformed",   "websocket-not-http", NULL};
    const char *version = of->typical->http_version;
    bool second = (version && strcmp(version, "2") == 0) || failed_as(of, "http-protocol-error");

    if (k > 0)
        return false;
    if (!second && of->settings->http != HTTP_2 && failed_as_any(of, no_answer)) {
        item->http = HTTP_2;
        item->varied = "2";
        item->plain = of->typical->upgrade; /* to see whether anybody is there at all */
        return true;
    }
    if (of->typical->upgrade)
        return false;
    if (second && of->settings->http != HTTP_1_1 && (failed_as_any(of, broken) || is_refused(of))) {
        item->http = HTTP_1_1;
        item->varied = "1.1";
        return true;
    }
    if (!second && of->settings->http != HTTP_2 && answered(of, "426 505 464")) {
        item->http = HTTP_2;
        item->varied = "2";
        return true;
    }
    return false;
}

/* What refuses a plain GET may be a WebSocket. */
static bool vary_upgrade(const struct varied *of, unsigned k, struct plan_item *item)
{
    if (k > 0 || of->settings->kind == KIND_WEBSOCKET || !of->portable || strcmp(of->settings->method, "GET") != 0
        || !answered(of, "400 426"))
        return false;
    item->upgrade = true;
    item->varied = "websocket";
    return true;
}

static bool vary_query(const struct varied *of, unsigned k, struct plan_item *item)
{
    if (k > 0 || !strchr(of->settings->url.shown, '?') || !answered(of, "4xx 5xx !401 !407 !429 !502 !503 !504"))
        return false;
    item->without_query = true;
    item->varied = "";
    return true;
}

/* Each header that the config sets; Authorization has questions of its own, Host is the address. */
static bool vary_header(const struct varied *of, unsigned k, struct plan_item *item)
{
    static const char *const broken[] = {"http-reset", "http-empty-reply", NULL};
    unsigned seen = 0;

    if (!is_refused(of) && !failed_as_any(of, broken))
        return false;
    for (size_t i = 0; i < of->settings->header_count; i++) {
        const struct header_setting *header = &of->settings->headers[i];

        if (!header->value.shown || strcasecmp(header->name, "authorization") == 0
            || strcasecmp(header->name, "host") == 0 || strcasecmp(header->name, "content-type") == 0)
            continue;
        if (seen++ != k)
            continue;
        item->without_header = item->varied = header->name;
        return true;
    }
    return false;
}

/* The port that stands in `url`; 0: none does. */
static uint16_t port_of(const char *url)
{
    const char *authority = strstr(url, "://");
    const char *bracket, *end, *colon;

    if (!authority)
        return 0;
    authority += 3;
    end = authority + strcspn(authority, "/?#");
    bracket = memchr(authority, ']', (size_t)(end - authority));
    if (!bracket)
        bracket = authority;
    colon = memchr(bracket, ':', (size_t)(end - bracket));
    return colon ? (uint16_t)strtoul(colon + 1, NULL, 10) : 0;
}

static bool is_secure(const struct varied *of)
{
    return strncmp(of->settings->url.shown, "https:", 6) == 0 || strncmp(of->settings->url.shown, "wss:", 4) == 0;
}

static bool redirects_to_other_scheme(const struct varied *of)
{
    struct slice location = of->typical->location;
    const char *wanted = is_secure(of) ? "http://" : "https://";

    return location.len > strlen(wanted) && strncasecmp(location.data, wanted, strlen(wanted)) == 0;
}

static const char *other_scheme(const struct varied *of)
{
    if (of->typical->upgrade)
        return is_secure(of) ? "ws" : "wss";
    return is_secure(of) ? "http" : "https";
}

/* On the port that the address names, if any: a listener speaks with TLS or without. Then on the scheme's own. */
static bool vary_scheme(const struct varied *of, unsigned k, struct plan_item *item)
{
    static const char *const plain_spoken[] = {"tls-plain-http", "tls-handshake", "tls-reset", NULL};
    static const char *const silent[] = {"http-empty-reply", "http-reset", "http-not-http", NULL};
    uint16_t port = port_of(of->settings->url.shown);
    bool secure = is_secure(of);

    if (k > (port ? 1 : 0))
        return false;
    if (secure ? !failed_as_any(of, plain_spoken)
               : !failed_as_any(of, silent) && !answered(of, "400 426 497") && !redirects_to_other_scheme(of))
        return false;
    item->other_scheme = true;
    item->port = k == 0 ? port : 0;
    item->varied = port && k > 0
                       ? arena_printf(of->arena, "%s on port %d", other_scheme(of), secure ? HTTP_PORT : HTTPS_PORT)
                       : other_scheme(of);
    return true;
}

/* Behind a port that nobody listens on, the scheme's own may be the right one. */
static bool vary_port(const struct varied *of, unsigned k, struct plan_item *item)
{
    static const char *const deaf[] = {"tcp-refused", "tcp-timeout", NULL};

    if (k > 0 || !failed_as_any(of, deaf) || !port_of(of->settings->url.shown))
        return false;
    item->port = is_secure(of) ? HTTPS_PORT : HTTP_PORT;
    item->varied = is_secure(of) ? "443" : "80";
    return true;
}

static bool vary_tls_least(const struct varied *of, unsigned k, struct plan_item *item)
{
    static const char *const old[] = {"tls-version", "tls-handshake", NULL};

    if (k > 0 || !failed_as_any(of, old))
        return false;
    item->tls_least = item->varied = "1.0";
    return true;
}

static bool vary_family(const struct varied *of, unsigned k, struct plan_item *item)
{
    static const char *const lower[] = {"dns-no-address", "tcp-refused",     "tcp-timeout",
                                        "tcp-reset",      "tcp-unreachable", NULL};

    if (of->settings->family == FAMILY_ANY || k > 0 || !failed_as_any(of, lower))
        return false;
    item->family = of->settings->family == FAMILY_IPV4 ? FAMILY_IPV6 : FAMILY_IPV4;
    item->varied = item->family == FAMILY_IPV4 ? "4" : "6";
    return true;
}

/* Each other address of the name; those that took no connection were passed over already. */
static bool vary_address(const struct varied *of, unsigned k, struct plan_item *item)
{
    enum { ADDRESSES_ASKED = 3 };
    const char *at = of->typical->all_addresses;
    unsigned seen = 0;

    if (!at || k >= ADDRESSES_ASKED || of->typical->layer < LAYER_TCP || of->typical->layer >= LAYER_PERFORMANCE
        || answered(of, "401 407 429"))
        return false;
    while (*at) {
        size_t len = strcspn(at, " ");
        const char *address = arena_text_of(of->arena, at, len);

        if (!slice_equals(of->typical->address, slice_of(address)) && seen++ == k) {
            item->address = item->varied = address;
            return true;
        }
        at += len + (at[len] == ' ');
    }
    return false;
}

/* What a redirect by a slash promises, it must keep: its target may fail as well. */
static bool vary_target(const struct varied *of, unsigned k, struct plan_item *item)
{
    struct slice location = probe_header(of->typical, "location");

    if (of->typical->location.data)
        location = of->typical->location;
    if (k > 0 || !of->portable || hint_redirect(of->typical) != REDIRECT_SLASH)
        return false;
    if (location.data[0] != '/')
        location = address_target(arena_text_of(of->arena, location.data, location.len));
    item->path = item->varied = arena_text_of(of->arena, location.data, location.len);
    return item->path[0] == '/';
}

/* Common addresses, where nobody named one to try. */
static bool vary_path(const struct varied *of, unsigned k, struct plan_item *item)
{
    if (!of->settings->discover || of->settings->candidate_count > 0 || !of->portable
        || !answered(of, "2xx 3xx 404 405 410 426 400 501"))
        return false;
    item->path = item->varied = discover_path(of->settings, k, of->arena);
    item->authorization = AUTHORIZATION_NONE;
    return item->path != NULL;
}

const struct variation variations[] = {
    {QUESTION_ORIGIN, FACT_ORIGIN_WORKS, FACT_ORIGIN_SHOWN, true, vary_origin},
    {QUESTION_SUBPROTOCOLS, FACT_SUBPROTOCOLS_WORKS, FACT_SUBPROTOCOLS_SHOWN, true, vary_subprotocols},
    {QUESTION_DEFLATE, FACT_DEFLATE_WORKS, FACT_DEFLATE_SHOWN, true, vary_deflate},
    {QUESTION_HTTP_VERSION, FACT_HTTP_VERSION_WORKS, FACT_HTTP_VERSION_SHOWN, true, vary_http_version},
    {QUESTION_WITHOUT_QUERY, FACT_QUERY_WORKS, FACT_QUERY_SHOWN, true, vary_query},
    {QUESTION_WITHOUT_HEADER, FACT_HEADER_WORKS, FACT_HEADER_SHOWN, true, vary_header},
    {QUESTION_UPGRADE, FACT_UPGRADE_WORKS, FACT_UPGRADE_SHOWN, true, vary_upgrade},
    {QUESTION_SCHEME, FACT_SCHEME_WORKS, FACT_SCHEME_SHOWN, true, vary_scheme},
    {QUESTION_PORT, FACT_PORT_WORKS, FACT_PORT_SHOWN, true, vary_port},
    {QUESTION_TLS_LEAST, FACT_TLS_LEAST_WORKS, FACT_TLS_LEAST_SHOWN, true, vary_tls_least},
    {QUESTION_FAMILY, FACT_FAMILY_WORKS, FACT_FAMILY_SHOWN, true, vary_family},
    {QUESTION_ADDRESS, FACT_ADDRESS_WORKS, FACT_ADDRESS_SHOWN, true, vary_address},
    {QUESTION_TARGET, FACT_TARGET_WORKS, FACT_TARGET_SHOWN, true, vary_target},
    {QUESTION_DISCOVER, FACT_DISCOVERED, FACT_DISCOVERED_SHOWN, false, vary_path},
    {.item = NULL},
};

const struct variation *variation_of(enum question question)
{
    for (const struct variation *variation = variations; variation->item; variation++)
        if (variation->question == question)
            return variation;
    return NULL;
}

const struct variation *variation_shown_by(enum fact fact)
{
    for (const struct variation *variation = variations; variation->item; variation++)
        if (variation->shown == fact)
            return variation;
    return NULL;
}

struct answer answer_of_variation(const struct records *part, uint32_t endpoint, enum question question,
                                  const char *value, struct arena *arena)
{
    struct probe **probes = arena_new(arena, part->count + 1, sizeof(struct probe *));
    struct records of_value = {.suite = part->suite, .probes = probes};

    for (size_t i = 0; i < part->count; i++) {
        struct probe *probe = part->probes[i];

        if (probe->question == question && probe->varied && strcmp(probe->varied, value) == 0)
            probes[of_value.count++] = probe;
    }
    return answer_of_question(&of_value, endpoint, 0, question, arena);
}
