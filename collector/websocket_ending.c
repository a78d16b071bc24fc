/* SPDX-License-Identifier: MIT */
#include "collector/websocket_ending.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/exchange.h"
#include "collector/failure.h"
#include "collector/probe.h"
#include "collector/request.h"
#include "collector/worker_message.h"

struct told {
    enum worker_end how;
    int system_error;
    char words[256]; /* its callbacks' */
    char more[256];  /* OpenSSL's, or its log's */
};

struct meaning {
    const char *words, *code;
};

/* The first that is in `words`. */
static const char *meaning_of(const struct meaning *meanings, size_t count, const char *words)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(words, meanings[i].words))
            return meanings[i].code;
    return NULL;
}

/* Codes that failure_classify() makes of libcurl's endings, made of this one. */
static void classify(const struct websocket_ending *ending, const struct told *told, CURLcode result,
                     struct exchange *exchange)
{
    const char *words = *told->more ? told->more : told->words;
    struct ending as_curl = {.result = (int)result,
                             .system_error = told->system_error,
                             .words = words,
                             .tls = exchange->request->tls,
                             .tcp_up = ending->phase >= WEBSOCKET_SECURING,
                             .tls_up = ending->phase >= WEBSOCKET_ASKING,
                             .verify = ending->verify,
                             .certificate_count = ending->certificate_count,
                             .self_signed = ending->self_signed};

    failure_record(exchange->probe, failure_classify(&as_curl), "%s", *words ? words : "the connection was closed");
}

static void judge_connecting(const struct websocket_ending *ending, const struct told *told, struct exchange *exchange)
{
    if (told->system_error)
        classify(ending, told, CURLE_COULDNT_CONNECT, exchange);
    else
        failure_record(exchange->probe, "tcp-failed", "libwebsockets: %s", told->words);
}

static void judge_securing(const struct websocket_ending *ending, struct told *told, struct exchange *exchange)
{
    if (strstr(told->words, "SYSCALL") && !*told->more)
        told->system_error = ECONNRESET;
    if (ending->verified && ending->verify && exchange->request->verify) {
        snprintf(told->more, sizeof told->more, "the certificate was rejected");
        classify(ending, told, CURLE_PEER_FAILED_VERIFICATION, exchange);
    } else if (!exchange->request->tls) {
        classify(ending, told, CURLE_GOT_NOTHING, exchange);
    } else {
        classify(ending, told, CURLE_SSL_CONNECT_ERROR, exchange);
    }
}

static void judge_asking(const struct websocket_ending *ending, const struct told *told, struct exchange *exchange)
{
    if (*told->more)
        classify(ending, told, CURLE_RECV_ERROR, exchange);
    else if (strstr(told->words, "parsing"))
        failure_record(exchange->probe, "http-malformed", "libwebsockets: %s", told->words);
    else
        classify(ending, told, CURLE_GOT_NOTHING, exchange);
}

/* A refusal is judged by its status, as any answer is. */
static void judge_answered(const struct told *told, struct exchange *exchange)
{
    static const struct meaning meanings[] = {
        {"ACCEPT missing", "websocket-bad-accept"},
        {"Accept hash", "websocket-bad-accept"},
        {"PROTOCOL malformed", "websocket-unoffered-subprotocol"},
        {"EXT:", "websocket-unoffered-extension"},
    };
    const char *code = meaning_of(meanings, sizeof meanings / sizeof *meanings, told->words);

    if (exchange->probe->status == 101)
        failure_record(exchange->probe, code ? code : "websocket-bad-handshake", "libwebsockets: %s", told->words);
}

static void judge_open(const struct websocket_ending *ending, const struct told *told, struct exchange *exchange)
{
    static const struct meaning meanings[] = {
        {"illegal opcode", "websocket-reserved-opcode"},    {"illegal rsv", "websocket-reserved-bit"},
        {"be fragmented", "websocket-control-fragmented"},  {"disordered", "websocket-bad-continuation"},
        {"owed us a FIN", "websocket-interrupted-message"}, {"b63 of length", "websocket-bad-length"},
        {"xtended length", "websocket-control-too-long"},   {"utf8 error", "websocket-bad-utf8"},
    };
    const char *code = meaning_of(meanings, sizeof meanings / sizeof *meanings, told->more);

    if (code)
        failure_record(exchange->probe, code, "libwebsockets' log: %s", told->more);
    else
        failure_record(exchange->probe, ending->heard ? "websocket-hung-up" : "websocket-closed-early",
                       "the connection was closed without a close frame, or broke the protocol");
}

static void copy_words(char *place, size_t room, struct slice words)
{
    snprintf(place, room, "%.*s", (int)words.len, words.data ? words.data : "");
}

void websocket_ending_judge(const struct websocket_ending *ending, struct worker_reader *reader,
                            struct exchange *exchange)
{
    struct told told = {.how = (enum worker_end)worker_get_upto(reader, WORKER_END_NONE),
                        .system_error = (int)worker_get_upto(reader, 4096)};

    copy_words(told.words, sizeof told.words, worker_get_bytes(reader));
    copy_words(told.more, sizeof told.more, worker_get_bytes(reader));
    switch (ending->phase) {
    case WEBSOCKET_WAITING:
        failure_record(exchange->probe, "http-failed", "libwebsockets: %s", told.words);
        return;
    case WEBSOCKET_CONNECTING:
        judge_connecting(ending, &told, exchange);
        return;
    case WEBSOCKET_SECURING:
        judge_securing(ending, &told, exchange);
        return;
    case WEBSOCKET_ASKING:
        judge_asking(ending, &told, exchange);
        return;
    case WEBSOCKET_ANSWERED:
        judge_answered(&told, exchange);
        return;
    case WEBSOCKET_GREETING:
    case WEBSOCKET_PING:
        judge_open(ending, &told, exchange);
        return;
    case WEBSOCKET_CLOSING:
    case WEBSOCKET_LEFT:
        return;
    }
}

void websocket_ending_expire(const struct websocket_ending *ending, struct exchange *exchange)
{
    struct probe *probe = exchange->probe;

    if (ending->phase == WEBSOCKET_CONNECTING)
        failure_record(probe, "tcp-timeout", "the attempt to connect was not answered in time");
    else if (ending->phase == WEBSOCKET_SECURING && exchange->request->tls)
        failure_record(probe, "tls-timeout", "the TLS handshake was not finished in time");
    else if (ending->phase == WEBSOCKET_SECURING || ending->phase == WEBSOCKET_ASKING)
        failure_record(probe, "websocket-no-answer", "no answer that libwebsockets understands came in time");
}
