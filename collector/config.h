/* SPDX-License-Identifier: MIT */
/* config.h - endoscope.yaml, read into a suite. Every problem is collected, not only the first. */
#ifndef COLLECTOR_CONFIG_H
#define COLLECTOR_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct suite;
struct secrets;

struct problem {
    const char *file;
    unsigned line, column; /* from 1; 0: the whole file */
    const char *words;     /* what is wrong, what was expected, what to do */
};

struct problems {
    struct arena arena;
    const struct problem *list;
    size_t count;
};

/* How config_load() treats `${VAR}` without a value. */
enum variables {
    VARIABLES_REQUIRED, /* a missing one is a problem, but for those of trackers: `run` */
    VARIABLES_ALL,      /* a missing one is a problem: `publish`, `nightly` */
    VARIABLES_OPTIONAL, /* it stays `${VAR}`, and is listed in config_use: `check` */
    VARIABLES_UNUSED,   /* only what finds runs and keeps them is read, below: `report`, `db` */
};

/* Which verbs want a variable. */
enum need {
    NEED_RUN,     /* run, and those that follow it */
    NEED_PUBLISH, /* publish and nightly */
    NEED_NIGHTLY,
};

struct missing_variable {
    const char *name;
    enum need need; /* the first, where several things want it */
};

/* What a config wants from outside: for `endoscope check`. */
struct config_use {
    const struct missing_variable *missing; /* variables without a value, by name */
    size_t missing_count;
};

/* With VARIABLES_UNUSED `suite` has its name, environment, vantage, time zone, store and `keep` alone; what is wrong with
 * anything is passed over, but a file that cannot be read or is no YAML.
 *
 * Reads `path` into `suite`, and registers the value of every secret variable in `secrets`. False when there are
 * `problems` (sorted by place, whole sentences) or the file cannot be read. Free all three in either case.
 * `use` may be NULL; what it points to lives in the suite's arena. */
bool config_load(const char *path, enum variables variables, struct suite *suite, struct secrets *secrets,
                 struct config_use *use, struct problems *problems, struct error *err);

void problems_free(struct problems *problems);
#endif
