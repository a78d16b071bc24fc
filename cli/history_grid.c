/* SPDX-License-Identifier: MIT */
#include "cli/history_grid.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "diagnosis/answer.h"
#include "render/flavor.h"
#include "render/wrap.h"

static const struct sign {
    const char *mark, *colour;
} signs[] = {
    [VERDICT_PASSES] = {"✓", "\x1b[32m"},    [VERDICT_FAILS] = {"✗", "\x1b[31m"},
    [VERDICT_UNSTEADY] = {"~", "\x1b[33m"},  [VERDICT_NOT_JUDGED] = {"?", "\x1b[33m"},
    [VERDICT_NOT_PROBED] = {"·", "\x1b[2m"},
};
static const char legend[] = "✓ passes  ✗ fails  ~ unsteady  ? not judged  · not probed";

enum { NAME_MOST = 32, NAME_LEAST = 8, DATE_COLUMNS = 6, UPTIME_COLUMNS = 6, SINCE_COLUMNS = 20, GAP = 2 };

/* Columns of what depends on the terminal; 0: there is no room for it. */
struct widths {
    size_t name, nights, since;
};

/* The nights get what the other columns leave; on a narrow terminal the last column goes first, then the names are cut. */
static struct widths widths_of(const struct model_history *history, size_t columns)
{
    const struct model_history_row *rows = history->endpoints.items;
    struct widths widths = {strlen("ENDPOINT"), (size_t)history->runs, SINCE_COLUMNS + GAP};
    size_t fixed = GAP + GAP + UPTIME_COLUMNS;

    for (size_t i = 0; i < history->endpoints.count; i++) {
        size_t name = utf8_columns(rows[i].endpoint);

        widths.name = name > widths.name ? name : widths.name;
    }
    widths.name = widths.name < NAME_MOST ? widths.name : NAME_MOST;
    if (columns < fixed + widths.since + widths.name + 2 * (size_t)DATE_COLUMNS)
        widths.since = 0;
    if (columns < fixed + widths.name + 2 * (size_t)DATE_COLUMNS)
        widths.name = NAME_LEAST;
    fixed += widths.name + widths.since;
    if (columns < fixed + widths.nights)
        widths.nights = columns > fixed + DATE_COLUMNS ? columns - fixed : DATE_COLUMNS;
    return widths;
}

static void pad(struct buf *out, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        buf_putc(out, ' ');
}

static void put_cell(struct buf *out, struct slice text, size_t columns)
{
    size_t start = out->len, used;

    flavor_narrow(text, columns, out);
    used = utf8_columns((struct slice){out->data + start, out->len - start});
    pad(out, columns > used ? columns - used : 0);
}

/* "11 Sep" into `text`. */
static const char *date_of(struct wall when, int32_t offset_s, char text[WALL_TEXT])
{
    char *blank = strchr(wall_words(when, offset_s, text), ' ');

    blank = blank ? strchr(blank + 1, ' ') : NULL;
    if (blank)
        *blank = '\0';
    return text;
}

static void put_strip(struct buf *out, const struct model_history_row *row, size_t nights, bool colour)
{
    const struct model_outcome *outcomes = row->outcomes.items;
    size_t count = row->outcomes.count, first = count > nights ? count - nights : 0;

    for (size_t i = first; i < count; i++) {
        const struct sign *sign = &signs[outcomes[i].verdict];

        if (colour && (i == first || outcomes[i].verdict != outcomes[i - 1].verdict))
            buf_printf(out, "%s%s", i == first ? "" : "\x1b[0m", sign->colour);
        buf_puts(out, sign->mark);
    }
    if (colour)
        buf_puts(out, "\x1b[0m");
}

/* What a reader would look for in the signs. */
static void put_since(struct buf *out, const struct model_history_row *row, int32_t offset_s)
{
    char text[WALL_TEXT];

    if (row->gone_since)
        buf_printf(out, "%s since %s", row->called.len ? "renamed" : "gone",
                   date_of(row->gone_since->started, offset_s, text));
    else if (row->first_failing)
        buf_printf(out, "fails since %s%s", row->since_start ? "≤ " : "",
                   date_of(row->first_failing->started, offset_s, text));
    else if (row->flapping)
        buf_puts(out, "flapping");
    else if (row->slower_since)
        buf_printf(out, "%s since %s", row->faster ? "faster" : "slower",
                   date_of(row->slower_since->started, offset_s, text));
}

static void put_row(struct buf *out, const struct model_history_row *row, const struct widths *widths, bool colour,
                    int32_t offset_s)
{
    struct buf since = BUF_INIT;
    char uptime[32] = "";

    put_cell(out, row->endpoint, widths->name);
    pad(out, GAP);
    put_strip(out, row, widths->nights, colour);
    if (row->stretch->uptime >= 0)
        snprintf(uptime, sizeof uptime, "%.0f %%", row->stretch->uptime);
    buf_printf(out, "%*s%*s", GAP, "", UPTIME_COLUMNS, uptime);
    put_since(&since, row, offset_s);
    if (widths->since && since.len) {
        pad(out, GAP);
        flavor_narrow(buf_slice(&since), widths->since - GAP, out);
    }
    buf_putc(out, '\n');
    buf_free(&since);
}

/* The dates of the first and the last night that are shown stand over them, where they have room. */
static void put_head(struct buf *out, const struct model_history *history, const struct widths *widths, bool colour,
                     int32_t offset_s)
{
    const struct model_night *nights = history->nights.items;
    size_t count = history->nights.count, shown = count < widths->nights ? count : widths->nights;
    char first[WALL_TEXT] = "", last[WALL_TEXT] = "";
    size_t left, right;

    if (count > 0) {
        date_of(nights[count - shown].started, offset_s, first);
        date_of(nights[count - 1].started, offset_s, last);
    }
    left = strlen(first);
    right = strlen(last);
    buf_puts(out, colour ? "\x1b[2m" : "");
    put_cell(out, slice_of("ENDPOINT"), widths->name);
    pad(out, GAP);
    if (left + 1 + right <= shown) {
        buf_puts(out, first);
        pad(out, shown - left - right);
        buf_puts(out, last);
    } else {
        pad(out, shown);
    }
    buf_printf(out, "%*s%*s%s\n", GAP, "", UPTIME_COLUMNS, "UPTIME", colour ? "\x1b[0m" : "");
}

/* What the signs mean, and which nights they are of. */
static void put_foot(struct buf *out, const struct model_history *history, const struct widths *widths,
                     int32_t offset_s)
{
    const struct model_night *nights = history->nights.items;
    size_t count = history->nights.count;
    char first[WALL_TEXT], last[WALL_TEXT];

    buf_printf(out, "%s\n", legend);
    if (count == 0)
        return;
    buf_printf(out, "%zu run%s, %s to %s", count, count == 1 ? "" : "s", date_of(nights[0].started, offset_s, first),
               date_of(nights[count - 1].started, offset_s, last));
    if (widths->nights < count)
        buf_printf(out, "; the last %zu are shown", widths->nights);
    buf_putc(out, '\n');
}

void history_grid(const struct model_history *history, bool colour, size_t columns, int32_t offset_s, struct buf *out)
{
    const struct model_history_row *rows = history->endpoints.items;
    const struct widths widths = widths_of(history, columns);
    struct buf foot = BUF_INIT;

    put_head(out, history, &widths, colour, offset_s);
    for (size_t i = 0; i < history->endpoints.count; i++)
        put_row(out, &rows[i], &widths, colour, offset_s);
    buf_putc(out, '\n');
    put_foot(&foot, history, &widths, offset_s);
    wrap_text(buf_slice(&foot), columns, out);
    buf_free(&foot);
}
