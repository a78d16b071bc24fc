/* SPDX-License-Identifier: MIT */
#include "collector/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

static const struct scheme {
    const char *prefix;
    const char *as; /* what libcurl knows it by; Debian's is built without ws */
    enum kind kind;
} schemes[] = {
    {"http://", "http://", KIND_HTTP},
    {"https://", "https://", KIND_HTTP},
    {"ws://", "http://", KIND_WEBSOCKET},
    {"wss://", "https://", KIND_WEBSOCKET},
};

static const struct scheme *scheme_of(const char *url)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strncasecmp(url, schemes[i].prefix, strlen(schemes[i].prefix)) == 0)
            return &schemes[i];
    return NULL;
}

static bool has_blank(const char *url)
{
    while (*url && !iscntrl((unsigned char)*url) && *url != ' ')
        url++;
    return *url != '\0';
}

/* NULL, with the reason in `err`, when it is no URL of ours. */
static CURLU *parse(const char *url, struct error *err)
{
    const struct scheme *scheme = scheme_of(url);
    struct arena arena = ARENA_INIT;
    CURLU *parts;
    CURLUcode code;

    if (!scheme) {
        fail(err, ERR_CONFIG, "it must start with http://, https://, ws:// or wss://");
        return NULL;
    }
    /* libcurl would skip the slashes and take the path's first part for the host. */
    if (strchr("/?#", url[strlen(scheme->prefix)])) {
        fail(err, ERR_CONFIG, "it has no host");
        return NULL;
    }
    parts = curl_url();
    if (!parts) {
        fail(err, ERR_SYSTEM, "libcurl has no memory left for a URL");
        return NULL;
    }
    code =
        curl_url_set(parts, CURLUPART_URL, arena_printf(&arena, "%s%s", scheme->as, url + strlen(scheme->prefix)), 0);
    arena_free(&arena);
    if (code == CURLUE_OK)
        return parts;
    if (has_blank(url))
        fail(err, ERR_CONFIG, "it has a blank or a control character, which a URL writes percent-encoded, as in %%20");
    else
        fail(err, ERR_CONFIG, "%s", curl_url_strerror(code));
    curl_url_cleanup(parts);
    return NULL;
}

/* What libcurl takes for a host or a port, and cannot ask for. */
static bool can_be_asked(CURLU *parts, struct error *err)
{
    char *host = NULL, *port = NULL;
    bool ok = true;

    if (curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        for (const char *c = host; *c && ok; c++) {
            if ((unsigned char)*c >= 0x80)
                ok = fail(err, ERR_CONFIG, "its host has letters that DNS has not: write it in its xn-- form");
            else if (iscntrl((unsigned char)*c))
                ok = fail(err, ERR_CONFIG, "its host has a control character");
        }
    }
    if (ok && curl_url_get(parts, CURLUPART_PORT, &port, 0) == CURLUE_OK && strcmp(port, "0") == 0)
        ok = fail(err, ERR_CONFIG, "port 0 is none that a server can listen on");
    curl_free(host);
    curl_free(port);
    return ok;
}

enum kind url_kind(const char *url)
{
    const struct scheme *scheme = scheme_of(url);

    return scheme ? scheme->kind : KIND_HTTP;
}

/* Does libcurl take the host as it stands? A name does not begin with a digit: such hosts may be addresses in odd forms
 * (0x7f.1), so of them only an IPv4 address as everybody writes it is. */
static bool is_plain_host(const char *host, size_t len)
{
    char text[16];
    struct in_addr binary;

    if (len == 0 || len > 253)
        return false;
    if (isalpha((unsigned char)host[0]))
        return true;
    if (len >= sizeof text)
        return false;
    memcpy(text, host, len);
    text[len] = '\0';
    return inet_pton(AF_INET, text, &binary) == 1;
}

static bool is_plain_rest(const char *rest)
{
    while ((unsigned char)*rest > ' ' && (unsigned char)*rest < 0x7f)
        rest++;
    return *rest == '\0';
}

/* In no locale more than these. */
static bool stands_in_host(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
}

static size_t host_length(const char *text)
{
    size_t len = 0;

    while (stands_in_host(text[len]))
        len++;
    return len;
}

/* The length of a colon and a port as everybody writes it, 0 when there is none, PORT_ODD when it is another. */
enum { PORT_ODD = 99 };
static size_t port_length(const char *text)
{
    unsigned long port = 0;
    size_t len = 1;

    if (*text != ':')
        return 0;
    for (; len < 7 && text[len] >= '0' && text[len] <= '9'; len++)
        port = port * 10 + (unsigned long)(text[len] - '0');
    return len == 1 || len == 7 || text[1] == '0' || port > UINT16_MAX ? PORT_ODD : len;
}

/* Nearly every URL of a suite is plain: a name or an IPv4 address as it stands, perhaps a port, nothing that has to be
 * decoded. Its origin is copied, which takes a fiftieth of the time; NULL where libcurl has to look. */
static const char *plain_origin(const char *url, struct arena *arena)
{
    const struct scheme *scheme = scheme_of(url);
    const char *host = scheme ? url + strlen(scheme->prefix) : "";
    size_t len = host_length(host), port = port_length(host + len), start;
    const char *own;
    char *origin;

    if (!scheme || !is_plain_host(host, len) || port == PORT_ODD)
        return NULL;
    if ((host[len + port] && host[len + port] != '/') || !is_plain_rest(host + len + port))
        return NULL;
    own = strcmp(scheme->as, "https://") == 0 ? ":443" : ":80";
    if (port == strlen(own) && memcmp(host + len, own, port) == 0)
        port = 0;
    start = strlen(scheme->as);
    origin = arena_new(arena, start + len + port + 1, 1);
    memcpy(origin, scheme->as, start);
    for (size_t i = 0; i < len + port; i++)
        origin[start + i] = (char)tolower((unsigned char)host[i]);
    return origin;
}

bool url_check(const char *url, struct error *err)
{
    struct arena arena = ARENA_INIT;
    bool ok = plain_origin(url, &arena) != NULL;

    arena_free(&arena);
    if (!ok) {
        CURLU *parts = parse(url, err);

        ok = parts && can_be_asked(parts, err);
        curl_url_cleanup(parts);
    }
    return ok;
}

/* What libcurl makes of a URL that is not so plain. */
static const char *parsed_origin(const char *url, struct arena *arena)
{
    CURLU *parts = parse(url, NULL);
    char *scheme = NULL, *host = NULL, *port = NULL;
    char *origin = NULL;

    if (parts && curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK
        && curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        bool has_port = curl_url_get(parts, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT) == CURLUE_OK;

        origin = arena_printf(arena, "%s://%s%s%s", scheme, host, has_port ? ":" : "", has_port ? port : "");
        for (char *c = origin; *c; c++)
            *c = (char)tolower((unsigned char)*c);
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parts);
    return origin;
}

const char *url_origin(const char *url, struct arena *arena)
{
    const char *origin = plain_origin(url, arena);

    return origin ? origin : parsed_origin(url, arena);
}

const char *url_resolve(const char *base, const char *reference, struct arena *arena)
{
    const struct scheme *scheme = scheme_of(base);
    CURLU *parts;
    char *whole = NULL;
    char *resolved = NULL;

    if (scheme_of(reference))
        return url_check(reference, NULL) ? arena_text(arena, reference) : NULL;
    parts = parse(base, NULL);
    if (parts && curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK
        && curl_url_set(parts, CURLUPART_URL, reference, 0) == CURLUE_OK
        && curl_url_get(parts, CURLUPART_URL, &whole, 0) == CURLUE_OK && scheme_of(whole))
        resolved =
            arena_printf(arena, "%.*s%s", (int)strlen(scheme->prefix), base, whole + strlen(scheme_of(whole)->prefix));
    curl_free(whole);
    curl_url_cleanup(parts);
    return resolved && url_check(resolved, NULL) ? resolved : NULL;
}

size_t url_authority_end(const char *url)
{
    const char *authority = strstr(url, "://");

    if (!authority)
        return 0;
    authority += 3;
    return (size_t)(authority - url) + strcspn(authority, "/?#");
}

bool url_password(const char *url, size_t *start, size_t *end)
{
    size_t authority_end = url_authority_end(url);
    const char *user = authority_end ? strstr(url, "://") + 3 : NULL;
    const char *at = user ? memrchr(user, '@', authority_end - (size_t)(user - url)) : NULL;
    const char *colon = at ? memchr(user, ':', (size_t)(at - user)) : NULL;

    if (!colon)
        return false;
    *start = (size_t)(colon + 1 - url);
    *end = (size_t)(at - url);
    return true;
}
