/* SPDX-License-Identifier: MIT */
/* window.h - a stretch of nights, "2025-09-01..2025-09-07", and the runs in it. */
#ifndef STORE_WINDOW_H
#define STORE_WINDOW_H

#include <stdbool.h>

#include "store/select.h"

/* On the calendar, so that a week is seven days also when clocks change in it. */
struct window {
    struct moment span;
};

/* Whether `expression` has the form of a window. */
bool window_is_meant(const char *expression);

/* Reads "A..B": from the start of A to the end of B, where each is a date or time, or names a run, which is in it. "A.."
 * goes on until now; "..B" begins at the first run. ERR_USAGE when it ends before it begins. */
bool select_window(struct store *store, const char *expression, const struct selection *selection,
                   struct window *window, struct error *err);

/* There is no run to look at in the window that `expression` names (NULL: at all): fails, and says what there is. */
bool window_is_empty(struct store *store, const char *expression, struct error *err);

/* The equally long one just before `window`. */
struct window window_before(const struct window *window);

/* Hands over the complete runs over a whole suite that started in `window`, newest first; `take` as in
 * store_each_run(). */
bool window_each_run(struct store *store, const struct window *window, const struct selection *selection,
                     bool (*take)(void *self, const struct run *run), void *self, struct error *err);
#endif
