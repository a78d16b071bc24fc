/* SPDX-License-Identifier: MIT */
/* tracker_gitlab.c - GitLab, REST v4. The page is uploaded to the project, and the note links to it. An upload notifies
 * nobody, nor does an edited note. */
#include <string.h>

#include "publish/tracker.h"

static bool who(struct tracker *tracker, struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", "/user", NULL, &answer, err);

    if (ok) {
        tracker->me = tracker_text(tracker, json_object_get(answer.json, "id"));
        ok = tracker->me || tracker_nonsense(tracker, "/user", err);
    }
    answer_free(&answer);
    return ok;
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

static bool read_note(struct tracker *tracker, const json_t *item, struct comment *comment)
{
    *comment = (struct comment){
        .id = tracker_text(tracker, json_object_get(item, "id")),
        .author = tracker_text(tracker, json_object_get(json_object_get(item, "author"), "id")),
        .body = json_string_value(json_object_get(item, "body")),
    };
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
        if (!read_note(tracker, item, &comment))
            return tracker_nonsense(tracker, "a note", err);
        if (!json_is_true(json_object_get(item, "system")))
            taker->take(taker->self, &comment);
    }
    return true;
}

static bool each(struct tracker *tracker, const char *ticket, void (*take)(void *, const struct comment *), void *self,
                 struct error *err)
{
    struct taker taker = {take, self};
    const char *path =
        tracker_path(tracker, "%s/notes?sort=asc&order_by=created_at&per_page=100", issue_path(tracker, ticket));

    return tracker_pages(tracker, path, take_page, &taker, err);
}

static bool create(struct tracker *tracker, const char *ticket, const char *body, const char **id, struct error *err)
{
    struct answer answer;
    const char *path = tracker_path(tracker, "%s/notes", issue_path(tracker, ticket));
    bool ok = tracker_ask(tracker, "POST", path, json_pack("{s:s}", "body", body), &answer, err);

    *id = ok ? tracker_text(tracker, json_object_get(answer.json, "id")) : NULL;
    ok = ok && (*id || answer.dry || tracker_nonsense(tracker, "a new note", err));
    answer_free(&answer);
    return ok;
}

static bool update(struct tracker *tracker, const char *ticket, const char *id, const char *body, struct error *err)
{
    return tracker_tell(tracker, "PUT", note_path(tracker, ticket, id), json_pack("{s:s}", "body", body), err);
}

static bool get(struct tracker *tracker, const char *ticket, const char *id, struct comment *comment,
                struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", note_path(tracker, ticket, id), NULL, &answer, err);

    ok = ok && (read_note(tracker, answer.json, comment) || tracker_nonsense(tracker, "a note", err));
    if (ok)
        comment->body = arena_text(&tracker->arena, comment->body);
    answer_free(&answer);
    return ok;
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
