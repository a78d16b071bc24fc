/* SPDX-License-Identifier: MIT */
/* tracker_gitlab.c - GitLab, REST v4. The page is uploaded to the project, and the note links to it. An upload notifies
 * nobody, nor does an edited note. */
#include "publish/rest.h"

static const struct rest_words rest = {"a note", "author", "id"};

static bool who(struct tracker *tracker, struct error *err)
{
    return rest_who(tracker, "/user", NULL, "id", err);
}

static const char *issue_path(struct tracker *tracker, const char *ticket)
{
    return tracker_path(tracker, "/projects/%s/issues/%s", tracker->project, tracker_escape(tracker, ticket, ""));
}

static const char *note_path(struct tracker *tracker, const char *ticket, const char *id)
{
    return tracker_path(tracker, "%s/notes/%s", issue_path(tracker, ticket), tracker_escape(tracker, id, ""));
}

static bool state(struct tracker *tracker, const char *ticket, enum ticket_state *found, struct error *err)
{
    return rest_state(tracker, issue_path(tracker, ticket), found, err);
}

static bool each(struct tracker *tracker, const char *ticket, void (*take)(void *, const struct comment *), void *self,
                 struct error *err)
{
    return rest_each(
        tracker,
        tracker_path(tracker, "%s/notes?sort=asc&order_by=created_at&per_page=100", issue_path(tracker, ticket)),
        &rest, take, self, err);
}

static bool create(struct tracker *tracker, const char *ticket, const char *body, const char **id, struct error *err)
{
    return rest_create(tracker, tracker_path(tracker, "%s/notes", issue_path(tracker, ticket)), &rest, body, id, err);
}

static bool update(struct tracker *tracker, const char *ticket, const char *id, const char *body, struct error *err)
{
    return tracker_tell(tracker, "PUT", note_path(tracker, ticket, id), json_pack("{s:s}", "body", body), err);
}

static bool get(struct tracker *tracker, const char *ticket, const char *id, struct comment *comment,
                struct error *err)
{
    return rest_get(tracker, note_path(tracker, ticket, id), &rest, comment, err);
}

static bool attach(struct tracker *tracker, const char *ticket, const char *id, const struct upload *file,
                   const char **words, struct error *err)
{
    const struct upload form = {"file", file->name, file->type, file->content};
    struct answer answer;
    bool ok = tracker_upload(tracker, tracker_path(tracker, "/projects/%s/uploads", tracker->project), &form, NULL,
                             &answer, err);

    (void)ticket, (void)id;
    *words = answer.dry ? "[the uploaded page]" : NULL;
    if (ok && !answer.dry) {
        *words = tracker_text(tracker, json_object_get(answer.json, "markdown"));
        ok = *words || tracker_nonsense(tracker, "an upload", err);
    }
    answer_free(&answer);
    return ok;
}

static bool label(struct tracker *tracker, const char *ticket, const char *name, struct error *err)
{
    return tracker_tell(tracker, "PUT", issue_path(tracker, ticket), json_pack("{s:s}", "add_labels", name), err);
}

static bool close_ticket(struct tracker *tracker, const char *ticket, struct error *err)
{
    return tracker_tell(tracker, "PUT", issue_path(tracker, ticket), json_pack("{s:s}", "state_event", "close"), err);
}

const struct tracker_ops tracker_gitlab = {
    .kind = "gitlab",
    .base = "https://gitlab.com/api/v4",
    .suffix = "/api/v4",
    .auth = "PRIVATE-TOKEN: %s",
    .body_most = 900000,
    .dialect = DIALECT_MARKDOWN,
    .flavor = "gitlab",
    .marker = MARKER_HTML,
    .who = who,
    .state = state,
    .each = each,
    .create = create,
    .update = update,
    .get = get,
    .attach = attach,
    .label = label,
    .close = close_ticket,
};
