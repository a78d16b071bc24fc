/* SPDX-License-Identifier: MIT */
#include "cli/waterfall.h"

#include "base/buf.h"
#include "render/flavor.h"

enum { ROWS_MAX = 4 };

/* The latest evidence that `answer` cites: the one that the report shows. */
static const struct model_evidence *evidence_of(const struct model *model, const struct model_answer *answer)
{
    const struct model_evidence *evidence = model->evidence.items;
    const struct model_evidence *found = NULL;

    for (size_t i = 0; i < model->evidence.count; i++)
        for (size_t k = 0; k < answer->cites.count; k++)
            if (evidence[i].ordinal == answer->cites.ordinals[k])
                found = &evidence[i];
    return found;
}

static struct slice note_of(const struct model_evidence *evidence, struct arena *arena)
{
    struct buf note = BUF_INIT;
    struct slice kept;

    if (evidence->status)
        buf_printf(&note, "%d", (int)evidence->status);
    else
        buf_puts(&note, evidence->code ? evidence->code : "");
    buf_puts(&note, " after ");
    words_duration(evidence->time, &note);
    kept = arena_slice(arena, buf_slice(&note));
    buf_free(&note);
    return kept;
}

static void add_row(const struct model *model, const struct model_answer *answer, struct waterfall_row *rows,
                    size_t *count, struct arena *arena)
{
    const struct model_evidence *evidence = answer ? evidence_of(model, answer) : NULL;
    const struct model_timing *timings;
    struct waterfall_segment *segments;

    if (!evidence || evidence->timings.count == 0 || *count == ROWS_MAX)
        return;
    timings = evidence->timings.items;
    segments = arena_new(arena, evidence->timings.count, sizeof *segments);
    for (size_t i = 0; i < evidence->timings.count; i++)
        segments[i] = (struct waterfall_segment){timings[i].layer, timings[i].time, timings[i].failed};
    rows[(*count)++] = (struct waterfall_row){
        .label = answer->path.len ? answer->path : answer->name,
        .note = note_of(evidence, arena),
        .segments = segments,
        .count = evidence->timings.count,
    };
}

const struct chart_waterfall *waterfall_of(const struct model *model, struct arena *arena)
{
    const struct model_finding *finding = model->findings.count ? model->findings.items : NULL;
    struct waterfall_row *rows;
    struct chart_waterfall *chart;
    size_t count = 0;

    if (!finding)
        return NULL;
    rows = arena_new(arena, ROWS_MAX, sizeof *rows);
    add_row(model, finding->broken, rows, &count, arena);
    add_row(model, finding->working, rows, &count, arena);
    for (size_t i = 0; i < model->endpoints.count && count && count < ROWS_MAX; i++) {
        const struct model_endpoint *endpoint = list_item(&model->endpoints, sizeof *endpoint, i);

        if (endpoint->answer->result == RESULT_WORKS)
            add_row(model, endpoint->answer, rows, &count, arena);
    }
    if (count == 0)
        return NULL;
    chart = arena_new(arena, 1, sizeof *chart);
    *chart = (struct chart_waterfall){"Time per layer, failing beside working", rows, count};
    return chart;
}
