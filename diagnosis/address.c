/* SPDX-License-Identifier: MIT */
#include "diagnosis/address.h"

#include <ctype.h>
#include <string.h>

struct parts {
    bool secure;
    struct slice host; /* with brackets, as written */
    struct slice port; /* absent: the scheme's own */
    const char *rest;  /* path, query and fragment */
};

static struct parts split(const char *url)
{
    struct parts parts = {.rest = url};
    const char *start = strstr(url, "://");
    const char *end, *at, *colon;

    if (!start)
        return parts;
    parts.secure = strncmp(url, "https:", 6) == 0 || strncmp(url, "wss:", 4) == 0;
    start += 3;
    end = start + strcspn(start, "/?#");
    at = memrchr(start, '@', (size_t)(end - start));
    if (at)
        start = at + 1;
    /* A colon within brackets belongs to an IPv6 literal, and one within ${NAME:-default} to the variable. */
    colon = memrchr(start, ':', (size_t)(end - start));
    if (colon && (memchr(colon, ']', (size_t)(end - colon)) || memchr(colon, '}', (size_t)(end - colon))))
        colon = NULL;
    parts.host = (struct slice){start, (size_t)((colon ? colon : end) - start)};
    if (colon)
        parts.port = (struct slice){colon + 1, (size_t)(end - colon - 1)};
    parts.rest = end;
    return parts;
}

static char *lower(struct arena *arena, struct slice text)
{
    char *copy = arena_text_of(arena, text.data ? text.data : "", text.len);

    for (size_t i = 0; i < text.len; i++)
        copy[i] = (char)tolower((unsigned char)copy[i]);
    return copy;
}

bool address_has_user(const char *url)
{
    const char *start = strstr(url, "://");

    return start && memchr(start + 3, '@', strcspn(start + 3, "/?#")) != NULL;
}

const char *address_origin(const char *url, struct arena *arena)
{
    struct parts parts = split(url);
    const char *own = parts.secure ? "443" : "80";
    const char *scheme = parts.secure ? "https" : "http";
    const char *host = lower(arena, parts.host);

    if (!parts.port.data || parts.port.len == 0 || slice_equals(parts.port, slice_of(own)))
        return arena_printf(arena, "%s://%s", scheme, host);
    return arena_printf(arena, "%s://%s:%.*s", scheme, host, (int)parts.port.len, parts.port.data);
}

const char *address_host(const char *url, struct arena *arena)
{
    struct slice host = split(url).host;

    if (host.len >= 2 && host.data[0] == '[' && host.data[host.len - 1] == ']')
        host = (struct slice){host.data + 1, host.len - 2};
    return lower(arena, host);
}

bool address_is_literal(const char *host)
{
    return strchr(host, ':') || host[strspn(host, "0123456789.")] == '\0';
}

struct slice address_target(const char *url)
{
    const char *rest = split(url).rest;
    size_t len = strcspn(rest, "#");

    return len ? (struct slice){rest, len} : slice_of("/");
}

struct slice address_path(const char *url)
{
    struct slice target = address_target(url);
    const char *query = memchr(target.data, '?', target.len);

    if (query == target.data)
        return slice_of("/");
    return query ? (struct slice){target.data, (size_t)(query - target.data)} : target;
}

struct slice address_segment(const char *url)
{
    struct slice path = address_path(url);
    const char *slash = memrchr(path.data, '/', path.len);

    return slash ? (struct slice){slash + 1, path.len - (size_t)(slash + 1 - path.data)} : path;
}

const char *address_directory(const char *url, struct arena *arena)
{
    struct slice path = address_path(url);
    struct slice segment = address_segment(url);

    return path.len > segment.len ? arena_text_of(arena, path.data, path.len - segment.len) : "/";
}
