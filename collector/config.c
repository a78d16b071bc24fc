/* SPDX-License-Identifier: MIT */
#include "collector/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/nearest.h"
#include "collector/config_endpoint.h"
#include "collector/config_fields.h"
#include "collector/config_text.h"

enum { CONFIG_BYTES_MAX = 16 << 20 };

/* The top level while it is read: the suite, nodes that are looked at once all keys are known, and lists that grow. */
struct top {
    struct suite suite;
    struct endpoint defaults;
    const yaml_node_t *endpoints_node, *defaults_node;
    struct place endpoints_place, defaults_place;
    struct endpoint *endpoints;
    const yaml_node_t **nodes;
    size_t count, capacity, node_capacity;
    struct ticket *tickets;
    size_t ticket_capacity;
    struct label *labels;
    size_t label_capacity;
};

static void read_label(struct loader *loader, const char *key, const yaml_node_t *key_node, const yaml_node_t *value,
                       const struct place *place, void *self)
{
    struct top *top = self;
    struct suite *suite = &top->suite;
    struct setting setting = {NULL, NULL};

    (void)key_node;
    if (!loader_expand(loader, value, place, EXPAND_TEXT, &setting, NULL))
        return;
    top->labels =
        arena_grow(&suite->arena, top->labels, suite->label_count, &top->label_capacity, sizeof *top->labels);
    top->labels[suite->label_count++] = (struct label){arena_text(&suite->arena, key), setting.shown};
    suite->labels = top->labels;
}

static void read_labels(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    loader_each(loader, value, place, read_label, object);
}

static void read_timezone(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    struct top *top = object;
    struct setting setting = {NULL, NULL};
    int32_t offset;
    bool whole;

    if (!loader_expand(loader, value, place, EXPAND_TEXT, &setting, &whole) || !whole)
        return;
    if (!zone_offset(setting.value, wall_now(), &offset))
        loader_expected(loader, value, place, "a time zone such as Europe/Berlin or UTC");
    top->suite.timezone = setting.value;
}

/* Kept for later: an endpoint needs the defaults, wherever they stand. */
static void keep_endpoints(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    (void)loader;
    ((struct top *)object)->endpoints_node = value;
    ((struct top *)object)->endpoints_place = *place;
}

static void keep_defaults(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    (void)loader;
    ((struct top *)object)->defaults_node = value;
    ((struct top *)object)->defaults_place = *place;
}

static const struct config_field ticket_fields[] = {
    {"id", CONFIG_TEXT, offsetof(struct ticket, id), NULL, NULL, "as the tracker calls it"},
    {"tracker", CONFIG_TEXT, offsetof(struct ticket, tracker), NULL, NULL, "its name under `trackers`"},
    {"endpoints", CONFIG_TEXTS, offsetof(struct ticket, endpoints), NULL, NULL, "names"},
    {"title", CONFIG_TEXT, offsetof(struct ticket, title), NULL, NULL, "for the report's head"},
    {"impact", CONFIG_TEXT, offsetof(struct ticket, impact), NULL, NULL, "what people cannot do"},
    {"owner", CONFIG_TEXT, offsetof(struct ticket, owner), NULL, NULL, "who takes care"},
    {NULL, CONFIG_OWN, 0, NULL, NULL, NULL},
};
static const char *const ticket_later[] = {"on_fixed", NULL};

static void read_ticket(struct loader *loader, const yaml_node_t *item, const struct place *place, void *self)
{
    struct top *top = self;
    struct suite *suite = &top->suite;
    struct ticket ticket = {0};

    if (!config_read(loader, item, place, ticket_fields, ticket_later, &ticket))
        return;
    if (!ticket.id)
        loader_problem(loader, item, place, "it has no `id`");
    top->tickets =
        arena_grow(&suite->arena, top->tickets, suite->ticket_count, &top->ticket_capacity, sizeof *top->tickets);
    top->tickets[suite->ticket_count++] = ticket;
    suite->tickets = top->tickets;
}

static void read_tickets(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    config_each_item(loader, value, place, false, read_ticket, object);
}

static const struct config_field source_fields[] = {
    {"path", CONFIG_PATH, offsetof(struct source_settings, path), NULL, NULL, "of the tree that holds the addresses"},
    {"owner", CONFIG_TEXT, offsetof(struct source_settings, owner), NULL, NULL, "who changes it"},
    {NULL, CONFIG_OWN, 0, NULL, NULL, NULL},
};
static const char *const source_later[] = {"include", "exclude", NULL};

static void read_source(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    config_read(loader, value, place, source_fields, source_later, &((struct top *)object)->suite.source);
}

/* Read before anything else by loader_read_public(); here its form is checked. */
static void check_public_name(struct loader *loader, const yaml_node_t *item, const struct place *place, void *self)
{
    (void)self;
    if (item->type != YAML_SCALAR_NODE)
        loader_expected(loader, item, place, "the name of a variable");
}

static void check_public(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    config_each_item(loader, value, place, false, check_public_name, object);
}

#define AT(member) offsetof(struct top, suite.member)

static const struct config_field top_fields[] = {
    {"suite", CONFIG_TEXT, AT(name), NULL, NULL, "name of the suite"},
    {"environment", CONFIG_TEXT, AT(environment), NULL, NULL, "where it runs"},
    {"vantage", CONFIG_TEXT, AT(vantage), NULL, NULL, "where it is probed from; default local"},
    {"timezone", CONFIG_OWN, 0, NULL, read_timezone, "in which times are shown; default the system's"},
    {"labels", CONFIG_OWN, 0, NULL, read_labels, "kept with each run"},
    {"store", CONFIG_PATH, AT(store), NULL, NULL, "the database; default endoscope.db beside the config"},
    {"public", CONFIG_OWN, 0, NULL, check_public, "names of variables that may be shown"},
    {"defaults", CONFIG_OWN, 0, NULL, keep_defaults, "what every endpoint has that does not say otherwise"},
    {"endpoints", CONFIG_OWN, 0, NULL, keep_endpoints, "the list of endpoints"},
    {"tickets", CONFIG_OWN, 0, NULL, read_tickets, "that the report is about"},
    {"source", CONFIG_OWN, 0, NULL, read_source, "of the addresses: path, owner"},
    {"concurrency", CONFIG_COUNT, AT(concurrency), NULL, NULL, "most probes in flight; default 64"},
    {"max_per_host", CONFIG_COUNT, AT(max_per_host), NULL, NULL, "of these to one host; default 8"},
    {"max_time", CONFIG_DURATION, AT(max_time_us), NULL, NULL, "of a whole run"},
    {"experiments", CONFIG_BOOL, AT(experiments), NULL, NULL, "ask further after a failure; default true"},
    {NULL, CONFIG_OWN, 0, NULL, NULL, NULL},
};
static const char *const top_later[] = {"include", "trackers",  "redact",     "proxy", "keep",
                                        "remind",  "heartbeat", "report_url", NULL};

/* Everything of the defaults but what is one endpoint's alone. */
static void read_defaults(struct loader *loader, struct top *top)
{
    endpoint_defaults(&top->defaults);
    if (!top->defaults_node)
        return;
    config_read(loader, top->defaults_node, &top->defaults_place, endpoint_fields, endpoint_later, &top->defaults);
    if (top->defaults.name || top->defaults.url.value)
        loader_problem(loader, top->defaults_node, &top->defaults_place, "`name` and `url` are an endpoint's own");
    top->defaults.name = NULL;
    top->defaults.url = (struct setting){NULL, NULL};
}

/* The defaults as this endpoint inherits them: expectations that its kind cannot show are left out. */
static struct endpoint inherit(struct loader *loader, const struct top *top)
{
    struct endpoint endpoint = top->defaults;
    struct header_setting *headers = arena_new(&loader->suite->arena, endpoint.header_count + 1, sizeof *headers);

    for (size_t i = 0; i < endpoint.header_count; i++) {
        headers[i] = endpoint.headers[i];
        headers[i].from_defaults = true;
    }
    endpoint.headers = headers;
    return endpoint;
}

static bool has_key(struct loader *loader, const yaml_node_t *node, const char *name)
{
    if (node->type != YAML_MAPPING_NODE)
        return false;
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_node(&loader->tree, pair->key);

        if (key->type == YAML_SCALAR_NODE && slice_equals(yaml_text(key), slice_of(name)))
            return true;
    }
    return false;
}

static void read_endpoint(struct loader *loader, const yaml_node_t *item, const struct place *place, void *self)
{
    struct top *top = self;
    struct arena *arena = &top->suite.arena;
    struct endpoint endpoint = inherit(loader, top);

    if (!config_read(loader, item, place, endpoint_fields, endpoint_later, &endpoint))
        return;
    config_finish_endpoint(loader, item, place, &endpoint,
                           has_key(loader, item, "kind")
                               || (top->defaults_node && has_key(loader, top->defaults_node, "kind")));
    top->endpoints = arena_grow(arena, top->endpoints, top->count, &top->capacity, sizeof *top->endpoints);
    top->nodes = arena_grow(arena, top->nodes, top->count, &top->node_capacity, sizeof *top->nodes);
    top->nodes[top->count] = item;
    top->endpoints[top->count++] = endpoint;
}

static void check_tickets(struct loader *loader, const struct top *top)
{
    const char **names = arena_new(&loader->suite->arena, top->count + 1, sizeof *names);

    for (size_t i = 0; i < top->count; i++)
        names[i] = top->endpoints[i].name;
    for (size_t i = 0; i < top->suite.ticket_count; i++) {
        const struct ticket *ticket = &top->tickets[i];

        for (size_t k = 0; k < ticket->endpoint_count; k++) {
            const char *close = nearest_word(ticket->endpoints[k], names, top->count);
            size_t at = 0;

            while (at < top->count && strcmp(names[at], ticket->endpoints[k]) != 0)
                at++;
            if (at == top->count)
                loader_problem(loader, NULL, NULL, "ticket %s names the endpoint `%s`, which there is not%s%s%s",
                               ticket->id ? ticket->id : "?", ticket->endpoints[k], close ? "; did you mean `" : "",
                               close ? close : "", close ? "`?" : "");
        }
    }
}

static void read_all(struct loader *loader, const yaml_node_t *root, struct top *top)
{
    size_t problems;

    top->suite.name = NULL;
    loader_read_public(loader, root);
    if (!config_read(loader, root, NULL, top_fields, top_later, top))
        return;
    if (!top->suite.name || !top->suite.name[0])
        loader_problem(loader, root, NULL, "there is no `suite`: a name for what is probed");
    read_defaults(loader, top);
    problems = loader->problems->count;
    if (top->endpoints_node)
        config_each_item(loader, top->endpoints_node, &top->endpoints_place, false, read_endpoint, top);
    if (top->count == 0 && problems == loader->problems->count)
        loader_problem(loader, top->endpoints_node ? top->endpoints_node : root, NULL,
                       "there are no `endpoints`: a list of what to probe, each with `name` and `url`");
    config_check_endpoints(loader, top->endpoints, top->nodes, top->count);
    check_tickets(loader, top);
    top->suite.endpoints = top->endpoints;
    top->suite.endpoint_count = top->count;
}

static int by_place(const void *a, const void *b)
{
    const struct problem *one = a, *other = b;

    if (one->line != other->line)
        return one->line < other->line ? -1 : 1;
    if (one->column != other->column)
        return one->column < other->column ? -1 : 1;
    return strcmp(one->words, other->words);
}

static void sort_problems(struct problems *problems)
{
    struct problem *sorted = arena_new(&problems->arena, problems->count + 1, sizeof *sorted);

    if (problems->count == 0)
        return;
    memcpy(sorted, problems->list, problems->count * sizeof *sorted);
    qsort(sorted, problems->count, sizeof *sorted, by_place);
    problems->list = sorted;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void report_use(struct loader *loader, struct config_use *use)
{
    if (loader->missing_count)
        qsort(loader->missing, loader->missing_count, sizeof *loader->missing, by_name);
    if (use)
        *use = (struct config_use){loader->missing, loader->missing_count};
}

static const char *folder_of(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return "";
    return slash == path ? "/" : arena_text_of(arena, path, (size_t)(slash - path));
}

bool config_load_text(const char *path, struct slice text, enum variables variables, struct suite *suite,
                      struct secrets *secrets, struct config_use *use, struct problems *problems)
{
    struct loader loader = {.file = path, .variables = variables, .secrets = secrets, .problems = problems};
    struct top top = {.suite = {.arena = ARENA_INIT}};
    struct yaml_fault fault;
    const yaml_node_t *root;

    suite_defaults(&top.suite);
    loader.suite = &top.suite;
    loader.folder = folder_of(path, &top.suite.arena);
    if (!yaml_tree_read(text, &loader.tree, &fault)) {
        loader_fault(&loader, &fault);
    } else {
        root = yaml_root(&loader.tree);
        if (root)
            read_all(&loader, root, &top);
        else
            loader_problem(&loader, NULL, NULL, "the file is empty; `endoscope init URL` writes one to start from");
    }
    report_use(&loader, use);
    sort_problems(problems);
    yaml_tree_free(&loader.tree);
    *suite = top.suite;
    return problems->count == 0;
}

static bool read_file(const char *path, struct buf *text, struct error *err)
{
    FILE *file = fopen(path, "rbe");
    char block[16384];
    size_t got;
    bool ok;

    if (!file)
        return fail(err, ERR_CONFIG, "cannot read the config %s: %s", path, strerror(errno));
    text->cap = CONFIG_BYTES_MAX;
    while ((got = fread(block, 1, sizeof block, file)) > 0 && buf_put(text, block, got))
        continue;
    ok = !ferror(file);
    if (!ok)
        fail(err, ERR_CONFIG, "cannot read the config %s: %s", path, strerror(errno));
    if (ok && text->capped)
        ok = fail(err, ERR_CONFIG, "the config %s is larger than 16 MiB", path);
    fclose(file);
    return ok;
}

bool config_load(const char *path, enum variables variables, struct suite *suite, struct secrets *secrets,
                 struct config_use *use, struct problems *problems, struct error *err)
{
    struct buf text = BUF_INIT;
    bool ok = read_file(path, &text, err);

    *problems = (struct problems){.arena = ARENA_INIT};
    if (ok) {
        ok = config_load_text(path, buf_slice(&text), variables, suite, secrets, use, problems);
        if (!ok)
            fail(err, ERR_CONFIG, "the config %s has %zu problem%s", path, problems->count,
                 problems->count == 1 ? "" : "s");
    } else {
        suite_defaults(suite);
    }
    buf_free(&text);
    return ok;
}

void problems_free(struct problems *problems)
{
    arena_free(&problems->arena);
    *problems = (struct problems){.arena = ARENA_INIT};
}
