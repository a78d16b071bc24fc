/* SPDX-License-Identifier: MIT */
/* word.h - the words of a model's enumerations, found by its shapes: for formats that are written without templates. */
#ifndef RENDER_WORD_H
#define RENDER_WORD_H

#include "base/field.h"

/* The word that the member `name` (FIELD_WORD) of `object` stands for; "" when there is no such member or word. */
const char *shape_word(const struct shape *shape, const char *name, const void *object);

/* The shape of the member `name`, an object or a list; NULL when there is none. */
const struct shape *shape_of(const struct shape *shape, const char *name);
#endif
