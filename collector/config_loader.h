/* SPDX-License-Identifier: MIT */
/* config_loader.h - private to config*.c: what loading one config carries along, and how it complains. */
#ifndef COLLECTOR_CONFIG_LOADER_H
#define COLLECTOR_CONFIG_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/config.h"
#include "collector/suite.h"
#include "collector/yaml_tree.h"

enum {
    NODES_MAX = 4000000, /* aliases can make a small file large; 100,000 endpoints need a third of it */
    PROBLEMS_MAX = 1000, /* more than anybody reads */
};

/* A variable that supplied a number, a word or a path, where no secret is kept apart from what is shown. */
struct plain_use {
    const char *name;
    const struct yaml_node *node;
    const char *place;
};

/* One of the files that a config is made of; the first is the one that was asked for. */
struct config_source {
    const char *file;
    const char *folder; /* that relative paths start from; "" for the working directory */
    struct yaml_tree tree;
    uint64_t device, inode; /* which file it is, by whatever path; 0: it is in memory */
    struct config_source *next;
};

struct loader {
    struct config_source *sources; /* in the order in which they were included */
    size_t source_count;
    unsigned depth;               /* of the includes that are being read */
    struct config_source *source; /* whose nodes are being read */
    struct yaml_tree *tree;       /* its tree */
    enum variables variables;
    enum need need; /* of what is being read; beyond NEED_RUN a variable without a value is no problem */
    struct suite *suite;
    struct secrets *secrets;
    struct problems *problems;
    size_t problem_capacity;
    struct missing_variable *missing; /* variables without a value */
    size_t missing_count, missing_capacity;
    const char **public_names; /* variables that are no secrets */
    size_t public_count, public_capacity;
    const char **secret_names; /* those that were registered */
    size_t secret_count, secret_capacity;
    struct plain_use *plain_uses;
    size_t plain_count, plain_capacity;
    const char **open; /* values in which a variable is missing, by address */
    size_t open_count, open_capacity;
    size_t visited;
    bool unbounded; /* it was said that aliases make it too large */
};

/* Where a value stands, for messages: "endpoints[0].tls.ca". On the stack, innermost first. */
struct place {
    const struct place *outer; /* NULL: the top */
    const char *key;           /* NULL: an item of a list */
    size_t index;
};

/* The place in words, in `arena`. */
const char *place_words(const struct place *place, struct arena *arena);

/* Notes a problem at `node`: "PLACE: words". `place` may be NULL. */
void loader_problem(struct loader *loader, const struct yaml_node *node, const struct place *place, const char *format,
                    ...) __attribute__((format(printf, 4, 5)));

/* Notes that something else was expected: "PLACE: expected X, not Y". False, so that it can be returned. */
bool loader_expected(struct loader *loader, const struct yaml_node *node, const struct place *place, const char *what);

/* Notes a problem where a file could not even be read as YAML. */
void loader_fault(struct loader *loader, const struct yaml_fault *fault);

/* Goes over to the nodes of another source; returns the one before, to go back to. */
struct config_source *loader_enter(struct loader *loader, struct config_source *source);

/* `path` of the config, relative to its folder. */
const char *loader_path(struct loader *loader, const char *path);

/* Calls `member` for each key of the mapping `node`; false when it is none. Doubled keys are problems. */
bool loader_each(struct loader *loader, const struct yaml_node *node, const struct place *place,
                 void (*member)(struct loader *loader, const char *key, const struct yaml_node *key_node,
                                const struct yaml_node *value, const struct place *place, void *self),
                 void *self);

/* Counts what is read against NODES_MAX; false, with the problem noted once, when it is too much. */
bool loader_visit(struct loader *loader, const struct yaml_node *node, const struct place *place);

/* The key node and the value of `key` in the mapping `node`; NULL when it is not there. */
const struct yaml_node *loader_key(const struct yaml_node *node, const char *key);
const struct yaml_node *loader_member(const struct yaml_node *node, const char *key);

/* How a variable's value is held. */
enum expansion {
    EXPAND_SECRET, /* it is a secret unless it is public */
    EXPAND_PLAIN,  /* it is a number, a word or a path: shown as it is */
};

/* A scalar with its variables expanded. False, with the problem noted, when it is no text or a needed variable has no
 * value. */
bool loader_expand(struct loader *loader, const struct yaml_node *node, const struct place *place, enum expansion how,
                   struct setting *setting);

/* Whether `value`, made by loader_expand(), lacks a variable's value, so that it cannot be checked. */
bool loader_is_open(const struct loader *loader, const char *value);

/* Before anything is expanded: which variables are public, by `public:` or because they supply a URL's scheme, host or
 * port. */
void loader_read_public(struct loader *loader, const struct yaml_node *root);

/* Once all is read: a secret that is also shown as a number, a word or a path is none. */
void loader_check_plain(struct loader *loader);

/* Whether `setting` holds a secret. */
static inline bool setting_is_secret(struct setting setting)
{
    return setting.value && strcmp(setting.value, setting.shown) != 0;
}

/* What lives in it is gone when the config is read: it goes with the main file's nodes. */
static inline struct arena *loader_scratch(const struct loader *loader)
{
    return &loader->sources->tree.arena;
}
#endif
