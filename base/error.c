/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool fail(struct error *err, enum error_code code, const char *format, ...)
{
    va_list args;

    if (!err)
        return false;
    err->code = code;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return false;
}

bool fail_context(struct error *err, const char *format, ...)
{
    char cause[sizeof err->text];
    size_t used;
    va_list args;

    if (!err)
        return false;
    memcpy(cause, err->text, sizeof cause);
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", cause);
    return false;
}
