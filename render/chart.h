/* SPDX-License-Identifier: MIT */
/* chart.h - pictures of the report, as inline SVG in the page's colours. */
#ifndef RENDER_CHART_H
#define RENDER_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* One layer's share of a probe's time. */
struct chart_segment {
    const char *layer; /* the layer's word: names its colour and its entry in the legend */
    int64_t us;        /* negative: not measured, left out */
    bool failed;       /* this layer is where it broke */
};

struct chart_row {
    struct slice label; /* "/ws" */
    struct slice note;  /* behind the bar: "500 after 69 ms" */
    const struct chart_segment *segments;
    size_t count;
};

/* Time per layer, one row a probe, one below the other. */
struct chart {
    const char *title; /* what it shows, in a line: also read out where it is not seen */
    const struct chart_row *rows;
    size_t count;
};

/* Appends an <svg> element; nothing when no row has anything to show. */
void chart_waterfall(const struct chart *chart, struct buf *out);
#endif
