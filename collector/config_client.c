/* SPDX-License-Identifier: MIT */
/* How an endpoint is asked: what is sent, by which way, and what is followed. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "collector/config_endpoint.h"
#include "collector/config_fields.h"
#include "collector/config_include.h"

enum { FOLLOW_USUAL = 5, FOLLOW_MOST = 20, JSON_DEPTH_MOST = 64 };

/* A path as a message may have it: with the names of its variables, whose values may be secrets elsewhere. */
static const char *shown_path(const struct yaml_node *value, const char *path)
{
    return strstr(yaml_text(value).data, "${") ? yaml_text(value).data : path;
}

void config_read_follow(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    static const char what[] = "how many redirects at most (up to 20), true or false";
    struct endpoint *endpoint = object;
    const char *text = config_plain(loader, value, place, what);
    size_t digits;

    if (!text)
        return;
    digits = strspn(text, "0123456789");
    if (strcmp(text, "true") == 0)
        endpoint->follow = FOLLOW_USUAL;
    else if (strcmp(text, "false") == 0)
        endpoint->follow = 0;
    else if (digits > 0 && digits < 4 && !text[digits] && strtoul(text, NULL, 10) <= FOLLOW_MOST)
        endpoint->follow = (unsigned)strtoul(text, NULL, 10);
    else
        loader_expected(loader, value, place, what);
}

void config_read_dns(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    static const char what[] = "shared (one lookup a run) or fresh (one for each attempt)";
    const char *text = config_plain(loader, value, place, what);

    if (text && (strcmp(text, "shared") == 0 || strcmp(text, "fresh") == 0))
        ((struct endpoint *)object)->dns_fresh = strcmp(text, "fresh") == 0;
    else if (text)
        loader_expected(loader, value, place, what);
}

void config_read_origin_header(struct loader *loader, const struct yaml_node *value, const struct place *place,
                               void *object)
{
    struct setting origin = {NULL, NULL};

    if (!loader_expand(loader, value, place, EXPAND_SECRET, &origin))
        return;
    if (strpbrk(origin.value, "\r\n \t"))
        loader_expected(loader, value, place, "an origin such as https://app.example.com");
    else
        ((struct endpoint *)object)->origin = origin;
}

/* YAML as JSON, twice: as sent and as shown. */
struct both {
    json_t *value, *shown;
};

static struct both json_of(struct loader *loader, const struct yaml_node *node, const struct place *place,
                           unsigned depth, bool *ok);

struct members {
    struct both both;
    unsigned depth;
    bool *ok;
};

static void add_member(struct loader *loader, const char *key, const struct yaml_node *key_node,
                       const struct yaml_node *value, const struct place *place, void *self)
{
    struct members *members = self;
    struct both member = json_of(loader, value, place, members->depth + 1, members->ok);

    (void)key_node;
    json_object_set_new(members->both.value, key, member.value);
    json_object_set_new(members->both.shown, key, member.shown);
}

static void add_item(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    struct members *members = self;
    struct both element = json_of(loader, item, place, members->depth + 1, members->ok);

    json_array_append_new(members->both.value, element.value);
    json_array_append_new(members->both.shown, element.shown);
}

static struct both scalar_json(struct loader *loader, const struct yaml_node *node, const struct place *place,
                               bool *ok)
{
    struct setting text = {NULL, NULL};
    json_t *value;

    if (yaml_meaning(node) != YAML_MEANS_STRING) {
        value = config_number(loader, node, place);
        *ok = *ok && value;
        if (!value)
            value = json_null();
        return (struct both){value, json_incref(value)};
    }
    if (!loader_expand(loader, node, place, EXPAND_SECRET, &text)) {
        *ok = false;
        return (struct both){json_null(), json_null()};
    }
    return (struct both){json_string(text.value), json_string(text.shown)};
}

static struct both json_of(struct loader *loader, const struct yaml_node *node, const struct place *place,
                           unsigned depth, bool *ok)
{
    struct members members = {{NULL, NULL}, depth, ok};

    if (depth > JSON_DEPTH_MOST || !loader_visit(loader, node, place)) {
        loader_problem(loader, node, place, "this is nested too deeply");
        *ok = false;
        return (struct both){json_null(), json_null()};
    }
    if (node->type == YAML_SCALAR)
        return scalar_json(loader, node, place, ok);
    if (node->type == YAML_MAPPING) {
        members.both = (struct both){json_object(), json_object()};
        loader_each(loader, node, place, add_member, &members);
    } else {
        members.both = (struct both){json_array(), json_array()};
        config_each_item(loader, node, place, false, add_item, &members);
    }
    return members.both;
}

static const char *dumped(struct loader *loader, json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    const char *kept = arena_text(&loader->suite->arena, text);

    free(text);
    json_decref(value);
    return kept;
}

/* `node` as the text of a JSON document. */
static bool read_json_text(struct loader *loader, const struct yaml_node *node, const struct place *place,
                           struct setting *setting)
{
    bool ok = true;
    struct both both = json_of(loader, node, place, 0, &ok);

    setting->value = dumped(loader, both.value);
    setting->shown = dumped(loader, both.shown);
    if (!setting->value || !setting->shown)
        return loader_expected(loader, node, place, "what JSON can say");
    return ok;
}

static void read_body_json(struct loader *loader, const struct yaml_node *value, const struct place *place,
                           void *object)
{
    struct endpoint *endpoint = object;

    if (read_json_text(loader, value, place, &endpoint->body))
        endpoint->body_type = "application/json";
}

/* What is sent is what the file holds when the run starts; what is shown is its name. */
static void read_body_file(struct loader *loader, const struct yaml_node *value, const struct place *place,
                           void *object)
{
    struct arena *arena = &loader->suite->arena;
    struct setting setting = {NULL, NULL};
    struct buf text = BUF_INIT;
    struct error err = {0};
    const char *path;

    if (!loader_expand(loader, value, place, EXPAND_PLAIN, &setting) || loader_is_open(loader, setting.value))
        return;
    path = loader_path(loader, setting.value);
    if (access(path, R_OK) != 0)
        loader_problem(loader, value, place, "cannot read %s: %s", shown_path(value, path), strerror(errno));
    else if (!config_read_file(path, &text, &err))
        loader_problem(loader, value, place, "%s", err.text);
    else if (memchr(text.data, '\0', text.len))
        loader_problem(loader, value, place, "%s holds a NUL character, which no body of ours may",
                       shown_path(value, path));
    else
        ((struct endpoint *)object)->body =
            (struct setting){arena_text(arena, text.data), arena_printf(arena, "{file: %s}", setting.value)};
    buf_free(&text);
}

const struct config_field config_body_fields[] = {
    {.name = "file",
     .type = CONFIG_OWN,
     .read = read_body_file,
     .form = "text",
     .help = "path of a file that is sent"},
    {.name = "json",
     .type = CONFIG_OWN,
     .read = read_body_json,
     .form = "any",
     .help = "a value that is sent as JSON"},
    {.name = NULL},
};

void config_read_body(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    struct endpoint *endpoint = object;
    struct setting setting = {NULL, NULL};

    endpoint->body_type = NULL;
    if (value->type == YAML_MAPPING) {
        if (loader_key(value, "file") && loader_key(value, "json"))
            loader_problem(loader, value, place, "it has one of `file` and `json`");
        config_read(loader, value, place, config_body_fields, endpoint);
    } else if (loader_expand(loader, value, place, EXPAND_SECRET, &setting)) {
        endpoint->body = setting;
    }
}

struct sending {
    struct setting *list;
    size_t count, capacity;
};

static void read_message(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    struct sending *sending = self;
    struct setting message = {NULL, NULL};
    const struct yaml_node *json = item->type == YAML_MAPPING ? loader_member(item, "json") : NULL;
    bool read;

    if (item->type == YAML_MAPPING && !json) {
        loader_expected(loader, item, place, "text or {json: ...}");
        return;
    }
    read = json ? read_json_text(loader, json, place, &message)
                : loader_expand(loader, item, place, EXPAND_SECRET, &message);
    if (!read)
        return;
    sending->list =
        arena_grow(&loader->suite->arena, sending->list, sending->count, &sending->capacity, sizeof *sending->list);
    sending->list[sending->count++] = message;
}

void config_read_send(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    struct endpoint *endpoint = object;
    struct sending sending = {0};

    config_each_item(loader, value, place, true, read_message, &sending);
    endpoint->send = sending.list;
    endpoint->send_count = (uint32_t)sending.count;
}

/* A certificate may stand in one file with its key. */
static bool holds_key(const char *path)
{
    struct buf text = BUF_INIT;
    struct error err = {0};
    bool found = config_read_file(path, &text, &err) && memmem(text.data, text.len, "PRIVATE KEY-----", 16);

    buf_free(&text);
    return found;
}

/* A PEM file that must be there when it is needed; one with a key is for its owner alone. */
static const char *read_pem(struct loader *loader, const struct yaml_node *value, const struct place *place,
                            bool is_key)
{
    struct setting setting = {NULL, NULL};
    struct stat status;
    const char *path;

    if (!loader_expand(loader, value, place, EXPAND_PLAIN, &setting) || loader_is_open(loader, setting.value))
        return NULL;
    path = loader_path(loader, setting.value);
    if (loader->variables == VARIABLES_OPTIONAL)
        return path;
    if (stat(path, &status) != 0 || access(path, R_OK) != 0)
        loader_problem(loader, value, place, "cannot read %s: %s", shown_path(value, path), strerror(errno));
    else if (S_ISDIR(status.st_mode))
        loader_problem(loader, value, place, "%s is a folder; a PEM file is wanted", shown_path(value, path));
    else if ((status.st_mode & (S_IWGRP | S_IRWXO)) != 0 && (is_key || holds_key(path)))
        loader_problem(loader, value, place, "%s holds a key and others may read it: `chmod 600` it",
                       shown_path(value, path));
    return path;
}

/* Whether it can be read is seen by the probes, which then say `tls-ca-unreadable`. */
static void read_ca(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    struct setting setting = {NULL, NULL};

    if (loader_expand(loader, value, place, EXPAND_PLAIN, &setting))
        ((struct tls_settings *)object)->ca = loader_path(loader, setting.value);
}

static void read_cert(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    ((struct tls_settings *)object)->cert = read_pem(loader, value, place, false);
}

static void read_key(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    ((struct tls_settings *)object)->key = read_pem(loader, value, place, true);
}

static void read_least(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    static const char *const versions[] = {"1.0", "1.1", "1.2", "1.3"};
    static const char what[] = "1.0, 1.1, 1.2 or 1.3";
    const char *text = config_plain(loader, value, place, what);

    for (size_t i = 0; text && i < sizeof versions / sizeof *versions; i++)
        if (strcmp(text, versions[i]) == 0) {
            ((struct tls_settings *)object)->least = versions[i];
            return;
        }
    if (text)
        loader_expected(loader, value, place, what);
}

const struct config_field config_tls_fields[] = {
    {.name = "ca",
     .type = CONFIG_OWN,
     .read = read_ca,
     .form = "text",
     .help = "PEM file of authorities to trust in place of the system's"},
    {.name = "cert",
     .type = CONFIG_OWN,
     .read = read_cert,
     .form = "text",
     .help = "PEM file of the certificate to show"},
    {.name = "key",
     .type = CONFIG_OWN,
     .read = read_key,
     .form = "text",
     .help = "PEM file of its key, where that is another one"},
    {.name = "min",
     .type = CONFIG_OWN,
     .read = read_least,
     .form = "tls_version",
     .help = "lowest version that is spoken: 1.0 to 1.3"},
    {.name = "verify",
     .type = CONFIG_BOOL,
     .offset = offsetof(struct tls_settings, verify),
     .usual = "true",
     .help = "whether a certificate that does not hold is a failure"},
    {.name = NULL},
};

void config_read_tls(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    struct tls_settings *tls = &((struct endpoint *)object)->tls;

    config_read(loader, value, place, config_tls_fields, tls);
    if (tls->key && !tls->cert)
        loader_problem(loader, value, place, "a `key` goes with a `cert`");
}
