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

/* The last step on a report: appends `markdown` in the tracker's dialect, made inert, in at most `most` of the units that
 * the tracker counts. `where` says where a reader finds what is left out for that. */
struct finish {
    const void *self;
    void (*write)(const void *self, struct slice markdown, size_t most, const char *where, struct buf *out);
    size_t (*size)(const void *self, struct slice text); /* in these units */
};

struct body {
    enum dialect dialect;
    size_t most;           /* units of the whole */
    struct slice markdown; /* the report */
    const struct finish *finish;
    const struct nights *nights; /* NULL: none */
    size_t shown;                /* so many nights at least have a line: what is read back from there counts them */
    const char *file;            /* how the attached page is pointed to; NULL: there is none */
    const char *report_url;      /* NULL: none */
    const char *marker;          /* its line */
};

/* Appends it: at most `most` units, if these hold what stands under the report. */
void body_write(const struct body *body, struct buf *out);

/* Whether a tracker gives back what was sent, but for white space at line ends and the kind of its newlines. */
bool body_equals(const char *sent, const char *kept);
#endif
