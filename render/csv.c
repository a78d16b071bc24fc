/* SPDX-License-Identifier: MIT */
#include "render/csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "diagnosis/model.h"
#include "render/word.h"

static const char *const layers[] = {"dns", "tcp", "tls", "http", "websocket", "content"};
enum { LAYERS = sizeof layers / sizeof *layers };

static void end_line(struct buf *out)
{
    buf_puts(out, "\r\n");
}

static void put_comma(struct buf *out)
{
    if (out->len && out->data[out->len - 1] != '\n')
        buf_putc(out, ',');
}

/* Spreadsheets look past blanks, and take the wide forms of these signs as well. */
static bool is_formula(struct slice text)
{
    static const char *const signs[] = {"=",           "+", "-", "@", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                        "\xEF\xBC\xA0"};

    while (text.len && text.data[0] == ' ')
        text = (struct slice){text.data + 1, text.len - 1};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (text.len >= strlen(signs[i]) && memcmp(text.data, signs[i], strlen(signs[i])) == 0)
            return true;
    return false;
}

static void put_quoted(struct slice text, struct buf *out)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"')
            buf_putc(out, '"');
        buf_putc(out, text.data[i]);
    }
    buf_putc(out, '"');
}

/* The first of a line goes in without a comma. */
static void put_cell(struct slice text, bool first, struct buf *out)
{
    struct buf shown = BUF_INIT, cell = BUF_INIT;

    if (!first)
        buf_putc(out, ',');
    if (text.data)
        utf8_escape(&shown, text);
    if (is_formula(buf_slice(&shown)))
        buf_putc(&cell, '\'');
    buf_put_slice(&cell, buf_slice(&shown));
    if (strpbrk(cell.data, "\",") || (cell.len && (cell.data[0] == ' ' || cell.data[cell.len - 1] == ' ')))
        put_quoted(buf_slice(&cell), out);
    else
        buf_put_slice(out, buf_slice(&cell));
    buf_free(&shown);
    buf_free(&cell);
}

static void put_foreign(struct slice text, struct buf *out)
{
    put_cell(text, false, out);
}

static void put_word(const char *word, struct buf *out)
{
    put_cell(slice_of(word), false, out);
}

/* 0 is nothing, as in the model. */
static void put_count(uint64_t count, struct buf *out)
{
    buf_putc(out, ',');
    if (count)
        buf_printf(out, "%" PRIu64, count);
}

static void put_us(int64_t us, struct buf *out)
{
    buf_putc(out, ',');
    if (us >= 0)
        buf_printf(out, "%" PRId64, us);
}

void csv_head(struct buf *out)
{
    static const char *const before[] = {"run",     "probe", "endpoint", "question", "method", "url",     "started",
                                         "outcome", "layer", "code",     "status",   "reason", "time_us", NULL};
    static const char *const behind[] = {"address",      "port",   "tls",    "body_bytes", "close_code",
                                         "close_reason", "detail", "client", NULL};

    for (size_t i = 0; before[i]; i++) {
        put_comma(out);
        buf_puts(out, before[i]);
    }
    for (size_t i = 0; i < LAYERS; i++)
        buf_printf(out, ",%s_us", layers[i]);
    for (size_t i = 0; behind[i]; i++)
        buf_printf(out, ",%s", behind[i]);
    end_line(out);
}

static int64_t time_of(const struct model_evidence *evidence, const char *layer)
{
    const struct model_timing *timings = evidence->timings.items;

    for (size_t i = 0; i < evidence->timings.count; i++)
        if (timings[i].layer && strcmp(timings[i].layer, layer) == 0)
            return timings[i].time;
    return -1;
}

void csv_probe(const char *run, const struct model_evidence *evidence, struct buf *out)
{
    char started[WALL_TEXT];

    put_cell(slice_of(run), true, out);
    put_count(evidence->ordinal, out);
    put_foreign(evidence->endpoint, out);
    put_word(evidence->question, out);
    put_word(evidence->method, out);
    put_foreign(evidence->url, out);
    put_word(wall_iso(evidence->started, 0, started), out);
    put_word(shape_word(&model_evidence_shape, "outcome", evidence), out);
    put_word(evidence->code ? shape_word(&model_evidence_shape, "layer", evidence) : "", out);
    put_word(evidence->code, out);
    put_count(evidence->status, out);
    put_foreign(evidence->reason, out);
    put_us(evidence->time, out);
    for (size_t i = 0; i < LAYERS; i++)
        put_us(time_of(evidence, layers[i]), out);
    put_foreign(evidence->address, out);
    put_count(evidence->port, out);
    put_foreign(evidence->tls, out);
    put_count(evidence->body_size, out);
    put_count(evidence->close_code, out);
    put_foreign(evidence->close_reason, out);
    put_foreign(evidence->detail, out);
    put_word(evidence->client, out);
    end_line(out);
}

/* url, status, passed, total, time */
static void put_answer(const struct model_answer *answer, struct buf *out)
{
    static const struct model_answer none = {.time = -1};

    answer = answer ? answer : &none;
    put_foreign(answer->url, out);
    put_word(answer == &none ? "" : shape_word(&model_answer_shape, "result", answer), out);
    put_count(answer->status, out);
    buf_printf(out, ",%" PRIu64 ",%" PRIu64, answer->passed, answer->total);
    put_us(answer->time, out);
}

void csv_comparison(const struct model *model, struct buf *out)
{
    const struct list *transitions = &model->comparison->transitions;
    const struct shape *shape = shape_of(shape_of(&model_shape, "comparison"), "transitions");

    buf_puts(out, "endpoint,transition");
    for (int after = 0; after < 2; after++) {
        static const char *const names[] = {"url", "result", "status", "passed", "attempts", "time_us"};

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            buf_printf(out, ",%s_%s", after ? "after" : "before", names[i]);
    }
    end_line(out);
    for (size_t i = 0; i < model->comparison->transitions.count; i++) {
        const struct model_transition *transition = list_item(transitions, sizeof *transition, i);

        put_cell(transition->endpoint, true, out);
        put_word(shape_word(shape, "transition", transition), out);
        put_answer(transition->before, out);
        put_answer(transition->after, out);
        end_line(out);
    }
}
