/* SPDX-License-Identifier: MIT */
/* names.h - numbers names as they come: the first is 0. Host names become indexes by it. */
#ifndef COLLECTOR_NAMES_H
#define COLLECTOR_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct names {
    char **list; /* by number */
    size_t count, room;
    size_t *slots; /* number + 1, 0: free */
    size_t slot_count;
};

#define NAMES_INIT                                                                                                    \
    {                                                                                                                 \
        NULL, 0, 0, NULL, 0                                                                                           \
    }

/* The number of `name`; a new one gets the next. */
size_t names_put(struct names *names, const char *name);
void names_free(struct names *names);
#endif
