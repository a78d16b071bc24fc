/* SPDX-License-Identifier: MIT */
#include "diagnosis/difference.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "collector/probe.h"

const char *const difference_words[] = {"added", "removed", "type", "value", NULL};

void differences_begin(struct differences *differences, size_t most, struct arena *arena)
{
    *differences = (struct differences){.arena = arena, .most = most};
}

static struct slice kept(struct differences *differences, struct slice value)
{
    if (!value.data)
        return value;
    if (value.len <= DIFFERENCE_VALUE_MOST)
        return arena_slice(differences->arena, value);
    return slice_of(
        arena_printf(differences->arena, "%.*s…", (int)utf8_cut(value, DIFFERENCE_VALUE_MOST), value.data));
}

void differences_add(struct differences *differences, enum difference_kind kind, struct slice where,
                     struct slice before, struct slice after)
{
    if (differences->count >= differences->most) {
        differences->left++;
        return;
    }
    differences->list = arena_grow(differences->arena, differences->list, differences->count, &differences->room,
                                   sizeof *differences->list);
    differences->list[differences->count++] = (struct difference){kind, arena_slice(differences->arena, where),
                                                                  kept(differences, before), kept(differences, after)};
}

static bool is_named(struct slice name, const char *word)
{
    return name.len == strlen(word) && strncasecmp(name.data, word, name.len) == 0;
}

/* Made to differ: nobody needs to see them to. */
static bool always_differs(struct slice name)
{
    static const char *const names[] = {"date", "age", "expires", "last-modified", "content-length"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_named(name, names[i]))
            return true;
    return false;
}

static struct slice value_in(const struct probe *probe, struct slice name)
{
    for (size_t i = 0; i < probe->header_count; i++) {
        const struct header *header = &probe->headers[i];

        if (header->name.len == name.len && strncasecmp(header->name.data, name.data, name.len) == 0)
            return header->value;
    }
    return (struct slice){NULL, 0};
}

static bool same_value(struct slice a, struct slice b)
{
    return !a.data == !b.data && slice_equals(a, b);
}

/* Whether the answers of one run agree on the header; those that got none are not asked. */
static bool is_steady(const struct answer *answer, struct slice name)
{
    const struct probe *first = NULL;

    for (size_t i = 0; i < answer->count; i++) {
        const struct probe *probe = answer->probes[i];

        if (probe->status == 0)
            continue;
        if (first && !same_value(value_in(first, name), value_in(probe, name)))
            return false;
        first = probe;
    }
    return true;
}

static bool seen_before(const struct probe *probe, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (probe->headers[i].name.len == probe->headers[index].name.len
            && strncasecmp(probe->headers[i].name.data, probe->headers[index].name.data, probe->headers[i].name.len)
                   == 0)
            return true;
    return false;
}

void differences_of_headers(struct differences *differences, const struct answer *before, const struct answer *after)
{
    const struct probe *old = before->typical, *now = after->typical;

    if (!old || !now || old->status == 0 || now->status == 0)
        return;
    for (size_t i = 0; i < old->header_count; i++) {
        struct slice name = old->headers[i].name;
        struct slice value = value_in(now, name);

        if (seen_before(old, i) || same_value(old->headers[i].value, value) || always_differs(name)
            || !is_steady(before, name) || !is_steady(after, name))
            continue;
        differences_add(differences, value.data ? DIFFERENCE_VALUE : DIFFERENCE_REMOVED, name, old->headers[i].value,
                        value);
    }
    for (size_t i = 0; i < now->header_count; i++) {
        struct slice name = now->headers[i].name;

        if (!seen_before(now, i) && !value_in(old, name).data && !always_differs(name) && is_steady(after, name))
            differences_add(differences, DIFFERENCE_ADDED, name, (struct slice){NULL, 0}, now->headers[i].value);
    }
}
