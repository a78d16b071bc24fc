/* SPDX-License-Identifier: MIT */
/* chart_latency.h - times before and after as distributions: a dot a time, two rows on one scale for each pair. */
#ifndef RENDER_CHART_LATENCY_H
#define RENDER_CHART_LATENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

struct latency_row {
    const char *name;  /* ours: "nights before", "this run" */
    const char *each;  /* ours: how many times there are, "n = 13" */
    const int64_t *us; /* a dot each */
    size_t count;
    int64_t median;
};

struct latency_pair {
    struct slice label;
    const char *shows; /* ours: "http slower by 40 ms" */
    bool worse;
    struct latency_row before, after;
};

struct chart_latency {
    const struct latency_pair *pairs;
    size_t count;
    size_t left; /* pairs that are not among them */
};

/* Appends the <svg> element; nothing when there is no pair. Of many pairs the first LATENCY_PAIRS are drawn: it says how
 * many it leaves out. */
enum { LATENCY_PAIRS = 8 };
void chart_latency(const struct chart_latency *chart, struct buf *out);
#endif
