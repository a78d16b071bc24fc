/* SPDX-License-Identifier: MIT */
#include "collector/transport.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/memory.h"
#include "collector/certificate.h"
#include "collector/exchange.h"
#include "collector/failure.h"
#include "collector/probe.h"
#include "collector/request.h"
#include "collector/suite.h"

struct authorities {
    char *path;        /* NULL: the system's */
    X509_STORE *store; /* NULL: it cannot be read */
};

struct transport {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer timer;
    struct authorities *trusted;
    size_t trusted_count, trusted_room;
};

static void tell_ended(const struct transport *transport)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(transport->multi, &left))) {
        struct connection *connection = NULL;
        CURLcode result = message->data.result;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &connection);
        connection->done(connection->self, result);
    }
}

static void on_ready(void *self, int fd, uint32_t events)
{
    const struct transport *transport = self;
    int action = 0, running;

    if (events & (EPOLLIN | EPOLLHUP))
        action |= CURL_CSELECT_IN;
    if (events & EPOLLOUT)
        action |= CURL_CSELECT_OUT;
    if (events & EPOLLERR)
        action |= CURL_CSELECT_ERR;
    curl_multi_socket_action(transport->multi, fd, action, &running);
    tell_ended(transport);
}

static void on_due(void *self)
{
    const struct transport *transport = self;
    int running;

    curl_multi_socket_action(transport->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    tell_ended(transport);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *self, void *unused)
{
    struct transport *transport = self;

    (void)easy;
    (void)unused;
    if (what == CURL_POLL_REMOVE)
        loop_forget(transport->loop, fd);
    else
        loop_watch(transport->loop, fd, (what & CURL_POLL_IN ? EPOLLIN : 0U) | (what & CURL_POLL_OUT ? EPOLLOUT : 0U),
                   on_ready, transport);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *self)
{
    struct transport *transport = self;

    (void)multi;
    if (timeout_ms < 0)
        loop_unset(transport->loop, &transport->timer);
    else
        loop_set(transport->loop, &transport->timer, (struct mono){mono_now().us + (int64_t)timeout_ms * 1000});
    return 0;
}

struct transport *transport_open(struct loop *loop, struct error *err)
{
    struct transport *transport;
    CURLM *multi;

    if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK || !(multi = curl_multi_init())) {
        fail(err, ERR_SYSTEM, "libcurl does not start");
        return NULL;
    }
    transport = mem_new(1, sizeof *transport);
    transport->loop = loop;
    transport->multi = multi;
    transport->timer = (struct loop_timer){.due = on_due, .self = transport};
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, transport);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, transport);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return transport;
}

void transport_close(struct transport *transport)
{
    if (!transport)
        return;
    curl_multi_cleanup(transport->multi);
    loop_unset(transport->loop, &transport->timer);
    for (size_t i = 0; i < transport->trusted_count; i++) {
        mem_free(transport->trusted[i].path);
        X509_STORE_free(transport->trusted[i].store);
    }
    mem_free(transport->trusted);
    mem_free(transport);
    curl_global_cleanup();
}

struct loop *transport_loop(const struct transport *transport)
{
    return transport->loop;
}

static X509_STORE *read_authorities(const char *path)
{
    X509_STORE *store = X509_STORE_new();
    const char *file = path;
    CURL *easy = NULL;

    if (!file && (easy = curl_easy_init()))
        curl_easy_getinfo(easy, CURLINFO_CAINFO, &file);
    if (store && file && X509_STORE_load_file(store, file)) {
        /* As libcurl and curl(1) do: an intermediate authority in the file may be trusted by itself. */
        X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    } else {
        X509_STORE_free(store);
        store = NULL;
        ERR_clear_error();
    }
    curl_easy_cleanup(easy);
    /* The first context that OpenSSL makes takes milliseconds too. */
    SSL_CTX_free(SSL_CTX_new(TLS_client_method()));
    return store;
}

X509_STORE *transport_authorities(struct transport *transport, const char *ca)
{
    struct authorities *new;

    for (size_t i = 0; i < transport->trusted_count; i++) {
        const struct authorities *known = &transport->trusted[i];

        if (ca ? known->path && strcmp(known->path, ca) == 0 : !known->path)
            return known->store;
    }
    transport->trusted =
        mem_grow(transport->trusted, transport->trusted_count, &transport->trusted_room, sizeof *transport->trusted);
    new = &transport->trusted[transport->trusted_count++];
    *new = (struct authorities){ca ? mem_copy(ca, strlen(ca)) : NULL, read_authorities(ca)};
    return new->store;
}

bool transport_trust(struct transport *transport, const char *ca)
{
    return transport_authorities(transport, ca) != NULL;
}

/* Until the handshake is over the cipher counts as pending. */
static const char *cipher_name(const SSL *ssl)
{
    const SSL_CIPHER *cipher = SSL_get_pending_cipher(ssl);

    return SSL_CIPHER_get_name(cipher ? cipher : SSL_get_current_cipher(ssl));
}

/* With verification off OpenSSL still calls this and ignores the answer, so that its result is known. */
static int on_verify(X509_STORE_CTX *context, void *self)
{
    struct connection *connection = self;
    STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(context);
    const SSL *ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
    int ok;

    for (int i = 0; i < sk_X509_num(sent) && connection->certificate_count < CERTIFICATES_MOST; i++) {
        X509 *certificate = sk_X509_value(sent, i);

        if (X509_up_ref(certificate))
            connection->certificates[connection->certificate_count++] = certificate;
    }
    ok = X509_verify_cert(context);
    connection->verified = true;
    connection->verify = X509_STORE_CTX_get_error(context);
    if (ssl) {
        connection->tls_version = SSL_get_version(ssl);
        connection->tls_cipher = cipher_name(ssl);
    }
    return ok > 0 || !connection->exchange->request->verify;
}

static CURLcode on_tls(CURL *easy, void *context, void *self)
{
    struct connection *connection = self;

    (void)easy;
    connection->tls_begun = mono_now();
    if (connection->authorities)
        SSL_CTX_set1_cert_store(context, connection->authorities);
    SSL_CTX_set_cert_verify_callback(context, on_verify, connection);
    return CURLE_OK;
}

static void set_route(struct connection *connection)
{
    const struct exchange *exchange = connection->exchange;
    const char *address = exchange->address;
    bool v6 = strchr(address, ':') != NULL;
    char route[128];

    /* Of any host and port: libcurl follows no redirect, so there is only one. */
    snprintf(route, sizeof route, "::%s%s%s:%u", v6 ? "[" : "", address, v6 ? "]" : "",
             (unsigned)exchange->request->port);
    connection->connect_to = curl_slist_append(NULL, route);
    CONNECTION_SET(connection, CURLOPT_CONNECT_TO, connection->connect_to);
}

static void set_tls(struct connection *connection)
{
    const struct request *request = connection->exchange->request;

    if (request->tls)
        connection->authorities = transport_authorities(connection->transport, connection->exchange->endpoint->tls.ca);
    /* libcurl reads none itself: with Debian's CAPATH every probe would cost 24 ms. */
    CONNECTION_SET(connection, CURLOPT_CAPATH, NULL);
    CONNECTION_SET(connection, CURLOPT_CAINFO, NULL);
    CONNECTION_SET(connection, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    CONNECTION_SET(connection, CURLOPT_SSL_VERIFYPEER, request->verify ? 1L : 0L);
    CONNECTION_SET(connection, CURLOPT_SSL_VERIFYHOST, request->verify ? 2L : 0L);
    CONNECTION_SET(connection, CURLOPT_SSL_CTX_FUNCTION, on_tls);
    CONNECTION_SET(connection, CURLOPT_SSL_CTX_DATA, connection);
    CONNECTION_SET(connection, CURLOPT_HTTP_VERSION,
                   request->http2 ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
}

void connection_open(struct connection *connection, struct transport *transport, struct exchange *exchange)
{
    *connection = (struct connection){.easy = curl_easy_init(), .transport = transport, .exchange = exchange};
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
    CONNECTION_SET(connection, CURLOPT_PROXY, "");
    CONNECTION_SET(connection, CURLOPT_NOPROXY, "*");
    CONNECTION_SET(connection, CURLOPT_FOLLOWLOCATION, 0L);
    CONNECTION_SET(connection, CURLOPT_FRESH_CONNECT, 1L);
    CONNECTION_SET(connection, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    /* Time is kept by the attempt: libcurl's own default for connecting would be a second clock. */
    CONNECTION_SET(connection, CURLOPT_CONNECTTIMEOUT_MS, 24L * 3600 * 1000);
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
    return info_us(connection, CURLINFO_CONNECT_TIME_T) > 0 || connection->tls_begun.us > 0;
}

/* libcurl's own limit for connecting would count the TLS handshake too. */
static void on_impatience(void *self)
{
    const struct connection *connection = self;

    if (!tcp_is_up(connection))
        connection->done(connection->self, CURLE_OPERATION_TIMEDOUT);
}

bool connection_start(struct connection *connection)
{
    const struct exchange *exchange = connection->exchange;
    CURLMcode code;

    if (exchange->request->tls && exchange->request->verify && !connection->authorities) {
        const char *ca = exchange->endpoint->tls.ca;

        failure_record(exchange->probe, "tls-ca-unreadable", "%s holds no certificates that can be read",
                       ca ? ca : "the system's file of authorities");
        return false;
    }
    if (connection->refused != CURLE_OK) {
        failure_record(connection->exchange->probe, "http-failed", "libcurl: %s",
                       curl_easy_strerror(connection->refused));
        return false;
    }
    connection->started = mono_now();
    connection->impatience = (struct loop_timer){.due = on_impatience, .self = connection};
    if (connection->exchange->connect_us)
        loop_set(connection->transport->loop, &connection->impatience,
                 (struct mono){connection->started.us + connection->exchange->connect_us});
    code = curl_multi_add_handle(connection->transport->multi, connection->easy);
    connection->under_way = code == CURLM_OK;
    if (!connection->under_way)
        failure_record(connection->exchange->probe, "http-failed", "libcurl: %s", curl_multi_strerror(code));
    return connection->under_way;
}

void connection_close(struct connection *connection)
{
    loop_unset(connection->transport->loop, &connection->impatience);
    if (connection->under_way)
        curl_multi_remove_handle(connection->transport->multi, connection->easy);
    curl_easy_cleanup(connection->easy);
    curl_slist_free_all(connection->connect_to);
    curl_slist_free_all(connection->headers);
    for (size_t i = 0; i < connection->certificate_count; i++)
        X509_free(connection->certificates[i]);
    *connection = (struct connection){0};
}

bool connection_is_up(const struct connection *connection)
{
    if (connection->exchange->request->tls)
        return info_us(connection, CURLINFO_APPCONNECT_TIME_T) > 0;
    return tcp_is_up(connection);
}

static void record_timings(const struct connection *connection)
{
    struct timings *timings = &connection->exchange->probe->timings;
    int64_t looked_up = info_us(connection, CURLINFO_NAMELOOKUP_TIME_T);
    int64_t connected = info_us(connection, CURLINFO_CONNECT_TIME_T);
    int64_t secured = info_us(connection, CURLINFO_APPCONNECT_TIME_T);

    if (connected > 0)
        timings->connect_us = connected - looked_up;
    else if (connection->tls_begun.us) /* libcurl forgets the time when the handshake fails */
        timings->connect_us = mono_between(connection->started, connection->tls_begun);
    if (secured > 0 && connected > 0)
        timings->tls_us = secured - connected;
}

/* The name check that libcurl makes only where verification is on, and never puts into a number. */
static long verify_result(const struct connection *connection)
{
    X509 *leaf = connection->certificate_count ? connection->certificates[0] : NULL;
    const char *host = connection->exchange->request->host;

    if (connection->verify != X509_V_OK || !leaf)
        return connection->verify;
    if (X509_check_ip_asc(leaf, host, 0) == 1 || X509_check_host(leaf, host, strlen(host), 0, NULL) == 1)
        return X509_V_OK;
    return X509_V_ERR_HOSTNAME_MISMATCH;
}

static void record_tls(const struct connection *connection)
{
    struct probe *probe = connection->exchange->probe;
    struct certificate *list;

    if (connection->tls_version) {
        probe->tls_version = arena_slice(&probe->arena, slice_of(connection->tls_version));
        probe->tls_cipher = arena_slice(&probe->arena, slice_of(connection->tls_cipher));
    }
    if (connection->verified)
        probe->tls_verify = verify_result(connection);
    if (connection->certificate_count == 0)
        return;
    list = arena_new(&probe->arena, connection->certificate_count, sizeof *list);
    for (size_t i = 0; i < connection->certificate_count; i++)
        certificate_read(connection->certificates[i], &probe->arena, &list[i]);
    probe->certificates = list;
    probe->certificate_count = connection->certificate_count;
}

void connection_record(struct connection *connection)
{
    struct probe *probe = connection->exchange->probe;

    probe->address = arena_slice(&probe->arena, slice_of(connection->exchange->address));
    probe->port = connection->exchange->request->port;
    record_timings(connection);
    record_tls(connection);
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
                            .verify = connection->verified ? verify_result(connection) : 0,
                            .certificate_count = connection->certificate_count};

    curl_easy_getinfo(connection->easy, CURLINFO_OS_ERRNO, &ending.system_error);
    if (connection->certificate_count) {
        X509 *leaf = connection->certificates[0];

        ending.self_signed = X509_NAME_cmp(X509_get_subject_name(leaf), X509_get_issuer_name(leaf)) == 0;
    }
    if (!*connection->words && result == CURLE_OPERATION_TIMEDOUT)
        words = !ending.tcp_up  ? "the attempt to connect was not answered in time"
                : ending.tls_up ? "the answer was not whole in time"
                                : "the TLS handshake was not finished in time";
    failure_record(connection->exchange->probe, failure_classify(&ending), "%s", words);
}
