/* SPDX-License-Identifier: MIT */
#include "render/chart.h"

#include <string.h>

#include "render/flavor.h"

/* About the width of one column in the 12-pixel font, a little too much rather than too little. */
static const double column_px = 6.9;

void chart_begin(const struct chart_frame *frame, const struct buf *text, struct buf *out)
{
    buf_puts(out, "<svg class=\"chart");
    if (frame->size != CHART_FULL)
        buf_printf(out, " %s\" width=\"%d\" height=\"%d", frame->size == CHART_FITTING ? "natural fitting" : "natural",
                   frame->width, frame->height);
    buf_printf(out,
               "\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-title %s-text\"><title id=\"%s-title\">",
               frame->width, frame->height, frame->name, frame->name, frame->name);
    flavor_html_text(slice_of(frame->title), out);
    buf_printf(out, "</title><desc id=\"%s-text\">", frame->name);
    buf_put_slice(out, buf_slice(text));
    buf_puts(out, "</desc>\n");
}

void chart_end(struct buf *out)
{
    buf_puts(out, "</svg>\n");
}

size_t chart_columns(struct slice text, size_t most)
{
    struct buf shown = BUF_INIT;
    size_t columns;

    flavor_narrow(text, most, &shown);
    /* One column a byte is too much for most alphabets, and too much is right here. */
    columns = shown.len < most ? shown.len : most;
    buf_free(&shown);
    return columns;
}

double chart_width(size_t columns)
{
    return (double)columns * column_px;
}

void chart_narrow(struct slice text, size_t most, struct buf *out)
{
    struct buf shown = BUF_INIT;

    flavor_narrow(text, most, &shown);
    flavor_html_text(buf_slice(&shown), out);
    buf_free(&shown);
}

void chart_text(double x, double y, const char *class, bool before, struct slice text, size_t most, struct buf *out)
{
    buf_puts(out, "<text");
    if (class)
        buf_printf(out, " class=\"%s\"", class);
    buf_printf(out, " x=\"%.1f\" y=\"%.0f\"%s>", x, y, before ? " text-anchor=\"end\"" : "");
    chart_narrow(text, most, out);
    buf_puts(out, "</text>\n");
}

void chart_key(double x, double y, const char *word, struct buf *out)
{
    buf_printf(out, "<text class=\"key\" x=\"%.1f\" y=\"%.0f\">%s</text>\n", x + 15, y, word);
}

/* The words of "11 Sep 2025 02:00:04 +02:00" up to blank number `blanks`. */
static size_t until_blank(const char *words, int blanks)
{
    size_t i = 0;

    while (words[i] && (words[i] != ' ' || --blanks > 0))
        i++;
    return i;
}

void chart_date(struct wall when, int32_t offset_s, enum chart_date form, struct buf *out)
{
    char text[WALL_TEXT];
    const char *words = wall_words(when, offset_s, text);

    buf_put(out, words, until_blank(words, form == CHART_YEAR ? 3 : 2));
    if (form == CHART_MINUTE && strlen(words) > until_blank(words, 3) + 6)
        buf_put(out, words + until_blank(words, 3), 6);
}
