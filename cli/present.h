/* SPDX-License-Identifier: MIT */
/* present.h - a model in the format that was asked for. */
#ifndef CLI_PRESENT_H
#define CLI_PRESENT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/sink.h"
#include "cli/output.h"
#include "diagnosis/model.h"
#include "render/flavor.h"
#include "render/html.h"
#include "render/template.h"

/* Appends `model` in `format`, by the templates "report.md" or "text.txt" or, for a comparison, "compare.md" and
 * "compare.txt". `offset_s`: of the zone that times are written in. */
bool present_model(const struct model *model, enum format format, struct templates *templates, int32_t offset_s,
                   struct buf *out, struct error *err);

/* Any other model, by the templates NAME.md and NAME.txt; `title` is what a browser's tab shows. */
struct document {
    const struct shape *shape;
    const void *object;
    const char *markdown, *text; /* the names of its templates */
    const char *title;
    int32_t offset_s;
    struct page_charts charts; /* of its page */
};
bool present_document(const struct document *document, enum format format, struct templates *templates,
                      struct buf *out, struct error *err);
/* The flavour of a ticket by its `name` (NULL: none, which is no error). Only Markdown has flavours: with one, and without
 * the word `format` and `json`, it is the format, whatever the ending of `path` says. */
bool present_formats(const char *name, const char *format_word, bool json, const char *path, enum format *format,
                     const struct flavor **flavor, struct error *err);

/* Appends `model` in Markdown as `flavor` wants it written, not finished: finish_report() does that. */
bool present_markdown(const struct model *model, const struct flavor *flavor, struct templates *templates,
                      int32_t offset_s, struct buf *out, struct error *err);

/* The whole in Markdown, as present_model() gives it, given out as it is made. */
bool present_stream(const struct model *model, struct templates *templates, int32_t offset_s, struct sink out,
                    struct error *err);

/* As present_model(); with `flavor` (NULL: none) for a ticket, within its size. */
bool present_ticket(const struct model *model, enum format format, const struct flavor *flavor,
                    struct templates *templates, int32_t offset_s, struct buf *out, struct error *err);

/* Appends every probe of the run with the id `run` as CSV: FORMAT_CSV of a report, whose model has only those that it cites. */
void present_probes(const char *run, const struct records *records, const struct findings *findings, struct buf *out);

/* The templates of the folder `given` (NULL: of the one that is installed), and behind them those compiled in. NULL when
 * `given` cannot be read. */
struct templates *present_templates(const char *given, struct error *err);
#endif
