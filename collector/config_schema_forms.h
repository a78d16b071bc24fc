/* SPDX-License-Identifier: MIT */
/* config_schema_forms.h - private to config_schema*.c: what may stand at a key, as pieces of JSON Schema. */
#ifndef COLLECTOR_CONFIG_SCHEMA_FORMS_H
#define COLLECTOR_CONFIG_SCHEMA_FORMS_H

#include "collector/config_fields.h"

struct schema_form {
    const char *name;
    const char *schema; /* JSON, with ' for "; {'fields': true} stands for a mapping by the row's `fields` */
};

/* By name, of CONFIG_OWN; up to one without a name. Each stands under $defs, or in place where it has `fields`. */
extern const struct schema_form config_schema_forms[];

/* By the name of a mapping under $defs: what its keys must hold together. */
extern const struct schema_form config_schema_rules[];

/* The name of the form of what is read by its type; NULL: CONFIG_WORD, CONFIG_OBJECT and CONFIG_OWN say themselves. */
const char *config_schema_form_of(enum config_type type);
#endif
