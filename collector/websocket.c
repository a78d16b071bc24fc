/* SPDX-License-Identifier: MIT */
#include "collector/websocket.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <openssl/x509.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "collector/certificate.h"
#include "collector/conversation.h"
#include "collector/exchange.h"
#include "collector/failure.h"
#include "collector/loop.h"
#include "collector/probe.h"
#include "collector/random.h"
#include "collector/request.h"
#include "collector/suite.h"
#include "collector/websocket_ending.h"
#include "collector/worker.h"

enum {
    GREETING_US = 250 * 1000, /* how long a server may take to greet where nobody expects it */
    PING_US = 5 * 1000 * 1000,
    CLOSE_US = 1000 * 1000,
    HEADERS_MOST = 200,
    CHAIN_MOST = 10,
    /* libwebsockets cuts off, or overruns, what is longer. */
    TARGET_MOST = 2000,
    NAME_MOST = 120,
    REQUEST_MOST = 12000,
};

struct websocket {
    struct exchange *exchange;
    struct loop *loop;
    struct worker *worker;
    struct worker_guest guest;
    struct loop_timer patience;
    struct conversation talk;
    struct websocket_ending ending; /* how far it came */
    struct mono taken, begun, connected, asked, answered, opened, pinged;
    int64_t left_us; /* of the attempt's time when it was taken */
    struct certificate certificates[CHAIN_MOST];
    bool unserved, told;
    uint8_t ping[8];
};

static void finish(struct websocket *websocket);

static bool is_literal(const char *host)
{
    unsigned char binary[16];

    return inet_pton(AF_INET, host, binary) == 1 || inet_pton(AF_INET6, host, binary) == 1;
}

/* What libwebsockets writes itself, and so is not handed over as a further header. */
static bool is_its_own(const char *name)
{
    return strcasecmp(name, "Host") == 0 || strcasecmp(name, "Upgrade") == 0 || strcasecmp(name, "Connection") == 0
           || strncasecmp(name, "Sec-WebSocket-", 14) == 0;
}

static size_t request_length(const struct request *request)
{
    size_t len = strlen(request->target);

    for (size_t i = 0; i < request->header_count; i++)
        len += strlen(request->headers[i].name) + strlen(request->headers[i].value.value) + 4;
    return len;
}

static bool judges_what_is_hidden(const struct endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->expectation_count; i++) {
        const struct expectation *expectation = &endpoint->expectations[i];

        if (expectation->subject == EXPECT_HEADER || expectation->subject == EXPECT_CLOSE
            || expectation->subject == EXPECT_OPEN || expectation->message > 0)
            return true;
    }
    return false;
}

bool websocket_can(struct worker *worker, const struct exchange *exchange)
{
    const struct endpoint *endpoint = exchange->endpoint;
    const struct request *request = exchange->request;

    if (!worker_usable(worker) || exchange->proxy || endpoint->deflate || endpoint->send_count
        || judges_what_is_hidden(endpoint))
        return false;
    /* It would check the name of an IPv6 literal not at all, and sends literals as server names. */
    if (request->tls && (is_literal(request->host) || worker_profile(worker, exchange) == 0))
        return false;
    for (size_t i = 0; i < request->header_count; i++)
        if (strcasecmp(request->headers[i].name, "Host") == 0
            && strcmp(request->headers[i].value.value, request->authority) != 0)
            return false;
    return strlen(request->target) < TARGET_MOST && strlen(request->authority) < NAME_MOST
           && request_length(request) < REQUEST_MOST;
}

static void be_patient(struct websocket *websocket, int64_t us, int64_t reserve_us)
{
    struct mono now = mono_now();
    int64_t left_us = mono_between(now, websocket->exchange->deadline);

    if (reserve_us > left_us / 4)
        reserve_us = left_us / 4;
    if (us > left_us - reserve_us)
        us = left_us - reserve_us;
    loop_set(websocket->loop, &websocket->patience, (struct mono){now.us + us});
}

static void begin_ping(struct websocket *websocket)
{
    struct slice payload = {(const char *)websocket->ping, sizeof websocket->ping};

    random_fill(websocket->ping, sizeof websocket->ping);
    websocket->pinged = mono_now();
    websocket->ending.phase = WEBSOCKET_PING;
    worker_say(websocket->worker, &websocket->guest, MESSAGE_PING, payload);
    conversation_say(&websocket->talk, MESSAGE_PING, payload);
    be_patient(websocket, PING_US, CLOSE_US / 2);
}

static void begin_close(struct websocket *websocket)
{
    websocket->ending.phase = WEBSOCKET_CLOSING;
    worker_shut(websocket->worker, &websocket->guest, 1000);
    conversation_say(&websocket->talk, MESSAGE_CLOSE, (struct slice){NULL, 0});
    be_patient(websocket, CLOSE_US, CLOSE_US / 20);
}

/* Recorded, and judged only where a pong is expected. */
static void miss_pong(struct websocket *websocket)
{
    struct probe *probe = websocket->exchange->probe;
    double waited = (double)mono_between(websocket->pinged, mono_now()) / 1e6;

    if (!probe->detail.data)
        probe->detail = slice_of(arena_printf(&probe->arena, "no pong came within %.1f s", waited));
    begin_close(websocket);
}

static void on_patience(void *self)
{
    struct websocket *websocket = self;

    switch (websocket->ending.phase) {
    case WEBSOCKET_CONNECTING:
        failure_record(websocket->exchange->probe, "tcp-timeout", "the attempt to connect was not answered in time");
        finish(websocket);
        return;
    case WEBSOCKET_GREETING:
        begin_ping(websocket);
        return;
    case WEBSOCKET_PING:
        miss_pong(websocket);
        return;
    default:
        finish(websocket);
    }
}

static void hear_begun(struct websocket *websocket, struct mono at)
{
    struct exchange *exchange = websocket->exchange;

    websocket->begun = at;
    websocket->ending.phase = WEBSOCKET_CONNECTING;
    exchange->queued_us = mono_between(websocket->taken, at);
    exchange->deadline.us = at.us + websocket->left_us;
    if (exchange->connect_us)
        loop_set(websocket->loop, &websocket->patience, (struct mono){at.us + exchange->connect_us});
}

static void hear_certificate(struct websocket *websocket, struct slice der)
{
    const unsigned char *place = (const unsigned char *)der.data;
    struct websocket_ending *ending = &websocket->ending;
    X509 *certificate = der.data ? d2i_X509(NULL, &place, (long)der.len) : NULL;

    if (certificate && ending->certificate_count < CHAIN_MOST) {
        if (ending->certificate_count == 0)
            ending->self_signed =
                X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
        certificate_read(certificate, &websocket->exchange->probe->arena,
                         &websocket->certificates[ending->certificate_count++]);
    }
    X509_free(certificate);
}

static void hear_verified(struct websocket *websocket, struct worker_reader *reader)
{
    struct probe *probe = websocket->exchange->probe;

    websocket->ending.verified = true;
    websocket->ending.verify = (long)worker_get_upto(reader, INT32_MAX);
    probe->tls_verify = websocket->ending.verify;
    probe->tls_version = arena_slice(&probe->arena, worker_get_bytes(reader));
    probe->tls_cipher = arena_slice(&probe->arena, worker_get_bytes(reader));
}

/* The record shows every header sent: also the key and what else libwebsockets writes. */
static void hear_asked(struct websocket *websocket, struct mono at, struct slice key)
{
    struct probe *probe = websocket->exchange->probe;
    struct header *headers = arena_new(&probe->arena, probe->request_count + 2, sizeof *headers);
    size_t count = 0;

    websocket->asked = at;
    websocket->ending.phase = WEBSOCKET_ASKING;
    if (websocket->ending.asked_before)
        return;
    websocket->ending.asked_before = true;
    for (size_t i = 0; i < probe->request_count; i++) {
        headers[count] = probe->request[i];
        if (strcasecmp(headers[count].name.data, "Sec-WebSocket-Key") == 0)
            headers[count].value = arena_slice(&probe->arena, key);
        count++;
    }
    headers[count++] = (struct header){slice_of("Pragma"), slice_of("no-cache")};
    headers[count++] = (struct header){slice_of("Cache-Control"), slice_of("no-cache")};
    probe->request = headers;
    probe->request_count = count;
}

static void hear_head(struct websocket *websocket, struct mono at, struct worker_reader *reader)
{
    struct probe *probe = websocket->exchange->probe;
    struct header *headers = arena_new(&probe->arena, HEADERS_MOST, sizeof *headers);
    size_t count = 0;

    websocket->answered = at;
    websocket->ending.phase = WEBSOCKET_ANSWERED;
    probe->status = (int)worker_get_upto(reader, 999);
    probe->reason = arena_slice(&probe->arena, worker_get_bytes(reader));
    probe->http_version = "1.1";
    while (reader->left.len && !reader->spoilt && count < HEADERS_MOST) {
        struct slice name = arena_slice(&probe->arena, worker_get_bytes(reader));
        struct slice value = arena_slice(&probe->arena, worker_get_bytes(reader));

        if (name.data && value.data)
            headers[count++] = (struct header){name, value};
    }
    probe->headers = headers;
    probe->header_count = count;
    if (probe->status / 100 == 3)
        probe->location = probe_header(probe, "location");
}

static void hear_opened(struct websocket *websocket, struct mono at)
{
    struct exchange *exchange = websocket->exchange;
    struct probe *probe = exchange->probe;

    if (websocket->talk.probe)
        return;
    probe->subprotocol = probe_header(probe, "sec-websocket-protocol");
    probe->extensions = probe_header(probe, "sec-websocket-extensions");
    conversation_begin(&websocket->talk, probe, exchange->endpoint->max_body, 1, exchange->endpoint->keep_body);
    websocket->talk.opened = websocket->opened = at;
    websocket->ending.phase = WEBSOCKET_GREETING;
    be_patient(websocket, exchange->message_us ? exchange->message_us : GREETING_US, CLOSE_US);
}

static void hear_message(struct websocket *websocket, enum worker_kind kind, struct mono at,
                         struct worker_reader *reader)
{
    enum message_type type = (enum message_type)worker_get_upto(reader, MESSAGE_BINARY);
    bool first = websocket->talk.heard == 0;

    if (!websocket->talk.probe || reader->spoilt)
        return;
    websocket->ending.heard = true;
    if (kind == WORKER_PIECE) {
        conversation_piece(&websocket->talk, type, worker_get_bytes(reader));
        return;
    }
    conversation_sized(&websocket->talk, worker_get_number(reader));
    conversation_whole(&websocket->talk, type);
    if (first)
        websocket->exchange->probe->timings.first_message_us = mono_between(websocket->opened, at);
    if (websocket->ending.phase == WEBSOCKET_GREETING)
        begin_ping(websocket);
}

static void hear_pong(struct websocket *websocket, struct mono at, struct slice payload)
{
    if (!websocket->talk.probe)
        return;
    websocket->ending.heard = true;
    conversation_control(&websocket->talk, MESSAGE_PONG, payload);
    if (websocket->ending.phase != WEBSOCKET_PING
        || !slice_equals(payload, (struct slice){(const char *)websocket->ping, sizeof websocket->ping}))
        return;
    websocket->exchange->probe->timings.ping_us = mono_between(websocket->pinged, at);
    begin_close(websocket);
}

/* libwebsockets shows 1002 also for codes that it does not know, 1012 to 1014 among them. */
static void hear_peer_close(struct websocket *websocket, struct worker_reader *reader)
{
    enum { UNTOLD = 1002, HALF = 1 };
    struct probe *probe = websocket->exchange->probe;
    int code = (int)worker_get_upto(reader, UINT16_MAX);
    struct slice reason = worker_get_bytes(reader);
    bool peaceful = code == 1000 || code == 0;

    if (!websocket->talk.probe || websocket->ending.phase == WEBSOCKET_LEFT)
        return;
    conversation_control(&websocket->talk, MESSAGE_CLOSE, reason);
    probe->close_code = code == UNTOLD || code == HALF ? 0 : code == 0 ? CLOSE_NO_CODE : code;
    probe->close_reason = arena_slice(&probe->arena, reason);
    if (code == HALF)
        failure_record(probe, "websocket-bad-close-code", "a close frame of one byte");
    else if (websocket->ending.phase != WEBSOCKET_CLOSING && (!peaceful || websocket->talk.heard == 0))
        failure_record(probe, "websocket-closed-by-server", "close code %d%s%s%.*s",
                       probe->close_code ? probe->close_code : UNTOLD,
                       code == UNTOLD ? " or one that libwebsockets shows as it" : "", reason.len ? ": " : "",
                       (int)reason.len, reason.data ? reason.data : "");
    websocket->ending.phase = WEBSOCKET_LEFT;
    be_patient(websocket, CLOSE_US, 0);
}

static void on_hear(void *self, enum worker_kind kind, struct mono at, struct worker_reader *reader)
{
    struct websocket *websocket = self;

    switch (kind) {
    case WORKER_BEGUN:
        hear_begun(websocket, at);
        return;
    case WORKER_CONNECTED:
        websocket->connected = at;
        websocket->ending.phase = WEBSOCKET_SECURING;
        loop_unset(websocket->loop, &websocket->patience);
        return;
    case WORKER_CERTIFICATE:
        hear_certificate(websocket, worker_get_bytes(reader));
        return;
    case WORKER_VERIFIED:
        hear_verified(websocket, reader);
        return;
    case WORKER_ASKED:
        hear_asked(websocket, at, worker_get_bytes(reader));
        return;
    case WORKER_HEAD:
        hear_head(websocket, at, reader);
        return;
    case WORKER_OPENED:
        hear_opened(websocket, at);
        return;
    case WORKER_PIECE:
    case WORKER_MESSAGE:
        hear_message(websocket, kind, at, reader);
        return;
    case WORKER_SAID:
        if (websocket->ending.phase == WEBSOCKET_PING && worker_get_upto(reader, MESSAGE_PING) == MESSAGE_PING)
            websocket->pinged = at;
        return;
    case WORKER_PONG:
        hear_pong(websocket, at, worker_get_bytes(reader));
        return;
    case WORKER_PEER_CLOSED:
        hear_peer_close(websocket, reader);
        return;
    case WORKER_ENDED:
        websocket_ending_judge(&websocket->ending, reader, websocket->exchange);
        finish(websocket);
        return;
    default:
        return;
    }
}

static void on_restart(void *self)
{
    struct websocket *websocket = self;
    struct probe *probe = websocket->exchange->probe;

    loop_unset(websocket->loop, &websocket->patience);
    conversation_free(&websocket->talk);
    websocket->talk = (struct conversation){0};
    websocket->ending = (struct websocket_ending){.asked_before = websocket->ending.asked_before};
    websocket->begun = websocket->connected = websocket->asked = websocket->answered = websocket->opened =
        (struct mono){0};
    probe->timings.first_message_us = probe->timings.ping_us = NOT_MEASURED;
    probe->status = probe->close_code = 0;
    probe->headers = NULL;
    probe->header_count = 0;
    probe->reason = probe->location = probe->subprotocol = probe->extensions = probe->close_reason =
        (struct slice){NULL, 0};
    probe->tls_version = probe->tls_cipher = probe->detail = (struct slice){NULL, 0};
    probe->tls_verify = 0;
    probe->http_version = NULL;
    probe->code = NULL;
    probe->layer = LAYER_NONE;
    probe->outcome = OUTCOME_PASSED;
}

static void on_lost(void *self, const char *code, const char *words)
{
    struct websocket *websocket = self;

    failure_record(websocket->exchange->probe, code, "%s", words);
    finish(websocket);
}

static void on_unserved(void *self)
{
    struct websocket *websocket = self;

    websocket->unserved = true;
    finish(websocket);
}

static int64_t between(struct mono from, struct mono to)
{
    return from.us && to.us ? mono_between(from, to) : NOT_MEASURED;
}

static void record(struct websocket *websocket)
{
    struct exchange *exchange = websocket->exchange;
    struct probe *probe = exchange->probe;
    struct timings *timings = &probe->timings;

    exchange->lag_us = websocket->guest.lag_us;
    probe->address = arena_slice(&probe->arena, slice_of(exchange->address));
    probe->port = exchange->request->port;
    timings->connect_us = between(websocket->begun, websocket->connected);
    if (exchange->request->tls)
        timings->tls_us = between(websocket->connected, websocket->asked);
    timings->upgrade_us = timings->first_byte_us = between(websocket->asked, websocket->answered);
    if (websocket->ending.certificate_count) {
        struct certificate *list = arena_new(&probe->arena, websocket->ending.certificate_count, sizeof *list);

        memcpy(list, websocket->certificates, websocket->ending.certificate_count * sizeof *list);
        probe->certificates = list;
        probe->certificate_count = websocket->ending.certificate_count;
    }
    if (!websocket->talk.probe)
        return;
    conversation_record(&websocket->talk, &exchange->matter);
}

/* After this `websocket` may be gone. */
static void finish(struct websocket *websocket)
{
    if (websocket->told)
        return;
    websocket->told = true;
    loop_unset(websocket->loop, &websocket->patience);
    worker_leave(websocket->worker, &websocket->guest);
    if (!websocket->unserved)
        record(websocket);
    websocket->exchange->done(websocket->exchange->self);
}

void websocket_expire(struct websocket *websocket)
{
    struct exchange *exchange = websocket->exchange;

    if (websocket->ending.phase == WEBSOCKET_WAITING) {
        exchange->deadline.us = mono_now().us + websocket->left_us;
        return;
    }
    websocket_ending_expire(&websocket->ending, exchange);
    finish(websocket);
}

static void put_headers(const struct request *request, struct buf *out)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (is_its_own(request->headers[i].name))
            continue;
        worker_put_bytes(out, slice_of(request->headers[i].name));
        worker_put_bytes(out, slice_of(request->headers[i].value.value));
    }
}

static void put_start(struct websocket *websocket, uint32_t profile)
{
    const struct exchange *exchange = websocket->exchange;
    const struct request *request = exchange->request;
    struct buf headers = BUF_INIT;
    struct worker_start start = {.address = exchange->address,
                                 .host = request->authority,
                                 .name = request->host,
                                 .target = request->target,
                                 .subprotocols = request->subprotocols,
                                 .port = request->port,
                                 .tls = request->tls,
                                 .verify = request->verify,
                                 .profile = profile,
                                 .message_most = exchange->endpoint->max_body + 1};

    put_headers(request, &headers);
    start.headers = buf_slice(&headers);
    websocket->guest.id = worker_next_id(websocket->worker);
    websocket->guest.start = (struct buf)BUF_INIT;
    worker_put_start(&websocket->guest.start, websocket->guest.id, &start);
    buf_free(&headers);
}

struct websocket *websocket_start(struct loop *loop, struct worker *worker, struct exchange *exchange)
{
    struct websocket *websocket = mem_new(1, sizeof *websocket);
    uint32_t profile = exchange->request->tls ? worker_profile(worker, exchange) : 0;

    websocket->exchange = exchange;
    websocket->loop = loop;
    websocket->worker = worker;
    websocket->taken = mono_now();
    websocket->left_us = mono_between(websocket->taken, exchange->deadline);
    websocket->patience = (struct loop_timer){.due = on_patience, .self = websocket};
    websocket->guest = (struct worker_guest){
        .self = websocket, .hear = on_hear, .restart = on_restart, .lost = on_lost, .unserved = on_unserved};
    put_start(websocket, profile);
    worker_take(worker, &websocket->guest);
    return websocket;
}

bool websocket_is_unserved(const struct websocket *websocket)
{
    return websocket->unserved;
}

void websocket_free(struct websocket *websocket)
{
    if (!websocket)
        return;
    loop_unset(websocket->loop, &websocket->patience);
    worker_leave(websocket->worker, &websocket->guest);
    conversation_free(&websocket->talk);
    mem_free(websocket);
}
