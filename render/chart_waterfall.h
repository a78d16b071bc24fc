/* SPDX-License-Identifier: MIT */
/* chart_waterfall.h - where the time of a few probes went, layer by layer: what fails beside what works. */
#ifndef RENDER_CHART_WATERFALL_H
#define RENDER_CHART_WATERFALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* One layer's share of a probe's time. */
struct waterfall_segment {
    const char *layer; /* the layer's word: names its colour and its entry in the legend */
    int64_t us;        /* negative: not measured, left out */
    bool failed;       /* this layer is where it broke */
};

struct waterfall_row {
    struct slice label; /* "/ws" */
    struct slice note;  /* behind the bar: "500 after 69 ms" */
    const struct waterfall_segment *segments;
    size_t count;
};

/* Time per layer, one row a probe, one below the other. */
struct chart_waterfall {
    const char *title; /* what it shows, in a line: also read out where it is not seen */
    const struct waterfall_row *rows;
    size_t count;
};

/* Appends an <svg> element; nothing when no row has anything to show. */
void chart_waterfall(const struct chart_waterfall *chart, struct buf *out);
#endif
