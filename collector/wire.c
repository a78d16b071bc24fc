/* SPDX-License-Identifier: MIT */
#include "collector/wire.h"

#include <string.h>
#include <sys/epoll.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/body.h"
#include "collector/connection.h"
#include "collector/conversation.h"
#include "collector/exchange.h"
#include "collector/failure.h"
#include "collector/frame.h"
#include "collector/handshake.h"
#include "collector/head.h"
#include "collector/loop.h"
#include "collector/probe.h"
#include "collector/random.h"
#include "collector/request.h"
#include "collector/suite.h"
#include "collector/transport.h"

enum {
    GREETING_US = 250 * 1000, /* how long a server may take to greet where nobody expects it */
    PING_US = 5 * 1000 * 1000,
    CLOSE_US = 1000 * 1000,
    PIECE = 16 * 1024,
    PIECES_A_TURN = 16,   /* then others have their turn */
    OUT_MOST = 64 * 1024, /* a server that pings and never reads gets no more pongs */
    INTERIM_MOST = 10,    /* 1xx heads before the answer */
};

enum phase {
    PHASE_CONNECT,
    PHASE_HEAD,    /* the upgrade is sent */
    PHASE_REFUSAL, /* the answer is not 101: its body */
    PHASE_GREETING,
    PHASE_PING,
    PHASE_CLOSE, /* our close frame is sent */
    PHASE_OVER,
};

struct wire {
    struct connection connection;
    struct exchange *exchange;
    struct loop *loop;
    enum phase phase;
    int fd;             /* -1: not ours to watch */
    bool told, cut_off; /* cut_off: the peer reads no more */
    unsigned interim;
    struct buf out, head_bytes, body;
    struct body_reader body_reader;
    struct frame_reader frames;
    struct conversation talk;
    struct loop_timer patience, more;
    struct mono sent, answered, pinged;
    uint8_t ping[8];
};

static void settle(struct wire *wire);

/* The end of a phase may not lie behind the end of the attempt, less what closing still takes. */
static void be_patient(struct wire *wire, int64_t us, int64_t reserve_us)
{
    struct mono now = mono_now();
    int64_t left_us = mono_between(now, wire->exchange->deadline);

    if (reserve_us > left_us / 4)
        reserve_us = left_us / 4;
    if (us > left_us - reserve_us)
        us = left_us - reserve_us;
    loop_set(wire->loop, &wire->patience, (struct mono){now.us + us});
}

static void over(struct wire *wire)
{
    wire->phase = PHASE_OVER;
}

static void say(struct wire *wire, enum message_type type, const void *data, size_t len)
{
    uint8_t mask[4];

    random_fill(mask, sizeof mask);
    frame_put(&wire->out, type, (struct slice){data, len}, mask);
    conversation_say(&wire->talk, type, (struct slice){data, len});
}

static void say_close(struct wire *wire, int code)
{
    uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)(code & 255)};
    uint8_t mask[4];

    random_fill(mask, sizeof mask);
    frame_put(&wire->out, MESSAGE_CLOSE, (struct slice){(const char *)payload, sizeof payload}, mask);
    conversation_say(&wire->talk, MESSAGE_CLOSE, (struct slice){NULL, 0});
}

static void begin_ping(struct wire *wire)
{
    random_fill(wire->ping, sizeof wire->ping);
    say(wire, MESSAGE_PING, wire->ping, sizeof wire->ping);
    wire->pinged = mono_now();
    wire->phase = PHASE_PING;
    be_patient(wire, PING_US, CLOSE_US / 2);
}

static void begin_close(struct wire *wire)
{
    say_close(wire, 1000);
    wire->phase = PHASE_CLOSE;
    be_patient(wire, CLOSE_US, CLOSE_US / 20);
}

static void broke(struct wire *wire, const char *code, const char *words)
{
    failure_record(wire->exchange->probe, code, "%s", words);
    say_close(wire, 1002);
    over(wire);
}

static void heard_pong(struct wire *wire, struct slice data)
{
    if (wire->phase != PHASE_PING || data.len != sizeof wire->ping
        || memcmp(data.data, wire->ping, sizeof wire->ping) != 0)
        return;
    wire->exchange->probe->timings.ping_us = mono_between(wire->pinged, mono_now());
    begin_close(wire);
}

/* A server that greets and leaves in peace has done its work; otherwise the socket was of no use to anybody.
 */
static void heard_close(struct wire *wire, const struct frame_event *event)
{
    struct probe *probe = wire->exchange->probe;
    bool peaceful = event->close_code == 1000 || event->close_code == CLOSE_NO_CODE;

    probe->close_code = event->close_code;
    probe->close_reason = arena_slice(&probe->arena, event->data);
    if (wire->phase != PHASE_CLOSE) {
        if (!peaceful || !wire->talk.first_whole)
            failure_record(probe, "websocket-closed-by-server", "close code %d%s%.*s", event->close_code,
                           event->data.len ? ": " : "", (int)event->data.len,
                           event->data.data ? event->data.data : "");
        say_close(wire, peaceful ? 1000 : event->close_code);
    }
    over(wire);
}

static void heard_control(struct wire *wire, const struct frame_event *event)
{
    if (event->type == MESSAGE_CLOSE)
        heard_close(wire, event);
    else if (event->type == MESSAGE_PONG)
        heard_pong(wire, event->data);
    else if (wire->phase != PHASE_CLOSE && wire->out.len < OUT_MOST)
        say(wire, MESSAGE_PONG, event->data.data, event->data.len);
}

static void take_frames(struct wire *wire, struct slice input)
{
    struct frame_event event;

    while (wire->phase != PHASE_OVER) {
        enum frame_step step = frame_next(&wire->frames, &input, &event);

        if (step == FRAME_HUNGRY)
            return;
        conversation_hear(&wire->talk, step, &event);
        if (step == FRAME_BROKEN) {
            wire->exchange->probe->close_code = event.type == MESSAGE_CLOSE ? event.close_code : 0;
            broke(wire, wire->frames.code, wire->frames.words);
        } else if (step == FRAME_CONTROL) {
            heard_control(wire, &event);
        } else if (step == FRAME_MESSAGE && wire->phase == PHASE_GREETING) {
            begin_ping(wire);
        }
    }
}

static void take_refusal(struct wire *wire, struct slice input)
{
    body_feed(&wire->body_reader, input, &wire->body);
    if (wire->body_reader.ended || wire->body_reader.fault || wire->body.capped)
        over(wire);
}

/* After the answer's head: what follows are frames, or the body of a refusal. */
static void take_answer(struct wire *wire, const struct head *head, struct slice rest)
{
    struct exchange *exchange = wire->exchange;
    struct probe *probe = exchange->probe;
    struct handshake handshake;
    size_t from = 0;

    wire->answered = mono_now();
    probe->timings.upgrade_us = mono_between(wire->sent, wire->answered);
    if (head->status != 101) {
        probe->location = head->status / 100 == 3 ? head_field(head, "Location", &from) : probe->location;
        wire->phase = PHASE_REFUSAL;
        body_begin(&wire->body_reader, head);
        take_refusal(wire, rest);
        return;
    }
    if (!handshake_check(head, exchange->request->key, exchange->request->subprotocols, &handshake)) {
        failure_record(probe, handshake.code, "%s", handshake.words);
        over(wire);
    }
    probe->subprotocol = handshake.subprotocol;
    probe->extensions = handshake.extensions;
    if (wire->phase == PHASE_OVER)
        return;
    conversation_begin(&wire->talk, probe, exchange->endpoint->max_body, exchange->endpoint->keep_body);
    wire->phase = PHASE_GREETING;
    be_patient(wire, exchange->message_us ? exchange->message_us : GREETING_US, CLOSE_US);
    take_frames(wire, rest);
}

static void take_head(struct wire *wire, struct slice input)
{
    struct probe *probe = wire->exchange->probe;
    struct head head;
    size_t seen = wire->head_bytes.len, len;

    buf_put_slice(&wire->head_bytes, input);
    if (!head_plausible(buf_slice(&wire->head_bytes))) {
        failure_record(probe, "websocket-not-http", "the server says: %.*s",
                       wire->head_bytes.len > 80 ? 80 : (int)wire->head_bytes.len, wire->head_bytes.data);
        over(wire);
        return;
    }
    while (wire->phase == PHASE_HEAD && (len = head_end(buf_slice(&wire->head_bytes), seen))) {
        struct slice rest = {wire->head_bytes.data + len, wire->head_bytes.len - len};

        seen = 0;
        if (!exchange_put_head(wire->exchange, (struct slice){wire->head_bytes.data, len}, &head)) {
            failure_record(probe, "http-malformed", "%s", head.fault);
            over(wire);
        } else if (head.status < 200 && head.status != 101 && ++wire->interim <= INTERIM_MOST) {
            buf_drop(&wire->head_bytes, len);
        } else {
            take_answer(wire, &head, rest);
        }
    }
    if (wire->phase == PHASE_HEAD && wire->head_bytes.capped) {
        failure_record(probe, "http-head-too-large", "more than %d bytes", HEAD_MOST);
        over(wire);
    }
}

static void take(struct wire *wire, struct slice input)
{
    switch (wire->phase) {
    case PHASE_HEAD:
        if (wire->exchange->probe->timings.first_byte_us == NOT_MEASURED)
            wire->exchange->probe->timings.first_byte_us = mono_between(wire->sent, mono_now());
        take_head(wire, input);
        return;
    case PHASE_REFUSAL:
        take_refusal(wire, input);
        return;
    case PHASE_GREETING:
    case PHASE_PING:
    case PHASE_CLOSE:
        take_frames(wire, input);
        return;
    case PHASE_CONNECT:
    case PHASE_OVER:
        return;
    }
}

/* The server hung up (CURLE_OK), or the connection broke. */
static void hung_up(struct wire *wire, CURLcode result)
{
    struct probe *probe = wire->exchange->probe;
    const char *how = result == CURLE_OK ? "the connection was closed" : wire->connection.words;

    wire->cut_off = true;
    switch (wire->phase) {
    case PHASE_HEAD:
        if (wire->head_bytes.len)
            failure_record(probe, "http-truncated", "%s after %zu bytes of the answer's head", how,
                           wire->head_bytes.len);
        else
            connection_fail(&wire->connection, result == CURLE_OK ? CURLE_GOT_NOTHING : result, false, false);
        break;
    case PHASE_GREETING:
    case PHASE_PING:
        failure_record(probe,
                       wire->talk.list || frame_in_progress(&wire->frames) ? "websocket-hung-up"
                                                                           : "websocket-closed-early",
                       "%s without a close frame", how);
        break;
    case PHASE_REFUSAL:
    case PHASE_CLOSE:
    case PHASE_CONNECT:
    case PHASE_OVER:
        break;
    }
    over(wire);
}

static void read_pieces(struct wire *wire)
{
    char piece[PIECE];

    for (int i = 0; i < PIECES_A_TURN && wire->phase != PHASE_OVER; i++) {
        size_t got = 0;
        CURLcode result = curl_easy_recv(wire->connection.easy, piece, sizeof piece, &got);

        if (result == CURLE_AGAIN)
            return;
        if (result != CURLE_OK || got == 0)
            hung_up(wire, result);
        else
            take(wire, (struct slice){piece, got});
    }
    /* TLS may hold bytes that the descriptor knows nothing of. */
    if (wire->phase != PHASE_OVER)
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

/* Recorded, and judged only where a pong is expected. */
static void miss_pong(struct wire *wire)
{
    struct probe *probe = wire->exchange->probe;
    double waited = (double)mono_between(wire->pinged, mono_now()) / 1e6;

    if (!probe->detail.data)
        probe->detail = slice_of(arena_printf(&probe->arena, "no pong came within %.1f s", waited));
    begin_close(wire);
}

static void on_patience(void *self)
{
    struct wire *wire = self;

    if (wire->phase == PHASE_GREETING)
        begin_ping(wire);
    else if (wire->phase == PHASE_PING)
        miss_pong(wire);
    else
        over(wire);
    settle(wire);
}

static void put_upgrade(struct wire *wire)
{
    const struct request *request = wire->exchange->request;

    buf_printf(&wire->out, "GET %s HTTP/1.1\r\n", request->target);
    for (size_t i = 0; i < request->header_count; i++)
        buf_printf(&wire->out, "%s: %s\r\n", request->headers[i].name, request->headers[i].value.value);
    buf_puts(&wire->out, "\r\n");
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
        wire->phase = PHASE_HEAD;
        put_upgrade(wire);
        wire->sent = mono_now();
    }
    settle(wire);
}

static void record(struct wire *wire)
{
    struct probe *probe = wire->exchange->probe;
    bool refused = probe->status && probe->status != 101;

    connection_record(&wire->connection);
    if (wire->talk.probe) {
        conversation_record(&wire->talk);
        if (probe->close_code == 0)
            probe->close_code = CLOSE_NO_FRAME;
        if (wire->talk.first_whole || wire->talk.first.capped)
            wire->exchange->matter.first_message = buf_slice(&wire->talk.first);
        wire->exchange->matter.message_capped = wire->talk.first.capped;
    }
    if (!refused || !wire->answered.us)
        return;
    exchange_put_body(wire->exchange, &wire->body);
    probe->timings.transfer_us = mono_between(wire->answered, mono_now());
    if (!wire->body_reader.ended && wire->body_reader.framing != BODY_UNTIL_CLOSE) {
        probe->body_cut = true;
        probe->detail = slice_of(wire->body_reader.fault ? wire->body_reader.fault : "only a part of the body came");
    }
}

/* Sends what there is to send, and ends what is over; then `wire` may be gone. */
static void settle(struct wire *wire)
{
    if (wire->fd >= 0)
        write_out(wire);
    if (wire->phase != PHASE_OVER) {
        uint32_t events = EPOLLIN | (wire->out.len && !wire->cut_off ? EPOLLOUT : 0U);

        if (wire->fd >= 0)
            loop_watch(wire->loop, wire->fd, events, on_ready, wire);
        return;
    }
    if (wire->told)
        return;
    wire->told = true;
    loop_unset(wire->loop, &wire->patience);
    loop_unset(wire->loop, &wire->more);
    record(wire);
    wire->exchange->done(wire->exchange->self);
}

void wire_expire(struct wire *wire)
{
    struct probe *probe = wire->exchange->probe;

    if (wire->phase == PHASE_CONNECT)
        connection_fail(&wire->connection, CURLE_OPERATION_TIMEDOUT, false, false);
    else if (wire->phase == PHASE_HEAD)
        failure_record(probe, "websocket-no-answer", "%zu bytes of an answer came within the timeout",
                       wire->head_bytes.len);
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
    wire->head_bytes = (struct buf){buf_empty, 0, 0, HEAD_MOST, false};
    wire->body = (struct buf){buf_empty, 0, 0, exchange_body_cap(exchange), false};
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
    if (wire->talk.probe)
        conversation_free(&wire->talk);
    buf_free(&wire->out);
    buf_free(&wire->head_bytes);
    buf_free(&wire->body);
    mem_free(wire);
}
