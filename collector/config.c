/* SPDX-License-Identifier: MIT */
#include "collector/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
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
    struct endpoints endpoints;
    struct tickets tickets;
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
    if (!loader_expand(loader, value, place, EXPAND_SECRET, &setting))
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
    static const char what[] = "a time zone such as Europe/Berlin or UTC";
    struct top *top = object;
    const char *name = config_plain(loader, value, place, what);
    int32_t offset;

    if (!name)
        return;
    if (zone_offset(name, wall_now(), &offset))
        top->suite.timezone = name;
    else
        loader_expected(loader, value, place, what);
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

#define AT(struct_, member) .offset = offsetof(struct struct_, member)
#define OWN(function) .type = CONFIG_OWN, .read = function

static const struct config_field ticket_fields[] = {
    {.name = "id", .type = CONFIG_TEXT, AT(ticket, id), .help = "as the tracker calls it"},
    {.name = "tracker", .type = CONFIG_TEXT, AT(ticket, tracker), .help = "its name under `trackers`"},
    {.name = "endpoints", .type = CONFIG_TEXTS, AT(ticket, endpoints), .help = "names of those that it is about"},
    {.name = "title", .type = CONFIG_TEXT, AT(ticket, title), .help = "for the report's head"},
    {.name = "impact", .type = CONFIG_TEXT, AT(ticket, impact), .help = "what people cannot do"},
    {.name = "owner", .type = CONFIG_TEXT, AT(ticket, owner), .help = "who takes care of it"},
    {.name = NULL},
};
static const char *const ticket_later[] = {"on_fixed", NULL};

static void read_ticket(struct loader *loader, const yaml_node_t *item, const struct place *place, void *self)
{
    struct arena *arena = &loader->suite->arena;
    struct tickets *tickets = &((struct top *)self)->tickets;
    struct ticket ticket = {0};

    if (!config_read(loader, item, place, ticket_fields, ticket_later, &ticket))
        return;
    if (!ticket.id && !loader_key(loader, item, "id"))
        loader_problem(loader, item, place, "it has no `id`");
    tickets->list = arena_grow(arena, tickets->list, tickets->count, &tickets->capacity, sizeof *tickets->list);
    tickets->nodes =
        arena_grow(arena, tickets->nodes, tickets->count, &tickets->node_capacity, sizeof *tickets->nodes);
    tickets->nodes[tickets->count] = item;
    tickets->list[tickets->count++] = ticket;
}

static void read_tickets(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    config_each_item(loader, value, place, false, read_ticket, object);
}

static const struct config_field source_fields[] = {
    {.name = "path", .type = CONFIG_PATH, AT(source_settings, path), .help = "of the tree that holds the addresses"},
    {.name = "owner", .type = CONFIG_TEXT, AT(source_settings, owner), .help = "who changes it"},
    {.name = NULL},
};
static const char *const source_later[] = {"include", "exclude", NULL};

/* Read before anything else by loader_read_public(); here its form is checked. */
static void check_public_name(struct loader *loader, const yaml_node_t *item, const struct place *place, void *self)
{
    static const char what[] = "the name of a variable, without ${ }";

    (void)self;
    if (item->type != YAML_SCALAR_NODE || yaml_text(item).len == 0 || strpbrk(yaml_text(item).data, "${} "))
        loader_expected(loader, item, place, what);
}

static void check_public(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object)
{
    config_each_item(loader, value, place, true, check_public_name, object);
}

const struct config_field suite_fields[] = {
    {.name = "suite", .type = CONFIG_TEXT, AT(top, suite.name), .help = "name of the suite"},
    {.name = "environment", .type = CONFIG_TEXT, AT(top, suite.environment), .help = "where it runs"},
    {.name = "vantage",
     .type = CONFIG_TEXT,
     AT(top, suite.vantage),
     .usual = "local",
     .help = "from where it is probed"},
    {.name = "timezone", OWN(read_timezone), .help = "in which times are shown; the system's where it is not given"},
    {.name = "labels", OWN(read_labels), .help = "names and values, kept with each run"},
    {.name = "store",
     .type = CONFIG_PATH,
     AT(top, suite.store),
     .usual = "endoscope.db",
     .help = "path of the database"},
    {.name = "public", OWN(check_public), .help = "names of variables that may be shown"},
    {.name = "defaults",
     OWN(keep_defaults),
     .fields = endpoint_fields,
     .later = endpoint_later,
     .help = "what every endpoint has that does not say otherwise"},
    {.name = "endpoints",
     OWN(keep_endpoints),
     .fields = endpoint_fields,
     .later = endpoint_later,
     .help = "the list of what is probed"},
    {.name = "tickets",
     OWN(read_tickets),
     .fields = ticket_fields,
     .later = ticket_later,
     .help = "the list of those that the report is about"},
    {.name = "source",
     .type = CONFIG_OBJECT,
     AT(top, suite.source),
     .fields = source_fields,
     .later = source_later,
     .help = "of the addresses"},
    {.name = "concurrency",
     .type = CONFIG_COUNT,
     AT(top, suite.concurrency),
     .usual = "64",
     .help = "most probes in flight"},
    {.name = "max_per_host",
     .type = CONFIG_COUNT,
     AT(top, suite.max_per_host),
     .usual = "8",
     .help = "of these to one host"},
    {.name = "max_time", .type = CONFIG_DURATION, AT(top, suite.max_time_us), .help = "of a whole run"},
    {.name = "experiments",
     .type = CONFIG_SWITCH,
     AT(top, suite.experiments),
     .usual = "on",
     .help = "whether to ask further after a failure"},
    {.name = NULL},
};
const char *const suite_later[] = {"include", "trackers",  "redact",     "proxy", "keep",
                                   "remind",  "heartbeat", "report_url", NULL};

/* Everything of the defaults but what is one endpoint's alone. */
static void read_defaults(struct loader *loader, struct top *top)
{
    static const char *const own[] = {"name", "url"};

    endpoint_defaults(&top->defaults);
    if (!top->defaults_node)
        return;
    config_read(loader, top->defaults_node, &top->defaults_place, endpoint_fields, endpoint_later, &top->defaults);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        const yaml_node_t *key = loader_key(loader, top->defaults_node, own[i]);

        if (key)
            loader_problem(loader, key, &top->defaults_place, "`%s` is an endpoint's own", own[i]);
    }
    top->defaults.name = NULL;
    top->defaults.url = (struct setting){NULL, NULL};
}

static void read_endpoint(struct loader *loader, const yaml_node_t *item, const struct place *place, void *self)
{
    struct top *top = self;
    struct endpoints *endpoints = &top->endpoints;
    struct arena *arena = &loader->suite->arena;
    struct endpoint endpoint;

    if (!config_read_endpoint(loader, item, place, &top->defaults, top->defaults_node, &endpoint))
        return;
    endpoints->list =
        arena_grow(arena, endpoints->list, endpoints->count, &endpoints->capacity, sizeof *endpoints->list);
    endpoints->nodes =
        arena_grow(arena, endpoints->nodes, endpoints->count, &endpoints->node_capacity, sizeof *endpoints->nodes);
    endpoints->nodes[endpoints->count] = item;
    endpoints->list[endpoints->count++] = endpoint;
}

static void read_endpoints(struct loader *loader, const yaml_node_t *root, struct top *top)
{
    size_t problems = loader->problems->count;

    if (top->endpoints_node)
        config_each_item(loader, top->endpoints_node, &top->endpoints_place, false, read_endpoint, top);
    if (top->endpoints.count == 0 && problems == loader->problems->count)
        loader_problem(loader, top->endpoints_node ? top->endpoints_node : root, NULL,
                       "there are no `endpoints`: a list of what to probe, each with `name` and `url`");
}

static void read_all(struct loader *loader, const yaml_node_t *root, struct top *top)
{
    top->suite.name = NULL;
    loader_read_public(loader, root);
    if (!config_read(loader, root, NULL, suite_fields, suite_later, top))
        return;
    if ((!top->suite.name && !loader_key(loader, root, "suite")) || (top->suite.name && !top->suite.name[0]))
        loader_problem(loader, root, NULL, "there is no `suite`: a name for what is probed");
    read_defaults(loader, top);
    read_endpoints(loader, root, top);
    config_check_names(loader, &top->endpoints);
    config_check_tickets(loader, &top->tickets, &top->endpoints);
    config_check_origins(loader, &top->endpoints, top->defaults_node);
    loader_check_plain(loader);
    top->suite.endpoints = top->endpoints.list;
    top->suite.endpoint_count = top->endpoints.count;
    top->suite.tickets = top->tickets.list;
    top->suite.ticket_count = top->tickets.count;
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

    *problems = (struct problems){.arena = ARENA_INIT};
    suite_defaults(&top.suite);
    loader.suite = &top.suite;
    loader.folder = folder_of(path, &top.suite.arena);
    if (!yaml_tree_read(text, &loader.tree, &fault)) {
        loader_fault(&loader, &fault);
    } else {
        root = yaml_root(&loader.tree);
        if (root && root->type == YAML_MAPPING_NODE)
            read_all(&loader, root, &top);
        else if (root)
            loader_expected(&loader, root, NULL, "a mapping (`key: value` lines)");
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
    if (use)
        *use = (struct config_use){NULL, 0};
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
