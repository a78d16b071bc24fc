/* SPDX-License-Identifier: MIT */
/* hostile.h - tests/hostile-content put into every place of every page where a server's words stand.
 *
 * A page's model is copied by its shapes, the lists of its top many times over, and each foreign value is given the
 * next words of the corpus: one rendering shows hundreds of them, each in another place, and with the corpus begun elsewhere
 * each reaches all places. The same copy with harmless words is what a rendering is compared with: the same blocks, rows,
 * folds and tags, or the words broke something. */
#ifndef TESTS_UNIT_SUPPORT_HOSTILE_H
#define TESTS_UNIT_SUPPORT_HOSTILE_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "tests/unit/support/pages.h"
#include "tests/unit/unit.h"

enum { HOSTILE_MAX = 1024, HOSTILE_DEPTH = 8 };

struct hostile {
    struct arena arena;
    struct slice words[HOSTILE_MAX];
    size_t count;
    struct pages pages; /* as they were recorded */
};

/* "\x1B[0m" as the bytes it names. */
static inline struct slice hostile_unescape(struct arena *arena, struct slice text)
{
    char *bytes = arena_new(arena, text.len + 1, 1);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        char digits[3] = "", next = i + 1 < text.len ? text.data[i + 1] : '\0';

        if (text.data[i] != '\\' || !next) {
            bytes[len++] = text.data[i];
            continue;
        }
        i++;
        if (next == 'x' && i + 2 < text.len) {
            memcpy(digits, text.data + i + 1, 2);
            bytes[len++] = (char)strtol(digits, NULL, 16);
            i += 2;
        } else {
            bytes[len++] = (char)(next == 'n' ? '\n' : next == 't' ? '\t' : next == 'r' ? '\r' : next);
        }
    }
    return (struct slice){bytes, len};
}

static inline void hostile_read_line(struct hostile *hostile, char *line)
{
    char *tab = strchr(line, '\t'), *star = strchr(line, '*');
    struct buf all = BUF_INIT;
    struct slice words;
    long times = 1;

    if (*line == '#')
        return;
    assert_non_null(tab);
    line[strcspn(line, "\n")] = '\0';
    words = hostile_unescape(&hostile->arena, slice_of(tab + 1));
    if (star && star < tab)
        times = strtol(star + 1, NULL, 10);
    for (long i = 0; i < times; i++)
        buf_put_slice(&all, words);
    assert_true(hostile->count < HOSTILE_MAX);
    hostile->words[hostile->count++] = arena_slice(&hostile->arena, buf_slice(&all));
    buf_free(&all);
}

static inline void hostile_open(struct hostile *hostile)
{
    FILE *file = fopen(SOURCE_DIR "/tests/hostile-content/corpus.tsv", "re");
    char *line = NULL;
    size_t room = 0;

    *hostile = (struct hostile){.arena = ARENA_INIT};
    assert_non_null(file);
    while (getline(&line, &room, file) > 0)
        hostile_read_line(hostile, line);
    free(line);
    fclose(file);
    assert_true(hostile->count >= 150);
    pages_open(&hostile->pages);
}

static inline void hostile_close(struct hostile *hostile)
{
    arena_free(&hostile->arena);
    pages_close(&hostile->pages);
}

/* A copy under way. */
struct hostile_copy {
    const struct hostile *hostile;
    struct arena *arena;
    bool harmless;
    size_t next;  /* words to be given */
    size_t items; /* of each list at the top */
    bool wide;    /* still at the top */
};

static inline struct slice hostile_next(struct hostile_copy *copy)
{
    struct slice words = copy->hostile->words[copy->next % copy->hostile->count];

    copy->next++;
    return copy->harmless ? (struct slice){"harmless", 8} : words;
}

static inline void *hostile_copy_of(struct hostile_copy *copy, const struct shape *shape, const void *object,
                                    size_t depth);

static inline void hostile_copy_list(struct hostile_copy *copy, const struct shape *shape, struct list *list,
                                     size_t depth)
{
    size_t count = depth == 1 && copy->wide && list->count ? copy->items : list->count;
    char *items = arena_new(copy->arena, count + 1, shape->size);

    for (size_t i = 0; i < count; i++)
        memcpy(items + i * shape->size,
               hostile_copy_of(copy, shape, list_item(list, shape->size, i % list->count), depth), shape->size);
    list->make = NULL;
    list->items = items;
    list->count = count;
}

/* What a cursor made lives no longer than until it makes the next. */
static inline void hostile_copy_cites(struct hostile_copy *copy, struct cites *cites)
{
    uint32_t *ordinals = arena_new(copy->arena, cites->count + 1, sizeof *ordinals);

    if (cites->count)
        memcpy(ordinals, cites->ordinals, cites->count * sizeof *ordinals);
    cites->ordinals = ordinals;
    cites->run = arena_text(copy->arena, cites->run);
}

static inline void *hostile_copy_of(struct hostile_copy *copy, const struct shape *shape, const void *object,
                                    size_t depth)
{
    char *made = arena_new(copy->arena, 1, shape->size);

    memcpy(made, object, shape->size);
    for (const struct field *field = shape->fields; field->name && depth < HOSTILE_DEPTH; field++) {
        void *at = made + field->offset;
        const void *pointer;

        if (field->type == FIELD_FOREIGN && ((struct slice *)at)->data) {
            *(struct slice *)at = hostile_next(copy);
        } else if (field->type == FIELD_TEXT || field->type == FIELD_PARTIAL) {
            memcpy(&pointer, at, sizeof pointer);
            pointer = arena_text(copy->arena, pointer);
            memcpy(at, &pointer, sizeof pointer);
        } else if (field->type == FIELD_CITES) {
            hostile_copy_cites(copy, at);
        } else if (field->type == FIELD_LIST && ((struct list *)at)->count) {
            hostile_copy_list(copy, field->shape, at, depth + 1);
        } else if (field->type == FIELD_OBJECT || field->type == FIELD_CONTEXT) {
            memcpy(&pointer, at, sizeof pointer);
            if (pointer)
                pointer = hostile_copy_of(copy, field->shape, pointer, depth + 1);
            memcpy(at, &pointer, sizeof pointer);
        }
    }
    return made;
}

/* The page with the corpus in it, begun at `from`; each list of its top has `items` items. All lives in `arena`. */
static inline struct page_of hostile_page(const struct hostile *hostile, enum page_kind kind, bool harmless,
                                          size_t from, size_t items, struct arena *arena)
{
    struct hostile_copy copy = {hostile, arena, harmless, from, items, true};
    struct page_of page = hostile->pages.all[kind];

    page.object = hostile_copy_of(&copy, page.shape, page.object, 0);
    return page;
}

/* No byte that moves a cursor (tabs in blocks aside), no broken UTF-8, nothing that a reader cannot see but newlines and our zero-width spaces. */
static inline void hostile_assert_visible(const char *what, struct slice text)
{
    while (text.len) {
        int32_t point;
        size_t len = utf8_next(text, &point);

        if (!len || (utf8_hidden(point) && point != '\n' && point != '\t' && point != 0x200B))
            fail_msg("%s has what cannot be seen, U+%04X, before: %.60s", what, (unsigned)point, text.data + len);
        text = (struct slice){text.data + len, text.len - len};
    }
}
#endif
