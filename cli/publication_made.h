/* SPDX-License-Identifier: MIT */
/* publication_made.h - what one run has to say on one ticket, made from the store: the report in the tracker's dialect, the
 * page, the night in a line, and the night before it. */
#ifndef CLI_PUBLICATION_MADE_H
#define CLI_PUBLICATION_MADE_H

#include "cli/past.h"
#include "cli/recorded.h"
#include "cli/session.h"
#include "publish/body.h"
#include "publish/publish.h"
#include "publish/tracker.h"

struct templates;

/* What it is made from. */
struct publication_source {
    struct session *session;
    struct templates *templates;
};

struct publication_made {
    struct arena arena;
    struct recorded recorded;
    struct past past;
    struct buf markdown, html;
    struct finish finish;
    struct publication publication;
    struct night before;
};

/* `run`: its id as the queue has it. ERR_NOT_FOUND when the store has it no more. Free in either case. */
bool publication_made_make(struct publication_made *made, const struct publication_source *source, const char *run,
                           const struct ticket *ticket, const struct tracker *tracker, struct error *err);
void publication_made_free(struct publication_made *made);
#endif
