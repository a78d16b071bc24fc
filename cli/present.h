/* SPDX-License-Identifier: MIT */
/* present.h - a model in the format that was asked for. */
#ifndef CLI_PRESENT_H
#define CLI_PRESENT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "cli/output.h"
#include "diagnosis/model.h"
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
};
bool present_document(const struct document *document, enum format format, struct templates *templates,
                      struct buf *out, struct error *err);

/* The templates of the folder `given` (NULL: of the one that is installed), and behind them those compiled in. NULL when
 * `given` cannot be read. */
struct templates *present_templates(const char *given, struct error *err);
#endif
