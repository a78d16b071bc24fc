/* SPDX-License-Identifier: MIT */
#include "collector/config_schema.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "collector/config_schema_forms.h"

enum { TABLES_MOST = 32 };

/* What was written under $defs: each table once. */
struct schema {
    struct arena arena;
    json_t *defs;
    const struct config_field *tables[TABLES_MOST];
    const char *names[TABLES_MOST];
    size_t count;
};

/* A table as one of its uses has it. */
struct use {
    const char *name; /* under $defs */
    const struct config_field *fields;
    const char *const *left_out; /* keys that it has not here; NULL: none */
    const char *const *required; /* NULL: none */
};

static json_t *parsed(const char *text)
{
    struct buf json = BUF_INIT;
    json_error_t error;
    json_t *value;

    for (; *text; text++)
        buf_putc(&json, (char)(*text == '\'' ? '"' : *text));
    value = json_loads(json.data, JSON_DECODE_ANY, &error);
    buf_free(&json);
    return value;
}

static json_t *reference(const char *name)
{
    return json_pack("{s:s+}", "$ref", "#/$defs/", name);
}

static bool is_listed(const char *const *list, const char *name)
{
    for (; list && *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

static void put_table(struct schema *schema, const struct use *use);

/* The mapping by `fields`, called as the key that has it for the first time. */
static json_t *table_reference(struct schema *schema, const struct config_field *fields, const char *name)
{
    struct use use = {name, fields, NULL, NULL};

    for (size_t i = 0; i < schema->count; i++)
        if (schema->tables[i] == fields)
            return json_pack("{s:s++}", "$ref", "#/$defs/", schema->names[i], "_mapping");
    if (schema->count == TABLES_MOST)
        abort();
    schema->tables[schema->count] = fields;
    schema->names[schema->count++] = name;
    use.name = arena_printf(&schema->arena, "%s_mapping", name);
    put_table(schema, &use);
    return json_pack("{s:s++}", "$ref", "#/$defs/", name, "_mapping");
}

/* Every {'fields': true} in `value` becomes the mapping; `value` is taken, the result is the caller's. */
static json_t *with_fields(struct schema *schema, json_t *value, const struct config_field *field)
{
    const char *key;
    json_t *member;
    size_t index;
    void *next;

    if (json_object_get(value, "fields")) {
        json_decref(value);
        return table_reference(schema, field->fields, field->name);
    }
    json_object_foreach_safe(value, next, key, member)
        json_object_set_new(value, key, with_fields(schema, json_incref(member), field));
    json_array_foreach(value, index, member)
        json_array_set_new(value, index, with_fields(schema, json_incref(member), field));
    return value;
}

static json_t *word_schema(const struct config_field *field)
{
    json_t *words = json_array();

    for (size_t i = 0; field->words[i]; i++) {
        char *end;
        double number = strtod(field->words[i], &end);

        json_array_append_new(words, json_string(field->words[i]));
        if (*end == '\0')
            json_array_append_new(words,
                                  strchr(field->words[i], '.') ? json_real(number) : json_integer((json_int_t)number));
    }
    return json_pack("{s:[{s:o}, o]}", "anyOf", "enum", words, reference("variable"));
}

static const struct schema_form *form_named(const char *name)
{
    const struct schema_form *form = config_schema_forms;

    while (form->name && strcmp(form->name, name) != 0)
        form++;
    if (!form->name)
        abort();
    return form;
}

/* As YAML would read it; NULL: nothing holds, or what holds depends. */
static json_t *usual_value(const struct config_field *field)
{
    const char *usual = field->usual;

    if (!usual || strchr(usual, ';'))
        return NULL;
    if (strcmp(usual, "true") == 0 || strcmp(usual, "false") == 0)
        return json_boolean(usual[0] == 't');
    if (strspn(usual, "0123456789") == strlen(usual))
        return json_integer(strtol(usual, NULL, 10));
    return json_string(usual);
}

static json_t *field_schema(struct schema *schema, const struct config_field *field)
{
    const char *name = field->type == CONFIG_OWN ? field->form : config_schema_form_of(field->type);
    json_t *described = json_object(), *usual = usual_value(field);
    json_t *value;

    if (field->type == CONFIG_WORD)
        value = word_schema(field);
    else if (field->type == CONFIG_OBJECT)
        value = table_reference(schema, field->fields, field->name);
    else if (strstr(form_named(name)->schema, "'fields'"))
        value = with_fields(schema, parsed(form_named(name)->schema), field);
    else
        value = reference(name);
    json_object_set_new(described, "description", json_string(field->help));
    if (usual)
        json_object_set_new(described, "default", usual);
    json_object_update_new(described, value);
    return described;
}

/* Keys that an endpoint of the other kind has not; `inner` with those of its `expect`. */
static json_t *foreign_keys(const struct config_field *fields, enum config_scope other)
{
    json_t *keys = json_object();

    for (; fields->name; fields++) {
        if (fields->scope == other)
            json_object_set_new(keys, fields->name, json_false());
        if (fields->fields == expect_fields)
            json_object_set_new(keys, fields->name,
                                json_pack("{s:o}", "properties", foreign_keys(expect_fields, other)));
    }
    return keys;
}

/* Where its URL says of which kind an endpoint is. */
static json_t *kind_rule(const char *pattern, enum config_scope other)
{
    return json_pack("{s:{s:[s], s:{s:[s]}, s:{s:{s:s}}}, s:{s:o}}", "if", "required", "url", "not", "required",
                     "kind", "properties", "url", "pattern", pattern, "then", "properties",
                     foreign_keys(endpoint_fields, other));
}

static void put_table(struct schema *schema, const struct use *use)
{
    json_t *table = json_pack("{s:s, s:b}", "type", "object", "additionalProperties", 0);
    json_t *properties = json_object(), *required = json_array();

    json_object_set(schema->defs, use->name, table);
    for (const struct config_field *field = use->fields; field->name; field++)
        if (!is_listed(use->left_out, field->name))
            json_object_set_new(properties, field->name, field_schema(schema, field));
    for (size_t i = 0; use->required && use->required[i]; i++)
        json_array_append_new(required, json_string(use->required[i]));
    json_object_set_new(table, "properties", properties);
    if (json_array_size(required))
        json_object_set(table, "required", required);
    for (const struct schema_form *rule = config_schema_rules; rule->name; rule++)
        if (strcmp(rule->name, use->name) == 0)
            json_object_update_new(table, parsed(rule->schema));
    json_decref(required);
    json_decref(table);
}

static void put_endpoints(struct schema *schema)
{
    static const char *const own[] = {"name", "url", NULL}, *const url[] = {"url", NULL};
    static const char *const parents[] = {"candidates", "discover", "role", NULL};
    const struct use endpoint = {"endpoint", endpoint_fields, NULL, own};
    const struct use defaults = {"defaults_mapping", endpoint_fields, own, NULL};
    const struct use candidate = {"candidate_mapping", endpoint_fields, parents, url};
    json_t *object;

    put_table(schema, &endpoint);
    object = json_object_get(schema->defs, "endpoint");
    json_object_set_new(json_object_get(json_object_get(object, "properties"), "name"), "not",
                        json_pack("{s:s}", "const", ""));
    json_object_set_new(
        object, "allOf",
        json_pack("[o, o]", kind_rule("^[Hh][Tt][Tt][Pp]", FOR_WEBSOCKET), kind_rule("^[Ww][Ss]", FOR_HTTP)));
    /* What all have is a path or a URL; what one has may have settings of its own, and an address seen from it. */
    put_table(schema, &defaults);
    object = json_object_get(json_object_get(schema->defs, "defaults_mapping"), "properties");
    json_object_set_new(json_object_get(object, "candidates"), "$ref", json_string("#/$defs/texts"));
    put_table(schema, &candidate);
    object = json_object_get(json_object_get(schema->defs, "candidate_mapping"), "properties");
    json_object_set_new(json_object_get(object, "url"), "$ref", json_string("#/$defs/text"));
}

void config_schema(struct buf *out)
{
    struct schema schema = {.arena = ARENA_INIT, .defs = json_object()};
    const struct use suite = {"suite", suite_fields, NULL, NULL};
    json_t *document = json_pack("{s:s, s:s, s:s}", "$schema", "https://json-schema.org/draft/2020-12/schema", "title",
                                 "endoscope.yaml", "description",
                                 "What endoscope probes, and what it expects; made from the loader's tables");
    char *text;

    for (const struct schema_form *form = config_schema_forms; form->name; form++)
        if (!strstr(form->schema, "'fields'"))
            json_object_set_new(schema.defs, form->name, parsed(form->schema));
    put_endpoints(&schema);
    put_table(&schema, &suite);
    json_object_update(document, json_object_get(schema.defs, "suite"));
    json_object_del(schema.defs, "suite");
    /* The rest may stand in a file that is included. */
    json_object_set_new(document, "anyOf",
                        json_pack("[{s:[s, s]}, {s:[s]}]", "required", "suite", "endpoints", "required", "include"));
    json_object_set_new(document, "$defs", schema.defs);
    text = json_dumps(document, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    buf_printf(out, "%s\n", text ? text : "");
    free(text);
    json_decref(document);
    arena_free(&schema.arena);
}
