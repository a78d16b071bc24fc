/* SPDX-License-Identifier: MIT */
#include "publish/rest.h"

#include <string.h>

bool rest_who(struct tracker *tracker, const char *path, const char *object, const char *key, struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", path, NULL, &answer, err);

    if (ok) {
        const json_t *me = object ? json_object_get(answer.json, object) : answer.json;

        tracker->me = tracker_text(tracker, json_object_get(me, key));
        ok = tracker->me || tracker_nonsense(tracker, path, err);
    }
    answer_free(&answer);
    return ok;
}

bool rest_state(struct tracker *tracker, const char *path, enum ticket_state *found, struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", path, NULL, &answer, err);
    const char *word = ok ? json_string_value(json_object_get(answer.json, "state")) : NULL;

    if (ok && !word)
        ok = tracker_nonsense(tracker, "a ticket", err);
    *found = word && strcmp(word, "closed") == 0 ? TICKET_CLOSED : TICKET_OPEN;
    answer_free(&answer);
    return ok;
}

/* False: it is no comment. The author of a deleted account is null: certainly not us. */
static bool read_comment(struct tracker *tracker, const json_t *item, const struct rest_words *words,
                         struct comment *comment)
{
    *comment = (struct comment){
        .id = tracker_text(tracker, json_object_get(item, "id")),
        .author = tracker_text(tracker, json_object_get(json_object_get(item, words->author), words->key)),
        .body = json_string_value(json_object_get(item, "body")),
    };
    return comment->id && comment->body;
}

struct taker {
    const struct rest_words *words;
    void (*take)(void *self, const struct comment *comment);
    void *self;
};

static bool take_page(struct tracker *tracker, const json_t *array, void *self, struct error *err)
{
    const struct taker *taker = self;
    struct comment comment;
    json_t *item;
    size_t i;

    json_array_foreach(array, i, item)
    {
        if (!read_comment(tracker, item, taker->words, &comment))
            return tracker_nonsense(tracker, taker->words->comment, err);
        if (!json_is_true(json_object_get(item, "system")))
            taker->take(taker->self, &comment);
    }
    return true;
}

bool rest_each(struct tracker *tracker, const char *path, const struct rest_words *words,
               void (*take)(void *self, const struct comment *comment), void *self, struct error *err)
{
    struct taker taker = {words, take, self};

    return tracker_pages(tracker, path, take_page, &taker, err);
}

bool rest_create(struct tracker *tracker, const char *path, const struct rest_words *words, const char *body,
                 const char **id, struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "POST", path, json_pack("{s:s}", "body", body), &answer, err);

    *id = ok ? tracker_text(tracker, json_object_get(answer.json, "id")) : NULL;
    ok = ok && (*id || answer.dry || tracker_nonsense(tracker, words->comment, err));
    answer_free(&answer);
    return ok;
}

bool rest_get(struct tracker *tracker, const char *path, const struct rest_words *words, struct comment *comment,
              struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, "GET", path, NULL, &answer, err);

    ok = ok && (read_comment(tracker, answer.json, words, comment) || tracker_nonsense(tracker, words->comment, err));
    if (ok)
        comment->body = arena_text(&tracker->arena, comment->body);
    answer_free(&answer);
    return ok;
}

const json_t *rest_find(const json_t *list, const char *key, const char *value)
{
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        const char *has = json_string_value(json_object_get(item, key));

        if (has && strcmp(has, value) == 0)
            return item;
    }
    return NULL;
}
