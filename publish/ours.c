/* SPDX-License-Identifier: MIT */
#include "publish/ours.h"

#include <string.h>

#include "publish/body.h"

enum { ROUNDS = 3, LOOK_AGAIN_US = 2000000 };

static void take(void *self, const struct comment *comment)
{
    struct ours *ours = self;
    struct arena *arena = &ours->tracker->arena;
    const char *start = arena_printf(arena, "endoscope:v1 key=%s ", ours->key);

    if (!marker_found(comment->body, start))
        return;
    if (!comment->author || strcmp(comment->author, ours->tracker->me) != 0) {
        ours->forged++;
        return;
    }
    ours->list = arena_grow(arena, ours->list, ours->count, &ours->capacity, sizeof *ours->list);
    ours->list[ours->count++] = (struct comment){arena_text(arena, comment->id), arena_text(arena, comment->author),
                                                 arena_text(arena, comment->body)};
}

bool ours_find(struct ours *ours, struct error *err)
{
    ours->count = ours->forged = 0;
    return ours->tracker->ops->each(ours->tracker, ours->ticket, take, ours, err);
}

const struct comment *ours_get(const struct ours *ours, const char *what, size_t *more)
{
    const char *words = marker_words(ours->key, what, &ours->tracker->arena);
    const struct comment *first = NULL;

    *more = 0;
    for (size_t i = 0; i < ours->count; i++)
        if (marker_found(ours->list[i].body, words)) {
            *more += first != NULL;
            first = first ? first : &ours->list[i];
        }
    return first;
}

bool ours_check(struct ours *ours, const char *id, const char *body, struct error *err)
{
    struct tracker *tracker = ours->tracker;
    struct comment kept;

    if (!tracker->ops->get(tracker, ours->ticket, id, &kept, err))
        return fail_context(err, "it was written, and cannot be read back");
    if (body_equals(body, kept.body))
        return true;
    tracker->trouble = TROUBLE_REFUSED;
    return fail(err, ERR_SYSTEM, "the tracker keeps another text of comment %s than was sent", id);
}

static bool read_back(struct ours *ours, const char *id, const char *body, struct error *err)
{
    struct arena *arena = &ours->tracker->arena;

    if (!ours_check(ours, id, body, err))
        return false;
    ours->list = arena_grow(arena, ours->list, ours->count, &ours->capacity, sizeof *ours->list);
    ours->list[ours->count++] = (struct comment){id, ours->tracker->me, arena_text(arena, body)};
    return true;
}

bool ours_make(struct ours *ours, const char *what, const char *body, struct error *err)
{
    struct tracker *tracker = ours->tracker;
    size_t more;

    for (unsigned round = 1;; round++) {
        const char *id;
        struct error looking = {0};
        bool made = tracker->ops->create(tracker, ours->ticket, body, &id, err);
        bool silent = tracker->silent;

        if (made && tracker->dry)
            return true;
        if (made && id)
            return read_back(ours, id, body, err);
        if (!made && tracker->trouble != TROUBLE_UNSURE)
            return false;
        if (!made && !client_pause(tracker->client, LOOK_AGAIN_US)) {
            tracker->trouble = TROUBLE_LATER;
            return false;
        }
        /* The listing is the judge, also of what was answered with success. */
        if (!ours_find(ours, &looking)) {
            if (made)
                *err = looking;
            tracker->trouble = TROUBLE_LATER;
            return false;
        }
        if (ours_get(ours, what, &more))
            return true;
        tracker->trouble = TROUBLE_LATER;
        if (made)
            return fail(err, ERR_SYSTEM, "the tracker said that the comment was made, and does not show it");
        /* One that never answered may still be at it: then it is the next night that looks again. */
        if (silent || round == ROUNDS)
            return false;
    }
}
