/* SPDX-License-Identifier: MIT */
#include "collector/wire.h"

#include <sys/epoll.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/connection.h"
#include "collector/dialogue.h"
#include "collector/exchange.h"
#include "collector/failure.h"
#include "collector/loop.h"
#include "collector/probe.h"
#include "collector/transport.h"
#include "collector/upgrade.h"

enum {
    PIECE = 16 * 1024,
    PIECES_A_TURN = 16, /* then others have their turn */
};

enum phase { PHASE_CONNECT, PHASE_UPGRADE, PHASE_OPEN, PHASE_OVER };

struct wire {
    struct connection connection;
    struct exchange *exchange;
    struct loop *loop;
    enum phase phase;
    int fd;             /* -1: not ours to watch */
    uint32_t watched;   /* for which events */
    bool told, cut_off; /* cut_off: the peer reads no more */
    struct buf out;
    struct upgrade upgrade;
    struct dialogue dialogue;
    struct loop_timer patience, more;
};

static void settle(struct wire *wire);

static void over(struct wire *wire)
{
    wire->phase = PHASE_OVER;
}

static void take(struct wire *wire, struct slice input)
{
    if (wire->phase == PHASE_UPGRADE) {
        enum upgrade_step step = upgrade_take(&wire->upgrade, &input);

        if (step == UPGRADE_OVER)
            over(wire);
        if (step != UPGRADE_OPEN)
            return;
        wire->phase = PHASE_OPEN;
        dialogue_begin(&wire->dialogue, wire->exchange, &wire->upgrade.deflate, &wire->out);
    }
    if (wire->phase == PHASE_OPEN)
        dialogue_take(&wire->dialogue, input);
}

/* The server hung up (CURLE_OK), or the connection broke. */
static void hung_up(struct wire *wire, CURLcode result)
{
    const char *how = result == CURLE_OK ? "the connection was closed" : wire->connection.words;
    const struct upgrade *upgrade = &wire->upgrade;

    wire->cut_off = true;
    if (wire->phase == PHASE_OPEN)
        dialogue_hung_up(&wire->dialogue, how);
    else if (wire->phase == PHASE_UPGRADE && !upgrade->refused && upgrade->head.len)
        failure_record(wire->exchange->probe, "http-truncated", "%s after %zu bytes of the answer's head", how,
                       upgrade->head.len);
    else if (wire->phase == PHASE_UPGRADE && !upgrade->refused)
        connection_fail(&wire->connection, result == CURLE_OK ? CURLE_GOT_NOTHING : result, false, false);
    over(wire);
}

static bool is_over(const struct wire *wire)
{
    return wire->phase == PHASE_OVER || (wire->phase == PHASE_OPEN && wire->dialogue.part == DIALOGUE_OVER);
}

static void read_pieces(struct wire *wire)
{
    char piece[PIECE];

    for (int i = 0; i < PIECES_A_TURN && !is_over(wire); i++) {
        size_t got = 0;
        CURLcode result = curl_easy_recv(wire->connection.easy, piece, sizeof piece, &got);

        if (result == CURLE_AGAIN) {
            if (wire->phase == PHASE_OPEN)
                dialogue_drained(&wire->dialogue);
            return;
        }
        if (result != CURLE_OK || got == 0)
            hung_up(wire, result);
        else
            take(wire, (struct slice){piece, got});
    }
    /* TLS may hold bytes that the descriptor knows nothing of. */
    if (!is_over(wire))
        loop_set(wire->loop, &wire->more, mono_now());
}

static void write_out(struct wire *wire)
{
    while (wire->out.len && !wire->cut_off) {
        size_t sent = 0;
        CURLcode result = curl_easy_send(wire->connection.easy, wire->out.data, wire->out.len, &sent);

        if (result == CURLE_AGAIN)
            return;
        if (result != CURLE_OK) {
            /* What the server said before it stopped listening is still to be read. */
            wire->cut_off = true;
            return;
        }
        buf_drop(&wire->out, sent);
    }
}

static void on_ready(void *self, int fd, uint32_t events)
{
    struct wire *wire = self;

    (void)fd;
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
        read_pieces(wire);
    settle(wire);
}

static void on_more(void *self)
{
    struct wire *wire = self;

    read_pieces(wire);
    settle(wire);
}

static void on_patience(void *self)
{
    struct wire *wire = self;

    if (wire->phase == PHASE_OPEN)
        dialogue_due(&wire->dialogue);
    settle(wire);
}

static void on_connected(void *self, CURLcode result)
{
    struct wire *wire = self;
    curl_socket_t fd = CURL_SOCKET_BAD;

    if (result == CURLE_OK)
        result = curl_easy_getinfo(wire->connection.easy, CURLINFO_ACTIVESOCKET, &fd);
    if (result != CURLE_OK || fd == CURL_SOCKET_BAD) {
        connection_fail(&wire->connection, result == CURLE_OK ? CURLE_COULDNT_CONNECT : result, false, false);
        over(wire);
    } else {
        wire->fd = fd;
        wire->phase = PHASE_UPGRADE;
        upgrade_put(&wire->upgrade, &wire->out);
    }
    settle(wire);
}

/* Wakes the wire for what it waits for; only changes cost a system call. */
static void wait_on(struct wire *wire)
{
    uint32_t events = EPOLLIN | (wire->out.len && !wire->cut_off ? EPOLLOUT : 0U);

    if (wire->fd >= 0 && events != wire->watched && loop_watch(wire->loop, wire->fd, events, on_ready, wire))
        wire->watched = events;
    if (wire->phase == PHASE_OPEN && (!wire->patience.place || wire->patience.at.us != wire->dialogue.due.us))
        loop_set(wire->loop, &wire->patience, wire->dialogue.due);
}

/* Sends what there is to send, and ends what is over; then `wire` may be gone. */
static void settle(struct wire *wire)
{
    if (wire->fd >= 0)
        write_out(wire);
    if (!is_over(wire)) {
        wait_on(wire);
        return;
    }
    if (wire->told)
        return;
    wire->told = true;
    loop_unset(wire->loop, &wire->patience);
    loop_unset(wire->loop, &wire->more);
    connection_record(&wire->connection);
    upgrade_record(&wire->upgrade);
    if (wire->dialogue.exchange)
        dialogue_record(&wire->dialogue);
    wire->exchange->done(wire->exchange->self);
}

void wire_expire(struct wire *wire)
{
    struct probe *probe = wire->exchange->probe;

    if (wire->phase == PHASE_CONNECT)
        connection_fail(&wire->connection, CURLE_OPERATION_TIMEDOUT, false, false);
    else if (wire->phase == PHASE_UPGRADE && !wire->upgrade.refused)
        failure_record(probe, "websocket-no-answer", "%zu bytes of an answer came within the timeout",
                       wire->upgrade.head.len);
    over(wire);
    settle(wire);
}

struct wire *wire_start(struct transport *transport, struct exchange *exchange)
{
    struct wire *wire = mem_new(1, sizeof *wire);
    struct connection *connection = &wire->connection;

    wire->exchange = exchange;
    wire->loop = transport_loop(transport);
    wire->fd = -1;
    wire->out = (struct buf)BUF_INIT;
    upgrade_begin(&wire->upgrade, exchange);
    wire->patience = (struct loop_timer){.due = on_patience, .self = wire};
    wire->more = (struct loop_timer){.due = on_more, .self = wire};
    connection_open(connection, transport, exchange, false);
    connection->done = on_connected;
    connection->self = wire;
    CONNECTION_SET(connection, CURLOPT_CONNECT_ONLY, 1L);
    if (connection_start(connection))
        return wire;
    wire_free(wire);
    return NULL;
}

void wire_free(struct wire *wire)
{
    if (!wire)
        return;
    loop_unset(wire->loop, &wire->patience);
    loop_unset(wire->loop, &wire->more);
    if (wire->fd >= 0)
        loop_forget(wire->loop, wire->fd);
    connection_close(&wire->connection);
    dialogue_free(&wire->dialogue);
    upgrade_free(&wire->upgrade);
    buf_free(&wire->out);
    mem_free(wire);
}
