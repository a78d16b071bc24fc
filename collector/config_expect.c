/* SPDX-License-Identifier: MIT */
/* `expect:` of a config: each key becomes one expectation, or several. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "collector/config_expecting.h"

static void read_json(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    struct matching matching = {self, {.subject = EXPECT_JSON}};

    loader_each(loader, value, place, comparison_read_keyed, &matching);
}

static void read_header(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    struct matching matching = {self, {.subject = EXPECT_HEADER}};

    loader_each(loader, value, place, comparison_read_keyed, &matching);
}

static const char statuses[] = "a status such as 200 or 2xx, or a list of them";

/* What could be a status, with a digit or an x in the last two places. */
static bool is_status(const char *text)
{
    if (strlen(text) != 3 || text[0] < '1' || text[0] > '5')
        return false;
    return (isdigit((unsigned char)text[1]) && isdigit((unsigned char)text[2]))
           || (tolower((unsigned char)text[1]) == 'x' && tolower((unsigned char)text[2]) == 'x');
}

static void add_status(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    struct buf *list = self;
    const char *text = config_plain(loader, item, place, statuses);

    if (!text)
        return;
    if (is_status(text))
        buf_printf(list, "%s%s", list->len ? " " : "", text);
    else
        loader_expected(loader, item, place, statuses);
}

static void read_status(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    struct expecting *expecting = self;
    struct buf list = BUF_INIT;
    const char *text;

    config_each_item(loader, value, place, true, add_status, &list);
    text = arena_text(&loader->suite->arena, list.data);
    if (list.len)
        expecting_add(
            expecting, value, place,
            (struct expectation){.subject = EXPECT_STATUS, .operator= OPERATOR_STATUS, .wanted = {text, text}});
    else if (value->type == YAML_SEQUENCE && value->count == 0)
        loader_expected(loader, value, place, statuses);
    buf_free(&list);
}

static void add_timed(struct expecting *expecting, const struct yaml_node *value, const struct place *place,
                      enum expect_subject subject, enum expect_operator operator)
{
    int64_t us;

    if (config_duration(expecting->loader, value, place, &us))
        expecting_add(expecting, value, place,
                      (struct expectation){.subject = subject, .operator= operator, .number =(double) us});
}

static void read_time(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    (void)loader;
    add_timed(self, value, place, EXPECT_TIME, OPERATOR_AT_MOST);
}

static void read_certificate(struct loader *loader, const struct yaml_node *value, const struct place *place,
                             void *self)
{
    (void)loader;
    add_timed(self, value, place, EXPECT_CERTIFICATE, OPERATOR_AT_LEAST);
}

static void read_ping(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    bool flag = true;

    if (value->type == YAML_SCALAR && yaml_meaning(value) == YAML_MEANS_BOOL) {
        const struct expectation ping = {.subject = EXPECT_PING, .operator= OPERATOR_AT_MOST };

        if (config_bool(loader, value, place, &flag) && flag)
            expecting_add(self, value, place, ping);
        else
            expecting_drop(self, &ping);
        return;
    }
    add_timed(self, value, place, EXPECT_PING, OPERATOR_AT_MOST);
}

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdefABCDEF") == 64;
}

static void read_sha256(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    static const char what[] = "a SHA-256 as 64 hexadecimal digits";
    const char *text = config_plain(loader, value, place, what);
    char *lower;

    if (!text)
        return;
    if (!is_sha256(text)) {
        loader_expected(loader, value, place, what);
        return;
    }
    lower = arena_text(&loader->suite->arena, text);
    for (char *c = lower; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    expecting_add(
        self, value, place,
        (struct expectation){.subject = EXPECT_BODY_SHA256, .operator= OPERATOR_EQUALS, .wanted = {lower, lower}});
}

/* `sha256` is no comparison of the text, and stands among them. */
static void read_body_member(struct loader *loader, const char *key, const struct yaml_node *key_node,
                             const struct yaml_node *value, const struct place *place, void *self)
{
    struct matching *matching = self;

    if (strcmp(key, "sha256") == 0)
        read_sha256(loader, value, place, matching->expecting);
    else
        comparison_read_operator(loader, key, key_node, value, place, self);
}

static void read_body(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    struct matching matching = {self, {.subject = EXPECT_BODY}};

    if (value->type == YAML_MAPPING)
        loader_each(loader, value, place, read_body_member, &matching);
    else
        comparison_read(self, value, place, matching.base);
}

static void read_url(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    (void)loader;
    comparison_read(self, value, place, (struct expectation){.subject = EXPECT_URL});
}

static void read_version(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    static const char what[] = "a version of HTTP: 1.0, 1.1, 2 or 3";
    const char *text = config_plain(loader, value, place, what);

    if (!text)
        return;
    if (strcmp(text, "1.0") == 0 || strcmp(text, "1.1") == 0 || strcmp(text, "2") == 0 || strcmp(text, "3") == 0)
        expecting_add(
            self, value, place,
            (struct expectation){.subject = EXPECT_VERSION, .operator= OPERATOR_EQUALS, .wanted = {text, text}});
    else
        loader_expected(loader, value, place, what);
}

static void read_open(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    (void)loader;
    add_timed(self, value, place, EXPECT_OPEN, OPERATOR_AT_LEAST);
}

/* What a close frame may carry (RFC 6455, 7.4), and 1005 and 1006 for none. */
static void read_close(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    static const char what[] = "a close code from 1000 to 4999";
    const char *text = config_plain(loader, value, place, what);
    long code = text && strlen(text) == 4 && strspn(text, "0123456789") == 4 ? strtol(text, NULL, 10) : 0;

    if (code >= 1000 && code <= 4999)
        expecting_add(
            self, value, place,
            (struct expectation){.subject = EXPECT_CLOSE, .operator= OPERATOR_EQUALS, .number = (double)code});
    else if (text)
        loader_expected(loader, value, place, what);
}

static void read_type(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    (void)loader;
    comparison_read(self, value, place, (struct expectation){.subject = EXPECT_TYPE});
}

static void read_subprotocol(struct loader *loader, const struct yaml_node *value, const struct place *place,
                             void *self)
{
    (void)loader;
    comparison_read(self, value, place, (struct expectation){.subject = EXPECT_SUBPROTOCOL});
}

static void read_size(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    struct expectation base = {.subject = EXPECT_SIZE, .operator= OPERATOR_EQUALS };

    if (value->type == YAML_MAPPING)
        comparison_read(self, value, place, base);
    else if (comparison_read_bytes(loader, value, place, &base.number))
        expecting_add(self, value, place, base);
}

#define OWN(function, form_) .type = CONFIG_OWN, .read = (function), .form = (form_)

const struct config_field expect_fields[] = {
    {.name = "status",
     OWN(read_status, "status"),
     .usual = "2xx; 101 of a WebSocket",
     .help = "200, 2xx or a list; of a WebSocket also the status of a refusal that is wanted"},
    {.name = "time", OWN(read_time, "duration"), .help = "the whole attempt takes at most this"},
    {.name = "certificate", OWN(read_certificate, "duration"), .help = "it is valid for at least that much longer"},
    {.name = "header", OWN(read_header, "compared_by_name"), .help = "name: value, or a comparison"},
    {.name = "body",
     OWN(read_body, "body"),
     .scope = FOR_HTTP,
     .help = "{contains: ...}, {matches: ...} or {sha256: ...}"},
    {.name = "json",
     OWN(read_json, "compared_by_pointer"),
     .scope = FOR_HTTP,
     .help = "JSON pointer: value, or a comparison"},
    {.name = "type", OWN(read_type, "compared"), .scope = FOR_HTTP, .help = "content type, without parameters"},
    {.name = "size",
     OWN(read_size, "compared_size"),
     .scope = FOR_HTTP,
     .help = "bytes, or {at_least: ...} {at_most: ...}"},
    {.name = "version", OWN(read_version, "version"), .scope = FOR_HTTP, .help = "of HTTP, in which the answer came"},
    {.name = "url", OWN(read_url, "compared"), .scope = FOR_HTTP, .help = "where redirects led, or a comparison"},
    {.name = "messages",
     .fields = message_fields,
     OWN(message_read_list, "list"),
     .scope = FOR_WEBSOCKET,
     .help = "the first messages, a list in their order, each like `message`"},
    {.name = "open",
     OWN(read_open, "duration"),
     .scope = FOR_WEBSOCKET,
     .help = "how long it must stay open after the upgrade"},
    {.name = "close",
     OWN(read_close, "close"),
     .scope = FOR_WEBSOCKET,
     .help = "close code that the server must send"},
    {.name = "message",
     .fields = message_fields,
     OWN(message_read, "object"),
     .scope = FOR_WEBSOCKET,
     .help = "the first message: json, text, within"},
    {.name = "subprotocol",
     OWN(read_subprotocol, "compared"),
     .scope = FOR_WEBSOCKET,
     .help = "that must be agreed on"},
    {.name = "ping",
     OWN(read_ping, "ping"),
     .scope = FOR_WEBSOCKET,
     .help = "true, or the time within which a pong must come"},
    {.name = NULL},
};

void config_read_expect(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    struct endpoint *endpoint = object;
    struct expecting expecting = {.loader = loader, .endpoint = endpoint};
    struct expectation *all;

    config_read(loader, value, place, expect_fields, &expecting);
    all = arena_new(&loader->suite->arena, endpoint->expectation_count + expecting.count + 1, sizeof *all);
    if (endpoint->expectation_count)
        memcpy(all, endpoint->expectations, endpoint->expectation_count * sizeof *all);
    if (expecting.count)
        memcpy(all + endpoint->expectation_count, expecting.list, expecting.count * sizeof *all);
    endpoint->expectations = all;
    endpoint->expectation_count += (uint32_t)expecting.count;
}
