/* SPDX-License-Identifier: MIT */
/* tracker_gitea.c - Gitea and Forgejo, API v1. All comments come in one answer. Most take no .html as an attachment, which
 * is asked first: one that does not gets a link alone. */
#include <string.h>

#include "publish/rest.h"

static const struct rest_words rest = {"a comment", "user", "id"};

static bool who(struct tracker *tracker, struct error *err)
{
    return rest_who(tracker, "/user", NULL, "id", err);
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
    return rest_each(tracker, tracker_path(tracker, "%s/comments", issue_path(tracker, ticket)), &rest, take, self,
                     err);
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

/* Whether the instance takes pages as attachments, of that size. */
static bool takes_pages(struct tracker *tracker, size_t size, bool *takes, struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", "/settings/attachment", NULL, &answer, err);
    const char *types = ok ? json_string_value(json_object_get(answer.json, "allowed_types")) : NULL;
    json_int_t most = json_integer_value(json_object_get(answer.json, "max_size"));

    *takes = json_is_true(json_object_get(answer.json, "enabled")) && types
             && (!*types || strstr(types, ".html") || strstr(types, "text/html") || strstr(types, "*/*"))
             && (most <= 0 || size <= (size_t)most * 1024 * 1024);
    answer_free(&answer);
    if (!ok && tracker->trouble == TROUBLE_GONE) /* before 1.17 nobody could ask */
        ok = true;
    return ok;
}

/* Whether the comment has a file of that name. */
static bool has_file(struct tracker *tracker, const char *path, const char *name, bool *has, struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", path, NULL, &answer, err);

    *has = rest_find(answer.json, "name", name) != NULL;
    answer_free(&answer);
    return ok;
}

static bool attach(struct tracker *tracker, const char *ticket, const char *id, const struct upload *file,
                   const char **words, struct error *err)
{
    const struct upload form = {"attachment", file->name, file->type, file->content};
    const char *path = tracker_path(tracker, "%s/assets", comment_path(tracker, id));
    struct answer answer;
    bool takes, has, ok;

    (void)ticket;
    *words = NULL;
    if (!takes_pages(tracker, file->content.len, &takes, err)
        || (takes && !has_file(tracker, path, file->name, &has, err)))
        return false;
    if (!takes || has)
        return true;
    ok = tracker_upload(tracker, tracker_path(tracker, "%s?name=%s", path, tracker_escape(tracker, file->name, "")),
                        &form, NULL, &answer, err);
    answer_free(&answer);
    return ok;
}

struct label_search {
    const char *name;
    json_int_t number; /* 0: not found yet */
};

static bool look_for_label(struct tracker *tracker, const json_t *array, void *self, struct error *err)
{
    struct label_search *search = self;
    const json_t *found = rest_find(array, "name", search->name);

    (void)tracker, (void)err;
    if (found)
        search->number = json_integer_value(json_object_get(found, "id"));
    return true;
}

/* Labels are put on by number. */
static bool label(struct tracker *tracker, const char *ticket, const char *name, struct error *err)
{
    struct label_search search = {.name = name};
    const char *path = tracker_path(tracker, "/repos/%s/labels?limit=50", tracker->project);

    if (!tracker_pages(tracker, path, look_for_label, &search, err))
        return false;
    if (!search.number) {
        tracker->trouble = TROUBLE_LATER; /* when somebody made it */
        return fail(err, ERR_CONFIG, "the project has no label `%s`: make it there, or leave it out of on_fixed",
                    name);
    }
    return tracker_tell(tracker, "POST", tracker_path(tracker, "%s/labels", issue_path(tracker, ticket)),
                        json_pack("{s:[I]}", "labels", search.number), err);
}

static bool close_ticket(struct tracker *tracker, const char *ticket, struct error *err)
{
    return tracker_tell(tracker, "PATCH", issue_path(tracker, ticket), json_pack("{s:s}", "state", "closed"), err);
}

const struct tracker_ops tracker_gitea = {
    .kind = "gitea",
    .suffix = "/api/v1",
    .auth = "Authorization: token %s",
    .body_most = 60000,
    .dialect = DIALECT_MARKDOWN,
    .flavor = "gitea",
    .marker = MARKER_HTML,
    .attach_to_comment = true,
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
