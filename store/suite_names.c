/* SPDX-License-Identifier: MIT */
#include "store/suite_names.h"

#include <jansson.h>

#include "store/evidence.h"

void names_cache_free(struct names_cache *cache)
{
    for (size_t i = 0; i < NAMES_HELD; i++)
        arena_free(&cache->held[i].arena);
}

/* An endpoint without a name, which no config of ours has, is found under none. */
static void read_names(struct suite_names *names, const char *config)
{
    json_t *document = config ? json_loads(config, 0, NULL) : NULL;
    const json_t *endpoints = json_object_get(document, "endpoints");

    names->count = json_array_size(endpoints);
    names->names = names->count ? arena_new(&names->arena, names->count, sizeof *names->names) : NULL;
    for (size_t i = 0; i < names->count; i++) {
        const char *name = json_string_value(json_object_get(json_array_get(endpoints, i), "name"));

        names->names[i] = arena_text(&names->arena, name ? name : "");
    }
    json_decref(document);
}

const struct suite_names *names_of(struct names_cache *cache, int64_t config, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct suite_names *names = NULL, *oldest = &cache->held[0];
    struct slice text;

    for (size_t i = 0; i < NAMES_HELD; i++) {
        struct suite_names *held = &cache->held[i];

        if (held->config == config && config != 0) {
            held->asked = ++cache->asked;
            return held;
        }
        if (held->asked < oldest->asked)
            oldest = held;
    }
    if (evidence_get(cache->evidence, config, &arena, &text, err)) {
        names = oldest;
        arena_free(&names->arena);
        *names = (struct suite_names){.config = config, .asked = ++cache->asked, .arena = ARENA_INIT};
        read_names(names, text.data);
    }
    arena_free(&arena);
    return names;
}
