/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/night.h"
#include "cli/present.h"

bool night_print(struct tonight *night, const struct recorded *recorded, const struct night_news *news,
                 struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    const struct model *model =
        model_of_run(&recorded->run, recorded->short_id, &recorded->records, &recorded->findings, &arena);
    bool ok;

    for (size_t i = 0; i < news->count; i++)
        buf_printf(&out, "* %s\n", news->lines[i]);
    if (news->count)
        buf_putc(&out, '\n');
    ok = present_model(model, FORMAT_TEXT, night->templates, recorded->run.offset_s, &out, err);
    if (night->folder)
        buf_printf(&out, "\nThe reports: %s\n", night->folder);
    ok = ok && output_write(NULL, buf_slice(&out), false, err);
    buf_free(&out);
    arena_free(&arena);
    return ok;
}

bool night_print_json(const struct tonight *night, enum exit_status status, struct error *err)
{
    json_t *news = json_array(), *tickets = json_array();
    json_t *root;
    char *text;

    for (size_t i = 0; i < night->news.count; i++)
        json_array_append_new(news, json_string(night->news.lines[i]));
    for (size_t i = 0; i < night->published.count; i++) {
        const struct publication_line *line = &night->published.list[i];

        json_array_append_new(tickets, json_pack("{s:s, s:s, s:s, s:i, s:s?}", "ticket", line->ticket, "tracker",
                                                 line->tracker, "result", line->result, "comments",
                                                 (int)line->comments, "trouble", line->trouble));
    }
    root = json_pack("{s:s, s:s, s:b, s:b, s:o, s:s?, s:o, s:I, s:I, s:I, s:i, s:i}", "schema", "endoscope-nightly/1",
                     "run", night->recorded.short_id, "whole", night->how == CONDUCTED_WHOLE, "fails",
                     night->news.fails, "news", news, "reports", night->folder, "tickets", tickets, "runs_folded",
                     (json_int_t)night->pruned.folded, "runs_dropped", (json_int_t)night->pruned.dropped,
                     "reports_removed", (json_int_t)night->folders_gone, "troubles", (int)night->troubles, "status",
                     (int)status);
    text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    if (!text)
        return fail(err, ERR_SYSTEM, "no memory for the summary");
    printf("%s\n", text);
    free(text);
    return true;
}
