/* SPDX-License-Identifier: MIT */
#include "cli/session.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cli/verbs.h"
#include "diagnosis/command.h"

static const char default_config[] = "endoscope.yaml";
static const char default_store[] = "endoscope.db";

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The file's own words may be among a problem's: what a terminal would obey is shown as escapes. */
static void print_problem(const struct problem *problem)
{
    struct buf line = BUF_INIT;

    utf8_escape(&line, slice_of(problem->file));
    if (problem->line)
        buf_printf(&line, ":%u:%u", problem->line, problem->column);
    buf_puts(&line, ": ");
    utf8_escape_block(&line, slice_of(problem->words));
    fprintf(stderr, "%s\n", line.data);
    buf_free(&line);
}

static bool load_config(struct session *session, const char *path, enum variables variables, struct error *err)
{
    struct problems problems = {0};
    bool ok = config_load(path, variables, &session->suite, session->secrets, &session->use, &problems, err);

    session->config = arena_text(&session->arena, path);
    session->configured = ok;
    for (size_t i = 0; i < problems.count; i++) {
        const struct problem *problem = &problems.list[i];

        print_problem(problem);
    }
    if (!ok && problems.count)
        fail(err, ERR_CONFIG, "%s", "");
    problems_free(&problems);
    for (size_t i = 0; ok && i < session->suite.redact_count; i++)
        ok = secrets_add_pattern(session->secrets, session->suite.redact[i].name, session->suite.redact[i].pattern,
                                 err);
    return ok;
}

static bool load_urls(struct session *session, const struct arguments *arguments, struct error *err)
{
    suite_defaults(&session->suite);
    session->suite.name = "urls";
    for (size_t i = 0; i < arguments->words.count; i++)
        if (!suite_add_url(&session->suite, arguments->words.list[i], err)) {
            err->code = ERR_USAGE;
            return false;
        }
    return true;
}

bool session_of_urls(const struct arguments *arguments)
{
    return arguments->verb->run == verb_run && arguments->words.count;
}

bool session_load(struct session *session, const struct arguments *arguments, enum variables variables,
                  struct error *err)
{
    const char *path = arguments->config ? arguments->config : default_config;

    session->secrets = secrets_new();
    if (session_of_urls(arguments)) {
        if (arguments->config)
            return fail(err, ERR_USAGE,
                        "URLs are probed without a config; leave out --config, or the URLs (--only NAME "
                        "probes one endpoint of it)");
        return load_urls(session, arguments, err);
    }
    if (!arguments->config && !exists(path))
        return fail(err, ERR_CONFIG,
                    "there is no %s in this folder; write one with `endoscope init URL`, name one with --config, or "
                    "try `endoscope run URL`",
                    default_config);
    return load_config(session, path, variables, err);
}

/* mkdir -p, with folders that only their owner reads. */
static bool make_folders(const char *path, struct error *err)
{
    char part[PATH_MAX];
    size_t len = strlen(path);

    if (len >= sizeof part)
        return fail(err, ERR_IO, "the path %s is too long", path);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return fail(err, ERR_IO, "cannot make the folder %s: %s", part, strerror(errno));
    }
    return true;
}

/* Where `run URL` keeps its runs, after the XDG base directory specification. */
static const char *state_store(struct session *session, bool create, struct error *err)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    const char *folder;

    if (state && state[0] == '/')
        folder = arena_printf(&session->arena, "%s/endoscope", state);
    else if (home && home[0] == '/')
        folder = arena_printf(&session->arena, "%s/.local/state/endoscope", home);
    else
        return fail(err, ERR_IO, "neither XDG_STATE_HOME nor HOME says where to keep runs; name a file with --store"),
               NULL;
    if (create && !make_folders(folder, err))
        return NULL;
    return arena_printf(&session->arena, "%s/%s", folder, default_store);
}

static const char *beside_config(struct session *session)
{
    const char *slash = strrchr(session->config, '/');

    if (!slash)
        return default_store;
    return arena_printf(&session->arena, "%.*s/%s", (int)(slash - session->config), session->config, default_store);
}

static const char *store_path(struct session *session, const struct arguments *arguments, bool create,
                              struct error *err)
{
    if (arguments->store)
        return arguments->store;
    if (session->configured)
        return session->suite.store ? session->suite.store : beside_config(session);
    if (!create && exists(default_store))
        return default_store;
    return state_store(session, create, err);
}

/* Fills `store_path`, and reads the config where that needs it. */
static bool find_store(struct session *session, const struct arguments *arguments, enum store_mode mode,
                       struct error *err)
{
    bool wanted = mode == STORE_READ && (arguments->config || (!arguments->store && exists(default_config)));

    /* Reading needs the config for the store's place and for what `latest` means; never for a secret. */
    if (wanted && !session->secrets && !session_load(session, arguments, VARIABLES_UNUSED, err))
        return false;
    session->store_path = store_path(session, arguments, mode == STORE_CREATE, err);
    if (!session->store_path)
        return false;
    if (mode == STORE_READ && !exists(session->store_path))
        return fail(err, ERR_NOT_FOUND, "there is no store at %s yet; `endoscope run` makes it, --store names another",
                    session->store_path);
    return true;
}

bool session_find_store(struct session *session, const struct arguments *arguments, struct error *err)
{
    return find_store(session, arguments, STORE_READ, err);
}

bool session_open_store(struct session *session, const struct arguments *arguments, enum store_mode mode,
                        struct error *err)
{
    if (!find_store(session, arguments, mode, err))
        return false;
    session->store = store_open(session->store_path, mode, err);
    return session->store != NULL;
}

const char *session_options(struct session *session, const struct arguments *arguments)
{
    struct buf word = BUF_INIT;
    const char *name = NULL;
    const char *options = "";

    if (arguments->store || (session_of_urls(arguments) && (exists(default_config) || exists(default_store)))) {
        name = "--store";
        command_word(slice_of(session->store_path), &word);
    } else if (arguments->config) {
        name = "--config";
        command_word(slice_of(arguments->config), &word);
    }
    if (name)
        options = arena_printf(&session->arena, " %s %s", name, word.data);
    buf_free(&word);
    return options;
}

static struct run_filter session_filter(const struct session *session, const struct arguments *arguments)
{
    struct run_filter filter = {NULL};

    if (session->configured) {
        filter.suite = session->suite.name;
        filter.environment = session->suite.environment;
        filter.vantage = session->suite.vantage;
    }
    if (arguments->suite)
        filter.suite = arguments->suite;
    if (arguments->environment)
        filter.environment = arguments->environment;
    if (arguments->vantage)
        filter.vantage = arguments->vantage;
    return filter;
}

struct selection session_selection(const struct session *session, const struct arguments *arguments,
                                   const struct uuid *before)
{
    return (struct selection){
        .filter = session_filter(session, arguments),
        .before = before,
        .zone = arguments->utc        ? "UTC"
                : session->configured ? session->suite.timezone
                                      : NULL,
    };
}

void session_close(struct session *session)
{
    store_close(session->store);
    secrets_free(session->secrets);
    suite_free(&session->suite);
    arena_free(&session->arena);
    *session = (struct session){0};
}
