/* SPDX-License-Identifier: MIT */
#include "collector/conversation.h"

#include "base/arena.h"
#include "base/memory.h"
#include "collector/expect.h"

void conversation_begin(struct conversation *talk, struct probe *probe, size_t most, size_t judged, size_t keep)
{
    *talk = (struct conversation){.probe = probe, .keep = keep, .judged_left = most};
    talk->judged_most = judged ? judged : 1;
    talk->current = (struct buf)BUF_INIT;
    talk->opened = mono_now();
}

void conversation_free(struct conversation *talk)
{
    for (size_t i = 0; i < talk->judged_count; i++)
        mem_free((char *)(uintptr_t)talk->judged[i].data); /* ours, const only for those who read */
    mem_free(talk->judged);
    if (talk->probe)
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

/* Behind one that was too long none is judged. */
static bool is_judged(const struct conversation *talk)
{
    return talk->judged_count < talk->judged_most && !talk->judged_capped;
}

bool conversation_wants_more(const struct conversation *talk)
{
    return talk->count < MESSAGES_MOST || is_judged(talk);
}

static void begin(struct conversation *talk, enum message_type type)
{
    size_t most = is_judged(talk) && talk->judged_left > talk->keep ? talk->judged_left : talk->keep;

    if (talk->in_message)
        return;
    talk->in_message = true;
    talk->type = type;
    talk->size = 0;
    talk->current.cap = most ? most : 1; /* for a buffer, 0 would be no limit */
}

void conversation_piece(struct conversation *talk, enum message_type type, struct slice data)
{
    begin(talk, type);
    talk->size += data.len;
    if (conversation_wants_more(talk))
        buf_put_slice(&talk->current, data);
}

void conversation_sized(struct conversation *talk, uint64_t size)
{
    if (talk->in_message && size > talk->size)
        talk->size = size;
}

/* Hands the message in progress to those who judge. */
static void judge_later(struct conversation *talk)
{
    size_t len = talk->current.len < talk->judged_left ? talk->current.len : talk->judged_left;

    talk->judged = mem_grow(talk->judged, talk->judged_count, &talk->judged_room, sizeof *talk->judged);
    talk->judged_capped = len < talk->size;
    talk->judged_left -= len;
    talk->judged[talk->judged_count++] = (struct slice){buf_detach(&talk->current), len};
}

static void end(struct conversation *talk)
{
    if (is_judged(talk))
        judge_later(talk);
    buf_clear(&talk->current);
    talk->in_message = false;
}

void conversation_whole(struct conversation *talk, enum message_type type)
{
    begin(talk, type);
    put(talk, type, false, buf_slice(&talk->current), talk->size);
    if (talk->heard++ == 0)
        talk->probe->timings.first_message_us = mono_between(talk->opened, mono_now());
    end(talk);
}

/* Keeps what there is of the message in progress; `capped`: it is judged as one that was too long. */
static void break_off(struct conversation *talk, bool capped)
{
    if (!talk->in_message)
        return;
    put(talk, talk->type, false, buf_slice(&talk->current), talk->size);
    talk->cut = true;
    if (capped || talk->size > talk->current.len || talk->size > talk->judged_left) {
        bool judged = is_judged(talk);

        end(talk);
        talk->judged_capped = talk->judged_capped || judged;
    }
    buf_clear(&talk->current);
    talk->in_message = false;
}

void conversation_skip(struct conversation *talk)
{
    break_off(talk, true);
    talk->cut = true;
}

void conversation_control(struct conversation *talk, enum message_type type, struct slice data)
{
    put(talk, type, false, data, data.len);
}

void conversation_say(struct conversation *talk, enum message_type type, struct slice data)
{
    put(talk, type, true, data, data.len);
}

void conversation_record(struct conversation *talk, struct judged_matter *matter)
{
    struct probe *probe = talk->probe;

    if (talk->size)
        break_off(talk, false);
    probe->messages = talk->list;
    probe->message_count = talk->count;
    probe->messages_cut = talk->cut;
    matter->messages = talk->judged;
    matter->message_count = talk->judged_count;
    matter->message_capped = talk->judged_capped;
}
