/* SPDX-License-Identifier: MIT */
#include "cli/compare_windows.h"

#include "cli/charts.h"
#include "cli/nights.h"
#include "cli/present.h"
#include "diagnosis/compare.h"
#include "diagnosis/model_history.h"

struct side {
    const char *words; /* NULL: the window before the other */
    struct window window;
    struct nights nights;
};

static bool regressed(const struct model_windows *model)
{
    const struct model_window_row *rows = model->transitions.items;

    for (size_t i = 0; i < model->transitions.count; i++)
        if (rows[i].transition == TRANSITION_REGRESSED && rows[i].role == ROLE_REQUIRED)
            return true;
    return false;
}

static bool write_windows(const struct arguments *arguments, const struct side *before, const struct side *after,
                          struct latency_threshold threshold, enum format format, enum exit_status *status,
                          struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct templates *templates = present_templates(arguments->templates, err);
    const struct series *series = &after->nights.series;
    const struct window_side sides[2] = {{&before->nights.series, before->words}, {series, after->words}};
    const struct model_windows *model = model_of_windows(&sides[0], &sides[1], &before->nights.own, threshold, &arena);
    const struct document document = {
        .shape = &model_windows_shape,
        .object = model,
        .markdown = "windows.md",
        .text = "windows.txt",
        .title = arena_printf(&arena, "%s · before and after", series->suite->name),
        .offset_s = series->nights[series->count - 1].offset_s,
        .charts = charts_of_windows(model, &arena),
    };
    bool ok = templates && present_document(&document, format, templates, &out, err)
              && output_write(arguments->output, buf_slice(&out), false, err);

    if (ok && regressed(model))
        *status = EXIT_FAILS;
    templates_free(templates);
    buf_free(&out);
    arena_free(&arena);
    return ok;
}

static bool load_side(struct side *side, struct session *session, const struct selection *selection,
                      const struct nights *after, struct error *err)
{
    struct nights_wanted wanted = {
        .filter = selection->filter, .window = &side->window, .zone = selection->zone, .named = true, .folded = true};

    if (after) {
        wanted.filter.suite = after->suite;
        wanted.filter.environment = after->environment;
        wanted.filter.vantage = after->vantage;
    }
    if (!nights_load(&side->nights, session->store, after ? after->series.suite : NULL, &wanted, err))
        return false;
    if (side->nights.series.count > 0)
        return true;
    return window_is_empty(session->store, side->words ? side->words : "the equally long window before it", err);
}

bool compare_windows(struct session *session, const struct arguments *arguments, struct latency_threshold threshold,
                     enum format format, enum exit_status *status, struct error *err)
{
    const struct selection selection = session_selection(session, arguments, NULL);
    const struct texts *words = &arguments->words;
    struct side before = {.words = words->count > 1 ? words->list[0] : NULL};
    struct side after = {.words = words->list[words->count - 1]};
    bool ok = select_window(session->store, after.words, &selection, &after.window, err);

    if (ok && before.words)
        ok = window_is_meant(before.words)
                 ? select_window(session->store, before.words, &selection, &before.window, err)
                 : fail(err, ERR_USAGE, "a window is compared with a window: `%s` is none", before.words);
    else if (ok)
        before.window = window_before(&after.window);
    ok = ok && load_side(&after, session, &selection, NULL, err)
         && load_side(&before, session, &selection, &after.nights, err)
         && write_windows(arguments, &before, &after, threshold, format, status, err);
    nights_free(&before.nights);
    nights_free(&after.nights);
    return ok;
}
