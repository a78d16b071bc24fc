/* SPDX-License-Identifier: MIT */
#include "cli/charts.h"

#include "base/buf.h"
#include "cli/charts_latency.h"
#include "cli/charts_nights.h"
#include "cli/waterfall.h"

enum { CHARTS_MAX = 3 };

struct drawing {
    struct page_chart *list;
    size_t count;
    struct arena *arena;
    struct buf svg; /* that is being drawn */
};

static struct drawing begin(struct arena *arena)
{
    return (struct drawing){arena_new(arena, CHARTS_MAX, sizeof(struct page_chart)), 0, arena, BUF_INIT};
}

/* Keeps what was drawn under `name`; nothing was: the page has no such chart. */
static void keep(struct drawing *drawing, const char *name)
{
    if (drawing->svg.len)
        drawing->list[drawing->count++] =
            (struct page_chart){name, arena_slice(drawing->arena, buf_slice(&drawing->svg))};
    buf_free(&drawing->svg);
}

static struct page_charts end(const struct drawing *drawing)
{
    return (struct page_charts){drawing->list, drawing->count};
}

struct page_charts charts_of_model(const struct model *model, int32_t offset_s, struct arena *arena)
{
    const struct chart_waterfall *waterfall = waterfall_of(model, arena);
    struct drawing drawing = begin(arena);

    if (waterfall)
        chart_waterfall(waterfall, &drawing.svg);
    keep(&drawing, "waterfall");
    chart_nights(nights_of_model(model, offset_s, arena), &drawing.svg);
    keep(&drawing, "nights");
    chart_latency(latency_of_model(model, arena), &drawing.svg);
    keep(&drawing, "latency");
    return end(&drawing);
}

struct page_charts charts_of_history(const struct model_history *history, int32_t offset_s, struct arena *arena)
{
    struct drawing drawing = begin(arena);

    chart_nights(nights_of_history(history, offset_s, arena), &drawing.svg);
    keep(&drawing, "nights");
    return end(&drawing);
}

struct page_charts charts_of_windows(const struct model_windows *windows, struct arena *arena)
{
    struct drawing drawing = begin(arena);

    chart_latency(latency_of_windows(windows, arena), &drawing.svg);
    keep(&drawing, "latency");
    return end(&drawing);
}

struct page_charts charts_of_verification(const struct verification *made, struct arena *arena)
{
    struct drawing drawing = begin(arena);

    chart_latency(latency_of_verification(made, arena), &drawing.svg);
    keep(&drawing, "latency");
    return end(&drawing);
}
