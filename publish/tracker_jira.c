/* SPDX-License-Identifier: MIT */
/* tracker_jira.c - Jira Server, Data Center and Cloud, by REST v2, whose texts are wiki markup on all of them. With `user`
 * the token goes as Basic (Cloud), without as Bearer (a personal access token of Server). An attachment is an entry of the
 * history, which is mailed: so only where something happened. */
#include <string.h>

#include "publish/rest.h"

enum { PAGE = 100, COMMENTS_MOST = 100000 };

/* Cloud names people by accountId, Server by key. */
static const char *person(struct tracker *tracker, const json_t *user)
{
    static const char *const keys[] = {"accountId", "key", "name"};
    const char *text = NULL;

    for (size_t i = 0; !text && i < 3; i++)
        text = tracker_text(tracker, json_object_get(user, keys[i]));
    return text;
}

static bool who(struct tracker *tracker, struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", "/myself", NULL, &answer, err);

    if (ok) {
        tracker->me = person(tracker, answer.json);
        ok = tracker->me || tracker_nonsense(tracker, "/myself", err);
    }
    answer_free(&answer);
    return ok;
}

static const char *issue_path(struct tracker *tracker, const char *ticket)
{
    return tracker_path(tracker, "/issue/%s", tracker_escape(tracker, ticket, ""));
}

static const char *comment_path(struct tracker *tracker, const char *ticket, const char *id)
{
    return tracker_path(tracker, "%s/comment/%s", issue_path(tracker, ticket), tracker_escape(tracker, id, ""));
}

/* Asks for some fields of the ticket; they are borrowed from `answer`. */
static bool ask_fields(struct tracker *tracker, const char *ticket, const char *names, struct answer *answer,
                       const json_t **fields, struct error *err)
{
    const char *path = tracker_path(tracker, "%s?fields=%s", issue_path(tracker, ticket), names);

    *fields = NULL;
    if (!tracker_ask(tracker, "GET", path, NULL, answer, err))
        return false;
    *fields = json_object_get(answer->json, "fields");
    return json_is_object(*fields) || tracker_nonsense(tracker, "a ticket", err);
}

static bool is_done(const json_t *status)
{
    const char *key = json_string_value(json_object_get(json_object_get(status, "statusCategory"), "key"));

    return key && strcmp(key, "done") == 0;
}

static bool state(struct tracker *tracker, const char *ticket, enum ticket_state *found, struct error *err)
{
    struct answer answer;
    const json_t *fields;
    bool ok = ask_fields(tracker, ticket, "status", &answer, &fields, err);

    *found = is_done(json_object_get(fields, "status")) ? TICKET_CLOSED : TICKET_OPEN;
    answer_free(&answer);
    return ok;
}

static bool read_comment(struct tracker *tracker, const json_t *item, struct comment *comment)
{
    *comment = (struct comment){.id = tracker_text(tracker, json_object_get(item, "id")),
                                .author = person(tracker, json_object_get(item, "author")),
                                .body = json_string_value(json_object_get(item, "body"))};
    return comment->id && comment->body;
}

/* One page from `*start`; moves it behind what came. */
static bool take_page(struct tracker *tracker, const char *ticket, json_int_t *start, json_int_t *total,
                      void (*take)(void *, const struct comment *), void *self, struct error *err)
{
    struct answer answer;
    const char *path = tracker_path(tracker, "%s/comment?startAt=%lld&maxResults=%d&orderBy=created",
                                    issue_path(tracker, ticket), (long long)*start, PAGE);
    bool ok = tracker_ask(tracker, "GET", path, NULL, &answer, err);
    const json_t *comments = json_object_get(answer.json, "comments");
    const json_t *count = json_object_get(answer.json, "total");
    struct comment comment;
    json_t *item;
    size_t i;

    if (ok && (!json_is_array(comments) || !json_is_integer(count)))
        ok = tracker_nonsense(tracker, "the comments", err);
    *total = json_integer_value(count);
    json_array_foreach(comments, i, item)
    {
        ok = ok && (read_comment(tracker, item, &comment) || tracker_nonsense(tracker, "a comment", err));
        if (!ok)
            break;
        take(self, &comment);
    }
    /* An empty page before the end would be asked for again and again. */
    if (ok && !json_array_size(comments) && *start < *total)
        ok = tracker_nonsense(tracker, "the comments, which end too soon", err);
    *start += (json_int_t)json_array_size(comments);
    answer_free(&answer);
    return ok;
}

static bool each(struct tracker *tracker, const char *ticket, void (*take)(void *, const struct comment *), void *self,
                 struct error *err)
{
    json_int_t start = 0, total = 0;

    do {
        if (!take_page(tracker, ticket, &start, &total, take, self, err))
            return false;
        if (start > COMMENTS_MOST)
            return tracker_nonsense(tracker, "the comments, which have no end", err);
    } while (start < total);
    return true;
}

static bool create(struct tracker *tracker, const char *ticket, const char *body, const char **id, struct error *err)
{
    static const struct rest_words rest = {.comment = "a comment"};

    return rest_create(tracker, tracker_path(tracker, "%s/comment", issue_path(tracker, ticket)), &rest, body, id,
                       err);
}

static bool update(struct tracker *tracker, const char *ticket, const char *id, const char *body, struct error *err)
{
    return tracker_tell(tracker, "PUT", comment_path(tracker, ticket, id), json_pack("{s:s}", "body", body), err);
}

static bool get(struct tracker *tracker, const char *ticket, const char *id, struct comment *comment,
                struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", comment_path(tracker, ticket, id), NULL, &answer, err);

    ok = ok && (read_comment(tracker, answer.json, comment) || tracker_nonsense(tracker, "a comment", err));
    if (ok)
        comment->body = arena_text(&tracker->arena, comment->body);
    answer_free(&answer);
    return ok;
}

static bool has_file(struct tracker *tracker, const char *ticket, const char *name, bool *has, struct error *err)
{
    struct answer answer;
    const json_t *fields;
    bool ok = ask_fields(tracker, ticket, "attachment", &answer, &fields, err);

    *has = rest_find(json_object_get(fields, "attachment"), "filename", name) != NULL;
    answer_free(&answer);
    return ok;
}

static bool attach(struct tracker *tracker, const char *ticket, const char *id, const struct upload *file,
                   const char **words, struct error *err)
{
    static const char *const headers[] = {"X-Atlassian-Token: no-check", NULL};
    const struct upload form = {"file", file->name, file->type, file->content};
    struct answer answer;
    bool has, ok = has_file(tracker, ticket, file->name, &has, err);

    (void)id;
    *words = tracker_path(tracker, "[^%s]", file->name);
    if (!ok || has)
        return ok;
    ok = tracker_upload(tracker, tracker_path(tracker, "%s/attachments", issue_path(tracker, ticket)), &form, headers,
                        &answer, err);
    answer_free(&answer);
    return ok;
}

static bool label(struct tracker *tracker, const char *ticket, const char *name, struct error *err)
{
    return tracker_tell(tracker, "PUT", issue_path(tracker, ticket),
                        json_pack("{s:{s:[{s:s}]}}", "update", "labels", "add", name), err);
}

/* By the first transition that ends in a status of the category "done". */
static bool close_ticket(struct tracker *tracker, const char *ticket, struct error *err)
{
    struct answer answer;
    const char *path = tracker_path(tracker, "%s/transitions", issue_path(tracker, ticket));
    bool ok = tracker_ask(tracker, "GET", path, NULL, &answer, err);
    json_t *closing = NULL;
    json_t *item;
    size_t i;

    json_array_foreach(json_object_get(answer.json, "transitions"), i,
                       item) if (!closing && is_done(json_object_get(item, "to"))) closing =
        json_object_get(item, "id");
    if (ok && !closing) {
        tracker->trouble = TROUBLE_LATER; /* when somebody did one of these */
        ok = fail(err, ERR_CONFIG,
                  "no transition of the ticket leads to a closed status: close it by hand, or leave "
                  "`close` out of on_fixed");
    }
    ok = ok && tracker_tell(tracker, "POST", path, json_pack("{s:{s:O}}", "transition", "id", closing), err);
    answer_free(&answer);
    return ok;
}

const struct tracker_ops tracker_jira = {
    .kind = "jira",
    .suffix = "/rest/api/2",
    .auth = "Authorization: Bearer %s",
    .body_most = 32000,
    .dialect = DIALECT_WIKI,
    .flavor = "jira",
    .marker = MARKER_WIKI,
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
