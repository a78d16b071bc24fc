/* SPDX-License-Identifier: MIT */
#include "render/word.h"

#include <string.h>

static const struct field *field_of(const struct shape *shape, const char *name)
{
    for (const struct field *field = shape ? shape->fields : NULL; field && field->name; field++)
        if (strcmp(field->name, name) == 0)
            return field;
    return NULL;
}

const char *shape_word(const struct shape *shape, const char *name, const void *object)
{
    const struct field *field = field_of(shape, name);
    int value;

    if (!field || field->type != FIELD_WORD)
        return "";
    memcpy(&value, (const char *)object + field->offset, sizeof value);
    for (int i = 0; field->words[i]; i++)
        if (i == value)
            return field->words[i];
    return "";
}

const struct shape *shape_of(const struct shape *shape, const char *name)
{
    const struct field *field = field_of(shape, name);

    return field ? field->shape : NULL;
}
