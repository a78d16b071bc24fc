/* SPDX-License-Identifier: MIT */
#include "collector/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/connection.h"
#include "collector/exchange.h"
#include "collector/failure.h"
#include "collector/head.h"
#include "collector/probe.h"
#include "collector/proxy.h"
#include "collector/request.h"

enum { GOAWAY_UNKNOWN = 1000 }; /* beyond what is told by its number */

struct http {
    struct connection connection;
    struct exchange *exchange;
    struct buf head, body;
    bool unasked;    /* the body has an encoding that was not asked for, and is not read */
    int goaway;      /* the error code of the server's GOAWAY; -1: it sent none */
    bool head_whole; /* a further status line begins another head: 100, 103 come before the answer */
};

/* libcurl would decode zstd, which nobody asked for, and let the server choose how much memory that takes: 128 MiB. */
static bool is_unread_encoding(struct slice line)
{
    static const char name[] = "Content-Encoding:";
    struct slice rest = {line.data + sizeof name - 1, line.len - (sizeof name - 1)};

    return line.len >= sizeof name && strncasecmp(line.data, name, sizeof name - 1) == 0
           && (memmem(rest.data, rest.len, "zstd", 4) || memmem(rest.data, rest.len, "ZSTD", 4));
}

static size_t on_header(char *data, size_t size, size_t count, void *self)
{
    struct http *http = self;
    size_t len = size * count;

    if (http->head_whole) {
        if (!head_plausible((struct slice){data, len}) || http->body.len)
            return len; /* a trailer */
        buf_clear(&http->head);
        http->head_whole = false;
    }
    buf_put(&http->head, data, len);
    http->unasked = http->unasked || is_unread_encoding((struct slice){data, len});
    if (http->unasked)
        return 0;
    http->head_whole = len <= 2 && len > 0 && data[len - 1] == '\n';
    return len;
}

/* Nothing taken ends the transfer: with the buffer's cap reached, that is a success. */
static size_t on_body(char *data, size_t size, size_t count, void *self)
{
    struct http *http = self;
    size_t len = size * count;

    return buf_put(&http->body, data, len) ? len : 0;
}

static void set_method(struct http *http)
{
    struct connection *connection = &http->connection;
    const struct request *request = http->exchange->request;

    if (strcmp(request->method, "HEAD") == 0) {
        CONNECTION_SET(connection, CURLOPT_NOBODY, 1L);
        return;
    }
    if (request->body.value) {
        CONNECTION_SET(connection, CURLOPT_POSTFIELDS, request->body.value);
        CONNECTION_SET(connection, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(request->body.value));
    } else if (strcmp(request->method, "POST") == 0) {
        CONNECTION_SET(connection, CURLOPT_POST, 1L);
        CONNECTION_SET(connection, CURLOPT_POSTFIELDS, "");
        CONNECTION_SET(connection, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
    }
    CONNECTION_SET(connection, CURLOPT_CUSTOMREQUEST, request->method);
}

/* libcurl adds headers of its own to these alone. */
static bool sends_body(const struct request *request)
{
    return request->body.value || strcmp(request->method, "POST") == 0;
}

static void add_line(struct connection *connection, const char *line)
{
    struct curl_slist *longer = curl_slist_append(connection->headers, line);

    if (longer)
        connection->headers = longer;
    else if (connection->refused == CURLE_OK)
        connection->refused = CURLE_OUT_OF_MEMORY;
}

/* libcurl's own headers are replaced by those of the request, or taken out where it has none. */
static void set_headers(struct http *http)
{
    struct connection *connection = &http->connection;
    const struct request *request = http->exchange->request;
    struct buf line = BUF_INIT;
    bool typed = false;

    for (size_t i = 0; i < request->header_count; i++) {
        const struct request_header *header = &request->headers[i];

        typed |= strcasecmp(header->name, "Content-Type") == 0;
        if (header->by_client)
            continue;
        buf_clear(&line);
        buf_puts(&line, header->name);
        buf_puts(&line, *header->value.value ? ": " : ";");
        buf_puts(&line, header->value.value);
        add_line(connection, line.data);
    }
    buf_free(&line);
    if (sends_body(request))
        add_line(connection, "Expect:");
    if (sends_body(request) && !typed)
        add_line(connection, "Content-Type:");
    CONNECTION_SET(connection, CURLOPT_HTTPHEADER, connection->headers);
    CONNECTION_SET(connection, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
}

/* libcurl takes the last of several lengths; whoever takes the first reads another answer (RFC 9112, 6.3). */
static bool lengths_differ(const struct head *head)
{
    size_t from = 0;
    struct slice first = head_field(head, "Content-Length", &from), further = first;

    while (further.data && slice_equals(first, further))
        further = head_field(head, "Content-Length", &from);
    return further.data != NULL;
}

static void record_answer(struct http *http)
{
    struct probe *probe = http->exchange->probe;
    char *location = NULL;
    struct head head;

    exchange_put_head(http->exchange, buf_slice(&http->head), &head);
    if (lengths_differ(&head))
        failure_record(probe, "http-malformed", "several Content-Length headers that differ");
    probe->head_cut |= http->head.capped;
    if (curl_easy_getinfo(http->connection.easy, CURLINFO_REDIRECT_URL, &location) == CURLE_OK && location)
        probe->location = arena_slice(&probe->arena, slice_of(location));
    /* What follows a 101 is another protocol's frames, not a body (RFC 9110, 15.2.2). */
    if (probe->status && probe->status != 101)
        exchange_put_body(http->exchange, &http->body);
}

static int64_t info_us(const struct http *http, CURLINFO info)
{
    curl_off_t us = 0;

    return curl_easy_getinfo(http->connection.easy, info, &us) == CURLE_OK ? (int64_t)us : 0;
}

/* libcurl sets the time of the first byte even when none came (an empty reply). */
static void record_timings(const struct http *http, bool whole)
{
    struct timings *timings = &http->exchange->probe->timings;
    int64_t sent = info_us(http, CURLINFO_PRETRANSFER_TIME_T);
    int64_t first = info_us(http, CURLINFO_STARTTRANSFER_TIME_T);
    int64_t total = info_us(http, CURLINFO_TOTAL_TIME_T);

    if (http->head.len == 0 || first <= 0)
        return;
    timings->first_byte_us = first - sent;
    if (whole && total >= first)
        timings->transfer_us = total - first;
}

/* Some servers ask for a certificate in the handshake, and answer its absence in HTTP. */
static void tell_wanted(const struct http *http)
{
    const struct tls *tls = &http->connection.tls;
    struct probe *probe = http->exchange->probe;

    if (tls->identity_wanted && !tls->identity
        && (probe->status == 400 || probe->status == 401 || probe->status == 403))
        probe->detail = slice_of(
            arena_text(&probe->arena, "the server had asked for a client certificate, and there was none to show"));
}

/* What is wrong with an answer that libcurl found nothing wrong with. */
static void find_faults(struct http *http)
{
    const struct exchange *exchange = http->exchange;
    struct probe *probe = exchange->probe;

    if (http->unasked)
        failure_record(probe, "http-bad-encoding", "the body comes as zstd, which was not asked for");
    else if (http->head.len && !http->head_whole)
        failure_record(probe, "http-truncated", "the connection was closed inside of the head");
    else if (exchange->proxy && probe->status == 407)
        failure_record(probe, "http-proxy-authentication", "%s answers 407", exchange->proxy->shown);
    else if (exchange->http == HTTP_2 && probe->http_version && *probe->http_version == '1')
        failure_record(probe, "http-no-http2", "the server chose HTTP/%s", probe->http_version);
    else
        tell_wanted(http);
}

/* libcurl tells of a GOAWAY (RFC 9113, 6.8) in its log alone: "received GOAWAY, error=11, last_stream=1". */
static int on_log(CURL *easy, curl_infotype type, char *data, size_t size, void *self)
{
    static const char sign[] = "GOAWAY, error=";
    const char *found = type == CURLINFO_TEXT ? memmem(data, size, sign, sizeof sign - 1) : NULL;
    struct http *http = self;
    const char *end = data + size;

    (void)easy;
    if (!found)
        return 0;
    http->goaway = 0;
    for (const char *digit = found + sizeof sign - 1; digit < end && *digit >= '0' && *digit <= '9'; digit++)
        http->goaway = http->goaway < GOAWAY_UNKNOWN ? http->goaway * 10 + (*digit - '0') : GOAWAY_UNKNOWN;
    return 0;
}

/* The server speaks HTTP/2, and went before it answered; one that wants HTTP/1.1 says so (RFC 9113, 7). */
static void fail_gone(struct http *http)
{
    static const char *const names[] = {"NO_ERROR",
                                        "PROTOCOL_ERROR",
                                        "INTERNAL_ERROR",
                                        "FLOW_CONTROL_ERROR",
                                        "SETTINGS_TIMEOUT",
                                        "STREAM_CLOSED",
                                        "FRAME_SIZE_ERROR",
                                        "REFUSED_STREAM",
                                        "CANCEL",
                                        "COMPRESSION_ERROR",
                                        "CONNECT_ERROR",
                                        "ENHANCE_YOUR_CALM",
                                        "INADEQUATE_SECURITY",
                                        "HTTP_1_1_REQUIRED"};
    const int known = sizeof names / sizeof *names;

    failure_record(http->exchange->probe, http->goaway == known - 1 ? "http-no-http2" : "http-protocol-error",
                   "the server sent GOAWAY, error %d%s%s", http->goaway, http->goaway < known ? ": " : "",
                   http->goaway < known ? names[http->goaway] : "");
}

/* In the clear nobody asks first whether the server speaks HTTP/2: one that does not hangs up, or says what libcurl
 * cannot read. */
static bool no_http2(const struct http *http, CURLcode result)
{
    const struct exchange *exchange = http->exchange;

    if (exchange->http != HTTP_2 || exchange->request->tls || http->head.len || !connection_is_up(&http->connection))
        return false;
    return result == CURLE_GOT_NOTHING || result == CURLE_HTTP2 || result == CURLE_RECV_ERROR
           || result == CURLE_SEND_ERROR || result == CURLE_PARTIAL_FILE;
}

/* libcurl calls a stream of HTTP/2 cut off even where nothing had come. */
static bool is_mute(const struct http *http, CURLcode result)
{
    return result == CURLE_PARTIAL_FILE && http->head.len == 0;
}

static void finish(struct http *http, CURLcode result)
{
    struct connection *connection = &http->connection;

    if (result == CURLE_WRITE_ERROR && (http->body.capped || http->unasked))
        result = CURLE_OK;
    connection_record(connection);
    record_timings(http, result == CURLE_OK);
    if (http->head.len)
        record_answer(http);
    if (result == CURLE_OPERATION_TIMEDOUT && connection_is_up(connection) && !http->exchange->proxy)
        snprintf(connection->words, sizeof connection->words,
                 "%zu bytes of a head and %zu of a body came within the timeout", http->head.len, http->body.len);
    if (result == CURLE_OK)
        find_faults(http);
    else if (http->goaway >= 0 && !http->head.len && result != CURLE_OPERATION_TIMEDOUT)
        fail_gone(http);
    else if (no_http2(http, result))
        failure_record(http->exchange->probe, "http-no-http2", "it closed the connection, or spoke something else");
    else
        connection_fail(connection, is_mute(http, result) ? CURLE_GOT_NOTHING : result, http->head.len > 0,
                        http->body.len > 0);
    http->exchange->done(http->exchange->self);
}

static void on_done(void *self, CURLcode result)
{
    finish(self, result);
}

void http_expire(struct http *http)
{
    finish(http, CURLE_OPERATION_TIMEDOUT);
}

struct http *http_start(struct transport *transport, struct exchange *exchange)
{
    struct http *http = mem_new(1, sizeof *http);
    struct connection *connection = &http->connection;

    http->exchange = exchange;
    http->head = (struct buf){buf_empty, 0, 0, HEAD_MOST, false};
    http->body = (struct buf){buf_empty, 0, 0, exchange_body_cap(exchange), false};
    connection_open(connection, transport, exchange, true);
    connection->done = on_done;
    connection->self = http;
    CONNECTION_SET(connection, CURLOPT_HEADERFUNCTION, on_header);
    CONNECTION_SET(connection, CURLOPT_HEADERDATA, http);
    CONNECTION_SET(connection, CURLOPT_WRITEFUNCTION, on_body);
    CONNECTION_SET(connection, CURLOPT_WRITEDATA, http);
    http->goaway = -1;
    if (exchange->http == HTTP_2) {
        CONNECTION_SET(connection, CURLOPT_DEBUGFUNCTION, on_log);
        CONNECTION_SET(connection, CURLOPT_DEBUGDATA, http);
        CONNECTION_SET(connection, CURLOPT_VERBOSE, 1L);
    }
    set_method(http);
    set_headers(http);
    if (connection_start(connection))
        return http;
    http_free(http);
    return NULL;
}

void http_free(struct http *http)
{
    if (!http)
        return;
    connection_close(&http->connection);
    buf_free(&http->head);
    buf_free(&http->body);
    mem_free(http);
}
