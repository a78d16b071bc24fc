/* SPDX-License-Identifier: MIT */
/* chart.h - what the pictures of the page share: the frame with what it says in words, labels, legends. Each is inline
 * SVG in the page's colours, made of the nouns of chart_waterfall.h, chart_nights.h and chart_latency.h. */
#ifndef RENDER_CHART_H
#define RENDER_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/slice.h"

enum {
    CHART_WIDTH = 800,    /* of one that fills the page */
    CHART_GAP = 10,       /* between a label and what it labels */
    CHART_LABEL_MAX = 26, /* columns */
};

struct chart_frame {
    const char *name;  /* "waterfall": what the ids within begin with */
    const char *title; /* what it shows, in a line: also read out where it is not seen */
    int width, height;
    enum chart_size {
        CHART_FULL,    /* as wide as the page */
        CHART_NATURAL, /* as wide as it is drawn */
        CHART_FITTING  /* the same, but not wider than a phone, since it can still be read there */
    } size;
};

/* Begins the <svg> element. `text`, HTML, says in sentences what is to be seen. */
void chart_begin(const struct chart_frame *frame, const struct buf *text, struct buf *out);
void chart_end(struct buf *out);

/* How many columns of `most` the text takes, a few too many rather than too few; and their width in pixels. */
size_t chart_columns(struct slice text, size_t most);
double chart_width(size_t columns);

/* Appends anybody's words as HTML, at most `most` columns of them. */
void chart_narrow(struct slice text, size_t most, struct buf *out);

/* Appends a <text> at `x` and `y`, its baseline, that begins there or, `before`, ends there. `class`: NULL: none. */
void chart_text(double x, double y, const char *class, bool before, struct slice text, size_t most, struct buf *out);

/* An entry of the legend behind the sign that the caller draws in the ten pixels from `x` on; `y` is the baseline. */
void chart_key(double x, double y, const char *word, struct buf *out);

/* Appends "6 Sep" in the zone of `offset_s`; with the year: "6 Sep 2025"; with the time of day: "6 Sep 02:00". */
enum chart_date { CHART_DAY, CHART_YEAR, CHART_MINUTE };
void chart_date(struct wall when, int32_t offset_s, enum chart_date form, struct buf *out);
#endif
