/* SPDX-License-Identifier: MIT */
#include "cli/history_csv.h"

#include <inttypes.h>
#include <string.h>

#include "diagnosis/answer.h"

static void put_text(struct buf *out, struct slice text)
{
    buf_putc(out, '"');
    if (text.len && strchr("=+-@\t\r", text.data[0]))
        buf_putc(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"')
            buf_putc(out, '"');
        buf_putc(out, text.data[i]);
    }
    buf_putc(out, '"');
}

static void put_outcome(struct buf *out, struct slice endpoint, const struct model_outcome *outcome, int32_t offset_s)
{
    char text[WALL_TEXT];

    put_text(out, endpoint);
    buf_printf(out, ",%s,%s,%s,%" PRIu64 ",%" PRIu64 ",", outcome->run, wall_iso(outcome->started, offset_s, text),
               verdict_words[outcome->verdict], outcome->passed, outcome->total);
    if (outcome->status)
        buf_printf(out, "%" PRIu64, outcome->status);
    buf_printf(out, ",%s,", outcome->code ? outcome->code : "");
    if (outcome->time >= 0)
        buf_printf(out, "%.3f", (double)outcome->time / 1000);
    buf_puts(out, "\r\n");
}

void history_csv(const struct model_history *history, int32_t offset_s, struct buf *out)
{
    const struct model_history_row *rows = history->endpoints.items;

    buf_puts(out, "endpoint,run,started,verdict,passed,attempts,status,code,time_ms\r\n");
    for (size_t i = 0; i < history->endpoints.count; i++) {
        const struct model_outcome *outcomes = rows[i].outcomes.items;

        for (size_t k = 0; k < rows[i].outcomes.count; k++)
            put_outcome(out, rows[i].endpoint, &outcomes[k], offset_s);
    }
}
