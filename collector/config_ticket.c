/* SPDX-License-Identifier: MIT */
#include "collector/config_ticket.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/nearest.h"
#include "collector/config_endpoint.h"
#include "collector/config_fields.h"
#include "collector/url.h"

#define AT(struct_, member) .offset = offsetof(struct struct_, member)
#define OWN(function, form_) .type = CONFIG_OWN, .read = (function), .form = (form_)

enum { FIXED_NIGHTS_MOST = 200 };

static const struct config_field fixed_fields[] = {
    {.name = "nights",
     .type = CONFIG_COUNT,
     AT(fixed_settings, nights),
     .usual = "1",
     .help = "how many nights running it must have been verified"},
    {.name = "label", .type = CONFIG_TEXT, AT(fixed_settings, label), .help = "to put on the ticket"},
    {.name = "comment", .type = CONFIG_BOOL, AT(fixed_settings, comment), .usual = "false", .help = "say so there"},
    {.name = "close", .type = CONFIG_BOOL, AT(fixed_settings, close), .usual = "false", .help = "close the ticket"},
    {.name = NULL},
};

static void read_fixed(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    struct fixed_settings *fixed = &((struct ticket *)object)->on_fixed;

    fixed->nights = 1;
    config_read(loader, value, place, fixed_fields, fixed);
    /* So many nights have a line in the comment, by which they are counted. */
    if (fixed->nights > FIXED_NIGHTS_MOST)
        loader_problem(loader, value, place, "`nights` is at most %d", FIXED_NIGHTS_MOST);
}

const struct config_field ticket_fields[] = {
    {.name = "id", .type = CONFIG_TEXT, AT(ticket, id), .help = "as the tracker calls it"},
    {.name = "tracker", .type = CONFIG_TEXT, AT(ticket, tracker), .help = "its name under `trackers`"},
    {.name = "endpoints", .type = CONFIG_TEXTS, AT(ticket, endpoints), .help = "names of those that it is about"},
    {.name = "title", .type = CONFIG_TEXT, AT(ticket, title), .help = "for the report's head"},
    {.name = "impact", .type = CONFIG_TEXT, AT(ticket, impact), .help = "what people cannot do"},
    {.name = "owner", .type = CONFIG_TEXT, AT(ticket, owner), .help = "who takes care of it"},
    {.name = "on_fixed",
     OWN(read_fixed, "object"),
     .fields = fixed_fields,
     .help = "what to do when it was verified; nothing"},
    {.name = NULL},
};

void config_read_ticket(struct loader *loader, const struct yaml_node *item, const struct place *place,
                        struct tickets *tickets)
{
    struct arena *arena = &loader->suite->arena;
    struct ticket ticket = {0};

    if (!config_read(loader, item, place, ticket_fields, &ticket))
        return;
    if (!ticket.id && !loader_key(item, "id"))
        loader_problem(loader, item, place, "it has no `id`");
    tickets->list = arena_grow(arena, tickets->list, tickets->count, &tickets->capacity, sizeof *tickets->list);
    tickets->nodes =
        arena_grow(arena, tickets->nodes, tickets->count, &tickets->node_capacity, sizeof *tickets->nodes);
    tickets->sources =
        arena_grow(arena, tickets->sources, tickets->count, &tickets->source_capacity, sizeof(struct config_source *));
    tickets->nodes[tickets->count] = item;
    tickets->sources[tickets->count] = loader->source;
    tickets->list[tickets->count++] = ticket;
}

static void read_kind(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    static const char *const kinds[] = {"github", "gitlab", "gitea", "redmine", "jira", "command", "webhook"};
    static const char what[] = "github, gitlab, gitea, redmine, jira, command or webhook";
    const char *kind = config_plain(loader, value, place, what);
    const char *close;

    for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0) {
            ((struct tracker_settings *)object)->kind = kinds[i];
            return;
        }
    close = kind ? nearest_word(kind, kinds, sizeof kinds / sizeof *kinds) : NULL;
    if (close)
        loader_problem(loader, value, place, "expected %s, not `%s` (did you mean `%s`?)", what, kind, close);
    else if (kind)
        loader_expected(loader, value, place, what);
}

static void read_tracker_url(struct loader *loader, const struct yaml_node *value, const struct place *place,
                             void *object)
{
    struct setting url = {NULL, NULL};
    struct error err = {0};

    if (!loader_expand(loader, value, place, EXPAND_SECRET, &url))
        return;
    if (!loader_is_open(loader, url.value) && (!url_check(url.value, &err) || url_kind(url.value) != KIND_HTTP)) {
        loader_expected(loader, value, place, "an address such as https://tracker.example.com");
        return;
    }
    config_add_password(loader, url.value);
    url.shown = config_url_shown(&loader->suite->arena, url.shown);
    ((struct tracker_settings *)object)->url = url;
}

/* A file of secrets that others may read is none. */
static void read_token_file(struct loader *loader, const struct yaml_node *value, const struct place *place,
                            void *object)
{
    struct token_settings *token = object;
    struct setting setting = {NULL, NULL};
    struct stat status;

    if (!loader_expand(loader, value, place, EXPAND_PLAIN, &setting) || loader_is_open(loader, setting.value))
        return;
    token->file = loader_path(loader, setting.value);
    if (loader->variables == VARIABLES_ALL && stat(token->file, &status) != 0)
        loader_problem(loader, value, place, "cannot read %s: %s", token->file, strerror(errno));
    else if (stat(token->file, &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        loader_problem(loader, value, place, "%s holds a token and others may read it: `chmod 600` it", token->file);
}

static const struct config_field token_fields[] = {
    {.name = "file", OWN(read_token_file, "text"), .help = "whose first line is the token; nobody else may read it"},
    {.name = "command", .type = CONFIG_TEXT, AT(token_settings, command), .help = "that prints it"},
    {.name = NULL},
};

static void read_token(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object)
{
    struct token_settings *token = &((struct tracker_settings *)object)->token;

    if (value->type != YAML_MAPPING) {
        if (loader_expand(loader, value, place, EXPAND_SECRET, &token->text) && !strchr(yaml_text(value).data, '$'))
            loader_problem(loader, value, place,
                           "a token does not belong in this file: write \"${A_VARIABLE}\", {file: PATH} or "
                           "{command: COMMAND}");
        return;
    }
    config_read(loader, value, place, token_fields, token);
    if ((token->file != NULL) == (token->command != NULL))
        loader_problem(loader, value, place, "it has one of `file` and `command`");
}

const struct config_field tracker_fields[] = {
    {.name = "kind", OWN(read_kind, "tracker"), .help = "github, gitlab, gitea, redmine, jira, command or webhook"},
    {.name = "url", OWN(read_tracker_url, "address"), .help = "of the tracker; of a public one it is known"},
    {.name = "project", .type = CONFIG_TEXT, AT(tracker_settings, project), .help = "as the tracker calls it"},
    {.name = "user",
     .type = CONFIG_TEXT,
     AT(tracker_settings, user),
     .help = "whom the token belongs to, for Jira Cloud"},
    {.name = "token",
     OWN(read_token, "token_or_object"),
     .fields = token_fields,
     .help = "a variable, {file:} or {command:}; needed by the verbs that publish alone"},
    {.name = "format",
     .type = CONFIG_TEXT,
     AT(tracker_settings, format),
     .help = "of a webhook: slack, mattermost or teams; of a command: the report's, markdown or html; of a Redmine: "
             "textile, markdown or common_mark"},
    {.name = "command",
     .type = CONFIG_TEXT,
     AT(tracker_settings, command),
     .help = "of kind command: gets the report on its standard input"},
    {.name = "ca", .type = CONFIG_PATH, AT(tracker_settings, ca), .help = "PEM file of authorities to trust"},
    {.name = NULL},
};

/* NULL-terminated; NULL itself: the kind has none. */
static const char *const *formats_of(const char *kind)
{
    static const char *const webhook[] = {"slack", "mattermost", "teams", NULL};
    static const char *const command[] = {"markdown", "html", NULL};
    static const char *const redmine[] = {"textile", "markdown", "common_mark", NULL};

    if (strcmp(kind, "webhook") == 0)
        return webhook;
    if (strcmp(kind, "redmine") == 0)
        return redmine;
    return strcmp(kind, "command") == 0 ? command : NULL;
}

static void check_format(struct loader *loader, const struct yaml_node *node, const struct place *place,
                         const struct tracker_settings *tracker)
{
    const struct place inner = {place, "format", 0};
    const struct yaml_node *value = loader_member(node, "format");
    const char *const *formats = formats_of(tracker->kind);

    if (!value || !tracker->format || loader_is_open(loader, tracker->format))
        return;
    if (!formats) {
        loader_problem(loader, value, &inner,
                       "a tracker of kind %s has no `format`; one of kind webhook, command or redmine has",
                       tracker->kind);
        return;
    }
    for (size_t i = 0; formats[i]; i++)
        if (strcmp(tracker->format, formats[i]) == 0)
            return;
    loader_expected(loader, value, &inner,
                    !formats[2]                        ? "markdown or html (of a command)"
                    : strcmp(formats[0], "slack") == 0 ? "slack, mattermost or teams (of a webhook)"
                                                       : "textile, markdown or common_mark (of a Redmine)");
}

static void check_tracker(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value,
                          const struct place *place, const struct tracker_settings *tracker)
{
    bool is_public, is_command, is_webhook;

    if (!tracker->kind) {
        if (!loader_key(value, "kind"))
            loader_problem(loader, key, place, "it has no `kind`");
        return;
    }
    check_format(loader, value, place, tracker);
    is_public = strcmp(tracker->kind, "github") == 0 || strcmp(tracker->kind, "gitlab") == 0;
    is_command = strcmp(tracker->kind, "command") == 0;
    is_webhook = strcmp(tracker->kind, "webhook") == 0;
    if (is_command && !loader_key(value, "command"))
        loader_problem(loader, key, place, "a tracker of kind command has a `command`");
    if (!is_command && !is_public && !loader_key(value, "url"))
        loader_problem(loader, key, place, "a tracker of kind %s has a `url`", tracker->kind);
    if (!is_command && !is_webhook && !loader_key(value, "token"))
        loader_problem(loader, key, place, "a tracker of kind %s has a `token`", tracker->kind);
    if ((is_public || strcmp(tracker->kind, "gitea") == 0) && !loader_key(value, "project"))
        loader_problem(loader, key, place, "a tracker of kind %s has a `project`, such as owner/name", tracker->kind);
}

void config_read_tracker(struct loader *loader, const char *name, const struct yaml_node *key,
                         const struct yaml_node *value, const struct place *place, struct trackers *trackers)
{
    struct arena *arena = &loader->suite->arena;
    struct tracker_settings tracker = {.name = arena_text(arena, name)};
    bool read;

    for (size_t i = 0; i < trackers->count; i++)
        if (strcmp(trackers->list[i].name, name) == 0) {
            loader_problem(loader, key, place->outer, "there is a tracker `%s` in another file already", name);
            return;
        }
    loader->need = NEED_PUBLISH;
    read = config_read(loader, value, place, tracker_fields, &tracker);
    loader->need = NEED_RUN;
    if (!read)
        return;
    check_tracker(loader, key, value, place, &tracker);
    trackers->list = arena_grow(arena, trackers->list, trackers->count, &trackers->capacity, sizeof *trackers->list);
    trackers->list[trackers->count++] = tracker;
}
