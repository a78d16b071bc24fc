/* SPDX-License-Identifier: MIT */
/* json_schema.h - what json_write() writes, as a JSON Schema (draft 2020-12), from the shapes that it writes by: so neither can
 * drift from the other. */
#ifndef RENDER_JSON_SCHEMA_H
#define RENDER_JSON_SCHEMA_H

#include "base/buf.h"
#include "base/field.h"

/* One kind of document. */
struct json_document {
    const struct shape *shape;
    const char *schema; /* what stands in its member `schema`, "endoscope-report/1"; NULL: it has none */
    const char *words;  /* what it is */
};

/* Appends the schema that takes any of `documents` (up to one without a shape), told apart by their member `schema`. */
void json_schema_write(const struct json_document *documents, struct buf *out);
#endif
