/* SPDX-License-Identifier: MIT */
#include "collector/dialogue.h"

#include <string.h>

#include "collector/exchange.h"
#include "collector/failure.h"
#include "collector/probe.h"
#include "collector/random.h"
#include "collector/suite.h"

enum {
    GREETING_US = 250 * 1000, /* how long a server may take to greet where nobody expects it */
    CLOSE_US = 1000 * 1000,
    OUT_MOST = 64 * 1024, /* a server that pings and never reads gets no more pongs */
    INFLATE_LEAST = 1024 * 1024,
    INFLATE_FOLD = 4, /* so many times max_body may come out of compressed messages, all together */
    CLOSE_NORMAL = 1000,
    CLOSE_PROTOCOL = 1002,
    CLOSE_NOT_UTF8 = 1007,
    CLOSE_TOO_BIG = 1009,
};

/* A part may not last beyond the end of the attempt, less what is still to be done after it. */
static void be_patient(struct dialogue *dialogue, int64_t us, int64_t reserve_us)
{
    struct mono now = mono_now();
    int64_t left_us = mono_between(now, dialogue->exchange->deadline);

    if (reserve_us > left_us / 4)
        reserve_us = left_us / 4;
    if (us > left_us - reserve_us)
        us = left_us - reserve_us;
    dialogue->due = (struct mono){now.us + us};
}

static void note(struct dialogue *dialogue, const char *words)
{
    struct probe *probe = dialogue->exchange->probe;

    if (!probe->detail.data)
        probe->detail = slice_of(words);
}

static void put_frame(struct dialogue *dialogue, enum message_type type, bool compressed, struct slice data)
{
    uint8_t mask[4];

    random_fill(mask, sizeof mask);
    frame_put(dialogue->out, type, compressed, data, mask);
}

static void say(struct dialogue *dialogue, enum message_type type, struct slice data)
{
    put_frame(dialogue, type, false, data);
    conversation_say(&dialogue->talk, type, data);
}

static void say_close(struct dialogue *dialogue, int code)
{
    uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)(code & 255)};
    struct slice data = {(const char *)payload, code == CLOSE_NO_CODE ? 0 : sizeof payload};

    put_frame(dialogue, MESSAGE_CLOSE, false, data);
    conversation_say(&dialogue->talk, MESSAGE_CLOSE, (struct slice){NULL, 0});
}

/* The messages of the config; the record has them as the config shows them. */
static void send_all(struct dialogue *dialogue)
{
    for (size_t i = 0; i < dialogue->agenda.sends; i++) {
        const struct setting *message = &dialogue->exchange->endpoint->send[i];
        struct slice text = slice_of(message->value);
        struct buf compressed = BUF_INIT;

        if (dialogue->deflate.agreed && deflate_message(&dialogue->deflate, text, &compressed))
            put_frame(dialogue, MESSAGE_TEXT, true, buf_slice(&compressed));
        else
            put_frame(dialogue, MESSAGE_TEXT, false, text);
        conversation_say(&dialogue->talk, MESSAGE_TEXT, slice_of(message->shown ? message->shown : message->value));
        buf_free(&compressed);
    }
}

/* How long it was open ends with whoever closes first. */
static void stop_clock(struct dialogue *dialogue)
{
    struct timings *timings = &dialogue->exchange->probe->timings;

    if (timings->open_us == NOT_MEASURED)
        timings->open_us = mono_between(dialogue->talk.opened, mono_now());
}

static void begin_close(struct dialogue *dialogue, int code)
{
    stop_clock(dialogue);
    say_close(dialogue, code);
    dialogue->part = DIALOGUE_CLOSE;
    be_patient(dialogue, CLOSE_US, CLOSE_US / 20);
}

static void begin_stay(struct dialogue *dialogue)
{
    const struct agenda *agenda = &dialogue->agenda;
    int64_t open_us = mono_between(dialogue->talk.opened, mono_now());

    if (!agenda->close && open_us >= agenda->open_us) {
        begin_close(dialogue, CLOSE_NORMAL);
        return;
    }
    dialogue->part = DIALOGUE_STAY;
    be_patient(dialogue, agenda->close ? INT64_MAX : agenda->open_us - open_us, CLOSE_US / 20);
}

static void begin_ping(struct dialogue *dialogue)
{
    random_fill(dialogue->ping, sizeof dialogue->ping);
    say(dialogue, MESSAGE_PING, (struct slice){(const char *)dialogue->ping, sizeof dialogue->ping});
    dialogue->pinged = mono_now();
    dialogue->part = DIALOGUE_PING;
    be_patient(dialogue, dialogue->agenda.ping_us, CLOSE_US / 2);
}

/* Waits for the messages that are expected, or a moment for one that nobody expects. */
static void listen_on(struct dialogue *dialogue)
{
    size_t heard = dialogue->talk.heard;
    int64_t within = agenda_message_us(&dialogue->agenda, heard);

    dialogue->part = DIALOGUE_LISTEN;
    if (within)
        be_patient(dialogue, within - mono_between(dialogue->talk.opened, mono_now()), CLOSE_US);
    else if (heard)
        begin_ping(dialogue);
    else
        be_patient(dialogue, GREETING_US, CLOSE_US);
}

void dialogue_begin(struct dialogue *dialogue, struct exchange *exchange, const struct deflate_terms *deflate,
                    struct buf *out)
{
    const struct endpoint *endpoint = exchange->endpoint;
    size_t most = endpoint->max_body;

    *dialogue = (struct dialogue){.exchange = exchange, .out = out, .deflate = *deflate};
    agenda_make(&dialogue->agenda, exchange);
    conversation_begin(&dialogue->talk, exchange->probe, most, dialogue->agenda.messages, endpoint->keep_body);
    dialogue->frames.deflate = deflate->agreed;
    if (deflate->agreed)
        dialogue->inflater = inflater_new(deflate);
    dialogue->inflate_left = (uint64_t)(most > INFLATE_LEAST ? most : INFLATE_LEAST) * INFLATE_FOLD;
    send_all(dialogue);
    listen_on(dialogue);
}

void dialogue_free(struct dialogue *dialogue)
{
    inflater_free(dialogue->inflater);
    conversation_free(&dialogue->talk);
}

static void broke(struct dialogue *dialogue, const char *code, const char *words)
{
    failure_record(dialogue->exchange->probe, code, "%s", words);
    stop_clock(dialogue);
    say_close(dialogue, strcmp(code, "websocket-bad-utf8") == 0 ? CLOSE_NOT_UTF8 : CLOSE_PROTOCOL);
    dialogue->part = DIALOGUE_OVER;
}

/* A bomb, or a server that talks much: we have heard enough. */
static void stop_inflating(struct dialogue *dialogue)
{
    inflater_free(dialogue->inflater);
    dialogue->inflater = NULL;
    conversation_skip(&dialogue->talk);
}

static void take_inflated(struct dialogue *dialogue, enum message_type type, struct slice piece)
{
    if (piece.len > dialogue->inflate_left) {
        stop_inflating(dialogue);
        note(dialogue, "compressed messages were read only in part: they inflate to more than four times max_body");
        if (dialogue->part < DIALOGUE_CLOSE)
            begin_close(dialogue, CLOSE_TOO_BIG);
        return;
    }
    dialogue->inflate_left -= piece.len;
    if (type == MESSAGE_TEXT && !utf8_reader_feed(&dialogue->utf8, piece))
        broke(dialogue, "websocket-bad-utf8", "a compressed text message is not UTF-8");
    else
        conversation_piece(&dialogue->talk, type, piece);
}

/* `input`: a further part of a compressed message; absent: it has ended. */
static void inflate_on(struct dialogue *dialogue, enum message_type type, struct slice input)
{
    bool end = !input.data;

    if (dialogue->inflater && !conversation_wants_more(&dialogue->talk))
        stop_inflating(dialogue);
    while (dialogue->inflater && dialogue->part != DIALOGUE_OVER) {
        struct slice piece;
        enum inflate_step step =
            end ? inflater_end(dialogue->inflater, &piece) : inflater_next(dialogue->inflater, &input, &piece);

        if (step == INFLATE_HUNGRY)
            break;
        if (step == INFLATE_BROKEN)
            broke(dialogue, "websocket-bad-deflate", inflater_words(dialogue->inflater));
        else
            take_inflated(dialogue, type, piece);
    }
    if (!end || !dialogue->inflater || dialogue->part == DIALOGUE_OVER)
        return;
    if (type == MESSAGE_TEXT && !utf8_reader_may_end(&dialogue->utf8)) {
        broke(dialogue, "websocket-bad-utf8", "a compressed text message ends inside of a character");
        return;
    }
    dialogue->utf8 = (struct utf8_reader){0};
    conversation_whole(&dialogue->talk, type);
}

static void heard_message(struct dialogue *dialogue, const struct frame_event *event)
{
    if (event->compressed)
        inflate_on(dialogue, event->type, (struct slice){NULL, 0});
    else
        conversation_whole(&dialogue->talk, event->type);
    if (dialogue->part == DIALOGUE_LISTEN)
        listen_on(dialogue);
}

static void heard_pong(struct dialogue *dialogue, struct slice data)
{
    if (dialogue->part != DIALOGUE_PING || data.len != sizeof dialogue->ping
        || memcmp(data.data, dialogue->ping, sizeof dialogue->ping) != 0) {
        dialogue->strangers++;
        return;
    }
    dialogue->exchange->probe->timings.ping_us = mono_between(dialogue->pinged, mono_now());
    begin_stay(dialogue);
}

/* A server that greets and leaves in peace has done its work; otherwise the socket was of no use to anybody, unless
 * that very close is expected. Where it is, the answer to our own does not count. */
static void heard_close(struct dialogue *dialogue, const struct frame_event *event)
{
    struct probe *probe = dialogue->exchange->probe;
    bool peaceful = event->close_code == CLOSE_NORMAL || event->close_code == CLOSE_NO_CODE;
    bool answer = dialogue->part == DIALOGUE_CLOSE;

    if (!answer || !dialogue->agenda.close) {
        probe->close_code = event->close_code;
        probe->close_reason = arena_slice(&probe->arena, event->data);
    }
    dialogue->part = DIALOGUE_LEFT;
    if (answer)
        return;
    stop_clock(dialogue);
    if (!dialogue->agenda.close && (!peaceful || !dialogue->talk.heard))
        failure_record(probe, "websocket-closed-by-server", "close code %d%s%.*s", event->close_code,
                       event->data.len ? ": " : "", (int)event->data.len, event->data.data ? event->data.data : "");
    say_close(dialogue, event->close_code);
}

static void heard_control(struct dialogue *dialogue, const struct frame_event *event)
{
    conversation_control(&dialogue->talk, event->type, event->data);
    if (event->type == MESSAGE_CLOSE)
        heard_close(dialogue, event);
    else if (event->type == MESSAGE_PONG)
        heard_pong(dialogue, event->data);
    else if (dialogue->part != DIALOGUE_CLOSE && dialogue->out->len < OUT_MOST)
        say(dialogue, MESSAGE_PONG, event->data);
}

static void take_step(struct dialogue *dialogue, enum frame_step step, const struct frame_event *event)
{
    switch (step) {
    case FRAME_PIECE:
        if (event->compressed)
            inflate_on(dialogue, event->type, event->data);
        else
            conversation_piece(&dialogue->talk, event->type, event->data);
        return;
    case FRAME_MESSAGE:
        heard_message(dialogue, event);
        return;
    case FRAME_CONTROL:
        heard_control(dialogue, event);
        return;
    case FRAME_BROKEN:
        dialogue->exchange->probe->close_code = event->type == MESSAGE_CLOSE ? event->close_code : 0;
        broke(dialogue, dialogue->frames.code, dialogue->frames.words);
        return;
    case FRAME_HUNGRY:
        return;
    }
}

void dialogue_take(struct dialogue *dialogue, struct slice input)
{
    struct frame_event event;
    enum frame_step step;

    while (dialogue->part < DIALOGUE_LEFT) {
        step = frame_next(&dialogue->frames, &input, &event);
        if (step == FRAME_HUNGRY)
            return;
        take_step(dialogue, step, &event);
    }
    if (dialogue->part == DIALOGUE_LEFT && input.len) {
        /* Only data frames are forbidden there (RFC 6455, 5.5.1): many servers answer a ping, or our close, once more. */
        if (!memchr("\x88\x89\x8a", input.data[0], 3))
            failure_record(dialogue->exchange->probe, "websocket-after-close", "%zu bytes behind the close frame",
                           input.len);
        dialogue->part = DIALOGUE_OVER;
    }
}

void dialogue_drained(struct dialogue *dialogue)
{
    if (dialogue->part == DIALOGUE_LEFT)
        dialogue->part = DIALOGUE_OVER;
}

/* Recorded, and judged only where a pong is expected. */
static void miss_pong(struct dialogue *dialogue)
{
    struct arena *arena = &dialogue->exchange->probe->arena;
    double waited = (double)mono_between(dialogue->pinged, mono_now()) / 1e6;

    note(dialogue, dialogue->strangers
                       ? arena_printf(arena, "no pong came within %.1f s that answers our ping, %u that do not",
                                      waited, dialogue->strangers)
                       : arena_printf(arena, "no pong came within %.1f s", waited));
    begin_stay(dialogue);
}

void dialogue_due(struct dialogue *dialogue)
{
    switch (dialogue->part) {
    case DIALOGUE_LISTEN:
        begin_ping(dialogue);
        return;
    case DIALOGUE_PING:
        miss_pong(dialogue);
        return;
    case DIALOGUE_STAY:
        begin_close(dialogue, CLOSE_NORMAL);
        return;
    case DIALOGUE_CLOSE:
        note(dialogue, "our close was not answered");
        dialogue->part = DIALOGUE_OVER;
        return;
    case DIALOGUE_NONE:
    case DIALOGUE_LEFT:
    case DIALOGUE_OVER:
        dialogue->part = DIALOGUE_OVER;
        return;
    }
}

void dialogue_hung_up(struct dialogue *dialogue, const char *how)
{
    bool said = dialogue->talk.list || frame_in_progress(&dialogue->frames);

    if (dialogue->part >= DIALOGUE_LISTEN && dialogue->part <= DIALOGUE_STAY) {
        stop_clock(dialogue);
        failure_record(dialogue->exchange->probe, said ? "websocket-hung-up" : "websocket-closed-early",
                       "%s without a close frame", how);
    }
    dialogue->part = DIALOGUE_OVER;
}

void dialogue_record(struct dialogue *dialogue)
{
    struct exchange *exchange = dialogue->exchange;

    conversation_record(&dialogue->talk, &exchange->matter);
    if (exchange->probe->close_code == 0)
        exchange->probe->close_code = CLOSE_NO_FRAME;
}
