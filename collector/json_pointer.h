/* SPDX-License-Identifier: MIT */
/* json_pointer.h - RFC 6901: "/data/0/type" names one value in a document. */
#ifndef COLLECTOR_JSON_POINTER_H
#define COLLECTOR_JSON_POINTER_H

#include <jansson.h>
#include <stdbool.h>

/* "" or steps that each start with "/", where ~ stands only as ~0 or ~1. */
bool json_pointer_valid(const char *pointer);

/* The value in `root`, borrowed; NULL when there is none. `pointer` is valid. */
json_t *json_pointer_get(json_t *root, const char *pointer);
#endif
