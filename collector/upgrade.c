/* SPDX-License-Identifier: MIT */
#include "collector/upgrade.h"

#include <string.h>

#include "collector/exchange.h"
#include "collector/failure.h"
#include "collector/handshake.h"
#include "collector/head.h"
#include "collector/probe.h"
#include "collector/request.h"

enum { INTERIM_MOST = 10 };

void upgrade_begin(struct upgrade *upgrade, struct exchange *exchange)
{
    *upgrade = (struct upgrade){.exchange = exchange};
    upgrade->head = (struct buf){buf_empty, 0, 0, HEAD_MOST, false};
    upgrade->body = (struct buf){buf_empty, 0, 0, exchange_body_cap(exchange), false};
}

void upgrade_free(struct upgrade *upgrade)
{
    buf_free(&upgrade->head);
    buf_free(&upgrade->body);
}

static void put_all(struct buf *out, const char *const *texts)
{
    for (; *texts; texts++)
        buf_puts(out, *texts);
}

void upgrade_put(struct upgrade *upgrade, struct buf *out)
{
    const struct request *request = upgrade->exchange->request;

    put_all(out, (const char *const[]){"GET ", request->target, " HTTP/1.1\r\n", NULL});
    for (size_t i = 0; i < request->header_count; i++)
        put_all(out,
                (const char *const[]){request->headers[i].name, ": ", request->headers[i].value.value, "\r\n", NULL});
    buf_puts(out, "\r\n");
    upgrade->sent = mono_now();
}

static enum upgrade_step take_refusal(struct upgrade *upgrade, struct slice input)
{
    const struct body_reader *reader = &upgrade->body_reader;

    body_feed(&upgrade->body_reader, input, &upgrade->body);
    return reader->ended || reader->fault || upgrade->body.capped ? UPGRADE_OVER : UPGRADE_HUNGRY;
}

/* Several fields mean the same as one with commas (RFC 9110, 5.3). */
static struct slice extensions_of(const struct head *head, struct arena *arena)
{
    size_t from = 0;
    struct slice value, all = head_field(head, "Sec-WebSocket-Extensions", &from);

    while ((value = head_field(head, "Sec-WebSocket-Extensions", &from)).data)
        all = slice_of(arena_printf(arena, "%.*s, %.*s", (int)all.len, all.data, (int)value.len, value.data));
    return all;
}

static enum upgrade_step shake_hands(struct upgrade *upgrade, const struct head *head)
{
    const struct request *request = upgrade->exchange->request;
    struct handshake_offer offer = {request->key, request->subprotocols, request->deflate};
    struct probe *probe = upgrade->exchange->probe;
    struct handshake handshake;
    bool holds = handshake_check(head, &offer, &handshake);

    probe->subprotocol = handshake.subprotocol;
    probe->extensions = extensions_of(head, &probe->arena);
    upgrade->deflate = handshake.deflate;
    if (!holds)
        failure_record(probe, handshake.code, "%s", handshake.words);
    else if (request->subprotocols && !handshake.subprotocol.data && !probe->detail.data)
        probe->detail = slice_of(arena_printf(
            &probe->arena, "the server chose none of the subprotocols, which browsers take for a failure"));
    return holds ? UPGRADE_OPEN : UPGRADE_OVER;
}

/* The head is whole: what follows are frames, or the body of a refusal. */
static enum upgrade_step take_answer(struct upgrade *upgrade, const struct head *head, struct slice rest)
{
    struct probe *probe = upgrade->exchange->probe;
    size_t from = 0;

    upgrade->answered = mono_now();
    probe->timings.upgrade_us = mono_between(upgrade->sent, upgrade->answered);
    if (head->status == 101)
        return shake_hands(upgrade, head);
    if (head->status / 100 == 3)
        probe->location = head_field(head, "Location", &from);
    upgrade->refused = true;
    body_begin(&upgrade->body_reader, head);
    return take_refusal(upgrade, rest);
}

/* A server that speaks HTTP/2 whatever it is asked begins with a SETTINGS frame of stream 0 (RFC 9113, 3.4). */
static bool is_http2(struct slice bytes)
{
    static const char preface[] = "PRI * HTTP/2";
    static const char settings[] = {4, 0, 0, 0, 0, 0};

    return (bytes.len >= sizeof preface - 1 && memcmp(bytes.data, preface, sizeof preface - 1) == 0)
           || (bytes.len >= 3 + sizeof settings && bytes.data[0] == 0
               && memcmp(bytes.data + 3, settings, sizeof settings) == 0);
}

static enum upgrade_step not_http(struct upgrade *upgrade)
{
    struct slice said = buf_slice(&upgrade->head);

    if (is_http2(said))
        failure_record(upgrade->exchange->probe, "websocket-not-http", "the server speaks HTTP/2 without being asked");
    else
        failure_record(upgrade->exchange->probe, "websocket-not-http", "the server says: %.*s",
                       said.len > 80 ? 80 : (int)said.len, said.data);
    return UPGRADE_OVER;
}

/* One whole head of `len` bytes. */
static enum upgrade_step take_head(struct upgrade *upgrade, size_t len, struct slice *input)
{
    struct slice rest = {upgrade->head.data + len, upgrade->head.len - len};
    enum upgrade_step step;
    struct head head;

    if (!exchange_put_head(upgrade->exchange, (struct slice){upgrade->head.data, len}, &head)) {
        failure_record(upgrade->exchange->probe, "http-malformed", "%s", head.fault);
        return UPGRADE_OVER;
    }
    if (head.status < 200 && head.status != 101 && ++upgrade->interim <= INTERIM_MOST) {
        buf_drop(&upgrade->head, len);
        return UPGRADE_HUNGRY;
    }
    step = take_answer(upgrade, &head, rest);
    *input = rest;
    return step;
}

enum upgrade_step upgrade_take(struct upgrade *upgrade, struct slice *input)
{
    struct probe *probe = upgrade->exchange->probe;
    size_t seen = upgrade->head.len, len;

    if (upgrade->refused)
        return take_refusal(upgrade, *input);
    if (probe->timings.first_byte_us == NOT_MEASURED)
        probe->timings.first_byte_us = mono_between(upgrade->sent, mono_now());
    buf_put_slice(&upgrade->head, *input);
    if (!head_plausible(buf_slice(&upgrade->head)))
        return not_http(upgrade);
    while ((len = head_end(buf_slice(&upgrade->head), seen))) {
        enum upgrade_step step = take_head(upgrade, len, input);

        if (step != UPGRADE_HUNGRY || upgrade->refused)
            return step;
        seen = 0;
    }
    if (!upgrade->head.capped)
        return UPGRADE_HUNGRY;
    failure_record(probe, "http-head-too-large", "more than %d bytes", HEAD_MOST);
    return UPGRADE_OVER;
}

void upgrade_record(struct upgrade *upgrade)
{
    struct probe *probe = upgrade->exchange->probe;
    const struct body_reader *reader = &upgrade->body_reader;

    if (!upgrade->refused)
        return;
    exchange_put_body(upgrade->exchange, &upgrade->body);
    probe->timings.transfer_us = mono_between(upgrade->answered, mono_now());
    if (!reader->ended && reader->framing != BODY_UNTIL_CLOSE) {
        probe->body_cut = true;
        probe->detail = slice_of(reader->fault ? reader->fault : "only a part of the body came");
    }
}
