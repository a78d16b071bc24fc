/* SPDX-License-Identifier: MIT */
/* rest.h - private to tracker_*.c: what the interfaces of several trackers have in common, GitHub's, GitLab's and Gitea's most
 * of all. Addresses are what they differ in: these come from the caller, behind the base. */
#ifndef PUBLISH_REST_H
#define PUBLISH_REST_H

#include "publish/tracker.h"

/* How a tracker's comments are written. */
struct rest_words {
    const char *comment;      /* "a note", for sentences */
    const char *author, *key; /* the member that is a person, and that of it which names one: "user", "login" */
};

/* Fills tracker->me from `key` of the answer, or of its member `object` (NULL: none). */
bool rest_who(struct tracker *tracker, const char *path, const char *object, const char *key, struct error *err);

/* Of an issue whose `state` is "closed" or anything else. */
bool rest_state(struct tracker *tracker, const char *path, enum ticket_state *found, struct error *err);

/* The calls of these names in struct tracker_ops. Notes that the tracker wrote itself are passed over. */
bool rest_each(struct tracker *tracker, const char *path, const struct rest_words *words,
               void (*take)(void *self, const struct comment *comment), void *self, struct error *err);
bool rest_create(struct tracker *tracker, const char *path, const struct rest_words *words, const char *body,
                 const char **id, struct error *err);
bool rest_get(struct tracker *tracker, const char *path, const struct rest_words *words, struct comment *comment,
              struct error *err);

/* The first item of `list` whose member `key` is the text `value`; NULL: none is, or it is no list. */
const json_t *rest_find(const json_t *list, const char *key, const char *value);
#endif
