/* SPDX-License-Identifier: MIT */
/* The keys of an endpoint and of `defaults`: one table for both, since an endpoint starts as a copy of the defaults. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "collector/config_endpoint.h"
#include "collector/config_fields.h"
#include "collector/url.h"

/* A URL's password that stands in the config itself is no variable, and is not shown either. */
static const char *without_password(struct arena *arena, const char *url)
{
    size_t start, end;

    if (!url_password(url, &start, &end) || strncmp(url + start, "${", 2) == 0)
        return url;
    return arena_printf(arena, "%.*s[redacted:password]%s", (int)start, url, url + end);
}

static void read_url(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    struct endpoint *endpoint = object;
    struct error err = {0};
    bool whole;

    if (!loader_expand(loader, value, place, EXPAND_URL, &endpoint->url, &whole))
        return;
    if (whole && !url_check(endpoint->url.value, &err)) {
        loader_problem(loader, value, place, "%s", err.text);
        endpoint->url = (struct setting){NULL, NULL};
        return;
    }
    endpoint->url.shown = without_password(&loader->suite->arena, endpoint->url.shown);
}

static bool is_token(const char *text)
{
    if (!*text)
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr("!#$%&'*+-.^_`|~", *text))
            return false;
    return true;
}

static bool is_credential(const char *name)
{
    static const char *const names[] = {"authorization", "proxy-authorization", "cookie"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

/* The header takes the place of one of the same name, or joins the list. The list is copied: the defaults keep theirs. */
static void put_header(struct loader *loader, struct endpoint *endpoint, struct header_setting header)
{
    struct header_setting *headers = arena_new(&loader->suite->arena, endpoint->header_count + 1, sizeof *headers);
    size_t count = 0;

    for (size_t i = 0; i < endpoint->header_count; i++)
        if (strcasecmp(endpoint->headers[i].name, header.name) != 0)
            headers[count++] = endpoint->headers[i];
    if (header.value.value)
        headers[count++] = header;
    endpoint->headers = headers;
    endpoint->header_count = count;
}

static void read_header(struct loader *loader, const char *key, const yaml_node_t *key_node, const yaml_node_t *value,
                        const struct place *place, void *self)
{
    struct header_setting header = {.name = arena_text(&loader->suite->arena, key)};

    if (!is_token(key)) {
        loader_problem(loader, key_node, place->outer, "`%s` is no header name (RFC 9110, 5.1)", key);
        return;
    }
    if (value->type == YAML_SCALAR_NODE && yaml_meaning(value) == YAML_MEANS_NULL) {
        put_header(loader, self, header);
        return;
    }
    if (!loader_expand(loader, value, place, EXPAND_TEXT, &header.value, NULL))
        return;
    if (strpbrk(header.value.value, "\r\n")) {
        loader_problem(loader, value, place, "a header's value is one line; this one would smuggle in another");
        return;
    }
    header.secret = is_credential(key) || setting_is_secret(header.value);
    put_header(loader, self, header);
}

static void read_headers(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    loader_each(loader, value, place, read_header, object);
}

static void read_method(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    struct endpoint *endpoint = object;
    struct setting setting = {NULL, NULL};
    char *upper;

    if (!loader_expand(loader, value, place, EXPAND_TEXT, &setting, NULL))
        return;
    if (!is_token(setting.value)) {
        loader_expected(loader, value, place, "a method such as GET or POST");
        return;
    }
    upper = arena_text(&loader->suite->arena, setting.value);
    for (char *at = upper; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    endpoint->method = upper;
}

/* Candidates are resolved once the endpoint's URL is known; until then they are kept as written. */
struct candidates {
    struct candidate *list;
    size_t count, capacity;
};

static void read_candidate(struct loader *loader, const yaml_node_t *item, const struct place *place, void *self)
{
    struct candidates *candidates = self;
    struct candidate candidate = {NULL, {NULL, NULL}};

    if (item->type == YAML_MAPPING_NODE) {
        loader_problem(loader, item, place,
                       "whole endpoints as candidates are not known to this version yet; write "
                       "a path or a URL");
        return;
    }
    if (!loader_expand(loader, item, place, EXPAND_URL, &candidate.url, NULL))
        return;
    candidate.name = candidate.url.shown;
    candidates->list = arena_grow(&loader->suite->arena, candidates->list, candidates->count, &candidates->capacity,
                                  sizeof *candidates->list);
    candidates->list[candidates->count++] = candidate;
}

static void read_candidates(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    struct endpoint *endpoint = object;
    struct candidates candidates = {0};

    config_each_item(loader, value, place, true, read_candidate, &candidates);
    endpoint->candidates = candidates.list;
    endpoint->candidate_count = candidates.count;
}

static const struct config_field tls_fields[] = {
    {"ca", CONFIG_PATH, offsetof(struct tls_settings, ca), NULL, NULL,
     "PEM file of authorities; default the system's"},
    {"verify", CONFIG_BOOL, offsetof(struct tls_settings, verify), NULL, NULL, "default true"},
    {NULL, CONFIG_OWN, 0, NULL, NULL, NULL},
};
static const char *const tls_later[] = {"cert", "key", "min", NULL};

static void read_tls(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    config_read(loader, value, place, tls_fields, tls_later, &((struct endpoint *)object)->tls);
}

/* host:port:address, as curl's --resolve has it. */
static void read_resolve(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    const struct config_field field = {"resolve", CONFIG_SETTINGS, offsetof(struct endpoint, resolve), NULL, NULL,
                                       NULL};
    const struct config_field fields[] = {field, {NULL, CONFIG_OWN, 0, NULL, NULL, NULL}};
    struct endpoint *endpoint = object;

    config_read_one(loader, value, place, fields, object);
    for (size_t i = 0; i < endpoint->resolve_count; i++) {
        const char *text = endpoint->resolve[i].value;
        const char *colon = strchr(text, ':');

        if (loader->variables == VARIABLES_OPTIONAL && strstr(text, "${"))
            continue;
        if (!colon || colon == text || !strchr(colon + 1, ':') || strspn(colon + 1, "0123456789") == 0)
            loader_expected(loader, value, place, "host:port:address, as in api.example.com:443:127.0.0.1");
    }
}

#define AT(member) offsetof(struct endpoint, member)

const struct config_field endpoint_fields[] = {
    {"name", CONFIG_TEXT, AT(name), NULL, NULL, "its identity over all runs"},
    {"url", CONFIG_OWN, 0, NULL, read_url, "http, https, ws or wss"},
    {"kind", CONFIG_WORD, AT(kind), kind_words, NULL, "http or websocket; default by the URL's scheme"},
    {"role", CONFIG_WORD, AT(role), role_words, NULL, "required, control or candidate; default required"},
    {"group", CONFIG_TEXT, AT(group), NULL, NULL, "a word for the report"},
    {"used_by", CONFIG_TEXT, AT(used_by), NULL, NULL, "who depends on it"},
    {"owner", CONFIG_TEXT, AT(owner), NULL, NULL, "who mends it"},
    {"headers", CONFIG_OWN, 0, NULL, read_headers, "names and values; null removes one of the defaults"},
    {"origins", CONFIG_TEXTS, AT(origins), NULL, NULL, "to which the secret headers of the defaults may go"},
    {"method", CONFIG_OWN, 0, NULL, read_method, "default GET"},
    {"repeatable", CONFIG_BOOL, AT(repeatable), NULL, NULL, "an unsafe method may be sent more than once"},
    {"body", CONFIG_SETTING, AT(body), NULL, NULL, "text to send"},
    {"timeout", CONFIG_DURATION, AT(timeout_us), NULL, NULL, "of one attempt; default 10s"},
    {"attempts", CONFIG_COUNT, AT(attempts), NULL, NULL, "default 3"},
    {"interval", CONFIG_DURATION, AT(interval_us), NULL, NULL, "between attempts; default 1s"},
    {"resolve", CONFIG_OWN, 0, NULL, read_resolve, "host:port:address, a list"},
    {"tls", CONFIG_OWN, 0, NULL, read_tls, "ca, verify"},
    {"subprotocols", CONFIG_TEXTS, AT(subprotocols), NULL, NULL, "offered in the upgrade"},
    {"max_body", CONFIG_SIZE, AT(max_body), NULL, NULL, "read and judged; default 8MiB"},
    {"keep_body", CONFIG_SIZE, AT(keep_body), NULL, NULL, "kept as evidence; default 64KiB"},
    {"candidates", CONFIG_OWN, 0, NULL, read_candidates, "paths or URLs, asked when it fails"},
    {"expect", CONFIG_OWN, 0, NULL, config_read_expect, "what a probe must show"},
    {NULL, CONFIG_OWN, 0, NULL, NULL, NULL},
};

const char *const endpoint_later[] = {"tolerate", "follow", "http",     "ip",      "dns", "reuse",
                                      "origin",   "send",   "discover", "deflate", NULL};
