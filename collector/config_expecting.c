/* SPDX-License-Identifier: MIT */
#include "collector/config_expecting.h"

#include <string.h>
#include <strings.h>

static bool same_object(const struct expectation *a, const struct expectation *b)
{
    if (a->subject != b->subject || a->message != b->message || !a->key != !b->key)
        return false;
    return !a->key || (a->subject == EXPECT_HEADER ? strcasecmp(a->key, b->key) : strcmp(a->key, b->key)) == 0;
}

void expecting_drop(struct expecting *expecting, const struct expectation *expectation)
{
    const struct endpoint *endpoint = expecting->endpoint;
    struct expectation *kept =
        arena_new(&expecting->loader->suite->arena, endpoint->expectation_count + 1, sizeof *kept);
    size_t count = 0;

    for (size_t i = 0; i < endpoint->expectation_count; i++)
        if (!same_object(&endpoint->expectations[i], expectation))
            kept[count++] = endpoint->expectations[i];
    expecting->endpoint->expectations = kept;
    expecting->endpoint->expectation_count = (uint32_t)count;
}

void expecting_add(struct expecting *expecting, const struct yaml_node *node, const struct place *place,
                   struct expectation expectation)
{
    struct arena *arena = &expecting->loader->suite->arena;
    struct error err = {0};

    if (!(expectation.wanted.value && loader_is_open(expecting->loader, expectation.wanted.value))
        && !expect_check(&expectation, &err)) {
        loader_problem(expecting->loader, node, place, "%s", err.text);
        return;
    }
    expectation.key = arena_text(arena, expectation.key);
    expectation.words = expect_words(&expectation, arena);
    expecting_drop(expecting, &expectation);
    expecting->list =
        arena_grow(arena, expecting->list, expecting->count, &expecting->capacity, sizeof *expecting->list);
    expecting->list[expecting->count++] = expectation;
}
