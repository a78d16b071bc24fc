/* SPDX-License-Identifier: MIT */
/* session.h - what a verb works with: the config, its secrets, the store. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "cli/options.h"
#include "collector/config.h"
#include "collector/secret.h"
#include "collector/suite.h"
#include "store/select.h"
#include "store/store.h"

struct session {
    struct arena arena;
    bool configured;    /* a config was read into `suite` */
    const char *config; /* its path; NULL: none */
    struct suite suite;
    struct secrets *secrets;
    struct config_use use;
    struct store *store;
    const char *store_path;
};

/* Reads the config, or makes a suite of the URLs that `run` was given. Prints every problem, a line each, and fails
 * with an empty text when there are any. */
bool session_load(struct session *session, const struct arguments *arguments, enum variables variables,
                  struct error *err);

/* Opens the store that the command line, the config or the default names. Reading verbs need no config where --store
 * is given or endoscope.db is here. */
bool session_open_store(struct session *session, const struct arguments *arguments, enum store_mode mode,
                        struct error *err);

/* Only finds the store that is there: `store_path` is set. */
bool session_find_store(struct session *session, const struct arguments *arguments, struct error *err);

/* Whether the command line names URLs to probe, in place of a config. */
bool session_of_urls(const struct arguments *arguments);

/* What another verb must be told to find the store of this session from the same folder: "", or " --store PATH", as
 * words of a shell. Lives as long as the session. */
const char *session_options(struct session *session, const struct arguments *arguments);

/* Which runs the command line can mean: those of the suite, environment and vantage that its options or else the config
 * name, with dates in the config's time zone or, with --utc, in UTC. `previous` is previous to `before`, or NULL. Lives as
 * long as the session. */
struct selection session_selection(const struct session *session, const struct arguments *arguments,
                                   const struct uuid *before);

void session_close(struct session *session);
#endif
