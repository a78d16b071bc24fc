/* SPDX-License-Identifier: MIT */
#include "collector/connection.h"

#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "collector/exchange.h"
#include "collector/failure.h"
#include "collector/probe.h"
#include "collector/proxy.h"
#include "collector/request.h"
#include "collector/suite.h"
#include "collector/transport.h"

/* libcurl asks again on another connection when a kept one turns out to be closed, or an HTTP/2 stream is refused. A
 * request of ours is sent once. */
static int on_request(void *self, char *address, char *local_address, int port, int local_port)
{
    struct connection *connection = self;
    long connects = 1;

    (void)address;
    (void)local_address;
    (void)port;
    (void)local_port;
    if (connection->requests++)
        return CURL_PREREQFUNC_ABORT;
    connection->ready = mono_now();
    curl_easy_getinfo(connection->easy, CURLINFO_NUM_CONNECTS, &connects);
    connection->was_open = connects == 0;
    if (connection->was_open && connection->exchange->request->tls)
        tls_read_open(&connection->tls, connection->easy);
    return CURL_PREREQFUNC_OK;
}

/* libcurl tells only of the whole way through a proxy when it is connected: so its socket is asked. */
static curl_socket_t on_open_socket(void *self, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct connection *connection = self;

    (void)purpose;
    connection->proxy_socket = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    return connection->proxy_socket;
}

static bool proxy_is_up(const struct connection *connection)
{
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;

    return connection->exchange->proxy && connection->proxy_socket >= 0
           && getpeername(connection->proxy_socket, (struct sockaddr *)&peer, &len) == 0;
}

static void set_proxy(struct connection *connection)
{
    const struct exchange *exchange = connection->exchange;
    const struct proxy *proxy = exchange->proxy;
    bool v6 = strchr(exchange->address, ':') != NULL;
    char url[128];

    snprintf(url, sizeof url, "%s://%s%s%s:%u", proxy->socks ? "socks5h" : "http", v6 ? "[" : "", exchange->address,
             v6 ? "]" : "", (unsigned)proxy->port);
    CONNECTION_SET(connection, CURLOPT_PROXY, url);
    CONNECTION_SET(connection, CURLOPT_NOPROXY, "");
    CONNECTION_SET(connection, CURLOPT_PROXYUSERNAME, proxy->user);
    CONNECTION_SET(connection, CURLOPT_PROXYPASSWORD, proxy->password);
    connection->proxy_socket = -1;
    CONNECTION_SET(connection, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    CONNECTION_SET(connection, CURLOPT_OPENSOCKETDATA, connection);
    CONNECTION_SET(connection, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
    /* A header of the request is for the server, and none of the proxy's head is the server's. */
    CONNECTION_SET(connection, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    CONNECTION_SET(connection, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (exchange->request->upgrade || exchange->http == HTTP_2)
        CONNECTION_SET(connection, CURLOPT_HTTPPROXYTUNNEL, 1L);
}

static void set_route(struct connection *connection)
{
    const struct exchange *exchange = connection->exchange;
    const char *address = exchange->address;
    bool v6 = strchr(address, ':') != NULL;
    char route[128];

    if (exchange->proxy) {
        set_proxy(connection);
        return;
    }
    CONNECTION_SET(connection, CURLOPT_PROXY, "");
    CONNECTION_SET(connection, CURLOPT_NOPROXY, "*");
    if (strcmp(address, exchange->request->host) == 0)
        return; /* the URL says it */
    /* Of any host and port: libcurl follows no redirect, so there is only one. */
    snprintf(route, sizeof route, "::%s%s%s:%u", v6 ? "[" : "", address, v6 ? "]" : "",
             (unsigned)exchange->request->port);
    connection->connect_to = curl_slist_append(NULL, route);
    CONNECTION_SET(connection, CURLOPT_CONNECT_TO, connection->connect_to);
}

static long http_version(const struct exchange *exchange)
{
    const struct request *request = exchange->request;

    if (request->upgrade || exchange->http == HTTP_1_1)
        return CURL_HTTP_VERSION_1_1;
    if (exchange->http == HTTP_2)
        return request->tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
    return request->http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1;
}

static void set_tls(struct connection *connection)
{
    const struct exchange *exchange = connection->exchange;
    const struct request *request = exchange->request;

    CONNECTION_SET(connection, CURLOPT_HTTP_VERSION, http_version(exchange));
    tls_open(&connection->tls, transport_trust(connection->transport), exchange, connection->kept);
    if (!request->tls)
        return;
    /* libcurl reads none itself: with Debian's CAPATH every probe would cost 24 ms. */
    CONNECTION_SET(connection, CURLOPT_CAPATH, NULL);
    CONNECTION_SET(connection, CURLOPT_CAINFO, NULL);
    /* Its cache would keep the store of the first connection, and put it in the place of every later one's. */
    CONNECTION_SET(connection, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    CONNECTION_SET(connection, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    CONNECTION_SET(connection, CURLOPT_SSL_VERIFYPEER, request->verify ? 1L : 0L);
    CONNECTION_SET(connection, CURLOPT_SSL_VERIFYHOST, request->verify ? 2L : 0L);
    CONNECTION_SET(connection, CURLOPT_SSL_CTX_FUNCTION, tls_on_context);
    CONNECTION_SET(connection, CURLOPT_SSL_CTX_DATA, &connection->tls);
}

static void digest_add(struct buf *settings, const char *text)
{
    buf_puts(settings, text ? text : "");
    buf_put(settings, "", 1);
}

static bool sends_secret(const struct request *request)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (request_header_is_secret(&request->headers[i]))
            return true;
    return false;
}

/* Only attempts that are equal in all of this may share connections. Where there is little of it, it stands for itself: no
 * digest is as empty. */
static struct digest settings_of(const struct exchange *exchange)
{
    const struct request *request = exchange->request;
    const struct tls_settings *tls = &exchange->endpoint->tls;
    struct buf settings = BUF_INIT;
    struct digest digest;

    if (!request->tls && !sends_secret(request))
        return (struct digest){{request->verify, (uint8_t)http_version(exchange), exchange->foreign}};
    buf_printf(&settings, "%d %d %d", request->verify, (int)http_version(exchange), exchange->foreign);
    if (request->tls) {
        digest_add(&settings, tls->ca);
        digest_add(&settings, tls->cert);
        digest_add(&settings, tls->key);
        digest_add(&settings, exchange->tls_least);
    }
    for (size_t i = 0; i < request->header_count; i++)
        if (request_header_is_secret(&request->headers[i])) {
            digest_add(&settings, request->headers[i].name);
            digest_add(&settings, request->headers[i].value.value);
        }
    digest = digest_of(buf_slice(&settings));
    OPENSSL_cleanse(settings.data, settings.len);
    buf_free(&settings);
    return digest;
}

/* Fresh, unless the endpoint wants another and the method may be sent on one that the server is about to close. */
static void set_freshness(struct connection *connection, bool keep)
{
    const struct exchange *exchange = connection->exchange;

    if (keep && exchange->endpoint->reuse && method_is_safe(exchange->request->method)) {
        struct digest settings = settings_of(exchange);

        connection->multi = transport_multi(connection->transport, &settings);
    }
    connection->kept = connection->multi != NULL;
    if (connection->kept)
        return;
    connection->multi = transport_multi(connection->transport, NULL);
    CONNECTION_SET(connection, CURLOPT_FRESH_CONNECT, 1L);
    CONNECTION_SET(connection, CURLOPT_FORBID_REUSE, keep ? 1L : 0L);
}

void connection_open(struct connection *connection, struct transport *transport, struct exchange *exchange, bool keep)
{
    *connection =
        (struct connection){.easy = transport_take_easy(transport), .transport = transport, .exchange = exchange};
    if (!connection->easy) {
        connection->refused = CURLE_OUT_OF_MEMORY;
        return;
    }
    CONNECTION_SET(connection, CURLOPT_PRIVATE, connection);
    CONNECTION_SET(connection, CURLOPT_ERRORBUFFER, connection->words);
    CONNECTION_SET(connection, CURLOPT_URL, exchange->request->url);
    CONNECTION_SET(connection, CURLOPT_PATH_AS_IS, 1L);
    CONNECTION_SET(connection, CURLOPT_PROTOCOLS_STR, "http,https");
    CONNECTION_SET(connection, CURLOPT_NOSIGNAL, 1L);
    CONNECTION_SET(connection, CURLOPT_NOPROGRESS, 1L);
    CONNECTION_SET(connection, CURLOPT_FOLLOWLOCATION, 0L);
    CONNECTION_SET(connection, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    CONNECTION_SET(connection, CURLOPT_PREREQFUNCTION, on_request);
    CONNECTION_SET(connection, CURLOPT_PREREQDATA, connection);
    /* Time is kept by the attempt: libcurl's own default for connecting would be a second clock. */
    CONNECTION_SET(connection, CURLOPT_CONNECTTIMEOUT_MS, 24L * 3600 * 1000);
    set_freshness(connection, keep);
    set_route(connection);
    set_tls(connection);
}

static int64_t info_us(const struct connection *connection, CURLINFO info)
{
    curl_off_t us = 0;

    return curl_easy_getinfo(connection->easy, info, &us) == CURLE_OK ? (int64_t)us : 0;
}

static bool tcp_is_up(const struct connection *connection)
{
    return connection->was_open || info_us(connection, CURLINFO_CONNECT_TIME_T) > 0 || connection->tls.begun.us > 0;
}

/* libcurl's own limit for connecting would count the TLS handshake too. */
static void on_impatience(void *self)
{
    const struct connection *connection = self;

    if (!tcp_is_up(connection) && !proxy_is_up(connection))
        connection->done(connection->self, CURLE_OPERATION_TIMEDOUT);
}

bool connection_start(struct connection *connection)
{
    CURLMcode code;

    if (!tls_is_readable(&connection->tls))
        return false;
    if (connection->refused != CURLE_OK) {
        failure_record(connection->exchange->probe, "http-failed", "libcurl: %s",
                       curl_easy_strerror(connection->refused));
        return false;
    }
    connection->started = mono_now();
    connection->impatience = (struct loop_timer){.due = on_impatience, .self = connection};
    if (connection->exchange->connect_us)
        loop_set(transport_loop(connection->transport), &connection->impatience,
                 (struct mono){connection->started.us + connection->exchange->connect_us});
    code = curl_multi_add_handle(connection->multi, connection->easy);
    connection->under_way = code == CURLM_OK;
    if (!connection->under_way)
        failure_record(connection->exchange->probe, "http-failed", "libcurl: %s", curl_multi_strerror(code));
    return connection->under_way;
}

void connection_close(struct connection *connection)
{
    loop_unset(transport_loop(connection->transport), &connection->impatience);
    if (connection->under_way)
        curl_multi_remove_handle(connection->multi, connection->easy);
    transport_put_easy(connection->transport, connection->easy);
    curl_slist_free_all(connection->connect_to);
    curl_slist_free_all(connection->headers);
    tls_close(&connection->tls);
    *connection = (struct connection){0};
}

bool connection_is_up(const struct connection *connection)
{
    if (connection->exchange->request->tls)
        return info_us(connection, CURLINFO_APPCONNECT_TIME_T) > 0;
    return tcp_is_up(connection);
}

/* Behind a proxy only the TLS handshake is the server's: it goes through the tunnel. */
static void record_proxied(const struct connection *connection, struct timings *timings)
{
    int64_t secured = info_us(connection, CURLINFO_APPCONNECT_TIME_T);

    timings->dns_us = NOT_MEASURED;
    if (connection->was_open || secured <= 0 || !connection->tls.begun.us)
        return;
    timings->tls_us = connection->ready.us ? mono_between(connection->tls.begun, connection->ready)
                                           : connection->started.us + secured - connection->tls.begun.us;
}

static void record_timings(const struct connection *connection)
{
    struct timings *timings = &connection->exchange->probe->timings;
    int64_t looked_up = info_us(connection, CURLINFO_NAMELOOKUP_TIME_T);
    int64_t connected = info_us(connection, CURLINFO_CONNECT_TIME_T);
    int64_t secured = info_us(connection, CURLINFO_APPCONNECT_TIME_T);

    if (connection->exchange->proxy) {
        record_proxied(connection, timings);
        return;
    }
    if (connection->was_open) {
        timings->dns_us = NOT_MEASURED;
        return;
    }
    if (connected > 0)
        timings->connect_us = connected - looked_up;
    else if (connection->tls.begun.us) /* libcurl forgets the time when the handshake fails */
        timings->connect_us = mono_between(connection->started, connection->tls.begun);
    if (secured > 0 && connected > 0)
        timings->tls_us = secured - connected;
}

void connection_record(struct connection *connection)
{
    struct probe *probe = connection->exchange->probe;

    if (!connection->exchange->proxy)
        probe->address = arena_slice(&probe->arena, slice_of(connection->exchange->address));
    probe->port = connection->exchange->request->port;
    probe->reused = connection->was_open;
    record_timings(connection);
    tls_record(&connection->tls);
}

/* What a proxy made of it; NULL: the failure is not the proxy's. */
static const char *proxy_code(const struct connection *connection, CURLcode result, const char **words)
{
    const struct exchange *exchange = connection->exchange;
    long status = 0, socks = CURLPX_OK;
    bool tunnel = exchange->request->tls || exchange->request->upgrade || exchange->http == HTTP_2;

    curl_easy_getinfo(connection->easy, CURLINFO_HTTP_CONNECTCODE, &status);
    curl_easy_getinfo(connection->easy, CURLINFO_PROXY_ERROR, &socks);
    if (result == CURLE_PROXY) {
        if (socks == CURLPX_NO_AUTH || socks == CURLPX_USER_REJECTED)
            return "http-proxy-authentication";
        return socks >= CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED && socks <= CURLPX_REPLY_UNASSIGNED
                   ? "http-proxy-refused"
                   : "http-proxy-failed";
    }
    if (result == CURLE_COULDNT_CONNECT || result == CURLE_INTERFACE_FAILED
        || (result == CURLE_OPERATION_TIMEDOUT && !tcp_is_up(connection) && !proxy_is_up(connection)))
        return "tcp-proxy";
    if (status == 407)
        return "http-proxy-authentication";
    if (status >= 300)
        return "http-proxy-refused";
    if (!tunnel || connection->tls.begun.us || status / 100 == 2)
        return NULL;
    if (result == CURLE_OPERATION_TIMEDOUT)
        *words = "the proxy did not answer in time";
    return "http-proxy-failed";
}

static const char *timeout_words(const struct ending *ending)
{
    if (!ending->tcp_up)
        return "the attempt to connect was not answered in time";
    return ending->tls_up || !ending->tls ? "the answer was not whole in time"
                                          : "the TLS handshake was not finished in time";
}

/* The request would have gone out a second time. */
static bool fail_repeat(const struct connection *connection, CURLcode result)
{
    if (result != CURLE_ABORTED_BY_CALLBACK || connection->requests < 2)
        return false;
    if (connection->was_open)
        failure_record(
            connection->exchange->probe, "http-empty-reply",
            "the server closed the connection that an earlier attempt had left open; nothing is sent twice");
    else
        failure_record(connection->exchange->probe, "http-protocol-error",
                       "the server refused the request and wants it again; nothing is sent twice");
    return true;
}

void connection_fail(struct connection *connection, CURLcode result, bool head_seen, bool body_seen)
{
    const char *words = *connection->words ? connection->words : curl_easy_strerror(result);
    struct ending ending = {.result = (int)result,
                            .words = connection->words,
                            .tls = connection->exchange->request->tls,
                            .tcp_up = tcp_is_up(connection),
                            .tls_up = info_us(connection, CURLINFO_APPCONNECT_TIME_T) > 0,
                            .head_seen = head_seen,
                            .body_seen = body_seen,
                            .identity_wanted = connection->tls.identity_wanted,
                            .identity_shown = connection->tls.identity_wanted && connection->tls.identity,
                            .verify = tls_verify_result(&connection->tls),
                            .certificate_count = connection->tls.certificate_count};

    const char *code = NULL;

    if (fail_repeat(connection, result))
        return;
    curl_easy_getinfo(connection->easy, CURLINFO_OS_ERRNO, &ending.system_error);
    if (connection->tls.certificate_count) {
        X509 *leaf = connection->tls.certificates[0];

        ending.self_signed = X509_NAME_cmp(X509_get_subject_name(leaf), X509_get_issuer_name(leaf)) == 0;
    }
    if (!*connection->words && result == CURLE_OPERATION_TIMEDOUT)
        words = timeout_words(&ending);
    if (connection->exchange->proxy)
        code = proxy_code(connection, result, &words);
    failure_record(connection->exchange->probe, code ? code : failure_classify(&ending), "%s%s", words,
                   ending.identity_wanted && !ending.identity_shown
                       ? "; the server had asked for a client certificate, and there is none to show"
                       : "");
}
