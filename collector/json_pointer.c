/* SPDX-License-Identifier: MIT */
#include "collector/json_pointer.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"

bool json_pointer_valid(const char *pointer)
{
    if (*pointer && *pointer != '/')
        return false;
    for (const char *c = strchr(pointer, '~'); c; c = strchr(c + 1, '~'))
        if (c[1] != '0' && c[1] != '1')
            return false;
    return true;
}

/* An array's step is a decimal number without leading zeros; "-" names what is behind the last, so nothing.
 */
static json_t *element(json_t *array, const char *step)
{
    size_t index = 0;

    if (!*step || (*step == '0' && step[1]) || strlen(step) > 9 || step[strspn(step, "0123456789")])
        return NULL;
    for (; *step; step++)
        index = index * 10 + (size_t)(*step - '0');
    return json_array_get(array, index);
}

static json_t *child(json_t *parent, const char *step)
{
    if (json_is_array(parent))
        return element(parent, step);
    return json_object_get(parent, step);
}

json_t *json_pointer_get(json_t *root, const char *pointer)
{
    struct buf step = BUF_INIT;
    json_t *value = root;

    while (value && *pointer) {
        buf_clear(&step);
        for (pointer++; *pointer && *pointer != '/'; pointer++) {
            if (*pointer == '~')
                buf_putc(&step, *++pointer == '1' ? '/' : '~');
            else
                buf_putc(&step, *pointer);
        }
        value = child(value, step.data);
    }
    buf_free(&step);
    return value;
}
