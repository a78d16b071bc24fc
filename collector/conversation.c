/* SPDX-License-Identifier: MIT */
#include "collector/conversation.h"

#include "base/arena.h"

void conversation_begin(struct conversation *talk, struct probe *probe, size_t most, size_t keep)
{
    *talk = (struct conversation){.probe = probe, .keep = keep};
    talk->first = (struct buf){buf_empty, 0, 0, most ? most : 1, false};
    talk->current = (struct buf){buf_empty, 0, 0, keep ? keep : 1, false};
    talk->opened = mono_now();
}

void conversation_free(struct conversation *talk)
{
    buf_free(&talk->first);
    buf_free(&talk->current);
}

static void put(struct conversation *talk, enum message_type type, bool sent, struct slice data, uint64_t size)
{
    struct arena *arena = &talk->probe->arena;

    if (talk->count == MESSAGES_MOST) {
        talk->cut = true;
        return;
    }
    if (data.len > talk->keep)
        data.len = talk->keep;
    talk->list = arena_grow(arena, talk->list, talk->count, &talk->room, sizeof *talk->list);
    talk->list[talk->count++] =
        (struct message){type, sent, mono_between(talk->opened, mono_now()), arena_slice(arena, data), size};
}

static struct buf *gathering(struct conversation *talk)
{
    return talk->first_whole ? &talk->current : &talk->first;
}

static void whole_message(struct conversation *talk, const struct frame_event *event)
{
    put(talk, event->type, false, buf_slice(gathering(talk)), event->size);
    if (!talk->first_whole)
        talk->probe->timings.first_message_us = mono_between(talk->opened, mono_now());
    talk->first_whole = true;
    buf_clear(&talk->current);
    talk->size = 0;
}

void conversation_hear(struct conversation *talk, enum frame_step step, const struct frame_event *event)
{
    if (step == FRAME_PIECE) {
        /* Beyond the list, a message is counted as cut and its bytes are not gathered at all. */
        if (talk->count < MESSAGES_MOST || !talk->first_whole)
            buf_put_slice(gathering(talk), event->data);
        talk->type = event->type;
        talk->size = event->size;
    } else if (step == FRAME_MESSAGE) {
        whole_message(talk, event);
    } else if (step == FRAME_CONTROL) {
        put(talk, event->type, false, event->data, event->size);
    }
}

void conversation_say(struct conversation *talk, enum message_type type, struct slice data)
{
    put(talk, type, true, data, data.len);
}

void conversation_record(struct conversation *talk)
{
    struct probe *probe = talk->probe;

    if (talk->size) {
        put(talk, talk->type, false, buf_slice(gathering(talk)), talk->size);
        talk->cut = true;
    }
    probe->messages = talk->list;
    probe->message_count = talk->count;
    probe->messages_cut = talk->cut;
}
