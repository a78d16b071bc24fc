/* SPDX-License-Identifier: MIT */
/* The keys of an endpoint and of `defaults`: one table for both, since an endpoint starts as a copy of the defaults. */
#include "collector/config_endpoint.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "collector/config_fields.h"
#include "collector/secret.h"
#include "collector/url.h"

const char *config_url_shown(struct arena *arena, const char *url)
{
    size_t start, end;

    if (!url_password(url, &start, &end) || strncmp(url + start, "${", 2) == 0)
        return url;
    return arena_printf(arena, "%.*s[redacted:password]%s", (int)start, url, url + end);
}

/* A password that stands in the config itself is a secret like any other. One too short to be looked for is still found
 * where it stands in a URL. */
void config_add_password(struct loader *loader, const char *url)
{
    struct arena arena = ARENA_INIT;
    size_t start, end;

    if (url_password(url, &start, &end))
        secrets_add(loader->secrets, "password", arena_text_of(&arena, url + start, end - start), NULL);
    arena_free(&arena);
}

static void read_url(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    struct endpoint *endpoint = object;
    struct error err = {0};

    const struct setting base = endpoint->url; /* a candidate's: of the endpoint that it is one of */

    if (!loader_expand(loader, value, place, EXPAND_SECRET, &endpoint->url)) {
        endpoint->url = (struct setting){NULL, NULL};
        return;
    }
    if (loader_is_open(loader, endpoint->url.value))
        return;
    if (base.value)
        endpoint->url = config_resolve(base, endpoint->url, &loader->suite->arena);
    if (!endpoint->url.value)
        return;
    if (!url_check(endpoint->url.value, &err)) {
        loader_problem(loader, value, place, "%s", err.text);
        endpoint->url = (struct setting){NULL, NULL};
        return;
    }
    config_add_password(loader, endpoint->url.value);
    endpoint->url.shown = config_url_shown(&loader->suite->arena, endpoint->url.shown);
}

/* A token as RFC 9110, 5.6.2 has it. */
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
    endpoint->header_count = (uint32_t)count;
}

/* A credential that stands in the config itself, not in a variable: its scheme is shown, the rest is a secret. */
static void hide_literal(struct loader *loader, struct header_setting *header)
{
    const char *blank = strchr(header->value.value, ' ');
    const char *credential = blank ? blank + strspn(blank, " ") : header->value.value;

    secrets_add(loader->secrets, header->name, credential, NULL);
    header->value.shown = arena_printf(&loader->suite->arena, "%.*s[redacted:%s]",
                                       (int)(credential - header->value.value), header->value.value, header->name);
}

static void read_header(struct loader *loader, const char *key, const struct yaml_node *key_node,
                        const struct yaml_node *value, const struct place *place, void *self)
{
    struct header_setting header = {.name = arena_text(&loader->suite->arena, key)};

    if (!is_token(key)) {
        loader_problem(loader, key_node, place->outer, "`%s` is no header name (RFC 9110, 5.1)", key);
        return;
    }
    if (value->type == YAML_SCALAR && yaml_meaning(value) == YAML_MEANS_NULL) {
        put_header(loader, self, header);
        return;
    }
    if (!loader_expand(loader, value, place, EXPAND_SECRET, &header.value))
        return;
    if (strpbrk(header.value.value, "\r\n")) {
        loader_problem(loader, value, place, "a header's value is one line; a line break would forge another header");
        return;
    }
    header.secret = is_credential(key) || setting_is_secret(header.value);
    if (is_credential(key) && header.value.value[0] && !strstr(yaml_text(value).data, "${"))
        hide_literal(loader, &header);
    put_header(loader, self, header);
}

static void read_headers(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    loader_each(loader, value, place, read_header, object);
}

static void read_method(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    static const char what[] = "a method such as GET or POST";
    struct endpoint *endpoint = object;
    const char *text = config_plain(loader, value, place, what);
    char *upper;

    if (!text)
        return;
    if (!is_token(text)) {
        loader_expected(loader, value, place, what);
        return;
    }
    upper = arena_text(&loader->suite->arena, text);
    for (char *at = upper; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    endpoint->method = upper;
}

/* A growing list of any of an endpoint's parts. */
struct growing {
    void *list;
    size_t count, capacity;
};

static void *add(struct loader *loader, struct growing *growing, size_t size)
{
    growing->list = arena_grow(&loader->suite->arena, growing->list, growing->count, &growing->capacity, size);
    return (char *)growing->list + size * growing->count++;
}

/* Candidates are resolved once the endpoint's URL is known; until then they are kept as written. */
static void read_candidate(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    struct candidate candidate = {0};
    const struct place at_url = {place, "url", 0};
    bool whole = item->type == YAML_MAPPING;
    const struct yaml_node *url = whole ? loader_member(item, "url") : item;

    if (!url)
        loader_problem(loader, item, place, "it has no `url` to try");
    /* One that cannot be read keeps its place in the list, without an address. */
    if (!url || !loader_expand(loader, url, whole ? &at_url : place, EXPAND_SECRET, &candidate.url)) {
        *(struct candidate *)add(loader, self, sizeof candidate) = (struct candidate){0};
        return;
    }
    config_add_password(loader, candidate.url.value);
    candidate.url.shown = config_url_shown(&loader->suite->arena, candidate.url.shown);
    candidate.name = candidate.url.shown;
    *(struct candidate *)add(loader, self, sizeof candidate) = candidate;
}

static void read_candidates(struct loader *loader, const struct yaml_node *value, const struct place *place,
                            void *object)
{
    struct endpoint *endpoint = object;
    struct growing growing = {0};

    config_each_item(loader, value, place, true, read_candidate, &growing);
    endpoint->candidates = growing.list;
    endpoint->candidate_count = (uint32_t)growing.count;
}

static void read_origin(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    struct setting setting = {NULL, NULL};
    const char *origin;

    if (!loader_expand(loader, item, place, EXPAND_PLAIN, &setting))
        return;
    origin = loader_is_open(loader, setting.value) ? setting.value : url_origin(setting.value, &loader->suite->arena);
    if (origin)
        *(const char **)add(loader, self, sizeof origin) = origin;
    else
        loader_expected(loader, item, place, "an origin such as https://api.example.com");
}

static void read_origins(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    struct endpoint *endpoint = object;
    struct growing growing = {0};

    config_each_item(loader, value, place, true, read_origin, &growing);
    endpoint->origins = growing.list;
    endpoint->origin_count = (uint32_t)growing.count;
}

/* They are sent and shown alike, so none may be a secret. */
static void read_subprotocol(struct loader *loader, const struct yaml_node *item, const struct place *place,
                             void *self)
{
    struct setting setting = {NULL, NULL};

    if (!loader_expand(loader, item, place, EXPAND_SECRET, &setting))
        return;
    if (setting_is_secret(setting))
        loader_problem(
            loader, item, place,
            "a secret cannot stand here; offer it with the header Sec-WebSocket-Protocol, which may hold one");
    else if (!loader_is_open(loader, setting.value) && !is_token(setting.value))
        loader_expected(loader, item, place, "the name of a subprotocol (RFC 6455, 1.9)");
    else
        *(const char **)add(loader, self, sizeof setting.value) = setting.value;
}

static void read_subprotocols(struct loader *loader, const struct yaml_node *value, const struct place *place,
                              void *object)
{
    struct endpoint *endpoint = object;
    struct growing growing = {0};

    config_each_item(loader, value, place, true, read_subprotocol, &growing);
    endpoint->subprotocols = growing.list;
    endpoint->subprotocol_count = (uint32_t)growing.count;
}

/* host:port:address, as curl's --resolve has it. */
static void read_resolution(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    struct setting setting = {NULL, NULL};
    const char *colon;
    size_t digits;

    if (!loader_expand(loader, item, place, EXPAND_PLAIN, &setting))
        return;
    colon = strchr(setting.value, ':');
    digits = colon ? strspn(colon + 1, "0123456789") : 0;
    if (loader_is_open(loader, setting.value)
        || (colon && colon != setting.value && digits && colon[1 + digits] == ':' && colon[2 + digits]))
        *(struct setting *)add(loader, self, sizeof setting) = setting;
    else
        loader_expected(loader, item, place, "host:port:address, as in api.example.com:443:127.0.0.1");
}

static void read_resolve(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    struct endpoint *endpoint = object;
    struct growing growing = {0};

    config_each_item(loader, value, place, true, read_resolution, &growing);
    endpoint->resolve = growing.list;
    endpoint->resolve_count = (uint32_t)growing.count;
}

static void read_timeout(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    int64_t us;

    if (!config_duration(loader, value, place, &us))
        return;
    if (us > 0)
        ((struct endpoint *)object)->timeout_us = us;
    else
        loader_expected(loader, value, place, "more than nothing");
}

#define AT(member) .offset = offsetof(struct endpoint, member)
#define OWN(function, form_) .type = CONFIG_OWN, .read = (function), .form = (form_)

/* clang-format off: one key a paragraph, as the reference shows them. */
const struct config_field endpoint_fields[] = {
    {.name = "name", .type = CONFIG_TEXT, AT(name), .help = "its identity over all runs"},
    {.name = "url", OWN(read_url, "url"), .help = "http, https, ws or wss"},
    {.name = "kind",
     .type = CONFIG_WORD,
     AT(kind),
     .words = kind_words,
     .help = "what is asked of it; by the URL's scheme where it is not given"},
    {.name = "role",
     .type = CONFIG_WORD,
     AT(role),
     .words = role_words,
     .usual = "required",
     .help = "required: someone depends on it; control: known good; candidate: it may be the right address"},
    {.name = "group", .type = CONFIG_TEXT, AT(group), .help = "under which the report lists it"},
    {.name = "used_by", .type = CONFIG_TEXT, AT(used_by), .help = "who depends on it"},
    {.name = "owner", .type = CONFIG_TEXT, AT(owner), .help = "who mends it"},
    {.name = "headers", OWN(read_headers, "headers"), .help = "names and values; null removes one of the defaults"},
    {.name = "origins",
     OWN(read_origins, "texts"),
     .help = "to which the secret headers of the defaults may go; the suite's one origin where it is not given"},
    {.name = "method", OWN(read_method, "method"), .scope = FOR_HTTP, .usual = "GET", .help = "of the request"},
    {.name = "repeatable",
     .type = CONFIG_BOOL,
     AT(repeatable),
     .usual = "false",
     .help = "a method that is not safe may be sent more than once"},
    {.name = "body",
     OWN(config_read_body, "text_or_object"),
     .fields = config_body_fields,
     .scope = FOR_HTTP,
     .help = "text to send, {file: PATH} or {json: VALUE}"},
    {.name = "timeout", OWN(read_timeout, "duration"), .usual = "10s", .help = "of one attempt, all layers together"},
    {.name = "attempts",
     .type = CONFIG_COUNT,
     AT(attempts),
     .usual = "3",
     .help = "how often it is asked; once for a method that is not safe"},
    {.name = "interval",
     .type = CONFIG_DURATION,
     AT(interval_us),
     .usual = "1s",
     .help = "between the end of an attempt and the start of the next"},
    {.name = "tolerate",
     .type = CONFIG_NUMBER,
     AT(tolerate),
     .usual = "0",
     .help = "how many attempts of a run may fail before it counts as failing"},
    {.name = "follow",
     OWN(config_read_follow, "follow"),
     .usual = "false",
     .help = "redirects at most, true for 5; without, a redirect is the answer"},
    {.name = "http",
     .type = CONFIG_WORD,
     .scope = FOR_HTTP,
     AT(http),
     .words = http_words,
     .usual = "negotiated",
     .help = "version of HTTP that is spoken"},
    {.name = "ip", .type = CONFIG_WORD, AT(family), .words = family_words, .usual = "any", .help = "addresses to use"},
    {.name = "dns",
     OWN(config_read_dns, "dns"),
     .usual = "shared",
     .help = "shared: one lookup a name and run; fresh: one for each attempt"},
    {.name = "reuse",
     .type = CONFIG_BOOL,
     .scope = FOR_HTTP,
     AT(reuse),
     .usual = "false",
     .help = "whether a connection may be used again: then the layers below are not measured"},
    {.name = "origin",
     OWN(config_read_origin_header, "text"),
     .help = "Origin header, as the page's browser sends it"},
    {.name = "deflate",
     .type = CONFIG_BOOL,
     .scope = FOR_WEBSOCKET,
     AT(deflate),
     .usual = "false",
     .help = "whether permessage-deflate is offered"},
    {.name = "send",
     OWN(config_read_send, "send"),
     .scope = FOR_WEBSOCKET,
     .help = "messages to send after the upgrade: text, or {json: VALUE}"},
    {.name = "discover",
     .type = CONFIG_BOOL,
     AT(discover),
     .usual = "false",
     .help = "whether common addresses on its origin may be tried when it fails and has no candidates"},
    {.name = "resolve", OWN(read_resolve, "resolve"), .help = "host:port:address, a list: no DNS for these"},
    {.name = "tls",
     OWN(config_read_tls, "object"),
     .fields = config_tls_fields,
     .help = "whom to trust, and what to show"},
    {.name = "subprotocols",
     OWN(read_subprotocols, "tokens"),
     .scope = FOR_WEBSOCKET,
     .help = "offered in the upgrade"},
    {.name = "max_body", .type = CONFIG_SIZE, AT(max_body), .usual = "8MiB", .help = "read and judged of a body"},
    {.name = "keep_body", .type = CONFIG_SIZE, AT(keep_body), .usual = "64KiB", .help = "kept of it as evidence"},
    {.name = "candidates",
     OWN(read_candidates, "candidates"),
     .help = "paths, URLs or whole endpoints that may be the right address; asked only when it fails"},
    {.name = "expect", OWN(config_read_expect, "object"), .fields = expect_fields, .help = "what a probe must show"},
    {.name = NULL},
};
/* clang-format on */

bool config_read_endpoint(struct loader *loader, const struct yaml_node *node, const struct place *place,
                          const struct endpoint *defaults, bool kind_given, struct endpoint *endpoint)
{
    size_t count = defaults->header_count;
    struct header_setting *headers = count ? arena_new(&loader->suite->arena, count, sizeof *headers) : NULL;

    *endpoint = *defaults;
    for (size_t i = 0; i < count; i++) {
        headers[i] = defaults->headers[i];
        headers[i].from_defaults = true;
    }
    endpoint->headers = headers;
    if (!config_read(loader, node, place, endpoint_fields, endpoint))
        return false;
    kind_given = kind_given || loader_key(node, "kind");
    config_check_endpoint(loader, node, place, endpoint, kind_given);
    return true;
}
