/* SPDX-License-Identifier: MIT */
#include "base/field.h"

const void *list_item(const struct list *list, size_t size, size_t index)
{
    if (index >= list->count)
        return NULL;
    return list->make ? list->make(list->self, index) : (const char *)list->items + index * size;
}
