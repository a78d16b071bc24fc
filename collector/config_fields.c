/* SPDX-License-Identifier: MIT */
#include "collector/config_fields.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/nearest.h"
#include "collector/quantity.h"

enum { FIELDS_MAX = 64 };

static void *at(const struct config_field *field, void *object)
{
    return (char *)object + field->offset;
}

/* Numbers, durations and words may come from a variable; none of them is a secret. */
static bool read_plain(struct loader *loader, const yaml_node_t *node, const struct place *place, const char **text,
                       bool *whole)
{
    struct setting setting = {NULL, NULL};

    if (!loader_expand(loader, node, place, EXPAND_TEXT, &setting, whole))
        return false;
    *text = setting.value;
    return true;
}

bool config_duration(struct loader *loader, const yaml_node_t *node, const struct place *place, int64_t *us)
{
    const char *text;
    bool whole;

    if (node->type != YAML_SCALAR_NODE)
        return loader_expected(loader, node, place, quantity_durations);
    if (!read_plain(loader, node, place, &text, &whole) || !whole)
        return false;
    return quantity_duration(text, us) || loader_expected(loader, node, place, quantity_durations);
}

static bool read_size(struct loader *loader, const yaml_node_t *node, const struct place *place, size_t *bytes)
{
    const char *text;
    uint64_t size;
    bool whole;

    if (node->type != YAML_SCALAR_NODE)
        return loader_expected(loader, node, place, quantity_sizes);
    if (!read_plain(loader, node, place, &text, &whole) || !whole)
        return false;
    if (!quantity_size(text, &size) || size > SIZE_MAX / 4)
        return loader_expected(loader, node, place, quantity_sizes);
    *bytes = (size_t)size;
    return true;
}

static bool read_count(struct loader *loader, const yaml_node_t *node, const struct place *place, unsigned *count)
{
    const char *text;
    char *end;
    unsigned long number;
    bool whole;

    if (node->type != YAML_SCALAR_NODE)
        return loader_expected(loader, node, place, "a whole number from 1");
    if (!read_plain(loader, node, place, &text, &whole) || !whole)
        return false;
    errno = 0;
    number = strtoul(text, &end, 10);
    if (errno || end == text || *end || text[0] == '-' || number == 0 || number > 1000000)
        return loader_expected(loader, node, place, "a whole number from 1 to 1000000");
    *count = (unsigned)number;
    return true;
}

bool config_bool(struct loader *loader, const yaml_node_t *node, const struct place *place, bool *flag)
{
    static const char *const on[] = {"true", "True", "TRUE", "on"}, *const off[] = {"false", "False", "FALSE", "off"};

    if (node->type == YAML_SCALAR_NODE)
        for (size_t i = 0; i < 4; i++) {
            if (slice_equals(yaml_text(node), slice_of(on[i])) || slice_equals(yaml_text(node), slice_of(off[i]))) {
                *flag = slice_equals(yaml_text(node), slice_of(on[i]));
                return true;
            }
        }
    return loader_expected(loader, node, place, "true or false");
}

static void read_word(struct loader *loader, const yaml_node_t *node, const struct place *place,
                      const struct config_field *field, void *object)
{
    struct buf list = BUF_INIT;
    size_t count = 0;
    const char *close = NULL;

    if (node->type == YAML_SCALAR_NODE)
        for (int i = 0; field->words[i]; i++)
            if (slice_equals(yaml_text(node), slice_of(field->words[i]))) {
                *(int *)at(field, object) = i;
                return;
            }
    for (; field->words[count]; count++)
        buf_printf(&list, "%s%s", count ? ", " : "one of ", field->words[count]);
    if (node->type == YAML_SCALAR_NODE)
        close = nearest_word(yaml_text(node).data, field->words, count);
    if (close)
        buf_printf(&list, " (did you mean `%s`?)", close);
    loader_expected(loader, node, place, list.data);
    buf_free(&list);
}

bool config_each_item(struct loader *loader, const yaml_node_t *node, const struct place *place, bool lone,
                      void (*each)(struct loader *loader, const yaml_node_t *item, const struct place *place,
                                   void *self),
                      void *self)
{
    struct place inner = {place, NULL, 0};

    if (node->type != YAML_SEQUENCE_NODE) {
        if (!lone)
            return loader_expected(loader, node, place, "a list (lines that start with `- `, or [a, b])");
        each(loader, node, place, self);
        return true;
    }
    for (const yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top;
         item++, inner.index++) {
        /* The same bounds as a mapping's members: an alias may repeat a list without end. */
        if (++loader->visited > NODES_MAX) {
            loader_problem(loader, node, place, "aliases (*name) make this too large to read");
            return false;
        }
        each(loader, yaml_node(&loader->tree, *item), &inner, self);
    }
    return true;
}

struct settings {
    struct setting *list;
    size_t count, capacity;
};

static void add_setting(struct loader *loader, const yaml_node_t *item, const struct place *place, void *self)
{
    struct settings *settings = self;
    struct setting setting = {NULL, NULL};

    if (!loader_expand(loader, item, place, EXPAND_TEXT, &setting, NULL))
        return;
    settings->list = arena_grow(&loader->suite->arena, settings->list, settings->count, &settings->capacity,
                                sizeof *settings->list);
    settings->list[settings->count++] = setting;
}

static void read_settings(struct loader *loader, const yaml_node_t *node, const struct place *place,
                          const struct config_field *field, void *object)
{
    struct settings settings = {0};
    const char **texts;

    config_each_item(loader, node, place, true, add_setting, &settings);
    memcpy((char *)at(field, object) + sizeof(void *), &settings.count, sizeof settings.count);
    if (field->type == CONFIG_SETTINGS) {
        *(const struct setting **)at(field, object) = settings.list;
        return;
    }
    texts = arena_new(&loader->suite->arena, settings.count + 1, sizeof *texts);
    for (size_t i = 0; i < settings.count; i++)
        texts[i] = settings.list[i].shown;
    *(const char ***)at(field, object) = texts;
}

static void read_field(struct loader *loader, const yaml_node_t *node, const struct place *place,
                       const struct config_field *field, void *object)
{
    struct setting setting = {NULL, NULL};

    switch (field->type) {
    case CONFIG_TEXT:
        if (loader_expand(loader, node, place, EXPAND_TEXT, &setting, NULL))
            *(const char **)at(field, object) = setting.shown;
        break;
    case CONFIG_PATH:
        if (loader_expand(loader, node, place, EXPAND_TEXT, &setting, NULL))
            *(const char **)at(field, object) = loader_path(loader, setting.value);
        break;
    case CONFIG_SETTING:
        if (loader_expand(loader, node, place, EXPAND_TEXT, &setting, NULL))
            *(struct setting *)at(field, object) = setting;
        break;
    case CONFIG_COUNT:
        read_count(loader, node, place, at(field, object));
        break;
    case CONFIG_SIZE:
        read_size(loader, node, place, at(field, object));
        break;
    case CONFIG_DURATION:
        config_duration(loader, node, place, at(field, object));
        break;
    case CONFIG_BOOL:
        config_bool(loader, node, place, at(field, object));
        break;
    case CONFIG_WORD:
        read_word(loader, node, place, field, object);
        break;
    case CONFIG_TEXTS:
    case CONFIG_SETTINGS:
        read_settings(loader, node, place, field, object);
        break;
    case CONFIG_OWN:
        field->read(loader, node, place, object);
        break;
    }
}

void config_read_one(struct loader *loader, const yaml_node_t *value, const struct place *place,
                     const struct config_field *fields, void *object)
{
    read_field(loader, value, place, &fields[0], object);
}

struct reading {
    const struct config_field *fields;
    const char *const *later;
    const struct place *place;
    void *object;
};

static void unknown_key(struct loader *loader, const yaml_node_t *node, const struct reading *reading, const char *key)
{
    const char *names[FIELDS_MAX];
    const char *close;
    size_t count = 0;

    for (const char *const *later = reading->later; later && *later; later++)
        if (strcmp(*later, key) == 0) {
            loader_problem(loader, node, reading->place, "`%s` is a key that this version does not know yet", key);
            return;
        }
    for (const struct config_field *field = reading->fields; field->name && count < FIELDS_MAX; field++)
        names[count++] = field->name;
    close = nearest_word(key, names, count);
    if (close)
        loader_problem(loader, node, reading->place, "unknown key `%s` (did you mean `%s`?)", key, close);
    else
        loader_problem(loader, node, reading->place, "unknown key `%s`; `man endoscope.yaml` lists them", key);
}

static void read_member(struct loader *loader, const char *key, const yaml_node_t *key_node, const yaml_node_t *value,
                        const struct place *place, void *self)
{
    const struct reading *reading = self;

    for (const struct config_field *field = reading->fields; field->name; field++)
        if (strcmp(field->name, key) == 0) {
            read_field(loader, value, place, field, reading->object);
            return;
        }
    unknown_key(loader, key_node, reading, key);
}

bool config_read(struct loader *loader, const yaml_node_t *node, const struct place *place,
                 const struct config_field *fields, const char *const *later, void *object)
{
    struct reading reading = {fields, later, place, object};

    return loader_each(loader, node, place, read_member, &reading);
}
