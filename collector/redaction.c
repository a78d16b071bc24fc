/* SPDX-License-Identifier: MIT */
#include "collector/redaction.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void redactions_add(struct redactions *redactions, size_t start, size_t end, const char *marker)
{
    struct redaction *redaction;

    redactions->list = mem_grow(redactions->list, redactions->count, &redactions->capacity, sizeof *redactions->list);
    redaction = &redactions->list[redactions->count++];
    redaction->start = start;
    redaction->end = end;
    redaction->rank = redactions->rank;
    snprintf(redaction->marker, sizeof redaction->marker, "%s", marker);
}

static int by_place(const void *a, const void *b)
{
    const struct redaction *one = a, *other = b;

    if (one->start != other->start)
        return one->start < other->start ? -1 : 1;
    if (one->rank != other->rank)
        return one->rank < other->rank ? -1 : 1;
    if (one->end != other->end)
        return one->end > other->end ? -1 : 1;
    return strcmp(one->marker, other->marker);
}

void redactions_settle(struct redactions *redactions)
{
    size_t kept = 0;

    if (redactions->count < 2)
        return;
    qsort(redactions->list, redactions->count, sizeof *redactions->list, by_place);
    for (size_t i = 1; i < redactions->count; i++) {
        struct redaction *last = &redactions->list[kept];
        const struct redaction *next = &redactions->list[i];

        if (next->start < last->end) {
            if (next->end > last->end)
                last->end = next->end;
            continue;
        }
        redactions->list[++kept] = *next;
    }
    redactions->count = kept + 1;
}

void redactions_free(struct redactions *redactions)
{
    mem_free(redactions->list);
    *redactions = (struct redactions){0};
}

void redactions_apply(const struct redactions *redactions, struct slice text, size_t from, size_t to, struct buf *out)
{
    size_t at = from;

    for (size_t i = 0; i < redactions->count; i++) {
        const struct redaction *redaction = &redactions->list[i];

        if (redaction->end <= at || redaction->start >= to)
            continue;
        if (redaction->start > at)
            buf_put(out, text.data + at, redaction->start - at);
        buf_puts(out, redaction->marker);
        at = redaction->end < to ? redaction->end : to;
    }
    if (at < to)
        buf_put(out, text.data + at, to - at);
}
