/* SPDX-License-Identifier: MIT */
/* ours.h - private to publish.c: the comments on a ticket that are ours, and the making of one that was not there. */
#ifndef PUBLISH_OURS_H
#define PUBLISH_OURS_H

#include "publish/tracker.h"

struct ours {
    struct tracker *tracker;
    const char *ticket, *key;
    struct comment *list; /* oldest first, by us, with a marker of this key; in the tracker's arena */
    size_t count, capacity;
    size_t forged; /* by others, with our marker: left alone */
};

/* Looks through all comments of the ticket. */
bool ours_find(struct ours *ours, struct error *err);

/* The oldest one with the marker `what`; NULL: there is none. `*more`: how many others there are. */
const struct comment *ours_get(const struct ours *ours, const char *what, size_t *more);

/* Makes the comment `body`, which ends with the marker `what`, once: where nobody knows whether it was made, it is looked
 * for first. `ours` has it then. */
bool ours_make(struct ours *ours, const char *what, const char *body, struct error *err);

/* Reads the comment `id` back: whether the tracker keeps what was sent. */
bool ours_check(struct ours *ours, const char *id, const char *body, struct error *err);
#endif
