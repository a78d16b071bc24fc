/* SPDX-License-Identifier: MIT */
#include "cli/table.h"

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

enum { RESULT_COLUMNS = 14, STATUS_COLUMNS = 6, TIME_COLUMNS = 8, NAME_MOST = 32 };

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

static void put_row(struct buf *out, const struct model_answer *answer, size_t name_columns, size_t said_columns,
                    bool colour)
{
    struct buf cell = BUF_INIT;

    if (answer->candidate)
        buf_puts(&cell, "  or ");
    buf_put_slice(&cell, answer->name);
    put_cell(out, buf_slice(&cell), name_columns);
    buf_puts(out, "  ");
    put_result(out, answer, colour);
    buf_clear(&cell);
    if (answer->status)
        buf_printf(&cell, "%d", (int)answer->status);
    put_cell(out, buf_slice(&cell), STATUS_COLUMNS);
    buf_clear(&cell);
    buf_printf(&cell, "%d/%d", (int)answer->passed, (int)answer->total);
    put_cell(out, buf_slice(&cell), STATUS_COLUMNS);
    buf_clear(&cell);
    if (answer->time >= 0)
        words_duration(answer->time, &cell);
    put_cell(out, buf_slice(&cell), TIME_COLUMNS + 1);
    put_cell(out, answer->said, said_columns);
    while (out->len && out->data[out->len - 1] == ' ')
        buf_cut(out, out->len - 1);
    buf_putc(out, '\n');
    buf_free(&cell);
}

static size_t widest_name(const struct model *model)
{
    const struct model_endpoint *endpoints = model->endpoints.items;
    size_t widest = 8;

    for (size_t i = 0; i < model->endpoints.count; i++) {
        const struct model_answer *candidates = endpoints[i].candidates.items;
        size_t columns = utf8_columns(endpoints[i].name);

        for (size_t k = 0; k < endpoints[i].candidates.count; k++)
            if (utf8_columns(candidates[k].name) + 5 > columns)
                columns = utf8_columns(candidates[k].name) + 5;
        if (columns > widest)
            widest = columns;
    }
    return widest < NAME_MOST ? widest : NAME_MOST;
}

void table_endpoints(const struct model *model, bool colour, size_t columns, struct buf *out)
{
    const struct model_endpoint *endpoints = model->endpoints.items;
    size_t name_columns = widest_name(model);
    size_t taken = name_columns + 2 + RESULT_COLUMNS + (size_t)2 * STATUS_COLUMNS + TIME_COLUMNS + 1;
    size_t said_columns = columns > taken + 12 ? columns - taken : 12;

    buf_puts(out, colour ? "\x1b[2m" : "");
    put_cell(out, slice_of("ENDPOINT"), name_columns);
    buf_printf(out, "  %-*s%-*s%-*s%-*s%s%s\n", RESULT_COLUMNS, "RESULT", STATUS_COLUMNS, "STATUS", STATUS_COLUMNS,
               " OK", TIME_COLUMNS + 1, "TIME", "SAID", colour ? "\x1b[0m" : "");
    for (size_t i = 0; i < model->endpoints.count; i++) {
        const struct model_answer *candidates = endpoints[i].candidates.items;

        if (!endpoints[i].answer)
            continue;
        put_row(out, endpoints[i].answer, name_columns, said_columns, colour);
        for (size_t k = 0; k < endpoints[i].candidates.count; k++)
            put_row(out, &candidates[k], name_columns, said_columns, colour);
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
