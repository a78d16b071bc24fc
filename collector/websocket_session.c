/* SPDX-License-Identifier: MIT */
#include "collector/websocket_session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum {
    HEAD_ROOM = 32 * 1024,
    SAY_MOST = 1024 * 1024,
};

struct session_saying {
    struct buf bytes; /* with LWS_PRE bytes of room in front */
    enum message_type type;
    struct session_saying *next;
};

/* What libwebsockets logged last of a breach of the protocol: it tells its callbacks nothing of it. The log's sink has no
 * room for anybody's state but this. */
static char last_breach[SESSION_WORDS];

void websocket_session_log(int level, const char *line)
{
    static const char *const breaches[] = {"illegal opcode",  "illegal rsv",    "be fragmented",
                                           "disordered",      "owed us a FIN",  "b63 of length",
                                           "extended length", "xtended length", "utf8 error"};

    (void)level;
    for (size_t i = 0; i < sizeof breaches / sizeof *breaches; i++)
        if (strstr(line, breaches[i]))
            snprintf(last_breach, sizeof last_breach, "%s", breaches[i]);
}

static void tell(const struct websocket_session *session, enum worker_kind kind)
{
    if (!session->over)
        worker_channel_tell(session->channel, kind, session->id);
}

static void end(struct websocket_session *session, enum worker_end how, int system_error, struct slice words)
{
    struct worker_channel *channel = session->channel;
    size_t begin;

    if (session->over)
        return;
    begin = worker_channel_begin(channel, WORKER_ENDED, session->id);
    worker_put_number(&channel->out, how);
    worker_put_number(&channel->out, (uint64_t)(system_error > 0 ? system_error : 0));
    worker_put_bytes(&channel->out, words);
    worker_put_bytes(&channel->out, slice_of(*session->words ? session->words : last_breach));
    worker_channel_end(channel, begin);
    *last_breach = '\0';
    session->over = true;
}

/* Ending a connection from within a callback that receives overruns a buffer: so it is put off. */
void websocket_session_hang_up(struct websocket_session *session)
{
    session->over = true;
    if (!session->wsi || session->gone)
        return;
    lws_rx_flow_control(session->wsi, 0);
    lws_set_timeout(session->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

static void put_field(struct websocket_session *session, enum lws_token_indexes token, const char *name)
{
    struct buf *out = &session->channel->out;
    char value[HEAD_ROOM];
    int len = lws_hdr_copy(session->wsi, value, (int)sizeof value, token);

    if (len < 0)
        return;
    worker_put_bytes(out, (struct slice){name, strlen(name) - 1});
    worker_put_bytes(out, (struct slice){value, (size_t)len});
}

/* libwebsockets keeps only headers whose names it knows. */
static void tell_head(struct websocket_session *session)
{
    struct worker_channel *channel = session->channel;
    char line[128] = "";
    const char *reason;
    size_t begin;

    if (session->over)
        return;
    begin = worker_channel_begin(channel, WORKER_HEAD, session->id);
    worker_put_number(&channel->out, lws_http_client_http_response(session->wsi));
    lws_hdr_copy(session->wsi, line, (int)sizeof line, WSI_TOKEN_HTTP);
    reason = strchr(line, ' ');
    worker_put_bytes(&channel->out, slice_of(reason ? reason + 1 : NULL));
    for (int token = 0; token < _WSI_TOKEN_CLIENT_SENT_PROTOCOLS; token++) {
        const char *name = (const char *)lws_token_to_string((enum lws_token_indexes)token);

        if (name && strlen(name) > 1 && *name != ':' && name[strlen(name) - 1] == ':'
            && lws_hdr_total_length(session->wsi, (enum lws_token_indexes)token) > 0)
            put_field(session, (enum lws_token_indexes)token, name);
    }
    worker_channel_end(channel, begin);
}

/* Further headers of the request, and the key that libwebsockets has just written, since the record shows it. */
static int append_headers(struct websocket_session *session, unsigned char **place, size_t room)
{
    static const char key_name[] = "Sec-WebSocket-Key: ";
    enum { KEY = 24, BACK_MOST = 4096 };
    struct worker_reader reader = {session->start.headers, false};
    unsigned char *end_of_room = *place + room;
    const char *key = (const char *)*place;
    size_t back = 0;

    while (back < BACK_MOST && strncmp(key, key_name, sizeof key_name - 1) != 0) {
        key--;
        back++;
    }
    if (!session->over)
        worker_channel_tell_bytes(session->channel, WORKER_ASKED, session->id,
                                  (struct slice){key + sizeof key_name - 1, KEY});
    while (reader.left.len && !reader.spoilt) {
        char name[256];
        struct slice given = worker_get_bytes(&reader), value = worker_get_bytes(&reader);

        if (!given.data || !value.data || given.len > sizeof name - 2)
            return -1;
        snprintf(name, sizeof name, "%.*s:", (int)given.len, given.data);
        if (lws_add_http_header_by_name(session->wsi, (const unsigned char *)name, (const unsigned char *)value.data,
                                        (int)value.len, place, end_of_room))
            return -1;
    }
    return 0;
}

static void hear_piece(struct websocket_session *session, struct slice piece)
{
    struct worker_channel *channel = session->channel;
    size_t begin;

    if (session->over)
        return;
    if (!session->in_message) {
        session->in_message = true;
        session->size = 0;
        session->type = lws_frame_is_binary(session->wsi) ? MESSAGE_BINARY : MESSAGE_TEXT;
    }
    if (piece.len && session->size < session->start.message_most) {
        uint64_t left = session->start.message_most - session->size;

        begin = worker_channel_begin(channel, WORKER_PIECE, session->id);
        worker_put_number(&channel->out, session->type);
        worker_put_bytes(&channel->out, (struct slice){piece.data, piece.len < left ? piece.len : (size_t)left});
        worker_channel_end(channel, begin);
    }
    session->size += piece.len;
    if (!lws_is_final_fragment(session->wsi))
        return;
    session->in_message = false;
    begin = worker_channel_begin(channel, WORKER_MESSAGE, session->id);
    worker_put_number(&channel->out, session->type);
    worker_put_number(&channel->out, session->size);
    worker_channel_end(channel, begin);
}

static void hear_close(struct websocket_session *session, const unsigned char *payload, size_t len)
{
    struct worker_channel *channel = session->channel;
    size_t begin;

    if (session->over)
        return;
    begin = worker_channel_begin(channel, WORKER_PEER_CLOSED, session->id);
    worker_put_number(&channel->out, len >= 2 ? (uint64_t)payload[0] << 8 | payload[1] : len);
    worker_put_bytes(&channel->out,
                     len > 2 ? (struct slice){(const char *)payload + 2, len - 2} : (struct slice){NULL, 0});
    worker_channel_end(channel, begin);
}

/* Says the next message; after the last one, closes where that was asked for. -1 closes. */
static int speak(struct websocket_session *session)
{
    static const enum lws_write_protocol protocols[] = {
        [MESSAGE_TEXT] = LWS_WRITE_TEXT, [MESSAGE_BINARY] = LWS_WRITE_BINARY, [MESSAGE_PING] = LWS_WRITE_PING};
    struct session_saying *saying = session->say;

    if (saying) {
        size_t len = saying->bytes.len - LWS_PRE;

        session->say = saying->next;
        worker_channel_tell_number(session->channel, WORKER_SAID, session->id, saying->type);
        lws_write(session->wsi, (unsigned char *)saying->bytes.data + LWS_PRE, len, protocols[saying->type]);
        buf_free(&saying->bytes);
        mem_free(saying);
        lws_callback_on_writable(session->wsi);
        return 0;
    }
    if (!session->close_code)
        return 0;
    lws_close_reason(session->wsi, (enum lws_close_status)session->close_code, NULL, 0);
    return -1;
}

static struct slice words_of(const void *in, size_t len)
{
    return in && len ? (struct slice){in, strnlen(in, len)} : (struct slice){NULL, 0};
}

int websocket_session_event(struct websocket_session *session, struct lws *wsi, enum lws_callback_reasons reason,
                            void *in, size_t len)
{
    if (!session->wsi)
        session->wsi = wsi;
    switch (reason) {
    case LWS_CALLBACK_WSI_CREATE:
        tell(session, WORKER_CONNECTED);
        return 0;
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        return append_headers(session, in, len);
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
        tell_head(session);
        return 0;
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        session->open = true;
        tell(session, WORKER_OPENED);
        return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        hear_piece(session, (struct slice){in, len});
        return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        if (!session->over)
            worker_channel_tell_bytes(session->channel, WORKER_PONG, session->id, (struct slice){in, len});
        return 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        hear_close(session, in, len);
        return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return session->over ? 0 : speak(session);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        end(session, WORKER_END_FAILED, 0, words_of(in, len));
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
        end(session, WORKER_END_CLOSED, 0, (struct slice){NULL, 0});
        return 0;
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP: /* killed before there was an answer */
        end(session, WORKER_END_FAILED, 0, (struct slice){NULL, 0});
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        end(session, session->open ? WORKER_END_CLOSED : WORKER_END_FAILED, 0, (struct slice){NULL, 0});
        session->gone = true;
        return 0;
    default:
        return 0;
    }
}

void websocket_session_begin(struct websocket_session *session, struct lws_context *context, struct lws_vhost *host,
                             const char *protocol)
{
    const struct worker_start *start = &session->start;
    struct lws_client_connect_info info = {
        .context = context,
        .address = start->address,
        .port = start->port,
        .path = start->target,
        .host = start->host,
        .protocol = start->subprotocols,
        .local_protocol_name = protocol,
        .alpn = "http/1.1",
        .userdata = session,
        .vhost = host,
        .pwsi = &session->wsi,
        .ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT
                          | (start->tls ? LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK : 0)};

    session->begun = true;
    tell(session, WORKER_BEGUN);
    if (!host) {
        session->gone = true;
        end(session, WORKER_END_NONE, 0, slice_of("its certificate, key or authorities cannot be used"));
        return;
    }
    errno = 0;
    if (lws_client_connect_via_info(&info))
        return;
    end(session, WORKER_END_NONE, errno, slice_of("Unable to connect"));
    session->gone = true;
}

void websocket_session_say(struct websocket_session *session, struct slice payload)
{
    struct worker_reader reader = {payload, false};
    enum message_type type = (enum message_type)worker_get_upto(&reader, MESSAGE_PING);
    struct slice bytes = worker_get_bytes(&reader);
    static const char room[LWS_PRE];
    struct session_saying *saying, **last = &session->say;

    if (reader.spoilt || bytes.len > SAY_MOST || !session->open)
        return;
    saying = mem_new(1, sizeof *saying);
    *saying = (struct session_saying){.bytes = BUF_INIT, .type = type};
    buf_put(&saying->bytes, room, sizeof room);
    buf_put_slice(&saying->bytes, bytes);
    while (*last)
        last = &(*last)->next;
    *last = saying;
    lws_callback_on_writable(session->wsi);
}

void websocket_session_free(struct websocket_session *session)
{
    while (session->say) {
        struct session_saying *saying = session->say;

        session->say = saying->next;
        buf_free(&saying->bytes);
        mem_free(saying);
    }
    arena_free(&session->texts);
    mem_free(session);
}

struct websocket_session *websocket_session_new(struct worker_channel *channel, uint32_t id, struct slice payload)
{
    struct websocket_session *session = mem_new(1, sizeof *session);

    session->channel = channel;
    session->id = id;
    if (!worker_get_start(payload, &session->texts, &session->start)) {
        session->gone = true;
        end(session, WORKER_END_NONE, EINVAL, slice_of("the order was malformed"));
    }
    return session;
}

void websocket_session_close(struct websocket_session *session, uint64_t code)
{
    if (!session->open)
        return;
    session->close_code = code;
    lws_callback_on_writable(session->wsi);
}
