/* SPDX-License-Identifier: MIT */
/* tracker.h - an issue tracker: what all of them can be asked, and one table of calls for each.
 *
 * A tracker_*.c holds what its tracker's interface wants and nothing else: who finds our comment, and what is done about a
 * trouble, is publish.c's. Every call but `open` returns false with a sentence in `err` and tracker->trouble set. */
#ifndef PUBLISH_TRACKER_H
#define PUBLISH_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "publish/client.h"
#include "publish/marker.h"
#include "publish/nights.h"

struct secrets;
struct tracker_settings;

struct comment {
    const char *id, *author, *body;
};

enum ticket_state { TICKET_OPEN, TICKET_CLOSED };

/* How what stands under the report is written: as Markdown, or as wiki markup, which textile shares as far as that goes. */
enum dialect { DIALECT_MARKDOWN, DIALECT_WIKI };

/* Everything that a tracker without comments gets. */
struct notice {
    const char *suite, *environment, *ticket, *title, *run, *report_url; /* NULL: not set */
    struct night night;
    enum transition_kind change;
    struct slice report; /* as its format wants it */
};

struct tracker;

/* Calls that a tracker lacks are NULL. */
struct tracker_ops {
    const char *kind;
    const char *base;           /* of the public one; NULL: there is none */
    const char *suffix;         /* of the interface, behind the address of the tracker */
    const char *auth;           /* "PRIVATE-TOKEN: %s" */
    const char *const *headers; /* ends with NULL */
    size_t body_most;           /* bytes */
    enum dialect dialect;
    const char *flavor; /* of render/: how the report is written */
    enum marker_form marker;
    bool attach_to_comment; /* files hang on the comment, and so come after it */

    /* Checks the token; fills tracker->me, the author that our comments have. */
    bool (*who)(struct tracker *tracker, struct error *err);
    bool (*state)(struct tracker *tracker, const char *ticket, enum ticket_state *state, struct error *err);
    /* Hands over every comment of the ticket, oldest first; borrowed for the call. All, or false. */
    bool (*each)(struct tracker *tracker, const char *ticket, void (*take)(void *self, const struct comment *comment),
                 void *self, struct error *err);
    /* The id of what was made, or of what is read, in tracker->arena. */
    bool (*create)(struct tracker *tracker, const char *ticket, const char *body, const char **id, struct error *err);
    bool (*update)(struct tracker *tracker, const char *ticket, const char *id, const char *body, struct error *err);
    bool (*get)(struct tracker *tracker, const char *ticket, const char *id, struct comment *comment,
                struct error *err);
    /* Puts `file` on the ticket (or on the comment `id`) unless one of that name is there. `*words`: how a comment points
     * to it; NULL: it needs not, or it cannot be had here, which is no failure. */
    bool (*attach)(struct tracker *tracker, const char *ticket, const char *id, const struct upload *file,
                   const char **words, struct error *err);
    bool (*label)(struct tracker *tracker, const char *ticket, const char *label, struct error *err);
    bool (*close)(struct tracker *tracker, const char *ticket, struct error *err);
    /* In place of all of these: hands the message over, and nothing can be asked back. */
    bool (*send)(struct tracker *tracker, const struct notice *notice, struct error *err);
};

struct tracker {
    struct arena arena;
    const struct tracker_settings *settings;
    const struct tracker_ops *ops;
    struct api_client *client;       /* NULL: kind command */
    const char *token, *token_shown; /* for a command's environment; NULL: none */
    const char *me;                  /* NULL: not asked yet */
    const char *project;             /* as it stands in an address */
    enum dialect dialect;
    const char *flavor;
    enum marker_form marker;
    enum trouble trouble; /* of the last call that failed */
    bool silent;          /* no answer came to it at all within its time */
    struct mono deadline;
    FILE *dry;
};

/* What is the same for all trackers of one publishing. */
struct tracker_frame {
    struct mono deadline;
    int64_t timeout_us;
    const char *proxy;
    struct secrets *secrets;
    const volatile sig_atomic_t *stop;
    FILE *dry;
};

extern const struct tracker_ops tracker_github, tracker_gitlab, tracker_gitea, tracker_redmine, tracker_jira,
    tracker_command, tracker_webhook;

/* Obtains the token, and makes ready to ask. Nothing is asked yet. */
bool tracker_open(struct tracker *tracker, const struct tracker_settings *settings, const struct tracker_frame *frame,
                  struct error *err);
void tracker_close(struct tracker *tracker);

/* For tracker_*.c. Asks; takes over `json` (NULL: nothing is sent). `answer` is to be freed in either case. */
bool tracker_ask(struct tracker *tracker, const char *method, const char *path, json_t *json, struct answer *answer,
                 struct error *err);
/* The same, when nothing of the answer is wanted. */
bool tracker_tell(struct tracker *tracker, const char *method, const char *path, json_t *json, struct error *err);
bool tracker_upload(struct tracker *tracker, const char *path, const struct upload *file, const char *const *headers,
                    struct answer *answer, struct error *err);
/* "the tracker's answer to … makes no sense": false. */
bool tracker_nonsense(struct tracker *tracker, const char *what, struct error *err);
/* Follows Link headers from `path`; hands each page, an array, to `page`, which returns false with `err`. */
bool tracker_pages(struct tracker *tracker, const char *path,
                   bool (*page)(struct tracker *tracker, const json_t *array, void *self, struct error *err),
                   void *self, struct error *err);

/* A path of `format`; all lives in the tracker's arena. */
const char *tracker_path(struct tracker *tracker, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Percent-encoded but for letters, digits, "-._~" and what `also` lists. */
const char *tracker_escape(struct tracker *tracker, const char *text, const char *also);
/* A number or text among JSON as text; NULL when it is neither. */
const char *tracker_text(struct tracker *tracker, const json_t *value);
#endif
