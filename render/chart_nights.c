/* SPDX-License-Identifier: MIT */
/* The strip. Each of the five cells is drawn once and then used, so that a year of them stays a small page. */
#include "render/chart_nights.h"

#include <inttypes.h>
#include <string.h>

#include "render/chart.h"
#include "render/flavor.h"

enum {
    LABEL_MAX = 20, /* columns: fifteen runs fit on a phone beside it */
    WHOLE_MAX = 60, /* where it is not drawn */
    PITCH = 22,
    TOP = 3,
    LINE = 17,
    MARK_MAX = 44,
    MARK_LINES = 2,
    STRETCHES_MAX = 5,
    LEAST_WIDTH = 310,
    PHONE_WIDTH = 420
};

static const struct sign {
    const char *class, *word, *path; /* the path around the cell's middle */
} signs[NIGHT_SIGNS] = {
    [NIGHT_PASSES] = {"pass", "passes", "M-3.5 .3l2.4 2.4 4.6-5.4"},
    [NIGHT_FAILS] = {"fail", "fails", "M-3-3l6 6m0-6l-6 6"},
    [NIGHT_UNSTEADY] = {"warn", "unsteady", "M-3.6 1q1.8-3.6 3.6-1t3.6-1"},
    [NIGHT_NOT_JUDGED] = {"mute", "not judged", "M-2-2.2a2.1 2.1 0 1 1 3.1 2q-1.1.6-1.1 1.6m0 2.4v.1"},
    [NIGHT_NOT_PROBED] = {"none", "not probed", "M-.7 0h1.4"},
};

/* The part that is drawn, and where. */
struct strip {
    const struct chart_nights *chart;
    size_t first, columns, rows; /* `first`: of the columns */
    int pitch;
    double left; /* where cells begin */
    int width;
};

static bool occurs(const struct strip *strip, enum night_sign sign)
{
    for (size_t row = 0; row < strip->rows; row++)
        for (size_t i = 0; i < strip->columns; i++)
            if (strip->chart->rows[row].cells[strip->first + i].sign == sign)
                return true;
    return false;
}

static double legend_width(const struct strip *strip)
{
    double width = 0;

    for (int i = 0; i < NIGHT_SIGNS; i++)
        if (occurs(strip, (enum night_sign)i))
            width += 15 + chart_width(strlen(signs[i].word)) + CHART_GAP;
    return width;
}

static struct strip lay_out(const struct chart_nights *chart)
{
    struct strip strip = {.chart = chart};
    size_t labels = 0, most;
    double legend;

    strip.columns = chart->column_count < NIGHTS_SHOWN ? chart->column_count : NIGHTS_SHOWN;
    strip.first = chart->column_count - strip.columns;
    most = strip.columns ? NIGHTS_CELLS / strip.columns : 0;
    strip.rows = chart->row_count < most ? chart->row_count : most;
    for (size_t i = 0; i < strip.rows; i++) {
        size_t columns = chart_columns(chart->rows[i].label, LABEL_MAX);

        labels = columns > labels ? columns : labels;
    }
    strip.pitch = strip.columns <= 8 ? PITCH : strip.columns <= 16 ? 18 : strip.columns <= 31 ? 14 : 12;
    strip.left = chart_width(labels) + CHART_GAP;
    strip.width = (int)strip.left + (int)strip.columns * strip.pitch;
    legend = legend_width(&strip);
    strip.width = strip.width > (int)legend + 1 ? strip.width : (int)legend + 1;
    strip.width = strip.width > LEAST_WIDTH ? strip.width : LEAST_WIDTH;
    return strip;
}

static void put_stretch(const struct strip *strip, size_t row, size_t from, size_t until, struct buf *text)
{
    const struct chart_nights *chart = strip->chart;

    buf_printf(text, "%s ", signs[chart->rows[row].cells[from].sign].word);
    chart_date(chart->columns[from].started, chart->offset_s, CHART_DAY, text);
    if (until - from > 1) {
        buf_puts(text, " to ");
        chart_date(chart->columns[until - 1].started, chart->offset_s, CHART_DAY, text);
        buf_printf(text, " (%zu runs)", until - from);
    }
}

/* Where the run of equal cells that begins at `from` ends. */
static size_t stretch_end(const struct strip *strip, size_t row, size_t from)
{
    const struct night_cell *cells = strip->chart->rows[row].cells;
    size_t end = from;

    while (end < strip->first + strip->columns && cells[end].sign == cells[from].sign)
        end++;
    return end;
}

static void put_counts(const struct strip *strip, size_t row, struct buf *text)
{
    const struct night_cell *cells = &strip->chart->rows[row].cells[strip->first];

    for (int sign = 0; sign < NIGHT_SIGNS; sign++) {
        size_t count = 0;

        for (size_t i = 0; i < strip->columns; i++)
            count += cells[i].sign == (enum night_sign)sign;
        if (count)
            buf_printf(text, "%s in %zu, ", signs[sign].word, count);
    }
    buf_printf(text, "%s in the newest", signs[cells[strip->columns - 1].sign].word);
}

/* What the picture says, in a sentence a row: from when to when it was what, or where that changed often, how often. */
static void put_description(const struct strip *strip, struct buf *text)
{
    const size_t end = strip->first + strip->columns;

    for (size_t row = 0; row < strip->rows; row++) {
        size_t stretches = 0;

        for (size_t at = strip->first; at < end; at = stretch_end(strip, row, at))
            stretches++;
        buf_puts(text, row ? " " : "");
        chart_narrow(strip->chart->rows[row].label, WHOLE_MAX, text);
        buf_puts(text, ": ");
        if (stretches > STRETCHES_MAX)
            put_counts(strip, row, text);
        for (size_t at = strip->first; stretches <= STRETCHES_MAX && at < end; at = stretch_end(strip, row, at)) {
            buf_puts(text, at > strip->first ? ", " : "");
            put_stretch(strip, row, at, stretch_end(strip, row, at), text);
        }
        buf_putc(text, '.');
    }
}

/* The five cells, as many as are used. `side`: of the small ones in the legend; 0: the strip's own size. */
static void put_definitions(const struct strip *strip, struct buf *out)
{
    int width = strip->pitch - (strip->pitch > 12 ? 3 : 2);

    buf_puts(out, "<defs>");
    for (int i = 0; i < NIGHT_SIGNS; i++)
        if (occurs(strip, (enum night_sign)i))
            buf_printf(out,
                       "<g id=\"night-%s\"><rect class=\"night-%s\" width=\"%d\" height=\"17\" rx=\"3\"/><path "
                       "class=\"sign\" "
                       "transform=\"translate(%.1f 8.5)\" d=\"%s\"/></g>",
                       signs[i].class, signs[i].class, width, width / 2.0, signs[i].path);
    buf_puts(out, "</defs>\n");
}

static void put_cell(const struct strip *strip, size_t row, size_t column, struct buf *out)
{
    const struct chart_nights *chart = strip->chart;
    const struct night_cell *cell = &chart->rows[row].cells[strip->first + column];

    buf_printf(out, "<use href=\"#night-%s\" x=\"%.0f\" y=\"%d\"><title>", signs[cell->sign].class,
               strip->left + (double)column * strip->pitch, TOP + (int)row * PITCH);
    chart_date(chart->columns[strip->first + column].started, chart->offset_s, CHART_MINUTE, out);
    buf_printf(out, ": %s", signs[cell->sign].word);
    if (cell->more)
        buf_printf(out, ", %s", cell->more);
    buf_puts(out, "</title></use>\n");
}

static void put_row(const struct strip *strip, size_t row, struct buf *out)
{
    struct slice label = strip->chart->rows[row].label;

    buf_puts(out, "<g><title>");
    chart_narrow(label, WHOLE_MAX, out);
    buf_puts(out, "</title>");
    chart_text(strip->left - CHART_GAP, TOP + (double)row * PITCH + 13, NULL, true, label, LABEL_MAX, out);
    buf_puts(out, "</g>");
    for (size_t i = 0; i < strip->columns; i++)
        put_cell(strip, row, i, out);
}

/* Words under column `column`: from there to the right where they fit, else up to the right border. Gives where they
 * begin. */
static double put_under(const struct strip *strip, size_t column, double y, struct slice words, struct buf *out)
{
    double x = strip->left + (double)column * strip->pitch;
    double width = chart_width(chart_columns(words, MARK_MAX));

    if (x + width <= strip->width) {
        chart_text(x, y, "key", false, words, MARK_MAX, out);
        return x;
    }
    chart_text(strip->width, y, "key", true, words, MARK_MAX, out);
    return strip->width - width;
}

/* The dates of the oldest and the newest run. */
static void put_dates(const struct strip *strip, double y, struct buf *out)
{
    const struct night_column *columns = &strip->chart->columns[strip->first];
    struct buf oldest = BUF_INIT, newest = BUF_INIT;
    size_t last = strip->columns - 1;
    double right = strip->left + (double)strip->columns * strip->pitch;

    chart_date(columns[0].started, strip->chart->offset_s, CHART_YEAR, &oldest);
    chart_date(columns[last].started, strip->chart->offset_s, CHART_YEAR, &newest);
    if (right - strip->left > chart_width(oldest.len + newest.len) + CHART_GAP) {
        chart_text(strip->left, y, "key", false, buf_slice(&oldest), MARK_MAX, out);
        chart_text(right - 3, y, "key", true, buf_slice(&newest), MARK_MAX, out);
    } else {
        if (last > 0 && !slice_equals(buf_slice(&oldest), buf_slice(&newest))) {
            buf_puts(&oldest, " to ");
            buf_put_slice(&oldest, buf_slice(&newest));
        }
        put_under(strip, 0, y, buf_slice(&oldest), out);
    }
    buf_free(&oldest);
    buf_free(&newest);
}

/* What changed with a run: a tick for every change, and words for the newest ones, on MARK_LINES lines as far as there is
 * room beside each other. Gives how many lines there are. */
static int put_marks(const struct strip *strip, double y, struct buf *out)
{
    double limits[MARK_LINES];
    int lines = 0;

    for (int i = 0; i < MARK_LINES; i++)
        limits[i] = strip->width + CHART_GAP;
    for (size_t i = strip->columns; i > 0; i--) {
        const struct night_column *column = &strip->chart->columns[strip->first + i - 1];
        double x = strip->left + (double)(i - 1) * strip->pitch;
        struct buf words = BUF_INIT;
        double end;
        int line = 0;

        if (!column->mark.len)
            continue;
        buf_printf(out, "<path class=\"tick\" d=\"M%.1f %.0fv4\"/>", x + 1, y - LINE - 14);
        chart_date(column->started, strip->chart->offset_s, CHART_DAY, &words);
        buf_puts(&words, " · ");
        buf_put_slice(&words, column->mark);
        end = x + chart_width(chart_columns(buf_slice(&words), MARK_MAX)) + CHART_GAP;
        while (line < MARK_LINES && end > limits[line] && limits[line] <= strip->width)
            line++;
        if (line < MARK_LINES)
            limits[line] = put_under(strip, i - 1, y + line * LINE, buf_slice(&words), out);
        if (line < MARK_LINES && line >= lines)
            lines = line + 1;
        buf_free(&words);
    }
    return lines;
}

static void put_legend(const struct strip *strip, double y, struct buf *out)
{
    double x = strip->left + legend_width(strip) <= strip->width ? strip->left : 0;

    for (int i = 0; i < NIGHT_SIGNS; i++) {
        if (!occurs(strip, (enum night_sign)i))
            continue;
        buf_printf(out,
                   "<rect class=\"night-%s\" x=\"%.1f\" y=\"%.0f\" width=\"12\" height=\"12\" rx=\"3\"/><path "
                   "class=\"sign\" transform=\"translate(%.1f %.0f)\" d=\"%s\"/>\n",
                   signs[i].class, x - 1, y - 10, x + 5, y - 4, signs[i].path);
        chart_key(x, y, signs[i].word, out);
        x += 15 + chart_width(strlen(signs[i].word)) + CHART_GAP;
    }
}

/* "not drawn: 340 older runs, 2 endpoints"; nothing when all is. */
static void put_left_out(const struct strip *strip, struct buf *words)
{
    size_t rows = strip->chart->row_count - strip->rows + strip->chart->rows_left;
    size_t columns = strip->first + strip->chart->columns_left;

    if (columns)
        buf_printf(words, "not drawn: %zu older run%s", columns, columns == 1 ? "" : "s");
    if (rows)
        buf_printf(words, "%s %zu %sendpoint%s", columns ? " and" : "not drawn:", rows, columns ? "" : "more ",
                   rows == 1 ? "" : "s");
}

static void put_title(const struct strip *strip, struct buf *title)
{
    buf_printf(title, "%zu run%s of %zu endpoint%s, a row an endpoint, the newest run at the right", strip->columns,
               strip->columns == 1 ? "" : "s", strip->rows, strip->rows == 1 ? "" : "s");
}

void chart_nights(const struct chart_nights *chart, struct buf *out)
{
    const struct strip strip = lay_out(chart);
    struct buf title = BUF_INIT, text = BUF_INIT, left_out = BUF_INIT, body = BUF_INIT;
    double y = TOP + (double)strip.rows * PITCH + 12;

    if (strip.rows == 0 || strip.columns == 0)
        return;
    put_title(&strip, &title);
    put_description(&strip, &text);
    put_left_out(&strip, &left_out);
    put_definitions(&strip, &body);
    for (size_t i = 0; i < strip.rows; i++)
        put_row(&strip, i, &body);
    put_dates(&strip, y, &body);
    y += put_marks(&strip, y + LINE, &body) * LINE;
    if (left_out.len) {
        y += LINE;
        put_under(&strip, 0, y, buf_slice(&left_out), &body);
        buf_printf(&text, " Not all of it: %s.", left_out.data);
    }
    y += LINE + 4;
    put_legend(&strip, y, &body);
    chart_begin(&(struct chart_frame){"nights", title.data, strip.width, (int)y + 6,
                                      strip.width <= PHONE_WIDTH ? CHART_FITTING : CHART_NATURAL},
                &text, out);
    buf_put_slice(out, buf_slice(&body));
    chart_end(out);
    buf_free(&title);
    buf_free(&text);
    buf_free(&left_out);
    buf_free(&body);
}
