/* SPDX-License-Identifier: MIT */
#include "collector/resolve.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>

#include "base/memory.h"
#include "collector/hosts.h"
#include "collector/loop.h"
#include "collector/names.h"

enum {
    LOOKUPS_MOST = 64, /* in flight */
    TRY_MS = 2000,
    TRIES = 3,
};

struct lookup {
    struct resolver *resolver;
    const char *name;
    struct resolved answer;
    bool done;
    struct resolve_waiter *waiters;
    struct lookup *next; /* in the queue of those that have not begun */
};

struct resolver {
    struct loop *loop;
    ares_channel channel;
    bool has_channel, closing;
    struct loop_timer timer;
    struct hosts *hosts;
    struct names names;
    struct lookup **lookups; /* by number of the name */
    size_t lookup_count, lookup_room;
    size_t in_flight;
    struct lookup *queue, **queue_end;
};

static void watch_time(struct resolver *resolver)
{
    struct timeval most = {TRY_MS / 1000, 0}, wait;
    const struct timeval *next = ares_timeout(resolver->channel, &most, &wait);

    if (resolver->in_flight == 0 || !next)
        loop_unset(resolver->loop, &resolver->timer);
    else
        loop_set(resolver->loop, &resolver->timer,
                 (struct mono){mono_now().us + (int64_t)next->tv_sec * 1000000 + next->tv_usec});
}

static void on_ready(void *self, int fd, uint32_t events)
{
    struct resolver *resolver = self;
    bool readable = events & (EPOLLIN | EPOLLERR | EPOLLHUP);

    ares_process_fd(resolver->channel, readable ? fd : ARES_SOCKET_BAD, events & EPOLLOUT ? fd : ARES_SOCKET_BAD);
    watch_time(resolver);
}

static void on_due(void *self)
{
    struct resolver *resolver = self;

    ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    watch_time(resolver);
}

static void on_socket(void *self, ares_socket_t fd, int readable, int writable)
{
    struct resolver *resolver = self;

    if (readable || writable)
        loop_watch(resolver->loop, fd, (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U), on_ready, resolver);
    else
        loop_forget(resolver->loop, fd);
}

struct resolver *resolver_open(struct loop *loop, const struct resolver_options *options, struct error *err)
{
    struct resolver *resolver = mem_new(1, sizeof *resolver);
    char lookups[] = "b"; /* DNS alone: the hosts file is read by us */
    struct ares_options wanted = {.flags = ARES_FLAG_NOCHECKRESP,
                                  .timeout = TRY_MS,
                                  .tries = TRIES,
                                  .lookups = lookups,
                                  .sock_state_cb = on_socket,
                                  .sock_state_cb_data = resolver};
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
    int status = ares_library_init(ARES_LIB_INIT_ALL);

    resolver->loop = loop;
    resolver->timer = (struct loop_timer){.due = on_due, .self = resolver};
    resolver->queue_end = &resolver->queue;
    resolver->hosts = hosts_read(options->hosts ? options->hosts : "/etc/hosts");
    if (status == ARES_SUCCESS)
        status = ares_init_options(&resolver->channel, &wanted, mask);
    resolver->has_channel = status == ARES_SUCCESS;
    if (status != ARES_SUCCESS)
        fail(err, ERR_SYSTEM, "no resolver: %s", ares_strerror(status));
    else if (options->nameserver && ares_set_servers_ports_csv(resolver->channel, options->nameserver) != ARES_SUCCESS)
        fail(err, ERR_USAGE, "`%s` is not the ADDRESS:PORT of a name server", options->nameserver);
    else
        return resolver;
    resolver_close(resolver);
    return NULL;
}

void resolver_close(struct resolver *resolver)
{
    if (!resolver)
        return;
    resolver->closing = true;
    if (resolver->has_channel)
        ares_destroy(resolver->channel);
    loop_unset(resolver->loop, &resolver->timer);
    for (size_t i = 0; i < resolver->lookup_count; i++) {
        while (resolver->lookups[i]->waiters)
            resolver_leave(resolver->lookups[i]->waiters);
        mem_free(resolver->lookups[i]->answer.addresses);
        mem_free(resolver->lookups[i]);
    }
    mem_free(resolver->lookups);
    names_free(&resolver->names);
    hosts_free(resolver->hosts);
    mem_free(resolver);
    ares_library_cleanup();
}

void resolver_leave(struct resolve_waiter *waiter)
{
    if (!waiter->place)
        return;
    *waiter->place = waiter->next;
    if (waiter->next)
        waiter->next->place = waiter->place;
    waiter->place = NULL;
    waiter->next = NULL;
}

static void add_address(struct resolved *answer, const char *address)
{
    if (answer->count == ADDRESSES_MOST)
        return;
    if (!answer->addresses)
        answer->addresses = mem_new(ADDRESSES_MOST, sizeof *answer->addresses);
    snprintf(answer->addresses[answer->count++], ADDRESS_TEXT, "%s", address);
}

static const char *code_of(int status)
{
    switch (status) {
    case ARES_SUCCESS:
        return NULL;
    case ARES_ENOTFOUND:
        return "dns-nxdomain";
    case ARES_ENODATA:
        return "dns-no-address";
    case ARES_ESERVFAIL:
    case ARES_ENOTIMP:
        return "dns-servfail";
    case ARES_EREFUSED:
        return "dns-refused";
    case ARES_ETIMEOUT:
        return "dns-timeout";
    case ARES_ECONNREFUSED:
        return "dns-unreachable";
    case ARES_EBADNAME:
    case ARES_EBADQUERY:
        return "dns-bad-name";
    default:
        return "dns-malformed";
    }
}

static void tell(struct lookup *lookup)
{
    lookup->done = true;
    while (lookup->waiters) {
        struct resolve_waiter *waiter = lookup->waiters;

        resolver_leave(waiter);
        waiter->done(waiter->self, &lookup->answer);
    }
}

static void take_addresses(struct resolved *answer, const struct ares_addrinfo *result)
{
    char text[ADDRESS_TEXT];

    for (const struct ares_addrinfo_node *node = result->nodes; node; node = node->ai_next) {
        const void *binary = NULL;

        if (node->ai_family == AF_INET)
            binary = &((const struct sockaddr_in *)(const void *)node->ai_addr)->sin_addr;
        else if (node->ai_family == AF_INET6)
            binary = &((const struct sockaddr_in6 *)(const void *)node->ai_addr)->sin6_addr;
        if (binary && inet_ntop(node->ai_family, binary, text, sizeof text))
            add_address(answer, text);
    }
}

static void begin_next(struct resolver *resolver);

static void on_answer(void *self, int status, int timeouts, struct ares_addrinfo *result)
{
    struct lookup *lookup = self;
    struct resolver *resolver = lookup->resolver;

    (void)timeouts;
    if (!resolver->closing) {
        if (status == ARES_SUCCESS)
            take_addresses(&lookup->answer, result);
        if (status == ARES_SUCCESS && lookup->answer.count == 0)
            status = ARES_ENODATA;
        lookup->answer.code = code_of(status);
        lookup->answer.words = status == ARES_SUCCESS ? NULL : ares_strerror(status);
        resolver->in_flight--;
        tell(lookup);
        begin_next(resolver);
    }
    if (result)
        ares_freeaddrinfo(result);
}

static void begin_next(struct resolver *resolver)
{
    struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};

    while (resolver->queue && resolver->in_flight < LOOKUPS_MOST) {
        struct lookup *lookup = resolver->queue;

        resolver->queue = lookup->next;
        if (!resolver->queue)
            resolver->queue_end = &resolver->queue;
        resolver->in_flight++;
        lookup->answer.started = mono_now();
        ares_getaddrinfo(resolver->channel, lookup->name, NULL, &hints, on_answer, lookup);
    }
}

/* What is known without DNS. */
static bool known(const struct resolver *resolver, struct lookup *lookup)
{
    struct resolved *answer = &lookup->answer;
    size_t len = strlen(lookup->name);
    unsigned char binary[16];
    const char *address;

    if (inet_pton(AF_INET, lookup->name, binary) == 1 || inet_pton(AF_INET6, lookup->name, binary) == 1)
        add_address(answer, lookup->name);
    for (size_t i = 0; (address = hosts_address(resolver->hosts, lookup->name, i)); i++)
        add_address(answer, address);
    if (answer->count == 0
        && (strcasecmp(lookup->name, "localhost") == 0
            || (len > 10 && strcasecmp(lookup->name + len - 10, ".localhost") == 0))) {
        add_address(answer, "127.0.0.1");
        add_address(answer, "::1");
    }
    return answer->count > 0;
}

static struct lookup *lookup_of(struct resolver *resolver, const char *name)
{
    size_t number = names_put(&resolver->names, name);
    struct lookup *lookup;

    if (number < resolver->lookup_count)
        return resolver->lookups[number];
    lookup = mem_new(1, sizeof *lookup);
    lookup->resolver = resolver;
    lookup->name = resolver->names.list[number];
    resolver->lookups =
        mem_grow(resolver->lookups, resolver->lookup_count, &resolver->lookup_room, sizeof(struct lookup *));
    resolver->lookups[resolver->lookup_count++] = lookup;
    if (known(resolver, lookup)) {
        lookup->done = true;
        lookup->answer.started = mono_now();
    } else {
        lookup->answer.asked_dns = true;
        *resolver->queue_end = lookup;
        resolver->queue_end = &lookup->next;
    }
    return lookup;
}

void resolver_ask(struct resolver *resolver, const char *name, struct resolve_waiter *waiter)
{
    struct lookup *lookup = lookup_of(resolver, name);

    waiter->answer = &lookup->answer;
    waiter->place = NULL;
    if (lookup->done) {
        waiter->done(waiter->self, &lookup->answer);
        return;
    }
    waiter->next = lookup->waiters;
    if (waiter->next)
        waiter->next->place = &waiter->next;
    waiter->place = &lookup->waiters;
    lookup->waiters = waiter;
    begin_next(resolver);
    watch_time(resolver);
}
