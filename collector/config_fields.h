/* SPDX-License-Identifier: MIT */
/* config_fields.h - private to config*.c: the tables of keys, from which the loader, the suggestions for misspelt keys
 * and the reference are made. */
#ifndef COLLECTOR_CONFIG_FIELDS_H
#define COLLECTOR_CONFIG_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/config_loader.h"

/* In YAML, and in C at the field's place. */
enum config_type {
    CONFIG_TEXT,     /* text; const char *, the shown form */
    CONFIG_SETTING,  /* text that may hold a secret; struct setting */
    CONFIG_PATH,     /* text, relative to the config's folder; const char * */
    CONFIG_COUNT,    /* whole number from 1; unsigned */
    CONFIG_SIZE,     /* "64KiB"; size_t */
    CONFIG_DURATION, /* "500ms"; int64_t µs */
    CONFIG_BOOL,     /* true or false (on or off); bool */
    CONFIG_WORD,     /* one of `words`; an enum */
    CONFIG_TEXTS,    /* a list of texts; const char *const *, and a count behind it */
    CONFIG_SETTINGS, /* the same of struct setting */
    CONFIG_OWN,      /* whatever `read` makes of it */
};

struct config_field {
    const char *name;
    enum config_type type;
    size_t offset;
    const char *const *words; /* of CONFIG_WORD, NULL-terminated */
    /* Of CONFIG_OWN; `object` is the struct that the table describes. */
    void (*read)(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object);
    const char *help; /* one line, for the reference */
};

/* Reads the mapping `node` into `object` by `fields` (up to a row without a name). Unknown keys are problems, with the
 * nearest known one; keys of `later` (may be NULL) are said to be unknown to this version yet. */
bool config_read(struct loader *loader, const yaml_node_t *node, const struct place *place,
                 const struct config_field *fields, const char *const *later, void *object);

/* Reads `value` as the first of `fields`: for a field that wants a look of its own after the table's. */
void config_read_one(struct loader *loader, const yaml_node_t *value, const struct place *place,
                     const struct config_field *fields, void *object);

/* Calls `each` for the items of a list; a single value counts as a list of one where `lone` says so. */
bool config_each_item(struct loader *loader, const yaml_node_t *node, const struct place *place, bool lone,
                      void (*each)(struct loader *loader, const yaml_node_t *item, const struct place *place,
                                   void *self),
                      void *self);

bool config_duration(struct loader *loader, const yaml_node_t *node, const struct place *place, int64_t *us);
bool config_bool(struct loader *loader, const yaml_node_t *node, const struct place *place, bool *flag);

/* The tables, each beside what it describes. */
extern const struct config_field endpoint_fields[]; /* config_endpoint.c; of `defaults` too */
extern const char *const endpoint_later[];

/* Reads `expect:` (config_expect.c) into `object`, a struct endpoint. */
void config_read_expect(struct loader *loader, const yaml_node_t *value, const struct place *place, void *object);
#endif
