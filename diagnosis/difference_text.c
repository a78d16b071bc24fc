/* SPDX-License-Identifier: MIT */
/* Two texts by line: the shortest edit script (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986). */
#include <string.h>

#include "base/memory.h"
#include "diagnosis/difference.h"

enum { LINES_MOST = 5000, COST_MOST = 400 };

struct lines {
    struct slice *list;
    size_t count;
};

static struct lines lines_of(struct slice text)
{
    struct lines lines = {mem_new(LINES_MOST, sizeof *lines.list), 0};

    while (text.len > 0 && lines.count < LINES_MOST) {
        const char *end = memchr(text.data, '\n', text.len);
        size_t len = end ? (size_t)(end - text.data) : text.len;

        lines.list[lines.count++] = (struct slice){text.data, len};
        len += end ? 1 : 0;
        text.data += len;
        text.len -= len;
    }
    return lines;
}

static void note(struct differences *differences, const struct slice *before, const struct slice *after, size_t line)
{
    struct slice none = {NULL, 0};

    differences_add(differences,
                    before && after ? DIFFERENCE_VALUE
                    : before        ? DIFFERENCE_REMOVED
                                    : DIFFERENCE_ADDED,
                    slice_of(arena_printf(differences->arena, "line %zu", line + 1)), before ? *before : none,
                    after ? *after : none);
}

/* A stretch that differs: line beside line as far as there are both, then the rest of the longer side. */
static void note_stretch(struct differences *differences, const struct lines *before, size_t from, size_t to,
                         const struct lines *after, size_t now_from, size_t now_to)
{
    for (size_t i = 0; from + i < to || now_from + i < now_to; i++)
        note(differences, from + i < to ? &before->list[from + i] : NULL,
             now_from + i < now_to ? &after->list[now_from + i] : NULL,
             now_from + i < now_to ? now_from + i : from + i);
}

/* The furthest that each diagonal came after d edits, kept for every d so that the way can be walked back. */
struct trace {
    size_t *reached; /* [d][diagonal + COST_MOST + 1] */
    const struct lines *before, *after;
    size_t cost;
};

enum { DIAGONALS = 2 * COST_MOST + 3 };

static size_t *row_of(const struct trace *trace, size_t d)
{
    return trace->reached + d * DIAGONALS + COST_MOST + 1;
}

/* Whether diagonal `k` after `d` edits was reached downward, by a line that was added. */
static bool came_down(const size_t *row, long k, long d)
{
    return k == -d || (k != d && row[k - 1] < row[k + 1]);
}

/* Fills the trace; false when it would cost more than COST_MOST edits. */
static bool search(struct trace *trace)
{
    size_t old = trace->before->count, now = trace->after->count;

    for (long d = 0; d <= COST_MOST; d++) {
        size_t *row = row_of(trace, (size_t)d);
        const size_t *last = d ? row_of(trace, (size_t)d - 1) : row;

        for (long k = -d; k <= d; k += 2) {
            size_t x = d == 0 ? 0 : came_down(last, k, d) ? last[k + 1] : last[k - 1] + 1;
            size_t y = (size_t)((long)x - k);

            while (x < old && y < now && slice_equals(trace->before->list[x], trace->after->list[y])) {
                x++;
                y++;
            }
            row[k] = x;
            if (x >= old && y >= now) {
                trace->cost = (size_t)d;
                return true;
            }
        }
    }
    return false;
}

/* Walks back and marks which lines were edited. */
static void mark(const struct trace *trace, bool *removed, bool *added)
{
    long x = (long)trace->before->count, y = (long)trace->after->count;

    for (long d = (long)trace->cost; d > 0; d--) {
        const size_t *last = row_of(trace, (size_t)d - 1);
        long k = x - y;
        bool down = came_down(last, k, d);
        long from = (long)last[down ? k + 1 : k - 1];

        if (down)
            added[from - k - 1] = true;
        else
            removed[from] = true;
        x = from;
        y = from - (down ? k + 1 : k - 1);
    }
}

static void note_marked(struct differences *differences, const struct trace *trace, const bool *removed,
                        const bool *added)
{
    size_t old = 0, now = 0;

    while (old < trace->before->count || now < trace->after->count) {
        size_t from = old, now_from = now;

        while (old < trace->before->count && removed[old])
            old++;
        while (now < trace->after->count && added[now])
            now++;
        note_stretch(differences, trace->before, from, old, trace->after, now_from, now);
        if (old < trace->before->count)
            old++;
        if (now < trace->after->count)
            now++;
    }
}

void differences_of_text(struct differences *differences, struct slice before, struct slice after)
{
    struct lines old = lines_of(before), now = lines_of(after);
    struct trace trace = {mem_new((size_t)(COST_MOST + 1) * DIAGONALS, sizeof(size_t)), &old, &now, 0};
    bool *removed = mem_new(old.count + 1, sizeof *removed);
    bool *added = mem_new(now.count + 1, sizeof *added);

    if (search(&trace)) {
        mark(&trace, removed, added);
        note_marked(differences, &trace, removed, added);
    } else {
        note_stretch(differences, &old, 0, old.count, &now, 0, now.count);
    }
    mem_free(added);
    mem_free(removed);
    mem_free(trace.reached);
    mem_free(now.list);
    mem_free(old.list);
}
