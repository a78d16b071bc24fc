/* SPDX-License-Identifier: MIT */
#include "collector/config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "collector/config_include.h"
#include "collector/config_text.h"
#include "collector/config_top.h"

/* One with settings of its own starts as an endpoint is, and the defaults are none. */
static void check_shared_candidate(struct loader *loader, const struct yaml_node *item, const struct place *place,
                                   void *self)
{
    (void)self;
    if (item->type == YAML_MAPPING)
        loader_problem(loader, item, place,
                       "a candidate with settings of its own stands at an endpoint; in `defaults` it is a path or a "
                       "URL");
}

/* Everything of the defaults but what is one endpoint's alone. */
static void read_defaults(struct loader *loader, struct top *top)
{
    static const char *const own[] = {"name", "url"};
    struct config_source *main = loader->source;
    const struct place inner = {&top->defaults_place, "candidates", 0};
    const struct yaml_node *candidates;

    endpoint_defaults(&top->defaults);
    if (!top->defaults_node)
        return;
    loader_enter(loader, top->defaults_source);
    candidates = loader_member(top->defaults_node, "candidates");
    config_read(loader, top->defaults_node, &top->defaults_place, endpoint_fields, &top->defaults);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        const struct yaml_node *key = loader_key(top->defaults_node, own[i]);

        if (key)
            loader_problem(loader, key, &top->defaults_place, "`%s` is an endpoint's own", own[i]);
    }
    if (candidates)
        config_each_item(loader, candidates, &inner, true, check_shared_candidate, NULL);
    top->kind_given = loader_key(top->defaults_node, "kind") != NULL;
    top->defaults.name = NULL;
    top->defaults.url = (struct setting){NULL, NULL};
    loader_enter(loader, main);
}

static void read_endpoint(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    struct top *top = self;
    struct endpoints *endpoints = &top->endpoints;
    struct arena *arena = &loader->suite->arena, *scratch = loader_scratch(loader);
    struct endpoint endpoint;

    if (!config_read_endpoint(loader, item, place, &top->defaults, top->kind_given, &endpoint))
        return;
    endpoints->list =
        arena_grow(arena, endpoints->list, endpoints->count, &endpoints->capacity, sizeof *endpoints->list);
    endpoints->nodes =
        arena_grow(scratch, endpoints->nodes, endpoints->count, &endpoints->node_capacity, sizeof *endpoints->nodes);
    endpoints->sources = arena_grow(scratch, endpoints->sources, endpoints->count, &endpoints->source_capacity,
                                    sizeof(struct config_source *));
    endpoints->sources[endpoints->count] = loader->source;
    endpoints->nodes[endpoints->count] = item;
    endpoints->list[endpoints->count++] = endpoint;
}

/* Room for all at once: an arena keeps each array that was too short. */
static void make_room(struct loader *loader, struct top *top)
{
    struct endpoints *endpoints = &top->endpoints;
    struct arena *arena = &loader->suite->arena, *scratch = loader_scratch(loader);
    size_t count = 1; /* at least: a node that is no list is a problem */

    for (size_t i = 0; i < top->kept_count; i++) {
        const struct yaml_node *node = top->kept[i].node;

        if (node->type == YAML_SEQUENCE)
            count += node->count;
    }
    endpoints->list = arena_new(arena, count, sizeof *endpoints->list);
    endpoints->nodes = arena_new(scratch, count, sizeof *endpoints->nodes);
    endpoints->sources = arena_new(scratch, count, sizeof(struct config_source *));
    endpoints->capacity = endpoints->node_capacity = endpoints->source_capacity = count;
}

static void read_endpoints(struct loader *loader, const struct yaml_node *root, struct top *top)
{
    struct config_source *main = loader->source;
    size_t problems = loader->problems->count;

    make_room(loader, top);
    for (size_t i = 0; i < top->kept_count; i++) {
        loader_enter(loader, top->kept[i].source);
        config_each_item(loader, top->kept[i].node, &top->kept[i].place, false, read_endpoint, top);
    }
    loader_enter(loader, main);
    if (top->endpoints.count == 0 && problems == loader->problems->count)
        loader_problem(loader, top->kept_count ? top->kept[0].node : root, NULL,
                       "there are no `endpoints`: a list of what to probe, each with `name` and `url`");
}

/* Of a key that stands once in a config: where it stood. */
static void check_once(struct loader *loader, const struct yaml_node *root, struct top *top)
{
    static const char *const lists[] = {"endpoints", "tickets", "trackers", "include", "public", "redact", "labels"};

    for (size_t i = 0; suite_fields[i].name && root->type == YAML_MAPPING; i++) {
        const struct yaml_node *key = loader_key(root, suite_fields[i].name);
        struct stood *stood = &top->stood[i];
        bool is_list = false;

        for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
            is_list = is_list || strcmp(suite_fields[i].name, lists[k]) == 0;
        if (!key || is_list)
            continue;
        if (stood->file)
            loader_problem(loader, key, NULL, "`%s` stands here and in %s:%u; of all files together it stands once",
                           suite_fields[i].name, stood->file, stood->line);
        else
            *stood = (struct stood){loader->source->file, yaml_line(key)};
    }
}

/* Reads what stands in one file. */
static void read_source(struct loader *loader, const struct yaml_node *root, struct top *top)
{
    if (!root) {
        loader_problem(loader, NULL, NULL, "the file is empty; `endoscope init URL` writes one to start from");
        return;
    }
    if (root->type != YAML_MAPPING) {
        loader_expected(loader, root, NULL, "a mapping (`key: value` lines)");
        return;
    }
    check_once(loader, root, top);
    config_read(loader, root, NULL, suite_fields, top);
}

/* What can be read and checked only once all files are known. */
static void finish(struct loader *loader, const struct yaml_node *root, struct top *top)
{
    if (root->type != YAML_MAPPING)
        return;
    if ((!top->suite.name && !top->stood[0].file) || (top->suite.name && !top->suite.name[0]))
        loader_problem(loader, root, NULL, "there is no `suite`: a name for what is probed");
    read_defaults(loader, top);
    read_endpoints(loader, root, top);
    config_check_names(loader, &top->endpoints);
    config_check_tickets(loader, &top->tickets, &top->endpoints, &top->trackers);
    if (top->defaults_source)
        loader_enter(loader, top->defaults_source);
    config_check_origins(loader, &top->endpoints, top->defaults_node);
    loader_enter(loader, loader->sources);
    loader_check_plain(loader);
    top->suite.endpoints = top->endpoints.list;
    top->suite.endpoint_count = top->endpoints.count;
    top->suite.tickets = top->tickets.list;
    top->suite.ticket_count = top->tickets.count;
    top->suite.trackers = top->trackers.list;
    top->suite.tracker_count = top->trackers.count;
}

static int by_place(const void *a, const void *b)
{
    const struct problem *one = a, *other = b;

    if (strcmp(one->file, other->file) != 0)
        return strcmp(one->file, other->file);
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
    return strcmp(((const struct missing_variable *)a)->name, ((const struct missing_variable *)b)->name);
}

static void report_use(struct loader *loader, struct config_use *use)
{
    if (loader->missing_count)
        qsort(loader->missing, loader->missing_count, sizeof *loader->missing, by_name);
    if (use)
        *use = (struct config_use){loader->missing, loader->missing_count};
}

/* Every source by the same table, into one suite. */
static void read_sources(struct loader *loader, struct top *top)
{
    for (struct config_source *source = loader->sources; source; source = source->next) {
        const struct yaml_node *root;

        loader_enter(loader, source);
        root = source->tree.loaded ? yaml_root(&source->tree) : NULL;
        if (root && root->type == YAML_MAPPING)
            loader_read_public(loader, root);
    }
    for (struct config_source *source = loader->sources; source; source = source->next) {
        loader_enter(loader, source);
        if (source->tree.loaded)
            read_source(loader, yaml_root(&source->tree), top);
    }
    loader_enter(loader, loader->sources);
    if (loader->sources->tree.loaded && yaml_root(loader->tree))
        finish(loader, yaml_root(loader->tree), top);
}

/* What finds runs in a store, of whichever file has it. */
static void read_finders(struct loader *loader, struct top *top)
{
    static const char *const names[] = {"suite", "environment", "vantage", "timezone", "store", "keep"};

    for (struct config_source *source = loader->sources; source; source = source->next) {
        loader_enter(loader, source);
        if (source->tree.loaded && yaml_root(&source->tree))
            loader_read_public(loader, yaml_root(&source->tree));
    }
    for (struct config_source *source = loader->sources; source; source = source->next) {
        loader_enter(loader, source);
        for (size_t i = 0; source->tree.loaded && i < sizeof names / sizeof *names; i++)
            config_read_key(loader, yaml_root(&source->tree), names[i], suite_fields, top);
    }
    problems_free(loader->problems);
}

/* A file that is included by itself must be known. */
static void note_file(struct config_source *source)
{
    struct stat status;

    if (stat(source->file, &status) == 0) {
        source->device = (uint64_t)status.st_dev;
        source->inode = (uint64_t)status.st_ino;
    }
}

static void free_sources(struct loader *loader)
{
    for (struct config_source *source = loader->sources; source; source = source->next)
        yaml_tree_free(&source->tree);
}

bool config_load_text(const char *path, struct slice text, enum variables variables, struct suite *suite,
                      struct secrets *secrets, struct config_use *use, struct problems *problems)
{
    struct loader loader = {.variables = variables, .secrets = secrets, .problems = problems, .source_count = 1};
    struct config_source source = {.file = path};
    struct top top = {.suite = {.arena = ARENA_INIT}};
    struct yaml_fault fault;

    *problems = (struct problems){.arena = ARENA_INIT};
    suite_defaults(&top.suite);
    loader.suite = &top.suite;
    loader.sources = &source;
    source.folder = config_folder(path, &top.suite.arena);
    note_file(&source);
    loader_enter(&loader, &source);
    if (yaml_tree_read(text, &source.tree, &fault)) {
        config_include(&loader);
        if (variables == VARIABLES_UNUSED)
            read_finders(&loader, &top);
        else
            read_sources(&loader, &top);
    } else {
        loader_fault(&loader, &fault);
    }
    report_use(&loader, use);
    sort_problems(problems);
    free_sources(&loader);
    *suite = top.suite;
    return problems->count == 0;
}

bool config_load(const char *path, enum variables variables, struct suite *suite, struct secrets *secrets,
                 struct config_use *use, struct problems *problems, struct error *err)
{
    struct buf text = BUF_INIT;
    bool ok = config_read_file(path, &text, err);

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
