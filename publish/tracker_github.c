/* SPDX-License-Identifier: MIT */
/* tracker_github.c - GitHub and GitHub Enterprise Server, REST 2022-11-28.
 *
 * There is no interface that attaches a file to an issue: the comment links to the report. Comments are cut far below the
 * 65,536 that an error message names, since an over-long edit may answer 200 and keep the old text. */
#include "collector/suite.h"
#include "publish/rest.h"

static const char *const headers[] = {"Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2022-11-28", NULL};

static const struct rest_words rest = {"a comment", "user", "login"};

/* A token of an app has no /user: then `user` in the config says who it is. */
static bool who(struct tracker *tracker, struct error *err)
{
    tracker->me = tracker->settings->user;
    if (tracker->me || rest_who(tracker, "/user", NULL, "login", err))
        return true;
    return tracker->trouble == TROUBLE_DENIED
               ? fail_context(err, "the token does not say whose it is (of an app, write its login as `user`)")
               : false;
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
    return rest_state(tracker, issue_path(tracker, ticket), found, err);
}

static bool each(struct tracker *tracker, const char *ticket, void (*take)(void *, const struct comment *), void *self,
                 struct error *err)
{
    return rest_each(tracker, tracker_path(tracker, "%s/comments?per_page=100", issue_path(tracker, ticket)), &rest,
                     take, self, err);
}

static bool create(struct tracker *tracker, const char *ticket, const char *body, const char **id, struct error *err)
{
    return rest_create(tracker, tracker_path(tracker, "%s/comments", issue_path(tracker, ticket)), &rest, body, id,
                       err);
}

static bool update(struct tracker *tracker, const char *ticket, const char *id, const char *body, struct error *err)
{
    (void)ticket;
    return tracker_tell(tracker, "PATCH", comment_path(tracker, id), json_pack("{s:s}", "body", body), err);
}

static bool get(struct tracker *tracker, const char *ticket, const char *id, struct comment *comment,
                struct error *err)
{
    (void)ticket;
    return rest_get(tracker, comment_path(tracker, id), &rest, comment, err);
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
