/* SPDX-License-Identifier: MIT */
/* body.h - the text of our comment: the report, the nights, where the whole report is, and the marker last, since chat
 * integrations show the first line. Made inert in the tracker's dialect, and cut to its size, at the very last. */
#ifndef PUBLISH_BODY_H
#define PUBLISH_BODY_H

#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "publish/nights.h"
#include "publish/tracker.h"

struct body {
    enum dialect dialect;
    size_t most;                 /* bytes of the whole */
    struct slice markdown, text; /* the report; the dialect takes one of them */
    const struct nights *nights; /* NULL: none */
    const char *file;            /* how the attached page is pointed to; NULL: there is none */
    const char *report_url;      /* NULL: none */
    const char *marker;          /* its line */
};

/* Appends it: at most `most` bytes, if these hold what stands under the report. */
void body_write(const struct body *body, struct buf *out);

/* Where Markdown of our own making can be cut to at most `most` bytes: behind an empty line, outside of code and folds. 0
 * when there is no such place. */
size_t markdown_cut(struct slice markdown, size_t most);

/* Appends Markdown with what a dialect would act upon broken: a slash at the start of a line (GitLab), the @ of a mention
 * (Redmine). */
void markdown_guard(enum dialect dialect, struct slice markdown, struct buf *out);

/* Whether a tracker gives back what was sent, but for white space at line ends and the kind of its newlines. */
bool body_equals(const char *sent, const char *kept);
#endif
