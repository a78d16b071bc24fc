/* SPDX-License-Identifier: MIT */
/* Distributions. The scale begins at 0, so that a difference is as large as it looks. */
#include "render/chart_latency.h"

#include <math.h>
#include <string.h>

#include "render/chart.h"
#include "render/flavor.h"

enum {
    WIDTH = 420, /* can be read on a phone */
    PAIR = 126,  /* from one to the next */
    ROW = 36,
    HEAD = 43,      /* to the middle of the first row's dots */
    LEFT = 6,       /* where the scale begins */
    RIGHT = 6,      /* what is left of it */
    REACH = 9,      /* of a median's mark, up and down */
    WORDS_MAX = 52, /* columns */
    TICKS = 4,      /* about so many on a scale */
    DOTS_MAX = 120  /* a row */
};

struct scale {
    double step;  /* µs from tick to tick */
    double pixel; /* a µs */
    int ticks;
};

static int64_t longest_of(const struct latency_row *row)
{
    int64_t longest = row->median;

    for (size_t i = 0; i < row->count; i++)
        longest = row->us[i] > longest ? row->us[i] : longest;
    return longest;
}

static int64_t shortest_of(const struct latency_row *row)
{
    int64_t shortest = row->median;

    for (size_t i = 0; i < row->count; i++)
        shortest = row->us[i] < shortest ? row->us[i] : shortest;
    return shortest;
}

/* Ticks at 1, 2 or 5 times a power of ten. */
static struct scale scale_of(const struct latency_pair *pair)
{
    static const double nice[] = {1, 2, 5, 10};
    int64_t before = longest_of(&pair->before), after = longest_of(&pair->after);
    double most = (double)(before > after ? before : after);
    double power = pow(10, floor(log10(fmax(most, 1) / TICKS)));
    struct scale scale = {.step = 10 * power};

    for (size_t i = sizeof nice / sizeof *nice; i > 0; i--)
        if (nice[i - 1] * power * (TICKS + 1) >= most)
            scale.step = nice[i - 1] * power;
    scale.ticks = (int)ceil(fmax(most, 1) / scale.step);
    scale.pixel = (WIDTH - LEFT - RIGHT) / (scale.step * scale.ticks);
    return scale;
}

static double x_of(const struct scale *scale, int64_t us)
{
    return LEFT + (double)us * scale->pixel;
}

/* `y`: of the line. */
static void put_axis(const struct scale *scale, double y, struct buf *out)
{
    buf_printf(out, "<path class=\"axis\" d=\"M%d %.0fH%d", LEFT, y, WIDTH - RIGHT);
    for (int i = 0; i <= scale->ticks; i++)
        buf_printf(out, "M%.1f %.0fv4", LEFT + i * scale->step * scale->pixel, y);
    buf_puts(out, "\"/>\n");
    for (int i = 0; i <= scale->ticks; i++) {
        const char *anchor = i == 0 ? "start" : i == scale->ticks ? "end" : "middle";

        buf_printf(out, "<text class=\"key\" x=\"%.1f\" y=\"%.0f\" text-anchor=\"%s\">",
                   LEFT + i * scale->step * scale->pixel, y + 16, anchor);
        if (i == 0)
            buf_putc(out, '0');
        else
            words_duration((int64_t)(i * scale->step), out);
        buf_puts(out, "</text>\n");
    }
}

/* Lines across the dots, to read them by. */
static void put_grid(const struct scale *scale, double y, struct buf *out)
{
    buf_puts(out, "<path class=\"axis\" d=\"");
    for (int i = 0; i <= scale->ticks; i++)
        buf_printf(out, "M%.1f %.0fv%d", LEFT + i * scale->step * scale->pixel, y - REACH, 2 * REACH);
    buf_puts(out, "\"/>\n");
}

/* `y`: of the dots; `class`: theirs. The words are above. */
static void put_row(const struct latency_row *row, const char *class, const struct scale *scale, double y,
                    struct buf *out)
{
    size_t step = (row->count + DOTS_MAX - 1) / DOTS_MAX;
    struct buf words = BUF_INIT;

    buf_printf(&words, "%s: median ", row->name);
    words_duration(row->median, &words);
    buf_printf(&words, ", %s", row->each);
    chart_text(LEFT, y - REACH - 4, "note", false, buf_slice(&words), WORDS_MAX, out);
    put_grid(scale, y, out);
    buf_printf(out, "<g class=\"%s\">", class);
    for (size_t i = 0; i < row->count; i += step)
        buf_printf(out, "<circle cx=\"%.1f\" cy=\"%.0f\" r=\"4\"/>", x_of(scale, row->us[i]), y);
    buf_printf(out, "</g>\n<path class=\"median\" d=\"M%.1f %.0fv%d\"/>\n", x_of(scale, row->median), y - REACH,
               2 * REACH);
    buf_free(&words);
}

static void put_pair(const struct latency_pair *pair, double y, struct buf *out)
{
    struct scale scale = scale_of(pair);
    double x = LEFT + chart_width(chart_columns(pair->label, CHART_LABEL_MAX)) + 2 * CHART_GAP;

    chart_text(LEFT, y + 12, "head", false, pair->label, CHART_LABEL_MAX, out);
    chart_text(x, y + 12, pair->worse ? "worse" : "better", false, slice_of(pair->shows), WORDS_MAX, out);
    put_axis(&scale, y + HEAD + ROW + REACH + 4, out);
    put_row(&pair->before, "before", &scale, y + HEAD, out);
    put_row(&pair->after, pair->worse ? "after worse" : "after better", &scale, y + HEAD + ROW, out);
}

static void describe_row(const struct latency_row *row, struct buf *text)
{
    buf_printf(text, "%s median ", row->name);
    words_duration(row->median, text);
    if (row->count > 1) {
        buf_puts(text, ", from ");
        words_duration(shortest_of(row), text);
        buf_puts(text, " to ");
        words_duration(longest_of(row), text);
    }
    buf_printf(text, ", %s", row->each);
}

static void describe_pair(const struct latency_pair *pair, struct buf *text)
{
    chart_narrow(pair->label, CHART_LABEL_MAX, text);
    buf_printf(text, ": %s; ", pair->shows);
    describe_row(&pair->before, text);
    buf_puts(text, "; ");
    describe_row(&pair->after, text);
    buf_puts(text, ". ");
}

void chart_latency(const struct chart_latency *chart, struct buf *out)
{
    size_t count = chart->count < LATENCY_PAIRS ? chart->count : LATENCY_PAIRS;
    size_t left = chart->count - count + chart->left;
    struct chart_frame frame = {"latency", "Times before and after, a dot a time, medians marked", WIDTH,
                                (int)count * PAIR + (left ? 20 : 0), CHART_FITTING};
    struct buf text = BUF_INIT, words = BUF_INIT;

    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        describe_pair(&chart->pairs[i], &text);
    if (left) {
        buf_printf(&words, "not drawn: %zu more", left);
        buf_printf(&text, "%zu more %s not drawn.", left, left == 1 ? "is" : "are");
    }
    chart_begin(&frame, &text, out);
    for (size_t i = 0; i < count; i++)
        put_pair(&chart->pairs[i], (double)i * PAIR, out);
    if (left)
        chart_text(LEFT, (double)count * PAIR + 12, "key", false, buf_slice(&words), CHART_LABEL_MAX, out);
    chart_end(out);
    buf_free(&text);
    buf_free(&words);
}
