/* SPDX-License-Identifier: MIT */
/* publish.h - one ticket, kept up to date: one comment with the report and a line a night, a new one only where something
 * happened.
 *
 * Our comment is looked for on the ticket each time, by marker and author, over all pages; a listing that failed is never
 * "not found". What was written is read back. Called again after a kill at any point, it finishes what was begun. */
#ifndef PUBLISH_PUBLISH_H
#define PUBLISH_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "publish/nights.h"
#include "publish/tracker.h"

struct finish;
struct suite;
struct ticket;

/* One run for one ticket. */
struct publication {
    const char *suite, *environment;
    const struct ticket *ticket;
    struct night night;
    const struct night *before;  /* of the run before, from the store; NULL: not known */
    struct slice markdown, html; /* the report on the ticket's endpoints, in the tracker's flavour */
    const struct finish *finish; /* what is done to `markdown` at last */
    const char *report_url;      /* NULL: none */
};

enum publish_result {
    PUBLISH_CREATED,
    PUBLISH_UPDATED,
    PUBLISH_UNCHANGED, /* the ticket shows it already */
    PUBLISH_SENT,      /* handed over to a command or webhook */
    PUBLISH_SILENT,    /* nothing happened that a webhook is told */
    PUBLISH_CLOSED,    /* the ticket is closed, and nothing happened since */
    PUBLISH_LATER,     /* trouble that may pass: to be queued */
    PUBLISH_REFUSED,   /* trouble that will not */
};
extern const char *const publish_words[]; /* "created", "updated", ... */

struct publish_outcome {
    enum publish_result result;
    size_t done;       /* of the publications, from the first: need not be tried again */
    unsigned comments; /* written beside the nightly one: on transitions, and when verified */
    const char *note;  /* something that a person should know, though it is no trouble; NULL. Static text */
};

/* Puts `count` (at least one) publications for one ticket on `tracker`, oldest first: the newest one's report, and what
 * happened in each. False: the result is PUBLISH_LATER or PUBLISH_REFUSED, and `err` says why in a sentence. */
bool publish_ticket(struct tracker *tracker, const struct publication *publications, size_t count,
                    struct publish_outcome *outcome, struct error *err);

/* Whether what is told needs the report itself, of a night that is the newest of those that are told or is not. */
bool publish_wants_report(const struct tracker *tracker, bool newest);

/* Behind a publish_ticket() that failed: whether it did before it came to the ticket, so that others fare alike. */
bool publish_is_shut(const struct tracker *tracker);
#endif
