/* SPDX-License-Identifier: MIT */
#include "collector/preflight.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/url.h"

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

/* What a page sends without asking (Fetch, 2.2.2, CORS-safelisted), and what a browser writes itself (forbidden). */
static bool goes_unasked(const char *name)
{
    static const char *const safe[] = {"Accept", "Accept-Language", "Content-Language", NULL};
    static const char *const browsers[] = {"Accept-Charset",
                                           "Accept-Encoding",
                                           "Connection",
                                           "Content-Length",
                                           "Cookie",
                                           "Date",
                                           "Host",
                                           "Keep-Alive",
                                           "Origin",
                                           "Referer",
                                           "TE",
                                           "Trailer",
                                           "Via",
                                           "User-Agent",
                                           "Upgrade",
                                           NULL};

    return is_one_of(name, safe) || is_one_of(name, browsers) || strncasecmp(name, "Sec-", 4) == 0
           || strncasecmp(name, "Proxy-", 6) == 0;
}

static bool is_form(const char *type)
{
    static const char *const types[] = {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"};
    size_t len = strcspn(type, "; ");

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(types[i]) == len && strncasecmp(type, types[i], len) == 0)
            return true;
    return false;
}

static int by_text(const void *a, const void *b)
{
    const char *const *one = a, *const *other = b;

    return strcmp(*one, *other);
}

static const char *lower(const char *name, struct arena *arena)
{
    char *copy = arena_text(arena, name);

    for (char *c = copy; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

const char *preflight_headers(const struct endpoint *endpoint, struct arena *arena)
{
    const char **names = arena_new(arena, endpoint->header_count + 1, sizeof *names);
    const char *type = endpoint->body.value ? endpoint->body_type : NULL;
    const char *list = NULL;
    size_t count = 0;

    for (size_t i = 0; i < endpoint->header_count; i++) {
        const struct header_setting *header = &endpoint->headers[i];

        if (strcasecmp(header->name, "Content-Type") == 0)
            type = header->value.value;
        else if (header->value.value && !goes_unasked(header->name))
            names[count++] = lower(header->name, arena);
    }
    if (type && !is_form(type))
        names[count++] = "content-type";
    qsort(names, count, sizeof *names, by_text);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
            list = list ? arena_printf(arena, "%s,%s", list, names[i]) : names[i];
    return list;
}

struct setting preflight_origin(const struct endpoint *endpoint, struct arena *arena)
{
    const char *own = url_origin(endpoint->url.value, arena);

    if (endpoint->origin.value)
        return endpoint->origin;
    for (size_t i = endpoint->header_count; i-- > 0;)
        if (strcasecmp(endpoint->headers[i].name, "Origin") == 0 && endpoint->headers[i].value.value)
            return endpoint->headers[i].value;
    return (struct setting){own, own};
}
