/* SPDX-License-Identifier: MIT */
/* publication_made.h - what one run has to say on one ticket, made from the store: the report in the tracker's dialect, the
 * page, the night in a line, and the night before it. */
#ifndef CLI_PUBLICATION_MADE_H
#define CLI_PUBLICATION_MADE_H

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

/* What is wanted of it. */
struct publication_wish {
    const char *run; /* its id as the queue has it */
    const struct ticket *ticket;
    const struct tracker *tracker;
    bool report; /* with the report itself, which is what takes time and memory */
};

struct publication_made {
    struct arena arena;
    struct buf markdown, html;
    struct finish finish;
    struct publication publication;
    struct night before;
};

/* ERR_NOT_FOUND when the store has the run no more. Free in either case. */
bool publication_made_make(struct publication_made *made, const struct publication_source *source,
                           const struct publication_wish *wish, struct error *err);
void publication_made_free(struct publication_made *made);
#endif
