/* SPDX-License-Identifier: MIT */
#include "collector/proxy.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "collector/url.h"

static char *part_of(CURLU *parts, CURLUPart part, unsigned flags, struct arena *arena)
{
    char *text = NULL, *copy = NULL;

    if (curl_url_get(parts, part, &text, flags) == CURLUE_OK)
        copy = arena_text(arena, text);
    curl_free(text);
    return copy;
}

/* The shown form of the config, and without a password that is written out in it. */
static const char *shown_form(const char *shown, struct arena *arena)
{
    size_t start, end;

    if (!url_password(shown, &start, &end))
        return arena_text(arena, shown);
    return arena_printf(arena, "%.*s***%s", (int)start, shown, shown + end);
}

static bool read_parts(CURLU *parts, struct arena *arena, struct proxy *proxy, struct error *err)
{
    const char *scheme = part_of(parts, CURLUPART_SCHEME, 0, arena);
    const char *port = part_of(parts, CURLUPART_PORT, 0, arena);
    char *host = part_of(parts, CURLUPART_HOST, CURLU_PUNYCODE, arena);
    size_t len = host ? strlen(host) : 0;

    if (!scheme || (strcmp(scheme, "http") != 0 && strcmp(scheme, "socks5h") != 0))
        return fail(err, ERR_CONFIG, "proxy: it must start with http:// or socks5h://");
    if (len == 0)
        return fail(err, ERR_CONFIG, "proxy: it has no host");
    if (!port || strtoul(port, NULL, 10) == 0)
        return fail(err, ERR_CONFIG, "proxy: it has no port, as in http://proxy.example:3128");
    proxy->socks = strcmp(scheme, "socks5h") == 0;
    proxy->port = (uint16_t)strtoul(port, NULL, 10);
    proxy->host = host[0] == '[' && host[len - 1] == ']' ? arena_text_of(arena, host + 1, len - 2) : host;
    proxy->user = part_of(parts, CURLUPART_USER, CURLU_URLDECODE, arena);
    proxy->password = part_of(parts, CURLUPART_PASSWORD, CURLU_URLDECODE, arena);
    return true;
}

bool proxy_read(struct setting setting, struct arena *arena, struct proxy *proxy, struct error *err)
{
    CURLU *parts = curl_url();
    CURLUcode code =
        parts ? curl_url_set(parts, CURLUPART_URL, setting.value, CURLU_NON_SUPPORT_SCHEME) : CURLUE_OUT_OF_MEMORY;
    bool ok;

    *proxy = (struct proxy){.shown = shown_form(setting.shown ? setting.shown : setting.value, arena)};
    if (code == CURLUE_OK)
        ok = read_parts(parts, arena, proxy, err);
    else
        ok = fail(err, ERR_CONFIG, "proxy: %s", curl_url_strerror(code));
    curl_url_cleanup(parts);
    return ok;
}
