/* SPDX-License-Identifier: MIT */
#include "collector/transport.h"

#include <string.h>
#include <sys/epoll.h>

#include "base/memory.h"
#include "collector/connection.h"
#include "collector/trust.h"

enum {
    POOLS_MOST = 32,
    EASIES_MOST = 256, /* idle, of some 5 KB each */
    KEPT = 64,
};

/* A multi handle of libcurl, with the connections that it keeps open. */
struct pool {
    struct transport *transport;
    struct digest settings;
    CURLM *multi;
    struct loop_timer timer;
};

struct transport {
    struct loop *loop;
    struct trust *trust;
    struct pool *fresh;
    struct pool *pools[POOLS_MOST];
    size_t pool_count, pools_most, kept_each;
    CURL *easies[EASIES_MOST];
    size_t easy_count;
};

static void tell_ended(const struct pool *pool)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(pool->multi, &left))) {
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
    const struct pool *pool = self;
    int action = 0, running;

    if (events & (EPOLLIN | EPOLLHUP))
        action |= CURL_CSELECT_IN;
    if (events & EPOLLOUT)
        action |= CURL_CSELECT_OUT;
    if (events & EPOLLERR)
        action |= CURL_CSELECT_ERR;
    curl_multi_socket_action(pool->multi, fd, action, &running);
    tell_ended(pool);
}

static void on_due(void *self)
{
    const struct pool *pool = self;
    int running;

    curl_multi_socket_action(pool->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    tell_ended(pool);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *self, void *unused)
{
    struct pool *pool = self;

    (void)easy;
    (void)unused;
    if (what == CURL_POLL_REMOVE)
        loop_forget(pool->transport->loop, fd);
    else
        loop_watch(pool->transport->loop, fd,
                   (what & CURL_POLL_IN ? EPOLLIN : 0U) | (what & CURL_POLL_OUT ? EPOLLOUT : 0U), on_ready, pool);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *self)
{
    struct pool *pool = self;

    (void)multi;
    if (timeout_ms < 0)
        loop_unset(pool->transport->loop, &pool->timer);
    else
        loop_set(pool->transport->loop, &pool->timer, (struct mono){mono_now().us + (int64_t)timeout_ms * 1000});
    return 0;
}

static struct pool *pool_open(struct transport *transport, size_t kept)
{
    CURLM *multi = curl_multi_init();
    struct pool *pool;

    if (!multi)
        return NULL;
    pool = mem_new(1, sizeof *pool);
    pool->transport = transport;
    pool->multi = multi;
    pool->timer = (struct loop_timer){.due = on_due, .self = pool};
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, pool);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, pool);
    /* Two probes at once are two connections, or one would wait for the other's answer. */
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    if (kept)
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)kept);
    return pool;
}

static void pool_close(struct pool *pool)
{
    if (!pool)
        return;
    curl_multi_cleanup(pool->multi);
    loop_unset(pool->transport->loop, &pool->timer);
    mem_free(pool);
}

struct transport *transport_open(struct loop *loop, struct error *err)
{
    struct transport *transport;

    if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
        fail(err, ERR_SYSTEM, "libcurl does not start");
        return NULL;
    }
    transport = mem_new(1, sizeof *transport);
    transport->loop = loop;
    transport->trust = trust_new();
    transport_keep(transport, KEPT, (size_t)KEPT * POOLS_MOST);
    transport->fresh = pool_open(transport, 0);
    if (transport->fresh)
        return transport;
    fail(err, ERR_SYSTEM, "libcurl does not start");
    transport_close(transport);
    return NULL;
}

void transport_close(struct transport *transport)
{
    if (!transport)
        return;
    for (size_t i = 0; i < transport->easy_count; i++)
        curl_easy_cleanup(transport->easies[i]);
    for (size_t i = 0; i < transport->pool_count; i++)
        pool_close(transport->pools[i]);
    pool_close(transport->fresh);
    trust_free(transport->trust);
    mem_free(transport);
    curl_global_cleanup();
}

struct loop *transport_loop(const struct transport *transport)
{
    return transport->loop;
}

struct trust *transport_trust(const struct transport *transport)
{
    return transport->trust;
}

void transport_keep(struct transport *transport, size_t each, size_t room)
{
    transport->kept_each = each ? each : 1;
    transport->pools_most = room / transport->kept_each;
    if (transport->pools_most > POOLS_MOST)
        transport->pools_most = POOLS_MOST;
}

CURLM *transport_multi(struct transport *transport, const struct digest *settings)
{
    struct pool *pool;

    if (!settings)
        return transport->fresh->multi;
    for (size_t i = 0; i < transport->pool_count; i++)
        if (memcmp(&transport->pools[i]->settings, settings, sizeof *settings) == 0)
            return transport->pools[i]->multi;
    if (transport->pool_count >= transport->pools_most)
        return NULL;
    pool = pool_open(transport, transport->kept_each);
    if (!pool)
        return NULL;
    pool->settings = *settings;
    transport->pools[transport->pool_count++] = pool;
    return pool->multi;
}

CURL *transport_take_easy(struct transport *transport)
{
    return transport->easy_count ? transport->easies[--transport->easy_count] : curl_easy_init();
}

void transport_put_easy(struct transport *transport, CURL *easy)
{
    if (!easy)
        return;
    if (transport->easy_count == EASIES_MOST) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy);
    transport->easies[transport->easy_count++] = easy;
}
