/* SPDX-License-Identifier: MIT */
#include "collector/websocket_client.h"

#include <libwebsockets.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/memory.h"
#include "collector/websocket_session.h"
#include "collector/websocket_tls.h"
#include "collector/worker_channel.h"

enum {
    BEAT_US = 100 * 1000,
    FOREVER_S = 24 * 3600, /* deadlines are the other end's */
    HEAD_ROOM = 32 * 1024, /* bytes of an answer's head: the default, 4 KiB, refuses ordinary ones */
    REQUEST_ROOM = 16 * 1024,
    PIECE = 16 * 1024, /* of a message, that is heard at once */
    DESCRIPTORS_MOST = 4096,
};

struct profile {
    uint32_t id;
    SSL_CTX *tls;
    struct lws_vhost *host;
};

struct websocket_client {
    struct lws_context *context;
    struct lws_vhost *plain;
    struct worker_channel channel;
    struct lws *channel_wsi;
    struct websocket_session *sessions; /* in the order of their starts */
    struct profile *profiles;
    size_t profile_count, profile_room;
    struct websocket_tls_watch watch;
    lws_sorted_usec_list_t beat;
    struct mono beat_due;
};

static struct websocket_session *session_on(const struct websocket_client *client, int fd)
{
    for (struct websocket_session *session = client->sessions; session; session = session->next)
        if (session->wsi && !session->gone && lws_get_socket_fd(session->wsi) == fd)
            return session;
    return NULL;
}

static const char *wanted_name(void *self, int fd, bool *verify)
{
    const struct websocket_session *session = session_on(self, fd);

    if (!session)
        return NULL;
    *verify = session->start.verify;
    return session->start.name;
}

static void tell_certificate(void *self, int fd, struct slice der)
{
    struct websocket_session *session = session_on(self, fd);

    if (session && !session->over)
        worker_channel_tell_bytes(session->channel, WORKER_CERTIFICATE, session->id, der);
}

static void tell_verified(void *self, int fd, long result, const char *version, const char *cipher)
{
    struct websocket_session *session = session_on(self, fd);
    struct worker_channel *channel = &((struct websocket_client *)self)->channel;
    size_t begin;

    if (!session || session->over)
        return;
    begin = worker_channel_begin(channel, WORKER_VERIFIED, session->id);
    worker_put_number(&channel->out, (uint64_t)result);
    worker_put_bytes(&channel->out, slice_of(version));
    worker_put_bytes(&channel->out, slice_of(cipher));
    worker_channel_end(channel, begin);
}

static void note_complaint(void *self, int fd, const char *words)
{
    struct websocket_session *session = session_on(self, fd);

    if (session && !*session->words)
        snprintf(session->words, sizeof session->words, "%s", words);
}

static void take_messages(struct websocket_client *client);

static int on_channel(struct websocket_client *client, enum lws_callback_reasons reason)
{
    if (reason == LWS_CALLBACK_RAW_RX_FILE)
        take_messages(client);
    else if (reason == LWS_CALLBACK_RAW_CLOSE_FILE)
        client->channel.over = true;
    return 0; /* what is writable is flushed by the loop */
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    struct websocket_client *client = wsi ? lws_context_user(lws_get_context(wsi)) : NULL;

    if (!client)
        return 0;
    switch (reason) {
    case LWS_CALLBACK_RAW_RX_FILE:
    case LWS_CALLBACK_RAW_WRITEABLE_FILE:
    case LWS_CALLBACK_RAW_CLOSE_FILE:
        return on_channel(client, reason);
    case LWS_CALLBACK_WSI_CREATE:
    case LWS_CALLBACK_WSI_DESTROY:
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
    case LWS_CALLBACK_CLIENT_RECEIVE:
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLIENT_WRITEABLE:
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
        return user && wsi != client->channel_wsi ? websocket_session_event(user, wsi, reason, in, len) : 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {{.name = "endoscope", .callback = on_event, .rx_buffer_size = PIECE},
                                                 {.name = NULL}};

static struct lws_vhost *host_of(const struct websocket_client *client, const struct worker_start *start)
{
    if (!start->tls)
        return client->plain;
    for (size_t i = 0; i < client->profile_count; i++)
        if (client->profiles[i].id == start->profile)
            return client->profiles[i].host;
    return NULL;
}

/* A host of libwebsockets is what TLS settings belong to. */
static struct lws_vhost *make_host(struct lws_context *context, SSL_CTX *tls)
{
    struct lws_context_creation_info info = {.port = CONTEXT_PORT_NO_LISTEN,
                                             .vhost_name = "probes",
                                             .protocols = protocols,
                                             .provided_client_ssl_ctx = tls,
                                             .timeout_secs = FOREVER_S,
                                             .connect_timeout_secs = FOREVER_S,
                                             .options = LWS_SERVER_OPTION_VALIDATE_UTF8
                                                        | (tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0)};

    return lws_create_vhost(context, &info);
}

static void take_profile(struct websocket_client *client, const struct worker_frame *frame)
{
    struct profile *profile;
    SSL_CTX *tls = websocket_tls_new(frame->payload, &client->watch);

    client->profiles =
        mem_grow(client->profiles, client->profile_count, &client->profile_room, sizeof *client->profiles);
    profile = &client->profiles[client->profile_count++];
    *profile = (struct profile){.id = frame->id, .tls = tls, .host = tls ? make_host(client->context, tls) : NULL};
}

static struct websocket_session *session_of(const struct websocket_client *client, uint32_t id)
{
    for (struct websocket_session *session = client->sessions; session; session = session->next)
        if (session->id == id && !session->over)
            return session;
    return NULL;
}

static void take_start(struct websocket_client *client, const struct worker_frame *frame)
{
    struct websocket_session **last = &client->sessions;

    while (*last)
        last = &(*last)->next;
    *last = websocket_session_new(&client->channel, frame->id, frame->payload);
}

static void take(struct websocket_client *client, const struct worker_frame *frame)
{
    struct worker_reader reader = {frame->payload, false};
    struct websocket_session *session = session_of(client, frame->id);

    if (frame->kind == WORKER_PROFILE) {
        take_profile(client, frame);
    } else if (frame->kind == WORKER_START) {
        take_start(client, frame);
    } else if (session && frame->kind == WORKER_SAY) {
        websocket_session_say(session, frame->payload);
    } else if (session && frame->kind == WORKER_CLOSE) {
        websocket_session_close(session, worker_get_upto(&reader, UINT16_MAX));
    } else if (session && frame->kind == WORKER_DROP) {
        session->gone = session->gone || !session->begun;
        websocket_session_hang_up(session);
    }
}

static void take_messages(struct websocket_client *client)
{
    struct worker_channel *channel = &client->channel;
    struct worker_frame frame;
    struct slice left;

    worker_channel_fill(channel);
    left = buf_slice(&channel->in);
    while (worker_channel_next(channel, &left, &frame))
        take(client, &frame);
    buf_drop(&channel->in, channel->in.len - left.len);
}

/* One a turn: what queues in our own loop reads as the server's latency. True when more wait. */
static bool begin_next(struct websocket_client *client)
{
    bool begun = false;

    for (struct websocket_session *session = client->sessions; session; session = session->next) {
        if (session->begun || session->over)
            continue;
        if (begun)
            return true;
        websocket_session_begin(session, client->context, host_of(client, &session->start), protocols[0].name);
        begun = true;
    }
    return false;
}

/* Not from within a callback: libwebsockets may still hold the pointer there. */
static void forget_gone(struct websocket_client *client)
{
    struct websocket_session **place = &client->sessions;

    while (*place) {
        struct websocket_session *session = *place;

        if (session->gone) {
            *place = session->next;
            websocket_session_free(session);
        } else {
            place = &session->next;
        }
    }
}

static void on_beat(lws_sorted_usec_list_t *beat)
{
    struct websocket_client *client = lws_container_of(beat, struct websocket_client, beat);
    struct mono now = mono_now();
    int64_t late = mono_between(client->beat_due, now);

    if (client->sessions)
        worker_channel_tell_number(&client->channel, WORKER_BEAT, 0, late > 0 ? (uint64_t)late : 0);
    client->beat_due.us = now.us + BEAT_US;
    lws_sul_schedule(client->context, 0, beat, on_beat, BEAT_US);
}

static unsigned descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 64;
    return limit.rlim_cur < DESCRIPTORS_MOST ? (unsigned)limit.rlim_cur : DESCRIPTORS_MOST;
}

struct websocket_client *websocket_client_open(int channel, struct error *err)
{
    struct websocket_client *client = mem_new(1, sizeof *client);
    struct lws_context_creation_info info = {.port = CONTEXT_PORT_NO_LISTEN,
                                             .gid = -1,
                                             .uid = -1,
                                             .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS
                                                        | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT
                                                        | LWS_SERVER_OPTION_VALIDATE_UTF8,
                                             .max_http_header_data = HEAD_ROOM,
                                             .pt_serv_buf_size = REQUEST_ROOM,
                                             .fd_limit_per_thread = descriptors(),
                                             .timeout_secs = FOREVER_S,
                                             .connect_timeout_secs = FOREVER_S,
                                             .user = client};
    lws_sock_file_fd_type fd = {.filefd = channel};

    worker_channel_open(&client->channel, channel);
    client->watch = (struct websocket_tls_watch){client, wanted_name, tell_certificate, tell_verified, note_complaint};
    lws_set_log_level(LLL_ERR | LLL_WARN | LLL_NOTICE | LLL_INFO, websocket_session_log);
    if ((client->context = lws_create_context(&info)) && (client->plain = make_host(client->context, NULL))
        && (client->channel_wsi =
                lws_adopt_descriptor_vhost(client->plain, LWS_ADOPT_RAW_FILE_DESC, fd, protocols[0].name, NULL))) {
        /* What OpenSSL reads from files when it is first used, it shall read now. */
        SSL_CTX_free(SSL_CTX_new(TLS_client_method()));
        on_beat(&client->beat);
        return client;
    }
    fail(err, ERR_SYSTEM, "libwebsockets does not start");
    websocket_client_close(client);
    return NULL;
}

void websocket_client_work(struct websocket_client *client)
{
    worker_channel_tell(&client->channel, WORKER_READY, 0);
    while (!client->channel.over) {
        bool more = begin_next(client);

        if (!worker_channel_flush(&client->channel))
            lws_callback_on_writable(client->channel_wsi);
        if (client->channel.over || lws_service(client->context, more ? -1 : 0) < 0)
            return;
        forget_gone(client);
    }
}

void websocket_client_close(struct websocket_client *client)
{
    if (!client)
        return;
    if (client->context)
        lws_context_destroy(client->context);
    forget_gone(client);
    for (size_t i = 0; i < client->profile_count; i++)
        SSL_CTX_free(client->profiles[i].tls);
    mem_free(client->profiles);
    worker_channel_close(&client->channel);
    mem_free(client);
}
