/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/nearest.h"
#include "cli/charts.h"
#include "cli/history_csv.h"
#include "cli/history_grid.h"
#include "cli/nights.h"
#include "cli/present.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "diagnosis/model_history.h"

enum { NIGHTS_OF_ALL = 30, NIGHTS_OF_ONE = 100, STRIP_MOST = 60, NAMES_MOST = 256 };

/* What is written: a format of the report's, the terminal's grid, or a table. */
struct form {
    bool grid, csv;
    enum format format;
};

static bool ends_with(const char *text, const char *ending)
{
    size_t len = text ? strlen(text) : 0;

    return len >= strlen(ending) && strcmp(text + len - strlen(ending), ending) == 0;
}

static bool read_form(const struct arguments *arguments, struct form *form, struct error *err)
{
    const char *name = arguments->json ? "json" : arguments->format;

    form->csv = name ? strcmp(name, "csv") == 0 : ends_with(arguments->output, ".csv");
    if (form->csv)
        return true;
    if (!name && (!arguments->output || strcmp(arguments->output, "-") == 0)) {
        form->grid = true;
        return true;
    }
    if (!output_format(name, arguments->output, &form->format, err) || form->format == FORMAT_JUNIT
        || form->format == FORMAT_PROMETHEUS)
        return fail(err, ERR_USAGE, "there is no format `%s` of a history; there are text, md, html, json and csv",
                    name ? name : arguments->output);
    form->grid = form->format == FORMAT_TEXT;
    return true;
}

/* "SINCE..UNTIL", of which either may be left open; false with an error. No window where neither was given. */
static bool read_window(struct session *session, const struct arguments *arguments, const struct selection *selection,
                        struct window *window, struct error *err)
{
    const char *expression = arena_printf(&session->arena, "%s..%s", arguments->since ? arguments->since : "",
                                          arguments->until ? arguments->until : "");

    return select_window(session->store, expression, selection, window, err);
}

/* Every name that the newest run has, for the one that was meant. */
static bool no_endpoint(const struct suite *suite, const char *name, struct error *err)
{
    const char *names[NAMES_MOST];
    size_t count = 0;
    const char *close;

    for (size_t i = 0; i < suite->endpoint_count && count < NAMES_MOST; i++)
        names[count++] = suite->endpoints[i].name;
    close = nearest_word(name, names, count);
    if (close)
        return fail(err, ERR_NOT_FOUND, "no run among these has an endpoint \"%s\"; did you mean \"%s\"?", name,
                    close);
    return fail(err, ERR_NOT_FOUND, "no run among these has an endpoint \"%s\"", name);
}

static bool load(struct session *session, const struct arguments *arguments, struct nights *nights, struct error *err)
{
    const struct selection selection = session_selection(session, arguments, NULL);
    struct window window;
    struct nights_wanted wanted = {
        .filter = selection.filter,
        .zone = selection.zone,
        .folded = true,
        .gone = true,
        .endpoint = arguments->words.count ? arguments->words.list[0] : NULL,
    };

    if (arguments->since || arguments->until) {
        if (!read_window(session, arguments, &selection, &window, err))
            return false;
        wanted.window = &window;
    } else {
        wanted.most = wanted.endpoint ? NIGHTS_OF_ONE : NIGHTS_OF_ALL;
    }
    if (!nights_load(nights, session->store, NULL, &wanted, err))
        return false;
    if (nights->series.count > 0)
        return true;
    if (wanted.endpoint && nights->own.endpoint_count > 0)
        return no_endpoint(&nights->own, wanted.endpoint, err);
    return window_is_empty(session->store, wanted.window ? "that time" : NULL, err);
}

static bool write_history(const struct nights *nights, const struct arguments *arguments, const struct form *form,
                          struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct templates *templates = present_templates(arguments->templates, err);
    const struct series *series = &nights->series;
    int32_t offset_s = series->nights[series->count - 1].offset_s;
    const struct model_history *history = model_of_history(series, STRIP_MOST, &arena);
    const struct document document = {
        .shape = &model_history_shape,
        .object = history,
        .markdown = "history.md",
        .text = "history.txt",
        .title = arena_printf(&arena, "%s · nights", series->suite->name),
        .offset_s = offset_s,
        .charts = charts_of_history(history, offset_s, &arena),
    };
    bool ok = templates != NULL;

    if (form->csv)
        history_csv(history, offset_s, &out);
    else if (form->grid)
        history_grid(history, !arguments->output && table_colour(), table_columns(), offset_s, &out);
    if (form->grid && arguments->words.count > 0)
        buf_putc(&out, '\n');
    if (ok && !form->csv && (!form->grid || arguments->words.count > 0))
        ok = present_document(&document, form->grid ? FORMAT_TEXT : form->format, templates, &out, err);
    ok = ok && output_write(arguments->output, buf_slice(&out), false, err);
    templates_free(templates);
    buf_free(&out);
    arena_free(&arena);
    return ok;
}

bool verb_history(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct session session = {0};
    struct nights nights = {.series = {.suite = NULL}};
    struct form form = {0};
    bool ok = read_form(arguments, &form, err) && session_open_store(&session, arguments, STORE_READ, err)
              && output_spares(arguments->output, session.store_path, err) && load(&session, arguments, &nights, err)
              && write_history(&nights, arguments, &form, err);

    (void)status;
    nights_free(&nights);
    session_close(&session);
    return ok;
}
