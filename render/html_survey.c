/* SPDX-License-Identifier: MIT */
#include "render/html_survey.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "render/html_tree.h"
#include "render/piece.h"

/* cmark-gfm needs quadratic time for the pipes in a table's row. */
enum { PIPES_MAX = 64 };

static int by_ordinal(const void *a, const void *b)
{
    const struct anchor *one = a, *two = b;

    return one->ordinal < two->ordinal ? -1 : one->ordinal > two->ordinal;
}

struct anchor *anchor_of(const struct anchors *anchors, uint32_t ordinal)
{
    const struct anchor wanted = {ordinal, false};

    return anchors->count ? bsearch(&wanted, anchors->all, anchors->count, sizeof wanted, by_ordinal) : NULL;
}

static void find_anchors(struct anchors *anchors, const struct page_flavor *flavor, struct slice text)
{
    size_t start, end;
    struct slice name;
    uint32_t ordinal;

    for (; mark_find(flavor, text, &start, &end, &name); text = (struct slice){text.data + end, text.len - end}) {
        if (!mark_ordinal(name, &ordinal))
            continue;
        anchors->all = mem_grow(anchors->all, anchors->count, &anchors->room, sizeof *anchors->all);
        anchors->all[anchors->count++] = (struct anchor){ordinal, false};
    }
    if (anchors->count)
        qsort(anchors->all, anchors->count, sizeof *anchors->all, by_ordinal);
}

/* One of each. */
static void drop_doubles(struct anchors *anchors)
{
    size_t kept = 0;

    for (size_t i = 0; i < anchors->count; i++)
        if (kept == 0 || anchors->all[kept - 1].ordinal != anchors->all[i].ordinal)
            anchors->all[kept++] = anchors->all[i];
    anchors->count = kept;
}

/* Looks for the footer, and for a row that is too wide: of a table's lines only the delimiter is told from a
 * paragraph's, so that each paragraph with one counts as a table. */
static bool read_lines(struct survey *survey, struct slice markdown, struct error *err)
{
    struct blocks blocks = {.open = false};
    size_t number = 0, wide = 0;
    bool table = false;
    struct slice line;

    while (fence_line(&markdown, &line)) {
        number++;
        if (block_begins(&blocks, line) && block_is_rule(line))
            survey->footer = line.data;
        if (blocks.code || !blocks.open) {
            wide = 0;
            table = false;
            continue;
        }
        table = table || line_is_delimiter(line);
        if (line_pipes(line) > PIPES_MAX)
            wide = number;
        if (table && wide)
            return fail(err, ERR_TEMPLATE, "line %zu of the report is a table's row with more than %d cells", wide,
                        PIPES_MAX);
    }
    return true;
}

bool survey_read(struct survey *survey, const struct page_flavor *flavor, struct slice markdown, struct error *err)
{
    *survey = (struct survey){{NULL, 0, 0}, NULL};
    find_anchors(&survey->anchors, flavor, markdown);
    drop_doubles(&survey->anchors);
    return read_lines(survey, markdown, err);
}

void survey_free(struct survey *survey)
{
    mem_free(survey->anchors.all);
}
