/* SPDX-License-Identifier: MIT */
/* The waterfall. All bars share one scale, so that what fails can be held against what works; every length is
 * also a text: in the bars' titles, and, for those who see no picture, in its description. */
#include "render/chart_waterfall.h"

#include <string.h>

#include "render/chart.h"
#include "render/flavor.h"

enum {
    ROW = 30,
    BAR = 22,
    LEGEND = 92, /* from one entry to the next */
    NOTE_MAX = 34,
    LAYERS_MAX = 8
};

struct layout {
    double left;  /* where bars begin */
    double scale; /* pixels per µs */
};

static int64_t total_of(const struct waterfall_row *row)
{
    int64_t total = 0;

    for (size_t i = 0; i < row->count; i++)
        if (row->segments[i].us > 0)
            total += row->segments[i].us;
    return total;
}

static struct layout lay_out(const struct chart_waterfall *chart)
{
    size_t labels = 0, notes = 0;
    int64_t longest = 1;
    struct layout layout;

    for (size_t i = 0; i < chart->count; i++) {
        const struct waterfall_row *row = &chart->rows[i];
        size_t label = chart_columns(row->label, CHART_LABEL_MAX), note = chart_columns(row->note, NOTE_MAX);

        labels = label > labels ? label : labels;
        notes = note > notes ? note : notes;
        longest = total_of(row) > longest ? total_of(row) : longest;
    }
    layout.left = chart_width(labels) + 2 * CHART_GAP;
    layout.scale = (CHART_WIDTH - layout.left - chart_width(notes) - 2 * CHART_GAP) / (double)longest;
    return layout;
}

static void put_segment(const struct waterfall_segment *segment, double x, double y, double width, struct buf *out)
{
    buf_printf(out, "<rect class=\"l-%s%s\" x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%d\" rx=\"2\"><title>%s ",
               segment->layer, segment->failed ? " bad" : "", x, y, width, BAR, segment->layer);
    words_duration(segment->us, out);
    buf_printf(out, "%s</title></rect>\n", segment->failed ? ", failed" : "");
    /* Not by colour alone. */
    if (segment->failed && width >= 16)
        buf_printf(out, "<path class=\"x\" d=\"M%.1f %.1f l8 8 m0 -8 l-8 8\"/>\n", x + width / 2 - 4,
                   y + BAR / 2.0 - 4);
}

static void put_row(const struct waterfall_row *row, const struct layout *layout, double y, struct buf *out)
{
    double x = layout->left;

    chart_text(x - CHART_GAP, y + 15, NULL, true, row->label, CHART_LABEL_MAX, out);
    for (size_t i = 0; i < row->count; i++) {
        double width = (double)row->segments[i].us * layout->scale;

        if (row->segments[i].us < 0)
            continue;
        width = width < 1 ? 1 : width;
        put_segment(&row->segments[i], x, y, width, out);
        x += width;
    }
    chart_text(x + CHART_GAP, y + 15, "note", false, row->note, NOTE_MAX, out);
}

/* What the picture says, in a sentence a row. */
static void put_description(const struct chart_waterfall *chart, struct buf *out)
{
    for (size_t i = 0; i < chart->count; i++) {
        const struct waterfall_row *row = &chart->rows[i];
        bool any = false;

        buf_puts(out, i ? " " : "");
        chart_narrow(row->label, CHART_LABEL_MAX, out);
        buf_puts(out, ": ");
        for (size_t j = 0; j < row->count; j++) {
            if (row->segments[j].us < 0)
                continue;
            buf_printf(out, "%s%s ", any ? ", " : "", row->segments[j].layer);
            words_duration(row->segments[j].us, out);
            buf_puts(out, row->segments[j].failed ? " (failed)" : "");
            any = true;
        }
        if (row->note.len)
            buf_puts(out, "; ");
        chart_narrow(row->note, NOTE_MAX, out);
        buf_putc(out, '.');
    }
}

/* The layers that occur, in the order in which they first do. */
static size_t layers_of(const struct chart_waterfall *chart, const char *layers[LAYERS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < chart->count; i++) {
        for (size_t j = 0; j < chart->rows[i].count; j++) {
            const struct waterfall_segment *segment = &chart->rows[i].segments[j];
            size_t k = 0;

            while (k < count && strcmp(layers[k], segment->layer) != 0)
                k++;
            if (k == count && count < LAYERS_MAX && segment->us >= 0)
                layers[count++] = segment->layer;
        }
    }
    return count;
}

void chart_waterfall(const struct chart_waterfall *chart, struct buf *out)
{
    const struct chart_frame frame = {"waterfall", chart->title, CHART_WIDTH, (int)chart->count * ROW + 26,
                                      CHART_FULL};
    const char *layers[LAYERS_MAX];
    size_t count = layers_of(chart, layers);
    struct layout layout = lay_out(chart);
    double y = (double)chart->count * ROW + 9;
    struct buf text = BUF_INIT;

    if (count == 0)
        return;
    put_description(chart, &text);
    chart_begin(&frame, &text, out);
    for (size_t i = 0; i < chart->count; i++)
        put_row(&chart->rows[i], &layout, (double)i * ROW + 6, out);
    for (size_t i = 0; i < count; i++) {
        double x = layout.left + (double)i * LEGEND;

        buf_printf(out, "<rect class=\"l-%s\" x=\"%.1f\" y=\"%.0f\" width=\"10\" height=\"10\" rx=\"2\"/>", layers[i],
                   x, y);
        chart_key(x, y + 9, layers[i], out);
    }
    chart_end(out);
    buf_free(&text);
}
