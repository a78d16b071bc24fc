/* SPDX-License-Identifier: MIT */
/* tracker_github.c - GitHub and GitHub Enterprise Server, REST 2022-11-28.
 *
 * There is no interface that attaches a file to an issue: the comment links to the report. Comments are cut far below the
 * 65,536 that an error message names, since an over-long edit may answer 200 and keep the old text. */
#include <string.h>

#include "collector/suite.h"
#include "publish/tracker.h"

static const char *const headers[] = {"Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2022-11-28", NULL};

/* A token of an app has no /user: then `user` in the config says who it is. */
static bool who(struct tracker *tracker, struct error *err)
{
    struct answer answer;
    bool ok;

    if (tracker->settings->user) {
        tracker->me = tracker->settings->user;
        return true;
    }
    ok = tracker_ask(tracker, "GET", "/user", NULL, &answer, err);
    if (!ok && tracker->trouble == TROUBLE_DENIED)
        fail_context(err, "the token does not say whose it is (of an app, write its login as `user`)");
    if (ok) {
        tracker->me = tracker_text(tracker, json_object_get(answer.json, "login"));
        ok = tracker->me || tracker_nonsense(tracker, "/user", err);
    }
    answer_free(&answer);
    return ok;
}

static const char *issue_path(struct tracker *tracker, const char *ticket)
{
    return tracker_path(tracker, "/repos/%s/issues/%s", tracker->project, tracker_escape(tracker, ticket, ""));
}

static const char *comment_path(struct tracker *tracker, const char *id)
{
    return tracker_path(tracker, "/repos/%s/issues/comments/%s", tracker->project, tracker_escape(tracker, id, ""));
}

static bool state(struct tracker *tracker, const char *ticket, enum ticket_state *found, struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", issue_path(tracker, ticket), NULL, &answer, err);
    const char *word = ok ? json_string_value(json_object_get(answer.json, "state")) : NULL;

    if (ok && !word)
        ok = tracker_nonsense(tracker, "a ticket", err);
    *found = word && strcmp(word, "closed") == 0 ? TICKET_CLOSED : TICKET_OPEN;
    answer_free(&answer);
    return ok;
}

struct taker {
    void (*take)(void *self, const struct comment *comment);
    void *self;
};

/* False: it is no comment. */
static bool read_comment(struct tracker *tracker, const json_t *item, struct comment *comment)
{
    const json_t *user = json_object_get(item, "user");

    /* The author of a deleted account is null: certainly not us. */
    *comment = (struct comment){.id = tracker_text(tracker, json_object_get(item, "id")),
                                .author = json_string_value(json_object_get(user, "login")),
                                .body = json_string_value(json_object_get(item, "body"))};
    return comment->id && comment->body;
}

static bool take_page(struct tracker *tracker, const json_t *array, void *self, struct error *err)
{
    const struct taker *taker = self;
    struct comment comment;
    json_t *item;
    size_t i;

    json_array_foreach(array, i, item)
    {
        if (!read_comment(tracker, item, &comment))
            return tracker_nonsense(tracker, "a comment", err);
        taker->take(taker->self, &comment);
    }
    return true;
}

static bool each(struct tracker *tracker, const char *ticket, void (*take)(void *, const struct comment *), void *self,
                 struct error *err)
{
    struct taker taker = {take, self};
    const char *path = tracker_path(tracker, "%s/comments?per_page=100", issue_path(tracker, ticket));

    return tracker_pages(tracker, path, take_page, &taker, err);
}

static bool create(struct tracker *tracker, const char *ticket, const char *body, const char **id, struct error *err)
{
    struct answer answer;
    const char *path = tracker_path(tracker, "%s/comments", issue_path(tracker, ticket));
    bool ok = tracker_ask(tracker, "POST", path, json_pack("{s:s}", "body", body), &answer, err);

    *id = ok ? tracker_text(tracker, json_object_get(answer.json, "id")) : NULL;
    ok = ok && (*id || answer.dry || tracker_nonsense(tracker, "a new comment", err));
    answer_free(&answer);
    return ok;
}

static bool update(struct tracker *tracker, const char *ticket, const char *id, const char *body, struct error *err)
{
    (void)ticket;
    return tracker_tell(tracker, "PATCH", comment_path(tracker, id), json_pack("{s:s}", "body", body), err);
}

static bool get(struct tracker *tracker, const char *ticket, const char *id, struct comment *comment,
                struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", comment_path(tracker, id), NULL, &answer, err);

    (void)ticket;
    ok = ok && (read_comment(tracker, answer.json, comment) || tracker_nonsense(tracker, "a comment", err));
    if (ok)
        comment->body = arena_text(&tracker->arena, comment->body);
    if (ok)
        comment->author = arena_text(&tracker->arena, comment->author);
    answer_free(&answer);
    return ok;
}

static bool label(struct tracker *tracker, const char *ticket, const char *name, struct error *err)
{
    return tracker_tell(tracker, "POST", tracker_path(tracker, "%s/labels", issue_path(tracker, ticket)),
                        json_pack("{s:[s]}", "labels", name), err);
}

static bool close_ticket(struct tracker *tracker, const char *ticket, struct error *err)
{
    return tracker_tell(tracker, "PATCH", issue_path(tracker, ticket),
                        json_pack("{s:s, s:s}", "state", "closed", "state_reason", "completed"), err);
}

const struct tracker_ops tracker_github = {
    .kind = "github",
    .base = "https://api.github.com",
    .suffix = "/api/v3",
    .auth = "Authorization: Bearer %s",
    .headers = headers,
    .body_most = 60000,
    .dialect = DIALECT_MARKDOWN,
    .flavor = "github",
    .marker = MARKER_HTML,
    .who = who,
    .state = state,
    .each = each,
    .create = create,
    .update = update,
    .get = get,
    .label = label,
    .close = close_ticket,
};
