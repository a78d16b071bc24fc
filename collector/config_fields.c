/* SPDX-License-Identifier: MIT */
#include "collector/config_fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/nearest.h"
#include "collector/quantity.h"

enum { FIELDS_MAX = 64, COUNT_MOST = 1000000 };

static void *at(const struct config_field *field, void *object)
{
    return (char *)object + field->offset;
}

static bool read_size(struct loader *loader, const struct yaml_node *node, const struct place *place, size_t *bytes)
{
    const char *text = config_plain(loader, node, place, quantity_sizes);
    uint64_t size;

    if (!text)
        return false;
    if (!quantity_size(text, &size) || size > SIZE_MAX / 4)
        return loader_expected(loader, node, place, quantity_sizes);
    *bytes = (size_t)size;
    return true;
}

static bool read_count(struct loader *loader, const struct yaml_node *node, const struct place *place, bool from_one,
                       unsigned *count)
{
    const char *what = from_one ? "a whole number from 1 to 1000000" : "a whole number from 0 to 1000000";
    const char *text = config_plain(loader, node, place, what);
    unsigned long number;
    bool digits;

    if (!text)
        return false;
    digits = *text && strspn(text, "0123456789") == strlen(text) && strlen(text) <= 9;
    number = digits ? strtoul(text, NULL, 10) : 0;
    if (!digits || (from_one && number == 0) || number > COUNT_MOST)
        return loader_expected(loader, node, place, what);
    *count = (unsigned)number;
    return true;
}

static void read_word(struct loader *loader, const struct yaml_node *node, const struct place *place,
                      const struct config_field *field, void *object)
{
    struct buf what = BUF_INIT;
    const char *text, *close;
    size_t count = 0;

    for (; field->words[count]; count++)
        buf_printf(&what, "%s%s", count ? field->words[count + 1] ? ", " : " or " : "", field->words[count]);
    text = config_plain(loader, node, place, what.data);
    for (size_t i = 0; text && i < count; i++)
        if (strcmp(text, field->words[i]) == 0) {
            *(int *)at(field, object) = (int)i;
            text = NULL;
        }
    close = text ? nearest_word(text, field->words, count) : NULL;
    if (close)
        loader_problem(loader, node, place, "expected %s, not `%s` (did you mean `%s`?)", what.data,
                       yaml_text(node).data, close);
    else if (text)
        loader_expected(loader, node, place, what.data);
    buf_free(&what);
}

bool config_each_item(struct loader *loader, const struct yaml_node *node, const struct place *place, bool lone,
                      void (*each)(struct loader *loader, const struct yaml_node *item, const struct place *place,
                                   void *self),
                      void *self)
{
    struct place inner = {place, NULL, 0};

    if (node->type != YAML_SEQUENCE) {
        if (!lone)
            return loader_expected(loader, node, place, "a list (lines that start with `- `, or [a, b])");
        each(loader, node, place, self);
        return true;
    }
    for (const struct yaml_node *const *item = node->items;
         item < node->items + node->count && loader_visit(loader, node, place); item++, inner.index++)
        each(loader, *item, &inner, self);
    return !loader->unbounded;
}

struct texts {
    const char **list;
    size_t count, capacity;
};

static void add_text(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    struct texts *texts = self;
    struct setting setting = {NULL, NULL};

    if (!loader_expand(loader, item, place, EXPAND_SECRET, &setting))
        return;
    texts->list = arena_grow(&loader->suite->arena, texts->list, texts->count, &texts->capacity, sizeof *texts->list);
    texts->list[texts->count++] = setting.shown;
}

static void read_texts(struct loader *loader, const struct yaml_node *node, const struct place *place,
                       const struct config_field *field, void *object)
{
    struct texts texts = {0};

    config_each_item(loader, node, place, true, add_text, &texts);
    *(const char ***)at(field, object) = texts.list;
    memcpy((char *)at(field, object) + sizeof texts.list, &texts.count, sizeof texts.count);
}

static void read_text(struct loader *loader, const struct yaml_node *node, const struct place *place,
                      const struct config_field *field, void *object)
{
    struct setting setting = {NULL, NULL};

    if (!loader_expand(loader, node, place, field->type == CONFIG_PATH ? EXPAND_PLAIN : EXPAND_SECRET, &setting))
        return;
    if (field->type == CONFIG_PATH)
        *(const char **)at(field, object) = loader_path(loader, setting.value);
    else
        *(const char **)at(field, object) = setting.shown;
}

static void read_setting(struct loader *loader, const struct yaml_node *node, const struct place *place,
                         struct setting *setting)
{
    struct setting read = {NULL, NULL};

    if (loader_expand(loader, node, place, EXPAND_SECRET, &read))
        *setting = read;
}

static void read_field(struct loader *loader, const struct yaml_node *node, const struct place *place,
                       const struct config_field *field, void *object)
{
    switch (field->type) {
    case CONFIG_TEXT:
    case CONFIG_PATH:
        read_text(loader, node, place, field, object);
        break;
    case CONFIG_COUNT:
    case CONFIG_NUMBER:
        read_count(loader, node, place, field->type == CONFIG_COUNT, at(field, object));
        break;
    case CONFIG_SETTING:
        read_setting(loader, node, place, at(field, object));
        break;
    case CONFIG_SIZE:
        read_size(loader, node, place, at(field, object));
        break;
    case CONFIG_DURATION:
        config_duration(loader, node, place, at(field, object));
        break;
    case CONFIG_BOOL:
    case CONFIG_SWITCH:
        config_switch(loader, node, place, field->type == CONFIG_SWITCH, at(field, object));
        break;
    case CONFIG_WORD:
        read_word(loader, node, place, field, object);
        break;
    case CONFIG_TEXTS:
        read_texts(loader, node, place, field, object);
        break;
    case CONFIG_OBJECT:
        config_read(loader, node, place, field->fields, at(field, object));
        break;
    case CONFIG_OWN:
        field->read(loader, node, place, object);
        break;
    }
}

struct reading {
    const struct config_field *fields;
    const struct place *place;
    void *object;
};

static void unknown_key(struct loader *loader, const struct yaml_node *node, const struct reading *reading,
                        const char *key)
{
    const char *names[FIELDS_MAX];
    const char *close;
    size_t count = 0;

    for (const struct config_field *field = reading->fields; field->name && count < FIELDS_MAX; field++)
        names[count++] = field->name;
    close = nearest_word(key, names, count);
    if (close)
        loader_problem(loader, node, reading->place, "unknown key `%s` (did you mean `%s`?)", key, close);
    else if (strcmp(key, "<<") == 0)
        loader_problem(loader, node, reading->place,
                       "`<<` merges nothing in YAML 1.2; what endpoints have in common stands under `defaults`");
    else
        loader_problem(loader, node, reading->place, "unknown key `%s`; `man endoscope.yaml` lists them", key);
}

static void read_member(struct loader *loader, const char *key, const struct yaml_node *key_node,
                        const struct yaml_node *value, const struct place *place, void *self)
{
    const struct reading *reading = self;

    for (const struct config_field *field = reading->fields; field->name; field++)
        if (strcmp(field->name, key) == 0) {
            read_field(loader, value, place, field, reading->object);
            return;
        }
    unknown_key(loader, key_node, reading, key);
}

bool config_read(struct loader *loader, const struct yaml_node *node, const struct place *place,
                 const struct config_field *fields, void *object)
{
    struct reading reading = {fields, place, object};

    return loader_each(loader, node, place, read_member, &reading);
}

void config_read_key(struct loader *loader, const struct yaml_node *node, const char *key,
                     const struct config_field *fields, void *object)
{
    const struct yaml_node *value = node ? loader_member(node, key) : NULL;
    const struct place place = {NULL, key, 0};

    for (; value && fields->name; fields++)
        if (strcmp(fields->name, key) == 0)
            read_field(loader, value, &place, fields, object);
}

void config_check_scope(struct loader *loader, const struct yaml_node *node, const struct place *place,
                        const struct config_field *fields, enum kind kind)
{
    enum config_scope other = kind == KIND_HTTP ? FOR_WEBSOCKET : FOR_HTTP;

    for (; fields->name; fields++) {
        const struct yaml_node *key = fields->scope == other ? loader_key(node, fields->name) : NULL;

        if (key)
            loader_problem(loader, key, place, "`%s` is for endpoints of kind %s, and this one is of kind %s",
                           fields->name, kind_words[kind == KIND_HTTP ? KIND_WEBSOCKET : KIND_HTTP], kind_words[kind]);
    }
}
