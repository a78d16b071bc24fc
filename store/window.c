/* SPDX-License-Identifier: MIT */
#include "store/window.h"

#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "store/listing.h"

bool window_is_meant(const char *expression)
{
    return strstr(expression, "..") != NULL;
}

/* A run as the µs at which it started. */
static bool moment_of_run(struct store *store, const char *text, const struct selection *selection,
                          struct moment *moment, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct uuid id;
    struct run run;
    bool ok = select_run(store, text, selection, &id, err) && store_get_run(store, &id, &arena, &run, err);

    if (ok) {
        moment->from_us = run.started.us + select_offset(selection->zone, &run) * INT64_C(1000000);
        moment->to_us = moment->from_us + 1;
    }
    arena_free(&arena);
    return ok;
}

static bool read_end(struct store *store, const char *text, const struct selection *selection, struct moment *moment,
                     struct error *err)
{
    return moment_is_meant(text) ? select_moment(store, text, selection, moment, err)
                                 : moment_of_run(store, text, selection, moment, err);
}

struct first {
    const char *zone;
    int64_t local_us;
};

static bool take_first(void *self, const struct run *run)
{
    struct first *first = self;

    first->local_us = run->started.us + select_offset(first->zone, run) * INT64_C(1000000);
    return true;
}

/* Where "..B" begins, so that the window has a length. */
static bool read_first(struct store *store, const struct selection *selection, struct moment *moment,
                       struct error *err)
{
    struct first first = {selection->zone, 0};

    if (!store_each_run(store, &selection->filter, take_first, &first, err))
        return false;
    moment->from_us = first.local_us;
    return true;
}

bool select_window(struct store *store, const char *expression, const struct selection *selection,
                   struct window *window, struct error *err)
{
    const char *dots = strstr(expression, "..");
    struct moment from = {0, 0}, to = {0, 0};
    char *start;
    bool ok;

    if (!dots || (dots == expression && !dots[2]) || strstr(dots + 2, ".."))
        return fail(err, ERR_USAGE, "\"%s\" is no window: write 2025-09-01..2025-09-07, or 2025-09-01.. until now",
                    expression);
    start = mem_copy(expression, (size_t)(dots - expression));
    ok = (start[0] ? read_end(store, start, selection, &from, err) : read_first(store, selection, &from, err))
         && read_end(store, dots[2] ? dots + 2 : "today", selection, &to, err);
    mem_free(start);
    if (!ok)
        return false;
    if (to.to_us <= from.from_us)
        return fail(err, ERR_USAGE, "the window %s ends before it begins", expression);
    window->span = (struct moment){from.from_us, to.to_us};
    return true;
}

bool window_is_empty(struct store *store, const char *expression, struct error *err)
{
    struct buf missing = BUF_INIT;

    buf_puts(&missing, "no complete run over a whole suite ");
    if (expression)
        buf_printf(&missing, "started within %s", expression);
    else
        buf_puts(&missing, "is in the suite, environment and vantage that are looked at");
    listing_instead(store, missing.data, err);
    buf_free(&missing);
    return false;
}

struct window window_before(const struct window *window)
{
    int64_t length = window->span.to_us - window->span.from_us;

    return (struct window){{window->span.from_us - length, window->span.from_us}};
}

struct passing {
    const struct window *window;
    const char *zone;
    bool (*take)(void *self, const struct run *run);
    void *self;
};

static bool pass_on(void *self, const struct run *run)
{
    const struct passing *passing = self;

    if (!run->whole || run->state != RUN_COMPLETE
        || !moment_holds(&passing->window->span, run->started, select_offset(passing->zone, run)))
        return true;
    return passing->take(passing->self, run);
}

bool window_each_run(struct store *store, const struct window *window, const struct selection *selection,
                     bool (*take)(void *self, const struct run *run), void *self, struct error *err)
{
    struct passing passing = {window, selection->zone, take, self};
    struct run_filter filter = selection->filter;

    select_bounds(&window->span, &filter);
    return store_each_run(store, &filter, pass_on, &passing, err);
}
