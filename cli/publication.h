/* SPDX-License-Identifier: MIT */
/* publication.h - a run, and what earlier nights left over, put on all tickets of the config. */
#ifndef CLI_PUBLICATION_H
#define CLI_PUBLICATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/uuid.h"
#include "cli/session.h"

/* What became of one ticket. */
struct publication_line {
    const char *ticket, *tracker;
    const char *result;  /* publish_words */
    const char *trouble; /* a sentence; NULL: there is none */
    const char *note;    /* NULL: none */
    unsigned comments;   /* on transitions, beside the nightly one */
};

struct publication_report {
    struct arena arena;
    struct publication_line *list;
    size_t count, capacity;
    bool offline; /* the run says that our own network was down: nothing was published */
    bool troubled;
};

struct publication_order {
    struct uuid run;
    const char *templates; /* NULL: the usual ones */
    struct mono deadline;
    bool dry; /* print what would be written, and write nothing */
};

/* Puts the run on every ticket of `session`, whose config and store are open; what a tracker refuses for now stays in the
 * queue beside the store. False when it could not even begin; a ticket's trouble is a line in `report`, to be freed in
 * either case. */
bool publication_make(struct session *session, const struct publication_order *order,
                      struct publication_report *report, struct error *err);

/* A line in the log for each trouble and each note. */
void publication_log(const struct publication_report *report);

/* Puts the run into the queue alone, for the next publication_make(). Waits until `deadline` for another publisher. */
bool publication_enqueue(struct session *session, const struct uuid *run, struct mono deadline, struct error *err);
void publication_report_free(struct publication_report *report);
#endif
