/* SPDX-License-Identifier: MIT */
/* config_loader.h - private to config*.c: what loading one config carries along, and how it complains. */
#ifndef COLLECTOR_CONFIG_LOADER_H
#define COLLECTOR_CONFIG_LOADER_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/config.h"
#include "collector/suite.h"
#include "collector/yaml_tree.h"

enum {
    NODES_MAX = 500000, /* aliases can make a small file large */
    DEPTH_MAX = 32,
};

struct loader {
    const char *file;
    const char *folder; /* that relative paths start from; "" for the working directory */
    struct yaml_tree tree;
    enum variables variables;
    struct suite *suite;
    struct secrets *secrets;
    struct problems *problems;
    size_t problem_capacity;
    const char **missing; /* variables without a value */
    size_t missing_count, missing_capacity;
    const char **public_names; /* variables that are no secrets */
    size_t public_count, public_capacity;
    size_t visited;
};

/* Where a value stands, for messages: "endpoints[0].tls.ca". On the stack, innermost first. */
struct place {
    const struct place *outer; /* NULL: the top */
    const char *key;           /* NULL: an item of a list */
    size_t index;
};

/* Notes a problem at `node`: "PLACE: words". `place` may be NULL. */
void loader_problem(struct loader *loader, const yaml_node_t *node, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Notes that something else was expected: "PLACE: expected X, not Y". False, so that it can be returned. */
bool loader_expected(struct loader *loader, const yaml_node_t *node, const struct place *place, const char *what);

/* Notes a problem where a file could not even be read as YAML. */
void loader_fault(struct loader *loader, const struct yaml_fault *fault);

/* `path` of the config, relative to its folder. */
const char *loader_path(struct loader *loader, const char *path);

/* Calls `member` for each key of the mapping `node`; false when it is none. Doubled keys are problems. */
bool loader_each(struct loader *loader, const yaml_node_t *node, const struct place *place,
                 void (*member)(struct loader *loader, const char *key, const yaml_node_t *key_node,
                                const yaml_node_t *value, const struct place *place, void *self),
                 void *self);

/* A scalar with its variables expanded; `url`: those that supply scheme, host or port are public. False, with the
 * problem noted, when it is no text or a needed variable has no value. `*whole` (may be NULL): every variable had a
 * value, so that the text can be checked. */
enum expansion { EXPAND_TEXT, EXPAND_URL };
bool loader_expand(struct loader *loader, const yaml_node_t *node, const struct place *place, enum expansion how,
                   struct setting *setting, bool *whole);

/* Reads `public:` before anything is expanded. */
void loader_read_public(struct loader *loader, const yaml_node_t *root);

/* Whether `setting` holds a secret. */
static inline bool setting_is_secret(struct setting setting)
{
    return setting.value && strcmp(setting.value, setting.shown) != 0;
}
#endif
