/* SPDX-License-Identifier: MIT */
/* markdown.h - the report in Markdown. */
#ifndef RENDER_MARKDOWN_H
#define RENDER_MARKDOWN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/field.h"
#include "base/sink.h"
#include "render/flavor.h"

struct templates;

/* Appends the template `name` ("report.md") rendered over `object` (a struct of `shape`) in `flavor`: valid
 * UTF-8, one newline at its end, never two empty lines in a row outside of code. Templates need not mind
 * their empty lines. */
bool report_markdown(struct templates *templates, const char *name, const struct shape *shape, const void *object,
                     const struct flavor *flavor, struct buf *out, struct error *err);

/* The same, given out as it is made. What was given out stays so if the rest fails. */
bool report_stream(struct templates *templates, const char *name, const struct shape *shape, const void *object,
                   const struct flavor *flavor, struct sink out, struct error *err);
#endif
