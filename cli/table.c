/* SPDX-License-Identifier: MIT */
#include "cli/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"
#include "render/flavor.h"

struct look {
    const char *mark, *colour, *words;
};

static const struct look looks[] = {
    [RESULT_WORKS] = {"✓", "\x1b[32m", "works"},
    [RESULT_FAILS] = {"✗", "\x1b[31m", "fails"},
    [RESULT_NO_SUCH_PATH] = {"✗", "\x1b[31m", "no such path"},
    [RESULT_REFUSED] = {"!", "\x1b[33m", "refused"},
    [RESULT_UNSTEADY] = {"~", "\x1b[33m", "unsteady"},
    [RESULT_NOT_JUDGED] = {"?", "\x1b[33m", "not judged"},
    [RESULT_NOT_PROBED] = {"–", "\x1b[2m", "not probed"},
};

enum {
    RESULT_COLUMNS = 16,
    STATUS_COLUMNS = 8,
    TIME_COLUMNS = 9,
    NAME_MOST = 32,
    NAME_LEAST = 12,
    NAME_TINY = 6,
    SAID_LEAST = 12
};

/* Columns of the cells whose width depends on what is in them, and on the terminal; 0: there is no room for it. */
struct widths {
    size_t name, passed, time, said;
};

/* `text`, cut to `most` columns and padded to that many. */
static void put_cell(struct buf *out, struct slice text, size_t most)
{
    size_t start = out->len;

    flavor_narrow(text, most, out);
    for (size_t columns = utf8_columns((struct slice){out->data + start, out->len - start}); columns < most; columns++)
        buf_putc(out, ' ');
}

static void put_result(struct buf *out, const struct model_answer *answer, bool colour)
{
    const struct look *look = &looks[answer->result];
    struct buf words = BUF_INIT;

    buf_printf(&words, "%s %s", look->mark, look->words);
    if (colour)
        buf_puts(out, look->colour);
    put_cell(out, buf_slice(&words), RESULT_COLUMNS);
    if (colour)
        buf_puts(out, "\x1b[0m");
    buf_free(&words);
}

static void put_row(struct buf *out, const struct model_answer *answer, const struct widths *widths, bool colour)
{
    struct buf cell = BUF_INIT;

    if (answer->candidate)
        buf_puts(&cell, "  or ");
    buf_put_slice(&cell, answer->name);
    put_cell(out, buf_slice(&cell), widths->name);
    buf_puts(out, "  ");
    put_result(out, answer, colour);
    buf_clear(&cell);
    if (answer->status)
        buf_printf(&cell, "%d", (int)answer->status);
    put_cell(out, buf_slice(&cell), STATUS_COLUMNS);
    buf_clear(&cell);
    buf_printf(&cell, "%" PRIu64 "/%" PRIu64, answer->passed, answer->total);
    put_cell(out, buf_slice(&cell), widths->passed);
    buf_puts(out, "  ");
    buf_clear(&cell);
    if (answer->time >= 0 && widths->time)
        words_duration(answer->time, &cell);
    put_cell(out, buf_slice(&cell), widths->time);
    if (widths->said)
        put_cell(out, answer->said, widths->said);
    while (out->len && out->data[out->len - 1] == ' ')
        buf_cut(out, out->len - 1);
    buf_putc(out, '\n');
    buf_free(&cell);
}

static void widen(struct widths *widths, const struct model_answer *answer)
{
    char passed[48];
    size_t name = utf8_columns(answer->name) + (answer->candidate ? strlen("  or ") : 0);
    size_t len = (size_t)snprintf(passed, sizeof passed, "%" PRIu64 "/%" PRIu64, answer->passed, answer->total);

    widths->name = name > widths->name ? name : widths->name;
    widths->passed = len > widths->passed ? len : widths->passed;
}

/* A narrow terminal takes from the name first, then from what was said, and at last those two columns. */
static struct widths widths_of(const struct model *model, size_t columns)
{
    struct widths widths = {strlen("ENDPOINT"), strlen("OK"), TIME_COLUMNS, 0};
    size_t fixed;

    for (size_t i = 0; i < model->endpoints.count; i++) {
        const struct model_endpoint *endpoint = list_item(&model->endpoints, sizeof *endpoint, i);
        const struct model_answer *candidates = endpoint->candidates.items;

        widen(&widths, endpoint->answer);
        for (size_t k = 0; k < endpoint->candidates.count; k++)
            widen(&widths, &candidates[k]);
    }
    widths.name = widths.name < NAME_MOST ? widths.name : NAME_MOST;
    fixed = 2 + RESULT_COLUMNS + STATUS_COLUMNS + widths.passed + 2 + TIME_COLUMNS;
    if (fixed + widths.name + SAID_LEAST > columns && widths.name > NAME_LEAST)
        widths.name = columns > fixed + NAME_LEAST + SAID_LEAST ? columns - fixed - SAID_LEAST : NAME_LEAST;
    widths.said = columns > fixed + widths.name ? columns - fixed - widths.name : 0;
    if (columns < fixed + widths.name) {
        size_t rest = fixed - TIME_COLUMNS - 2, room = columns > rest + NAME_TINY ? columns - rest : NAME_TINY;

        widths.time = 0;
        widths.name = widths.name < room ? widths.name : room;
    }
    return widths;
}

void table_endpoints(const struct model *model, bool colour, size_t columns, struct buf *out)
{
    const struct widths widths = widths_of(model, columns);

    buf_puts(out, colour ? "\x1b[2m" : "");
    buf_printf(out, "%-*.*s  %-*s%-*s%-*s", (int)widths.name, (int)widths.name, "ENDPOINT", RESULT_COLUMNS, "RESULT",
               STATUS_COLUMNS, "STATUS", (int)widths.passed, "OK");
    if (widths.time)
        buf_printf(out, "  %-*s%.*s", TIME_COLUMNS, "TIME", (int)widths.said, "SAID");
    buf_printf(out, "%s\n", colour ? "\x1b[0m" : "");
    for (size_t i = 0; i < model->endpoints.count; i++) {
        const struct model_endpoint *endpoint = list_item(&model->endpoints, sizeof *endpoint, i);
        const struct model_answer *candidates = endpoint->candidates.items;

        put_row(out, endpoint->answer, &widths, colour);
        for (size_t k = 0; k < endpoint->candidates.count; k++)
            put_row(out, &candidates[k], &widths, colour);
    }
}

bool table_colour(void)
{
    const char *no = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return isatty(STDOUT_FILENO) == 1 && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

size_t table_columns(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col;
    return 100;
}
