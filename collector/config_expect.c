/* SPDX-License-Identifier: MIT */
/* `expect:` of a config: each key becomes one expectation, or several. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/nearest.h"
#include "collector/config_fields.h"
#include "collector/expect.h"
#include "collector/quantity.h"

/* The expectations of one endpoint while they are read. */
enum { MESSAGES_EXPECTED_MOST = 20 };

struct expecting {
    struct loader *loader;
    struct endpoint *endpoint;
    struct expectation *list;
    size_t count, capacity;
};

static bool same_object(const struct expectation *a, const struct expectation *b)
{
    if (a->subject != b->subject || a->message != b->message || !a->key != !b->key)
        return false;
    return !a->key || (a->subject == EXPECT_HEADER ? strcasecmp(a->key, b->key) : strcmp(a->key, b->key)) == 0;
}

/* One that the defaults had of the same thing gives way. */
static void drop_inherited(struct expecting *expecting, const struct expectation *expectation)
{
    const struct endpoint *endpoint = expecting->endpoint;
    struct expectation *kept =
        arena_new(&expecting->loader->suite->arena, endpoint->expectation_count + 1, sizeof *kept);
    size_t count = 0;

    for (size_t i = 0; i < endpoint->expectation_count; i++)
        if (!same_object(&endpoint->expectations[i], expectation))
            kept[count++] = endpoint->expectations[i];
    expecting->endpoint->expectations = kept;
    expecting->endpoint->expectation_count = count;
}

static void add(struct expecting *expecting, const yaml_node_t *node, const struct place *place,
                struct expectation expectation)
{
    struct arena *arena = &expecting->loader->suite->arena;
    struct error err = {0};

    if (!(expectation.wanted.value && loader_is_open(expecting->loader, expectation.wanted.value))
        && !expect_check(&expectation, &err)) {
        loader_problem(expecting->loader, node, place, "%s", err.text);
        return;
    }
    expectation.key = arena_text(arena, expectation.key);
    expectation.words = expect_words(&expectation, arena);
    drop_inherited(expecting, &expectation);
    expecting->list =
        arena_grow(arena, expecting->list, expecting->count, &expecting->capacity, sizeof *expecting->list);
    expecting->list[expecting->count++] = expectation;
}

/* As JSON text: a string is quoted, another scalar is what YAML says that it is. */
static const char *json_of(struct loader *loader, const yaml_node_t *node, const struct place *place,
                           const char *plain)
{
    bool is_text = yaml_meaning(node) == YAML_MEANS_STRING;
    json_t *value = is_text ? json_string(plain) : config_number(loader, node, place);
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    const char *kept = arena_text(&loader->suite->arena, text);

    if (is_text && !value)
        loader_expected(loader, node, place, "valid UTF-8");
    json_decref(value);
    free(text);
    return kept;
}

/* A value as what it is compared with: text for texts, JSON for JSON subjects. */
static bool read_wanted(struct loader *loader, const yaml_node_t *node, const struct place *place, bool json,
                        struct setting *wanted)
{
    bool open, is_secret;

    if (json && node->type == YAML_SCALAR_NODE && yaml_meaning(node) == YAML_MEANS_NULL) {
        *wanted = (struct setting){"null", "null"};
        return true;
    }
    if (!loader_expand(loader, node, place, EXPAND_SECRET, wanted))
        return false;
    open = loader_is_open(loader, wanted->value);
    if (!json || open)
        return true;
    is_secret = setting_is_secret(*wanted);
    wanted->value = json_of(loader, node, place, wanted->value);
    wanted->shown = is_secret && wanted->value ? json_of(loader, node, place, wanted->shown) : wanted->value;
    return wanted->value && wanted->shown;
}

static bool is_json_subject(enum expect_subject subject)
{
    return subject == EXPECT_JSON || subject == EXPECT_MESSAGE_JSON;
}

static bool read_number(struct loader *loader, const yaml_node_t *node, const struct place *place, double *number)
{
    const char *text = config_plain(loader, node, place, "a number");
    char *end;

    if (!text)
        return false;
    *number = strtod(text, &end);
    return (end != text && *end == '\0' && isfinite(*number)) || loader_expected(loader, node, place, "a number");
}

/* A size in bytes, with or without its unit. */
static bool read_bytes(struct loader *loader, const yaml_node_t *node, const struct place *place, double *number)
{
    const char *text = config_plain(loader, node, place, quantity_sizes);
    uint64_t bytes;

    if (!text)
        return false;
    if (!quantity_size(text, &bytes))
        return loader_expected(loader, node, place, quantity_sizes);
    *number = (double)bytes;
    return true;
}

struct matching {
    struct expecting *expecting;
    struct expectation base;
};

static const struct {
    const char *name;
    enum expect_operator operator;
} operators[] = {{"equals", OPERATOR_EQUALS}, {"contains", OPERATOR_CONTAINS}, {"matches", OPERATOR_MATCHES},
                 {"type", OPERATOR_TYPE},     {"at_least", OPERATOR_AT_LEAST}, {"at_most", OPERATOR_AT_MOST},
                 {"exists", OPERATOR_EXISTS}, {"absent", OPERATOR_ABSENT}};
enum { OPERATOR_COUNT = sizeof operators / sizeof *operators };

static void unknown_operator(struct loader *loader, const yaml_node_t *node, const struct place *place,
                             const char *key)
{
    const char *names[OPERATOR_COUNT];
    const char *close;

    for (size_t i = 0; i < OPERATOR_COUNT; i++)
        names[i] = operators[i].name;
    close = nearest_word(key, names, OPERATOR_COUNT);
    if (close)
        loader_problem(loader, node, place, "unknown comparison `%s` (did you mean `%s`?)", key, close);
    else
        loader_problem(loader, node, place,
                       "unknown comparison `%s`; there are equals, contains, matches, exists, absent, type, at_least "
                       "and at_most",
                       key);
}

static void read_operator(struct loader *loader, const char *key, const yaml_node_t *key_node,
                          const yaml_node_t *value, const struct place *place, void *self)
{
    struct matching *matching = self;
    struct expectation expectation = matching->base;
    bool size = expectation.subject == EXPECT_SIZE;
    bool flag = true, ok = true;
    size_t i = 0;

    while (i < OPERATOR_COUNT && strcmp(operators[i].name, key) != 0)
        i++;
    if (i == OPERATOR_COUNT) {
        unknown_operator(loader, key_node, place->outer, key);
        return;
    }
    expectation.operator= operators[i].operator;
    switch (expectation.operator) {
    case OPERATOR_EXISTS:
    case OPERATOR_ABSENT:
        ok = config_bool(loader, value, place, &flag);
        if (!flag)
            expectation.operator= expectation.operator== OPERATOR_EXISTS ? OPERATOR_ABSENT : OPERATOR_EXISTS;
        break;
    case OPERATOR_AT_LEAST:
    case OPERATOR_AT_MOST:
        ok = size ? read_bytes(loader, value, place, &expectation.number)
                  : read_number(loader, value, place, &expectation.number);
        break;
    case OPERATOR_EQUALS:
        if (size) {
            ok = read_bytes(loader, value, place, &expectation.number);
            break;
        }
        ok = read_wanted(loader, value, place, is_json_subject(expectation.subject), &expectation.wanted);
        break;
    default:
        ok = loader_expand(loader, value, place, EXPAND_SECRET, &expectation.wanted);
    }
    if (ok)
        add(matching->expecting, value, place, expectation);
}

/* A plain value means equals; a mapping holds comparisons. */
static void read_comparison(struct expecting *expecting, const yaml_node_t *node, const struct place *place,
                            struct expectation base)
{
    struct matching matching = {expecting, base};
    struct loader *loader = expecting->loader;

    if (node->type == YAML_MAPPING_NODE) {
        loader_each(loader, node, place, read_operator, &matching);
    } else if (node->type == YAML_SEQUENCE_NODE) {
        loader_expected(loader, node, place, "a value, or a comparison such as {contains: …}");
    } else {
        base.operator= OPERATOR_EQUALS;
        if (read_wanted(loader, node, place, is_json_subject(base.subject), &base.wanted))
            add(expecting, node, place, base);
    }
}

/* A mapping of header names or JSON pointers, each with a comparison. */
static void read_keyed(struct loader *loader, const char *key, const yaml_node_t *key_node, const yaml_node_t *value,
                       const struct place *place, void *self)
{
    struct matching *matching = self;
    struct expectation base = matching->base;

    (void)loader;
    (void)key_node;
    base.key = key;
    read_comparison(matching->expecting, value, place, base);
}

static void read_json(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    struct matching matching = {self, {.subject = EXPECT_JSON}};

    loader_each(loader, value, place, read_keyed, &matching);
}

static void read_header(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    struct matching matching = {self, {.subject = EXPECT_HEADER}};

    loader_each(loader, value, place, read_keyed, &matching);
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

static void add_status(struct loader *loader, const yaml_node_t *item, const struct place *place, void *self)
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

static void read_status(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    struct expecting *expecting = self;
    struct buf list = BUF_INIT;
    const char *text;

    config_each_item(loader, value, place, true, add_status, &list);
    text = arena_text(&loader->suite->arena, list.data);
    if (list.len)
        add(expecting, value, place,
            (struct expectation){.subject = EXPECT_STATUS, .operator= OPERATOR_STATUS, .wanted = {text, text}});
    else if (value->type == YAML_SEQUENCE_NODE && value->data.sequence.items.start == value->data.sequence.items.top)
        loader_expected(loader, value, place, statuses);
    buf_free(&list);
}

static void add_timed(struct expecting *expecting, const yaml_node_t *value, const struct place *place,
                      enum expect_subject subject, enum expect_operator operator)
{
    int64_t us;

    if (config_duration(expecting->loader, value, place, &us))
        add(expecting, value, place,
            (struct expectation){.subject = subject, .operator= operator, .number =(double) us});
}

static void read_time(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    (void)loader;
    add_timed(self, value, place, EXPECT_TIME, OPERATOR_AT_MOST);
}

static void read_certificate(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    (void)loader;
    add_timed(self, value, place, EXPECT_CERTIFICATE, OPERATOR_AT_LEAST);
}

static void read_ping(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    bool flag = true;

    if (value->type == YAML_SCALAR_NODE && yaml_meaning(value) == YAML_MEANS_BOOL) {
        const struct expectation ping = {.subject = EXPECT_PING, .operator= OPERATOR_AT_MOST };

        if (config_bool(loader, value, place, &flag) && flag)
            add(self, value, place, ping);
        else
            drop_inherited(self, &ping);
        return;
    }
    add_timed(self, value, place, EXPECT_PING, OPERATOR_AT_MOST);
}

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdefABCDEF") == 64;
}

static void read_sha256(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
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
    add(self, value, place,
        (struct expectation){.subject = EXPECT_BODY_SHA256, .operator= OPERATOR_EQUALS, .wanted = {lower, lower}});
}

/* `sha256` is no comparison of the text, and stands among them. */
static void read_body_member(struct loader *loader, const char *key, const yaml_node_t *key_node,
                             const yaml_node_t *value, const struct place *place, void *self)
{
    struct matching *matching = self;

    if (strcmp(key, "sha256") == 0)
        read_sha256(loader, value, place, matching->expecting);
    else
        read_operator(loader, key, key_node, value, place, self);
}

static void read_body(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    struct matching matching = {self, {.subject = EXPECT_BODY}};

    if (value->type == YAML_MAPPING_NODE)
        loader_each(loader, value, place, read_body_member, &matching);
    else
        read_comparison(self, value, place, matching.base);
}

static void read_url(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    (void)loader;
    read_comparison(self, value, place, (struct expectation){.subject = EXPECT_URL});
}

static void read_version(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    static const char what[] = "a version of HTTP: 1.0, 1.1, 2 or 3";
    const char *text = config_plain(loader, value, place, what);

    if (!text)
        return;
    if (strcmp(text, "1.0") == 0 || strcmp(text, "1.1") == 0 || strcmp(text, "2") == 0 || strcmp(text, "3") == 0)
        add(self, value, place,
            (struct expectation){.subject = EXPECT_VERSION, .operator= OPERATOR_EQUALS, .wanted = {text, text}});
    else
        loader_expected(loader, value, place, what);
}

static void read_open(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    (void)loader;
    add_timed(self, value, place, EXPECT_OPEN, OPERATOR_AT_LEAST);
}

/* What a close frame may carry (RFC 6455, 7.4), and 1005 and 1006 for none. */
static void read_close(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    static const char what[] = "a close code from 1000 to 4999";
    const char *text = config_plain(loader, value, place, what);
    long code = text && strlen(text) == 4 && strspn(text, "0123456789") == 4 ? strtol(text, NULL, 10) : 0;

    if (code >= 1000 && code <= 4999)
        add(self, value, place,
            (struct expectation){.subject = EXPECT_CLOSE, .operator= OPERATOR_EQUALS, .number = (double)code});
    else if (text)
        loader_expected(loader, value, place, what);
}

static void read_type(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    (void)loader;
    read_comparison(self, value, place, (struct expectation){.subject = EXPECT_TYPE});
}

static void read_subprotocol(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    (void)loader;
    read_comparison(self, value, place, (struct expectation){.subject = EXPECT_SUBPROTOCOL});
}

static void read_size(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    struct expectation base = {.subject = EXPECT_SIZE, .operator= OPERATOR_EQUALS };

    if (value->type == YAML_MAPPING_NODE)
        read_comparison(self, value, place, base);
    else if (read_bytes(loader, value, place, &base.number))
        add(self, value, place, base);
}

/* One message while its keys are read: `within` holds for all of them, wherever it stands. */
struct messaging {
    struct expecting *expecting;
    int64_t within_us;
    unsigned number; /* of the server's messages, from 0 */
};

static void read_message_json(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    struct messaging *messaging = self;
    struct matching matching = {messaging->expecting, {.subject = EXPECT_MESSAGE_JSON, .message = messaging->number}};

    loader_each(loader, value, place, read_keyed, &matching);
}

static void read_message_text(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    struct messaging *messaging = self;

    (void)loader;
    read_comparison(messaging->expecting, value, place,
                    (struct expectation){.subject = EXPECT_MESSAGE_TEXT, .message = messaging->number});
}

static const struct config_field message_fields[] = {
    {.name = "json", .type = CONFIG_OWN, .read = read_message_json, .help = "JSON pointer: value, or a comparison"},
    {.name = "text", .type = CONFIG_OWN, .read = read_message_text, .help = "the whole of it, or a comparison"},
    {.name = "within",
     .type = CONFIG_DURATION,
     .offset = offsetof(struct messaging, within_us),
     .help = "it comes at most that long after the upgrade; within the timeout where it is not given"},
    {.name = NULL},
};

static void read_numbered(struct loader *loader, const yaml_node_t *value, const struct place *place,
                          struct expecting *expecting, unsigned number)
{
    struct messaging messaging = {expecting, 0, number};
    size_t first = expecting->count;

    config_read(loader, value, place, message_fields, &messaging);
    /* `within` alone, or nothing, wants any message. */
    if (expecting->count == first && (messaging.within_us > 0 || number > 0))
        add(expecting, value, place,
            (struct expectation){.subject = EXPECT_MESSAGE_TEXT, .operator= OPERATOR_EXISTS, .message = number});
    for (size_t i = first; i < expecting->count && messaging.within_us > 0; i++) {
        expecting->list[i].within_us = messaging.within_us;
        expecting->list[i].words = expect_words(&expecting->list[i], &loader->suite->arena);
    }
}

static void read_message(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    read_numbered(loader, value, place, self, 0);
}

struct sequence {
    struct expecting *expecting;
    unsigned count;
};

static void read_next(struct loader *loader, const yaml_node_t *item, const struct place *place, void *self)
{
    struct sequence *sequence = self;

    if (sequence->count == MESSAGES_EXPECTED_MOST)
        loader_problem(loader, item, place, "at most %d messages can be expected", MESSAGES_EXPECTED_MOST);
    if (sequence->count++ < MESSAGES_EXPECTED_MOST)
        read_numbered(loader, item, place, sequence->expecting, sequence->count - 1);
}

static void read_messages(struct loader *loader, const yaml_node_t *value, const struct place *place, void *self)
{
    struct sequence sequence = {self, 0};

    config_each_item(loader, value, place, false, read_next, &sequence);
}

#define OWN(function) .type = CONFIG_OWN, .read = function

const struct config_field expect_fields[] = {
    {.name = "status",
     OWN(read_status),
     .usual = "2xx; 101 of a WebSocket",
     .help = "200, 2xx or a list; of a WebSocket also the status of a refusal that is wanted"},
    {.name = "time", OWN(read_time), .help = "the whole attempt takes at most this"},
    {.name = "certificate", OWN(read_certificate), .help = "it is valid for at least that much longer"},
    {.name = "header", OWN(read_header), .help = "name: value, or a comparison"},
    {.name = "body", OWN(read_body), .scope = FOR_HTTP, .help = "{contains: ...}, {matches: ...} or {sha256: ...}"},
    {.name = "json", OWN(read_json), .scope = FOR_HTTP, .help = "JSON pointer: value, or a comparison"},
    {.name = "type", OWN(read_type), .scope = FOR_HTTP, .help = "content type, without parameters"},
    {.name = "size", OWN(read_size), .scope = FOR_HTTP, .help = "bytes, or {at_least: ...} {at_most: ...}"},
    {.name = "version", OWN(read_version), .scope = FOR_HTTP, .help = "of HTTP, in which the answer came"},
    {.name = "url", OWN(read_url), .scope = FOR_HTTP, .help = "where redirects led, or a comparison"},
    {.name = "messages",
     .fields = message_fields,
     OWN(read_messages),
     .scope = FOR_WEBSOCKET,
     .help = "the first messages, a list in their order, each like `message`"},
    {.name = "open", OWN(read_open), .scope = FOR_WEBSOCKET, .help = "how long it must stay open after the upgrade"},
    {.name = "close", OWN(read_close), .scope = FOR_WEBSOCKET, .help = "close code that the server must send"},
    {.name = "message",
     .fields = message_fields,
     OWN(read_message),
     .scope = FOR_WEBSOCKET,
     .help = "the first message: json, text, within"},
    {.name = "subprotocol", OWN(read_subprotocol), .scope = FOR_WEBSOCKET, .help = "that must be agreed on"},
    {.name = "ping",
     OWN(read_ping),
     .scope = FOR_WEBSOCKET,
     .help = "true, or the time within which a pong must come"},
    {.name = NULL},
};

void config_read_expect(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
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
    endpoint->expectation_count += expecting.count;
}
