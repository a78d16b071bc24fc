/* SPDX-License-Identifier: MIT */
#include "cli/charts_nights.h"

#include "base/buf.h"
#include "diagnosis/answer.h"
#include "diagnosis/model_history.h"
#include "diagnosis/model_nights.h"

static enum night_sign sign_of(int verdict)
{
    static const enum night_sign signs[] = {
        [VERDICT_PASSES] = NIGHT_PASSES,         [VERDICT_FAILS] = NIGHT_FAILS,
        [VERDICT_UNSTEADY] = NIGHT_UNSTEADY,     [VERDICT_NOT_JUDGED] = NIGHT_NOT_JUDGED,
        [VERDICT_NOT_PROBED] = NIGHT_NOT_PROBED,
    };

    return signs[verdict];
}

/* "1 of 3 passed, 500" of what did not simply pass. */
static const char *more_of(const struct model_outcome *outcome, struct arena *arena)
{
    unsigned long long passed = outcome->passed, total = outcome->total, status = outcome->status;
    const char *counts;

    if (outcome->verdict == VERDICT_PASSES || outcome->total == 0)
        return NULL;
    counts = arena_printf(arena, "%llu of %llu passed", passed, total);
    if (status)
        return arena_printf(arena, "%s, %llu", counts, status);
    return outcome->code ? arena_printf(arena, "%s, %s", counts, outcome->code) : counts;
}

/* How many of the runs are left out: a chart shows the newest. */
static size_t first_of(const struct list *nights)
{
    return nights->count > NIGHTS_SHOWN ? nights->count - NIGHTS_SHOWN : 0;
}

static struct night_row row_of(struct slice endpoint, const struct list *outcomes, struct arena *arena)
{
    const struct model_outcome *list = outcomes->items;
    size_t first = first_of(outcomes);
    struct night_cell *cells = arena_new(arena, outcomes->count - first + 1, sizeof *cells);

    for (size_t i = first; i < outcomes->count; i++)
        cells[i - first] = (struct night_cell){sign_of(list[i].verdict), more_of(&list[i], arena)};
    return (struct night_row){endpoint, cells};
}

/* The value of the label `name`; absent: the run has none of that name. */
static struct slice label_in(const struct model_night *night, struct slice name)
{
    const struct model_label *labels = night->labels.items;

    for (size_t i = 0; i < night->labels.count; i++)
        if (slice_equals(labels[i].name, name))
            return labels[i].value;
    return (struct slice){NULL, 0};
}

static bool has_changed(const struct model_night *nights, size_t at, struct slice name)
{
    return at > 0 && !slice_equals(label_in(&nights[at], name), label_in(&nights[at - 1], name));
}

/* What is another in most runs, such as a number of theirs, says nothing. */
static bool is_telling(const struct list *nights, struct slice name)
{
    size_t changes = 0;

    for (size_t i = 1; i < nights->count; i++)
        changes += has_changed(nights->items, i, name);
    return changes * 3 <= nights->count;
}

/* "deploy 4f2c1": the labels that changed with the run `at`. */
static struct slice mark_of(const struct list *nights, size_t at, struct arena *arena)
{
    const struct model_night *list = nights->items;
    const struct model_label *labels = list[at].labels.items;
    struct buf mark = BUF_INIT;
    struct slice kept = {NULL, 0};

    for (size_t i = 0; i < list[at].labels.count; i++) {
        if (!has_changed(list, at, labels[i].name) || !is_telling(nights, labels[i].name))
            continue;
        buf_puts(&mark, mark.len ? ", " : "");
        buf_put_slice(&mark, labels[i].name);
        buf_putc(&mark, ' ');
        buf_put_slice(&mark, labels[i].value);
    }
    if (mark.len)
        kept = arena_slice(arena, buf_slice(&mark));
    buf_free(&mark);
    return kept;
}

/* A chart of the newest runs, with room for `room` rows. */
static struct chart_nights *chart_of(const struct list *nights, size_t room, int32_t offset_s, struct night_row **rows,
                                     struct arena *arena)
{
    const struct model_night *list = nights->items;
    size_t first = first_of(nights);
    struct night_column *columns = arena_new(arena, nights->count - first + 1, sizeof *columns);
    struct chart_nights *chart = arena_new(arena, 1, sizeof *chart);

    *rows = arena_new(arena, room + 1, sizeof **rows);
    for (size_t i = first; i < nights->count; i++)
        columns[i - first] = (struct night_column){list[i].started, mark_of(nights, i, arena)};
    *chart = (struct chart_nights){
        .columns = columns,
        .column_count = nights->count - first,
        .rows = *rows,
        .columns_left = first,
        .offset_s = offset_s,
    };
    return chart;
}

const struct chart_nights *nights_of_model(const struct model *model, int32_t offset_s, struct arena *arena)
{
    static const struct chart_nights none;
    const struct model_nights *nights = model->nights;
    const struct model_nights_row *list = nights ? nights->endpoints.items : NULL;
    struct chart_nights *chart;
    struct night_row *rows;

    if (!nights)
        return &none;
    chart = chart_of(&nights->nights, nights->endpoints.count, offset_s, &rows, arena);
    for (size_t i = 0; i < nights->endpoints.count; i++)
        rows[chart->row_count++] = row_of(list[i].endpoint, &list[i].outcomes, arena);
    chart->rows_left = (size_t)nights->left_out;
    return chart;
}

/* How little is lost where an endpoint finds no room: the least first. */
static int rank_of(const struct model_history_row *row)
{
    if (row->verdict == VERDICT_FAILS || row->verdict == VERDICT_UNSTEADY)
        return 0;
    return row->flapping ? 1 : row->stretch->changes ? 2 : 3;
}

const struct chart_nights *nights_of_history(const struct model_history *history, int32_t offset_s,
                                             struct arena *arena)
{
    const struct model_history_row *list = history->endpoints.items;
    size_t count = history->endpoints.count, columns = history->nights.count - first_of(&history->nights);
    size_t room = columns && count > NIGHTS_CELLS / columns ? NIGHTS_CELLS / columns : count;
    struct night_row *rows;
    struct chart_nights *chart = chart_of(&history->nights, room, offset_s, &rows, arena);
    int ranks = room < count ? 4 : 1;

    /* In the config's order, but for those that there is no room for. */
    for (int rank = 0; rank < ranks; rank++)
        for (size_t i = 0; i < count && chart->row_count < room; i++)
            if (ranks == 1 || rank_of(&list[i]) == rank)
                rows[chart->row_count++] = row_of(list[i].endpoint, &list[i].outcomes, arena);
    chart->rows_left = count - chart->row_count;
    return chart;
}
