/* SPDX-License-Identifier: MIT */
/* The keys of a config's top level, and how each of them is read. */
#include "collector/config_top.h"

#include <string.h>

#include "base/clock.h"
#include "collector/config_include.h"
#include "collector/config_text.h"
#include "collector/pattern.h"
#include "collector/url.h"

static void read_label(struct loader *loader, const char *key, const struct yaml_node *key_node,
                       const struct yaml_node *value, const struct place *place, void *self)
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

static void read_labels(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    loader_each(loader, value, place, read_label, object);
}

static void read_timezone(struct loader *loader, const struct yaml_node *value, const struct place *place,
                          void *object)
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
static void keep_endpoints(struct loader *loader, const struct yaml_node *value, const struct place *place,
                           void *object)
{
    struct top *top = object;

    top->kept = arena_grow(&loader->suite->arena, top->kept, top->kept_count, &top->kept_capacity, sizeof *top->kept);
    top->kept[top->kept_count++] = (struct kept){loader->source, value, *place};
}

static void keep_defaults(struct loader *loader, const struct yaml_node *value, const struct place *place,
                          void *object)
{
    ((struct top *)object)->defaults_source = loader->source;
    ((struct top *)object)->defaults_node = value;
    ((struct top *)object)->defaults_place = *place;
}

#define AT(struct_, member) .offset = offsetof(struct struct_, member)
#define OWN(function, form_) .type = CONFIG_OWN, .read = (function), .form = (form_)

/* Read before anything else by loader_read_public(); here its form is checked. */
static void check_public_name(struct loader *loader, const struct yaml_node *item, const struct place *place,
                              void *self)
{
    static const char what[] = "the name of a variable, without ${ }";

    (void)self;
    if (item->type != YAML_SCALAR || yaml_text(item).len == 0 || strpbrk(yaml_text(item).data, "${} "))
        loader_expected(loader, item, place, what);
}

static void check_public(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    config_each_item(loader, value, place, true, check_public_name, object);
}

static void read_one_tracker(struct loader *loader, const char *key, const struct yaml_node *key_node,
                             const struct yaml_node *value, const struct place *place, void *self)
{
    config_read_tracker(loader, key, key_node, value, place, &((struct top *)self)->trackers);
}

static void read_trackers(struct loader *loader, const struct yaml_node *value, const struct place *place,
                          void *object)
{
    loader_each(loader, value, place, read_one_tracker, object);
}

static void read_one_ticket(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    config_read_ticket(loader, item, place, &((struct top *)self)->tickets);
}

static void read_tickets(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    config_each_item(loader, value, place, false, read_one_ticket, object);
}

static void read_pattern(struct loader *loader, const char *key, const struct yaml_node *key_node,
                         const struct yaml_node *value, const struct place *place, void *self)
{
    struct top *top = self;
    struct suite *suite = &top->suite;
    struct setting setting = {NULL, NULL};
    struct error err = {0};

    (void)key_node;
    if (!loader_expand(loader, value, place, EXPAND_PLAIN, &setting))
        return;
    if (!loader_is_open(loader, setting.value) && !pattern_check(setting.value, &err)) {
        loader_problem(loader, value, place, "%s", err.text);
        return;
    }
    top->redact =
        arena_grow(&suite->arena, top->redact, suite->redact_count, &top->redact_capacity, sizeof *top->redact);
    top->redact[suite->redact_count++] = (struct redact_setting){arena_text(&suite->arena, key), setting.value};
    suite->redact = top->redact;
}

static void read_redact(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    loader_each(loader, value, place, read_pattern, object);
}

/* An address of http or https for something beside the probes; a password in it is a secret. */
static void read_address(struct loader *loader, const struct yaml_node *value, const struct place *place,
                         struct setting *setting)
{
    struct setting url = {NULL, NULL};
    struct error err = {0};

    if (!loader_expand(loader, value, place, EXPAND_SECRET, &url))
        return;
    if (loader_is_open(loader, url.value) || (url_check(url.value, &err) && url_kind(url.value) == KIND_HTTP)) {
        config_add_password(loader, url.value);
        url.shown = config_url_shown(&loader->suite->arena, url.shown);
        *setting = url;
    } else {
        loader_expected(loader, value, place, "an address such as http://host.example:3128");
    }
}

static void read_proxy(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    read_address(loader, value, place, &((struct top *)object)->suite.proxy);
}

/* Without it `nightly` does all the rest. */
static void read_heartbeat(struct loader *loader, const struct yaml_node *value, const struct place *place,
                           void *object)
{
    loader->need = NEED_NIGHTLY;
    read_address(loader, value, place, &((struct top *)object)->suite.heartbeat);
    loader->need = NEED_RUN;
}

static void read_report_url(struct loader *loader, const struct yaml_node *value, const struct place *place,
                            void *object)
{
    loader->need = NEED_PUBLISH;
    read_address(loader, value, place, &((struct top *)object)->suite.report_url);
    loader->need = NEED_RUN;
}

static const struct config_field source_fields[] = {
    {.name = "path", .type = CONFIG_PATH, AT(source_settings, path), .help = "of the tree that holds the addresses"},
    {.name = "owner", .type = CONFIG_TEXT, AT(source_settings, owner), .help = "who changes it"},
    {.name = "include", .type = CONFIG_TEXTS, AT(source_settings, include), .help = "globs: only these files"},
    {.name = "exclude", .type = CONFIG_TEXTS, AT(source_settings, exclude), .help = "globs: not these files"},
    {.name = NULL},
};

const struct config_field suite_fields[] = {
    {.name = "suite", .type = CONFIG_TEXT, AT(top, suite.name), .help = "name of the suite"},
    {.name = "environment", .type = CONFIG_TEXT, AT(top, suite.environment), .help = "where it runs"},
    {.name = "vantage",
     .type = CONFIG_TEXT,
     AT(top, suite.vantage),
     .usual = "local",
     .help = "from where it is probed"},
    {.name = "timezone",
     OWN(read_timezone, "text"),
     .help = "in which times are shown; the system's where it is not given"},
    {.name = "labels", OWN(read_labels, "texts_by_name"), .help = "names and values, kept with each run"},
    {.name = "store",
     .type = CONFIG_PATH,
     AT(top, suite.store),
     .usual = "endoscope.db",
     .help = "path of the database"},
    {.name = "public", OWN(check_public, "variables"), .help = "names of variables that may be shown"},
    {.name = "defaults",
     OWN(keep_defaults, "defaults"),
     .fields = endpoint_fields,
     .help = "what every endpoint has that does not say otherwise"},
    {.name = "endpoints",
     OWN(keep_endpoints, "endpoints"),
     .fields = endpoint_fields,
     .help = "the list of what is probed"},
    {.name = "tickets",
     OWN(read_tickets, "list"),
     .fields = ticket_fields,
     .help = "the list of those that the report is about"},
    {.name = "source",
     .type = CONFIG_OBJECT,
     AT(top, suite.source),
     .fields = source_fields,
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
    {.name = "include",
     OWN(config_check_include, "texts"),
     .help = "further files: their endpoints, tickets and trackers are added; any other key stands once in all"},
    {.name = "trackers",
     OWN(read_trackers, "by_name"),
     .fields = tracker_fields,
     .help = "issue trackers, by their names"},
    {.name = "redact",
     OWN(read_redact, "texts_by_name"),
     .help = "names and regular expressions: what matches is never kept"},
    {.name = "proxy",
     OWN(read_proxy, "proxy"),
     .help = "http://host:port through which all is asked; the environment's are not looked at"},
    {.name = "keep", .type = CONFIG_DURATION, AT(top, suite.keep_us), .help = "how long runs are kept whole"},
    {.name = "remind",
     .type = CONFIG_DURATION,
     AT(top, suite.remind_us),
     .usual = "7d",
     .help = "how often nightly repeats what still fails; 0s: never"},
    {.name = "heartbeat",
     OWN(read_heartbeat, "address"),
     .help = "URL that nightly asks for when it is done, so that its absence is noticed"},
    {.name = "report_url",
     OWN(read_report_url, "address"),
     .help = "where the pages of `report --site` are reached, for links"},
    {.name = "experiments",
     .type = CONFIG_SWITCH,
     AT(top, suite.experiments),
     .usual = "on",
     .help = "whether to ask further after a failure"},
    {.name = NULL},
};
