/* SPDX-License-Identifier: MIT */
/* options.h - the command line: one table of verbs and one of options give parsing, help and suggestions. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct arguments;

enum exit_status { EXIT_WELL = 0, EXIT_FAILS = 1, EXIT_WRONG = 2, EXIT_UNFINISHED = 3 };

struct verb {
    const char *name;
    const char *words;   /* what may follow: "[RUN]" */
    size_t least, most;  /* how many words */
    const char *summary; /* one line, for the list */
    const char *about;   /* paragraphs, for `endoscope help VERB` */
    const char *examples;
    /* Does it. `*status` is looked at on success only; false fills `err`. */
    bool (*run)(const struct arguments *arguments, enum exit_status *status, struct error *err);
};

/* A list of texts given by an option that may be repeated; the texts are the command line's. */
struct texts {
    const char **list;
    size_t count, capacity;
};

struct arguments {
    const struct verb *verb;
    const char *config, *store, *format, *flavor, *output, *templates, *vantage, *nameserver, *suite, *environment,
        *since, *until, *reports, *site, *log, *log_level;
    struct texts labels, only, words, thresholds;
    bool help, version, json, quiet, force, fail, rediagnose, no_experiments, utc, dry_run, nice, cron, systemd;
    uint64_t concurrency, attempts; /* 0: as the config says */
    int64_t max_time_us, keep_us;   /* 0: as the config says */
};

/* All verbs; ends with a NULL name. */
extern const struct verb verbs[];
const struct verb *verb_by_name(const char *name);

/* Reads the command line; ERR_USAGE with a suggestion on anything wrong. Free in either case. */
bool arguments_parse(int argc, char **argv, struct arguments *arguments, struct error *err);
void arguments_free(struct arguments *arguments);

/* Writes the help on `verb` (NULL: on the whole) to stdout. */
void help_print(const struct verb *verb);
#endif
