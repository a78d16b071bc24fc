/* SPDX-License-Identifier: MIT */
/* config_schema.h - the tables of keys (config_fields.h) as a JSON Schema, for editors; tests/tools/config_schema.c writes
 * docs/endoscope.schema.json with it. It says what a schema can: names that must be unique or must exist, files that
 * must be there and origins of secrets are the loader's alone. */
#ifndef COLLECTOR_CONFIG_SCHEMA_H
#define COLLECTOR_CONFIG_SCHEMA_H

#include "base/buf.h"

/* Appends the schema, JSON Schema 2020-12, indented and with a line break at its end. */
void config_schema(struct buf *out);
#endif
