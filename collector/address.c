/* SPDX-License-Identifier: MIT */
#include "collector/address.h"

#include <string.h>
#include <strings.h>

#include "collector/plan.h"
#include "collector/url.h"

typedef const char *change_text(const char *url, const struct plan_item *item, struct arena *arena);

static struct setting change(struct setting url, change_text *how, const struct plan_item *item, struct arena *arena)
{
    return (struct setting){how(url.value, item, arena), how(url.shown, item, arena)};
}

static const char *with_path(const char *url, const struct plan_item *item, struct arena *arena)
{
    return arena_printf(arena, "%.*s%s", (int)url_authority_end(url), url, item->path);
}

static const char *without_path(const char *url, const struct plan_item *item, struct arena *arena)
{
    (void)item;
    return arena_printf(arena, "%.*s/", (int)url_authority_end(url), url);
}

/* `${NAME:-what?}` may stand in what is shown, and its question mark begins no query. */
static const char *without_query(const char *url, const struct plan_item *item, struct arena *arena)
{
    size_t end = 0;

    (void)item;
    while (url[end] && url[end] != '?' && url[end] != '#') {
        size_t variable = strncmp(url + end, "${", 2) == 0 ? strcspn(url + end, "}") : 0;

        end += url[end + variable] && variable ? variable : 1;
    }
    return arena_text_of(arena, url, end);
}

/* Where the port's colon stands or would stand, behind user and password and the brackets of IPv6. */
static size_t port_place(const char *url, size_t authority_end)
{
    size_t at = authority_end;

    while (at > 0 && !strchr(":]@/", url[at - 1]))
        at--;
    return at > 0 && url[at - 1] == ':' ? at - 1 : authority_end;
}

static const char *with_port(const char *url, const struct plan_item *item, struct arena *arena)
{
    size_t end = url_authority_end(url), place = port_place(url, end);

    return arena_printf(arena, "%.*s:%u%s", (int)place, url, (unsigned)item->port, url + end);
}

/* With the other scheme's usual port, so without one in the text. */
static const char *in_other_scheme(const char *url, const struct plan_item *item, struct arena *arena)
{
    size_t end = url_authority_end(url), place = port_place(url, end);
    size_t scheme = strcspn(url, ":");
    bool tls = scheme > 0 && (url[scheme - 1] == 's' || url[scheme - 1] == 'S') && scheme != 2;

    (void)item;
    return arena_printf(arena, "%.*s%s%.*s%s", (int)(tls ? scheme - 1 : scheme), url, tls ? "" : "s",
                        (int)(place - scheme), url + scheme, url + end);
}

static const char *as_http(const char *url, const struct plan_item *item, struct arena *arena)
{
    (void)item;
    return strncasecmp(url, "ws", 2) == 0 ? arena_printf(arena, "http%s", url + 2) : url;
}

static const char *as_websocket(const char *url, const struct plan_item *item, struct arena *arena)
{
    (void)item;
    return strncasecmp(url, "http", 4) == 0 ? arena_printf(arena, "ws%s", url + 4) : url;
}

static bool holds_secret(struct setting url)
{
    return strcmp(url.value + url_authority_end(url.value), url.shown + url_authority_end(url.shown)) != 0;
}

bool address_keeps_user(const struct plan_item *item)
{
    return !item->port && !item->other_scheme;
}

struct setting address_of(const struct endpoint *endpoint, const struct plan_item *item, struct arena *arena)
{
    bool candidate = item->candidate && item->candidate <= endpoint->candidate_count;
    struct setting url = candidate ? endpoint->candidates[item->candidate - 1].url : endpoint->url;

    if (!url.shown)
        url.shown = url.value;
    if (item->path)
        url = change(url, with_path, item, arena);
    else if (item->without_query)
        url = change(url, without_query, item, arena);
    if ((item->unverified || !address_keeps_user(item)) && holds_secret(url))
        url = change(url, without_query, item, arena);
    if ((item->unverified || !address_keeps_user(item)) && holds_secret(url))
        url = change(url, without_path, item, arena);
    if (item->other_scheme)
        url = change(url, in_other_scheme, item, arena);
    if (item->port)
        url = change(url, with_port, item, arena);
    if (item->plain || item->preflight)
        url = change(url, as_http, item, arena);
    else if (item->upgrade)
        url = change(url, as_websocket, item, arena);
    return url;
}
