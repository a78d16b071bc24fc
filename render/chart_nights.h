/* SPDX-License-Identifier: MIT */
/* chart_nights.h - the strip: a row an endpoint, a cell a run, the newest at the right. */
#ifndef RENDER_CHART_NIGHTS_H
#define RENDER_CHART_NIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/slice.h"

/* What became of an endpoint in a run: each has a colour, a sign and a word. */
enum night_sign { NIGHT_PASSES, NIGHT_FAILS, NIGHT_UNSTEADY, NIGHT_NOT_JUDGED, NIGHT_NOT_PROBED, NIGHT_SIGNS };

struct night_cell {
    enum night_sign sign;
    const char *more; /* our words, behind the sign's: "0 of 3 passed, 500"; NULL: nothing */
};

struct night_column {
    struct wall started;
    struct slice mark; /* what changed with this run: "deploy 4f2c1"; absent: nothing */
};

struct night_row {
    struct slice label;
    const struct night_cell *cells; /* one a column */
};

struct chart_nights {
    const struct night_column *columns; /* oldest first */
    size_t column_count;
    const struct night_row *rows;
    size_t row_count;
    size_t columns_left; /* older runs that are not among the columns */
    size_t rows_left;    /* endpoints that are not among the rows */
    int32_t offset_s;    /* zone of the dates */
};

/* Appends the <svg> element; nothing when there is no row or no column. Of many only the NIGHTS_SHOWN newest columns are
 * drawn, and of many rows the first, so that there are NIGHTS_CELLS at most: it says what it leaves out. */
enum { NIGHTS_SHOWN = 60, NIGHTS_CELLS = 1200 };
void chart_nights(const struct chart_nights *chart, struct buf *out);
#endif
