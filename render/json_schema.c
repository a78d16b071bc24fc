/* SPDX-License-Identifier: MIT */
#include "render/json_schema.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *kept(json_t *made)
{
    if (!made)
        abort(); /* no memory, as base/memory.h ends */
    return made;
}

enum { NAME_MOST = 160 };

/* Shapes of two documents may have one name, those of one have not. */
static const char *name_of(const struct shape *document, const struct shape *shape, char name[NAME_MOST])
{
    snprintf(name, NAME_MOST, "%s.%s", document->name, shape->name);
    return name;
}

static json_t *reference_to(const struct shape *document, const struct shape *shape)
{
    char name[NAME_MOST], path[NAME_MOST + 16];

    snprintf(path, sizeof path, "#/$defs/%s", name_of(document, shape, name));
    return kept(json_pack("{s:s}", "$ref", path));
}

static json_t *words_of(const char *const *words)
{
    json_t *list = kept(json_array());

    for (; *words; words++)
        json_array_append_new(list, json_string(*words));
    json_array_append_new(list, json_null());
    return kept(json_pack("{s:o}", "enum", list));
}

static json_t *typed(const char *type, const char *description, bool nullable)
{
    json_t *schema = nullable ? json_pack("{s:[s,s]}", "type", type, "null") : json_pack("{s:s}", "type", type);

    if (description)
        json_object_set_new(kept(schema), "description", json_string(description));
    return kept(schema);
}

/* What a document holds of one field; what is absent is null. */
static json_t *schema_of(const struct shape *document, const struct field *field)
{
    switch (field->type) {
    case FIELD_TEXT:
        return typed("string", NULL, true);
    case FIELD_PARTIAL:
        return typed("string", "the words of the report, as plain text", true);
    case FIELD_FOREIGN:
        return typed("string", "somebody else's words: a broken byte stands as \\xNN", true);
    case FIELD_BOOL:
        return typed("boolean", NULL, false);
    case FIELD_COUNT:
        return kept(json_pack("{s:s, s:i}", "type", "integer", "minimum", 0));
    case FIELD_NUMBER:
        return typed("number", NULL, true);
    case FIELD_DURATION:
        return kept(json_pack("{s:[s,s], s:i, s:s}", "type", "integer", "null", "minimum", 0, "description",
                              "microseconds; null: not measured"));
    case FIELD_TIME:
        return kept(json_pack("{s:[s,s], s:s, s:s}", "type", "string", "null", "format", "date-time", "description",
                              "ISO 8601 with the offset of the zone that the run was recorded in"));
    case FIELD_WORD:
        return words_of(field->words);
    case FIELD_CITES:
        return kept(json_pack("{s:s, s:s, s:{s:[s,s]}}", "type", "array", "description",
                              "probes, by ordinal; of two runs by RUN.pORDINAL, as `endoscope show` takes them",
                              "items", "type", "integer", "string"));
    case FIELD_OBJECT:
        return kept(json_pack("{s:[o,{s:s}]}", "anyOf", reference_to(document, field->shape), "type", "null"));
    case FIELD_LIST:
        return kept(json_pack("{s:s, s:o}", "type", "array", "items", reference_to(document, field->shape)));
    case FIELD_CONTEXT:
        break;
    }
    return kept(json_object());
}

static void add_shape(json_t *defs, const struct shape *document, const struct shape *shape)
{
    char key[NAME_MOST];
    json_t *members = kept(json_object()), *required = kept(json_array());

    if (json_object_get(defs, name_of(document, shape, key))) {
        json_decref(members);
        json_decref(required);
        return;
    }
    /* Its place is taken before its members are looked at: a shape may hold itself. */
    json_object_set_new(defs, key,
                        json_pack("{s:s, s:b, s:o, s:o}", "type", "object", "additionalProperties", 0, "required",
                                  required, "properties", members));
    for (const struct field *field = shape->fields; field->name; field++) {
        char name[128];

        if (field->type == FIELD_CONTEXT)
            continue;
        snprintf(name, sizeof name, "%s%s", field->name, field->type == FIELD_DURATION ? "_us" : "");
        json_object_set_new(members, name, schema_of(document, field));
        json_array_append_new(required, json_string(name));
        if (field->type == FIELD_OBJECT || field->type == FIELD_LIST)
            add_shape(defs, document, field->shape);
    }
}

void json_schema_write(const struct json_document *documents, struct buf *out)
{
    json_t *any = kept(json_array()), *defs = kept(json_object());
    json_t *root;
    char *text;

    for (; documents->shape; documents++) {
        json_t *one = reference_to(documents->shape, documents->shape);

        add_shape(defs, documents->shape, documents->shape);
        json_object_set_new(one, "description", json_string(documents->words));
        if (documents->schema)
            json_object_set_new(one, "properties", json_pack("{s:{s:s}}", "schema", "const", documents->schema));
        json_array_append_new(any, one);
    }
    root = kept(json_pack("{s:s, s:s, s:o, s:o}", "$schema", "https://json-schema.org/draft/2020-12/schema", "title",
                          "What endoscope writes as JSON about runs", "oneOf", any, "$defs", defs));
    text = json_dumps(root, JSON_INDENT(2));
    json_decref(root);
    if (!text)
        abort();
    buf_puts(out, text);
    buf_putc(out, '\n');
    free(text);
}
