/* SPDX-License-Identifier: MIT */
#include "collector/plan.h"

#include <string.h>

#include "base/memory.h"
#include "collector/suite.h"

void plan_add(struct plan *plan, struct plan_item item)
{
    plan->items = mem_grow(plan->items, plan->count, &plan->capacity, sizeof *plan->items);
    item.path = arena_text(&plan->arena, item.path);
    item.varied = arena_text(&plan->arena, item.varied);
    item.without_header = arena_text(&plan->arena, item.without_header);
    item.origin = arena_text(&plan->arena, item.origin);
    item.subprotocols = arena_text(&plan->arena, item.subprotocols);
    item.address = arena_text(&plan->arena, item.address);
    item.tls_least = arena_text(&plan->arena, item.tls_least);
    plan->items[plan->count++] = item;
}

static unsigned attempts_of(const struct endpoint *endpoint)
{
    if (!endpoint->repeatable && !method_is_safe(endpoint->method) && endpoint->attempts > 1)
        return 1;
    return endpoint->attempts;
}

static bool is_wanted(const struct endpoint *endpoint, const char *const *only, size_t only_count)
{
    if (!only)
        return true;
    for (size_t i = 0; i < only_count; i++)
        if (strcmp(only[i], endpoint->name) == 0)
            return true;
    return false;
}

/* Attempt by attempt rather than endpoint by endpoint: the attempts on one endpoint then lie as far apart as
 * the run allows, and a fault of a few seconds does not take all of them. */
void plan_attempts(struct plan *plan, const struct suite *suite, const char *const *only, size_t only_count)
{
    unsigned *wanted = mem_new(suite->endpoint_count, sizeof *wanted);
    unsigned most = 0;

    for (size_t i = 0; i < suite->endpoint_count; i++) {
        wanted[i] = is_wanted(&suite->endpoints[i], only, only_count) ? attempts_of(&suite->endpoints[i]) : 0;
        if (wanted[i] > most)
            most = wanted[i];
    }
    for (unsigned attempt = 1; attempt <= most; attempt++)
        for (size_t i = 0; i < suite->endpoint_count; i++)
            if (attempt <= wanted[i])
                plan_add(plan, (struct plan_item){.endpoint = (uint32_t)i, .attempt = attempt});
    mem_free(wanted);
}

void plan_clear(struct plan *plan)
{
    arena_free(&plan->arena);
    plan->count = 0;
}

void plan_free(struct plan *plan)
{
    arena_free(&plan->arena);
    mem_free(plan->items);
    *plan = (struct plan)PLAN_INIT;
}
