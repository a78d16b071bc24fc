/* SPDX-License-Identifier: MIT */
/* tracker_redmine.c - Redmine 5.0 and newer.
 *
 * A note is made by a PUT that answers without its number, so it is looked for again. The page is attached as an entry of
 * the ticket's history, which Redmine mails: so only where something happened. Somebody else's writing at the same time is
 * a 422 without errors. */
#include <string.h>

#include "publish/rest.h"

enum { CONFLICTS_MOST = 3, CONFLICT_PAUSE_US = 500000 };

/* A wrong key reads a public project as nobody, with 200: this is what tells. */
static bool who(struct tracker *tracker, struct error *err)
{
    return rest_who(tracker, "/users/current.json", "user", "id", err);
}

static const char *issue_path(struct tracker *tracker, const char *ticket, const char *rest)
{
    return tracker_path(tracker, "/issues/%s.json%s", tracker_escape(tracker, ticket, ""), rest);
}

/* Asks for the ticket; the issue is borrowed from `answer`. */
static bool ask_issue(struct tracker *tracker, const char *ticket, const char *with, struct answer *answer,
                      const json_t **issue, struct error *err)
{
    *issue = NULL;
    if (!tracker_ask(tracker, "GET", issue_path(tracker, ticket, with), NULL, answer, err))
        return false;
    *issue = json_object_get(answer->json, "issue");
    return json_is_object(*issue) || tracker_nonsense(tracker, "a ticket", err);
}

static bool state(struct tracker *tracker, const char *ticket, enum ticket_state *found, struct error *err)
{
    struct answer answer;
    const json_t *issue;
    bool ok = ask_issue(tracker, ticket, "", &answer, &issue, err);

    *found = json_is_true(json_object_get(json_object_get(issue, "status"), "is_closed"))
                     || json_is_string(json_object_get(issue, "closed_on"))
                 ? TICKET_CLOSED
                 : TICKET_OPEN;
    answer_free(&answer);
    return ok;
}

static bool each(struct tracker *tracker, const char *ticket, void (*take)(void *, const struct comment *), void *self,
                 struct error *err)
{
    struct answer answer;
    const json_t *issue;
    bool ok = ask_issue(tracker, ticket, "?include=journals", &answer, &issue, err);
    const json_t *journals = json_object_get(issue, "journals");
    json_t *item;
    size_t i;

    if (ok && !json_is_array(journals))
        ok = tracker_nonsense(tracker, "the journals", err);
    json_array_foreach(journals, i, item)
    {
        const struct comment comment = {
            .id = tracker_text(tracker, json_object_get(item, "id")),
            .author = tracker_text(tracker, json_object_get(json_object_get(item, "user"), "id")),
            .body = json_string_value(json_object_get(item, "notes")),
        };

        if (ok && comment.id && comment.body && *comment.body)
            take(self, &comment);
    }
    answer_free(&answer);
    return ok;
}

/* Changes the ticket, again when somebody else was faster. Takes `json` over. */
static bool put_issue(struct tracker *tracker, const char *ticket, json_t *json, bool once, struct error *err)
{
    const struct call call = {.method = "PUT", .path = issue_path(tracker, ticket, ""), .json = json, .once = once};
    bool ok = false, conflict = true;

    for (unsigned tries = 0; !ok && conflict && tries < CONFLICTS_MOST; tries++) {
        struct answer answer;

        ok = client_call(tracker->client, &call, &answer, err);
        tracker->trouble = answer.trouble;
        tracker->silent = answer.status == 0;
        conflict = !ok && answer.status == 422 && json_is_array(json_object_get(answer.json, "errors"))
                   && json_array_size(json_object_get(answer.json, "errors")) == 0;
        answer_free(&answer);
        if (conflict && !client_pause(tracker->client, CONFLICT_PAUSE_US))
            break;
    }
    if (conflict && !ok)
        tracker->trouble = TROUBLE_LATER;
    json_decref(json);
    return ok;
}

static bool create(struct tracker *tracker, const char *ticket, const char *body, const char **id, struct error *err)
{
    *id = NULL;
    return put_issue(tracker, ticket, json_pack("{s:{s:s}}", "issue", "notes", body), true, err);
}

static bool update(struct tracker *tracker, const char *ticket, const char *id, const char *body, struct error *err)
{
    bool ok = tracker_tell(tracker, "PUT", tracker_path(tracker, "/journals/%s.json", tracker_escape(tracker, id, "")),
                           json_pack("{s:{s:s}}", "journal", "notes", body), err);

    (void)ticket;
    return ok;
}

struct search {
    struct tracker *tracker;
    const char *id;
    struct comment *found;
};

static void look(void *self, const struct comment *comment)
{
    struct search *search = self;

    if (strcmp(comment->id, search->id) == 0)
        *search->found =
            (struct comment){comment->id, comment->author, arena_text(&search->tracker->arena, comment->body)};
}

static bool get(struct tracker *tracker, const char *ticket, const char *id, struct comment *comment,
                struct error *err)
{
    struct search search = {tracker, id, comment};

    *comment = (struct comment){0};
    if (!each(tracker, ticket, look, &search, err))
        return false;
    if (comment->id)
        return true;
    tracker->trouble = TROUBLE_GONE;
    return fail(err, ERR_SYSTEM, "note %s is not there", id);
}

static bool has_file(struct tracker *tracker, const char *ticket, const char *name, bool *has, struct error *err)
{
    struct answer answer;
    const json_t *issue;
    bool ok = ask_issue(tracker, ticket, "?include=attachments", &answer, &issue, err);

    *has = rest_find(json_object_get(issue, "attachments"), "filename", name) != NULL;
    answer_free(&answer);
    return ok;
}

static bool attach(struct tracker *tracker, const char *ticket, const char *id, const struct upload *file,
                   const char **words, struct error *err)
{
    const struct upload raw = {NULL, file->name, file->type, file->content};
    struct answer answer;
    const char *token = NULL;
    bool has, ok = has_file(tracker, ticket, file->name, &has, err);

    (void)id;
    *words = tracker_path(tracker, "attachment:%s", file->name);
    if (!ok || has)
        return ok;
    ok = tracker_upload(tracker,
                        tracker_path(tracker, "/uploads.json?filename=%s", tracker_escape(tracker, file->name, "")),
                        &raw, NULL, &answer, err);
    if (ok)
        token = answer.dry ? "[of the upload]"
                           : tracker_text(tracker, json_object_get(json_object_get(answer.json, "upload"), "token"));
    answer_free(&answer);
    if (ok && !token)
        ok = tracker_nonsense(tracker, "an upload", err);
    return ok
           && put_issue(tracker, ticket,
                        json_pack("{s:{s:[{s:s, s:s, s:s}]}}", "issue", "uploads", "token", token, "filename",
                                  file->name, "content_type", file->type),
                        true, err);
}

/* The first status that closes, as the administrators sorted them. */
static bool close_ticket(struct tracker *tracker, const char *ticket, struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", "/issue_statuses.json", NULL, &answer, err);
    json_t *closed = NULL;
    json_t *item;
    size_t i;

    json_array_foreach(json_object_get(answer.json, "issue_statuses"), i,
                       item) if (!closed && json_is_true(json_object_get(item, "is_closed"))) closed =
        json_object_get(item, "id");
    if (ok && !closed)
        ok = tracker_nonsense(tracker, "the statuses", err);
    ok = ok && put_issue(tracker, ticket, json_pack("{s:{s:O}}", "issue", "status_id", closed), false, err);
    answer_free(&answer);
    return ok;
}

const struct tracker_ops tracker_redmine = {
    .kind = "redmine",
    .auth = "X-Redmine-API-Key: %s",
    .body_most = 60000,
    .dialect = DIALECT_WIKI,
    .flavor = "textile",
    .marker = MARKER_HTML,
    .who = who,
    .state = state,
    .each = each,
    .create = create,
    .update = update,
    .get = get,
    .attach = attach,
    .close = close_ticket,
};
