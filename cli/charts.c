/* SPDX-License-Identifier: MIT */
#include "cli/charts.h"

#include "base/buf.h"
#include "cli/waterfall.h"

enum { CHARTS_MAX = 3 };

/* Takes over what was drawn; nothing was: the page has no such chart. */
static void add(struct page_charts *charts, const char *name, struct buf *svg, struct arena *arena)
{
    struct page_chart *list = (struct page_chart *)charts->list;

    if (svg->len)
        list[charts->count++] = (struct page_chart){name, arena_slice(arena, buf_slice(svg))};
    buf_free(svg);
}

static struct page_charts none(struct arena *arena)
{
    return (struct page_charts){arena_new(arena, CHARTS_MAX, sizeof(struct page_chart)), 0};
}

struct page_charts charts_of_model(const struct model *model, struct arena *arena)
{
    const struct chart_waterfall *waterfall = waterfall_of(model, arena);
    struct page_charts charts = none(arena);
    struct buf svg = BUF_INIT;

    if (waterfall)
        chart_waterfall(waterfall, &svg);
    add(&charts, "waterfall", &svg, arena);
    return charts;
}
