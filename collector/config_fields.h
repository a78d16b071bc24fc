/* SPDX-License-Identifier: MIT */
/* config_fields.h - private to config*.c: the tables of keys. From them come the loader, the suggestions for misspelt
 * keys, and what a reference or a schema needs to know. */
#ifndef COLLECTOR_CONFIG_FIELDS_H
#define COLLECTOR_CONFIG_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/config_loader.h"
#include "collector/config_scalar.h"

/* In YAML, and in C at the field's place. */
enum config_type {
    CONFIG_TEXT,     /* text; const char *, the shown form */
    CONFIG_PATH,     /* text, relative to the config's folder; const char * */
    CONFIG_COUNT,    /* whole number from 1; unsigned */
    CONFIG_SIZE,     /* "64KiB"; size_t */
    CONFIG_DURATION, /* "500ms"; int64_t µs */
    CONFIG_BOOL,     /* true or false; bool */
    CONFIG_SWITCH,   /* on or off too; bool */
    CONFIG_WORD,     /* one of `words`; an enum */
    CONFIG_TEXTS,    /* a list of texts, or one; const char *const *, and a count behind it */
    CONFIG_SETTING,  /* text that may hold a secret; struct setting */
    CONFIG_NUMBER,   /* whole number from 0; unsigned */
    CONFIG_OBJECT,   /* a mapping by the table `fields`; the struct itself */
    CONFIG_OWN,      /* whatever `read` makes of it */
};

/* Which kind of endpoint knows a key. */
enum config_scope { FOR_BOTH, FOR_HTTP, FOR_WEBSOCKET };

struct config_field {
    const char *name;
    enum config_type type;
    enum config_scope scope;
    size_t offset;
    const char *usual;        /* what holds where the key is absent, as one would write it; NULL: nothing does */
    const char *help;         /* one line, for the reference */
    const char *const *words; /* of CONFIG_WORD, NULL-terminated */
    /* Of CONFIG_OWN; `object` is the struct that the table describes. */
    void (*read)(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object);
    const char *form;                  /* of CONFIG_OWN: what may stand there, as config_schema.c calls it */
    const struct config_field *fields; /* of the mapping, or of the mappings in the list */
};

/* Reads the mapping `node` into `object` by `fields` (up to a row without a name). Unknown keys are problems, with the
 * nearest known one. */
bool config_read(struct loader *loader, const struct yaml_node *node, const struct place *place,
                 const struct config_field *fields, void *object);

/* Reads `key` alone, where the mapping `node` has it. */
void config_read_key(struct loader *loader, const struct yaml_node *node, const char *key,
                     const struct config_field *fields, void *object);

/* Notes each key of `node` that an endpoint of `kind` cannot have. */
void config_check_scope(struct loader *loader, const struct yaml_node *node, const struct place *place,
                        const struct config_field *fields, enum kind kind);

/* Calls `each` for the items of a list; a single value counts as a list of one where `lone` says so. */
bool config_each_item(struct loader *loader, const struct yaml_node *node, const struct place *place, bool lone,
                      void (*each)(struct loader *loader, const struct yaml_node *item, const struct place *place,
                                   void *self),
                      void *self);

/* The tables, each beside what it describes. */
extern const struct config_field suite_fields[];                            /* config_top.c */
extern const struct config_field endpoint_fields[];                         /* config_endpoint.c; of `defaults` too */
extern const struct config_field expect_fields[];                           /* config_expect.c */
extern const struct config_field config_tls_fields[], config_body_fields[]; /* config_client.c */
extern const struct config_field ticket_fields[], tracker_fields[];         /* config_ticket.c */

/* Reads `expect:` (config_expect.c) into `object`, a struct endpoint. */
void config_read_expect(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object);
#endif
