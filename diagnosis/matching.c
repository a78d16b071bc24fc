/* SPDX-License-Identifier: MIT */
#include "diagnosis/matching.h"

#include <stdlib.h>
#include <string.h>

/* An endpoint by name or URL, to sort and to search. */
struct key {
    const char *text;
    uint32_t index;
};

static int by_text(const void *a, const void *b)
{
    const struct key *left = a, *right = b;
    int order = strcmp(left->text, right->text);

    return order ? order : (left->index > right->index) - (left->index < right->index);
}

static int text_only(const void *a, const void *b)
{
    return strcmp(((const struct key *)a)->text, ((const struct key *)b)->text);
}

static const char *text_of(const struct suite *suite, size_t index, bool url)
{
    return url ? suite->endpoints[index].url.shown : suite->endpoints[index].name;
}

/* Pairs what has no partner yet and agrees in its name, or in its URL. */
static void match(struct matching *matching, bool url, struct arena *arena)
{
    struct key *keys = arena_new(arena, matching->after->endpoint_count + 1, sizeof *keys);
    size_t count = 0;

    for (uint32_t i = 0; i < matching->after->endpoint_count; i++)
        if (!matching->before_of[i])
            keys[count++] = (struct key){text_of(matching->after, i, url), i};
    qsort(keys, count, sizeof *keys, by_text);
    for (uint32_t i = 0; i < matching->before->endpoint_count; i++) {
        struct key wanted = {text_of(matching->before, i, url), 0};
        const struct key *found;

        if (matching->after_of[i])
            continue;
        found = count ? bsearch(&wanted, keys, count, sizeof *keys, text_only) : NULL;
        if (found && !matching->before_of[found->index]) {
            matching->after_of[i] = found->index + 1;
            matching->before_of[found->index] = i + 1;
        }
    }
}

struct matching matching_make(const struct suite *before, const struct suite *after, struct arena *arena)
{
    struct matching matching = {before, after, arena_new(arena, before->endpoint_count + 1, sizeof(uint32_t)),
                                arena_new(arena, after->endpoint_count + 1, sizeof(uint32_t))};

    match(&matching, false, arena);
    match(&matching, true, arena);
    return matching;
}
