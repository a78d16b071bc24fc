/* SPDX-License-Identifier: MIT */
/* finish.h - the last steps on a report for a ticket: fitted to the tracker's size, written in its dialect, made inert.
 *
 * In this order, since trackers count what they get, and what is broken up must not be cut open again. */
#ifndef RENDER_FINISH_H
#define RENDER_FINISH_H

#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "render/flavor.h"

/* Around a fold where there are none: comments on lines of their own, which no foreign words can make. */
#define FINISH_FOLD "<!-- fold -->"
#define FINISH_FOLD_END "<!-- /fold -->"

/* Appends `markdown`, made by report_markdown() in `flavor`, as its tracker takes it: at most `most` of the units that the
 * flavour counts (0: any size). What is left out for that is said at the end, and `where` it can be had: "the attached page
 * has it". */
void finish_report(const struct flavor *flavor, struct slice markdown, size_t most, const char *where,
                   struct buf *out);

/* The size of `text` as the tracker of `flavor` counts it. */
size_t finish_size(const struct flavor *flavor, struct slice text);

/* flavor->finish of each. */
void finish_markdown(struct slice markdown, struct buf *out);
void finish_gitlab(struct slice markdown, struct buf *out);
void finish_redmine(struct slice markdown, struct buf *out);
void finish_redcarpet(struct slice markdown, struct buf *out);
void finish_plain(struct slice markdown, struct buf *out);
void finish_jira(struct slice markdown, struct buf *out);
void finish_textile(struct slice markdown, struct buf *out);
#endif
