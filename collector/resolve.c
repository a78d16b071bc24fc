/* SPDX-License-Identifier: MIT */
#include "collector/resolve.h"

#include <ares.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/memory.h"
#include "collector/hosts.h"
#include "collector/loop.h"
#include "collector/names.h"
#include "collector/system_lookup.h"

enum {
    LOOKUPS_MOST = 64, /* in flight */
    TRY_MS = 2000,
    TRIES = 3,
    SYSTEM_MOST = 256, /* questions to the system in a run: each is a process */
};

struct lookup {
    struct resolver *resolver;
    char *name; /* without a trailing dot */
    enum family_choice family;
    struct resolved answer;
    bool done;
    bool fresh; /* its only waiter's */
    bool past_hosts;
    struct system_lookup *system;
    struct resolve_waiter *waiters;
    struct lookup *next;             /* in the queue of those that have not begun */
    struct lookup *younger, **place; /* among all fresh ones */
};

struct resolver {
    struct loop *loop;
    ares_channel channel;
    bool has_channel, closing;
    struct loop_timer timer;
    struct hosts *hosts;
    struct names names;
    struct buf key;     /* of a name, kept between questions */
    const char *system; /* command; NULL: the usual one */
    bool asks_system;
    size_t system_count;
    struct lookup **lookups; /* shared, by number of name and family */
    size_t lookup_count, lookup_room;
    struct lookup *fresh;
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
    struct ares_options wanted = {.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH,
                                  .timeout = TRY_MS,
                                  .tries = TRIES,
                                  .lookups = lookups,
                                  .sock_state_cb = on_socket,
                                  .sock_state_cb_data = resolver};
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB
               | ARES_OPT_DOMAINS; /* none */
    int status = ares_library_init(ARES_LIB_INIT_ALL);

    resolver->loop = loop;
    resolver->key = (struct buf)BUF_INIT;
    resolver->timer = (struct loop_timer){.due = on_due, .self = resolver};
    resolver->queue_end = &resolver->queue;
    resolver->system = options->system;
    resolver->asks_system = options->system || !options->nameserver;
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

/* Not while c-ares still has it. */
static void lookup_free(struct lookup *lookup)
{
    while (lookup->waiters) {
        lookup->waiters->own = NULL;
        resolver_leave(lookup->waiters);
    }
    if (lookup->place)
        *lookup->place = lookup->younger;
    if (lookup->place && lookup->younger)
        lookup->younger->place = lookup->place;
    system_lookup_free(lookup->system);
    mem_free(lookup->answer.addresses);
    mem_free(lookup->name);
    mem_free(lookup);
}

void resolver_close(struct resolver *resolver)
{
    if (!resolver)
        return;
    resolver->closing = true;
    if (resolver->has_channel)
        ares_destroy(resolver->channel);
    loop_unset(resolver->loop, &resolver->timer);
    while (resolver->fresh)
        lookup_free(resolver->fresh);
    for (size_t i = 0; i < resolver->lookup_count; i++)
        lookup_free(resolver->lookups[i]);
    mem_free(resolver->lookups);
    names_free(&resolver->names);
    buf_free(&resolver->key);
    hosts_free(resolver->hosts);
    mem_free(resolver);
    ares_library_cleanup();
}

/* One that is in the queue or under way ends by itself, and then goes. */
static void leave_own(struct resolve_waiter *waiter)
{
    struct lookup *lookup = waiter->own;

    waiter->own = NULL;
    waiter->answer = NULL;
    if (lookup && lookup->done)
        lookup_free(lookup);
}

void resolver_leave(struct resolve_waiter *waiter)
{
    if (!waiter->place) {
        leave_own(waiter);
        return;
    }
    *waiter->place = waiter->next;
    if (waiter->next)
        waiter->next->place = waiter->place;
    waiter->place = NULL;
    waiter->next = NULL;
    leave_own(waiter);
}

/* Nothing of `lookup` may be touched after it: a fresh one goes with its waiter. */
static void tell(struct lookup *lookup)
{
    bool fresh = lookup->fresh;

    lookup->done = true;
    if (fresh && !lookup->waiters) {
        lookup_free(lookup);
        return;
    }
    while (lookup->waiters) {
        struct resolve_waiter *waiter = lookup->waiters;

        lookup->waiters = waiter->next;
        if (waiter->next)
            waiter->next->place = &lookup->waiters;
        waiter->place = NULL;
        waiter->next = NULL;
        waiter->done(waiter->self, &lookup->answer);
        if (fresh)
            return;
    }
}

static void begin_next(struct resolver *resolver);

static void settle(struct lookup *lookup)
{
    struct resolver *resolver = lookup->resolver;

    resolver->in_flight--;
    tell(lookup);
    begin_next(resolver);
}

static void on_system(void *self, struct slice lines)
{
    struct lookup *lookup = self;
    struct resolved *answer = &lookup->answer;

    resolved_take_lines(answer, lookup->family, lines);
    system_lookup_free(lookup->system);
    lookup->system = NULL;
    if (answer->count) {
        answer->denied = answer->code;
        answer->code = NULL;
    }
    settle(lookup);
}

/* Whether the system is asked about a name that DNS has no address of. */
static bool ask_system(struct lookup *lookup, int status)
{
    struct resolver *resolver = lookup->resolver;

    if (!resolver->asks_system || lookup->past_hosts || resolver->system_count >= SYSTEM_MOST
        || (status != ARES_ENOTFOUND && status != ARES_ENODATA))
        return false;
    resolver->system_count++;
    lookup->system = system_lookup_start(resolver->loop, resolver->system, lookup->name, on_system, lookup);
    return lookup->system != NULL;
}

static void on_answer(void *self, int status, int timeouts, struct ares_addrinfo *result)
{
    struct lookup *lookup = self;

    (void)timeouts;
    if (!lookup->resolver->closing) {
        if (status == ARES_SUCCESS)
            resolved_take(&lookup->answer, lookup->family, result);
        if (status == ARES_SUCCESS && lookup->answer.count == 0)
            status = ARES_ENODATA;
        lookup->answer.code = resolved_code(status, lookup->family);
        lookup->answer.words = status == ARES_SUCCESS ? NULL : ares_strerror(status);
        lookup->answer.ended = mono_now();
        if (!ask_system(lookup, status))
            settle(lookup);
    }
    if (result)
        ares_freeaddrinfo(result);
}

static void begin_next(struct resolver *resolver)
{
    static const int families[] = {[FAMILY_ANY] = AF_UNSPEC, [FAMILY_IPV4] = AF_INET, [FAMILY_IPV6] = AF_INET6};

    while (resolver->queue && resolver->in_flight < LOOKUPS_MOST) {
        struct lookup *lookup = resolver->queue;
        struct ares_addrinfo_hints hints = {.ai_family = families[lookup->family], .ai_socktype = SOCK_STREAM};

        resolver->queue = lookup->next;
        if (!resolver->queue)
            resolver->queue_end = &resolver->queue;
        resolver->in_flight++;
        lookup->answer.started = mono_now();
        ares_getaddrinfo(resolver->channel, lookup->name, NULL, &hints, on_answer, lookup);
    }
}

static bool is_localhost(const char *name)
{
    size_t len = strlen(name);

    return strcasecmp(name, "localhost") == 0 || (len > 10 && strcasecmp(name + len - 10, ".localhost") == 0);
}

/* What is known without DNS: it has addresses then, or a code. */
static bool known(const struct resolver *resolver, struct lookup *lookup)
{
    struct resolved *answer = &lookup->answer;
    bool literal = resolved_is_literal(lookup->name);
    const char *address;

    if (literal)
        resolved_add(answer, lookup->family, lookup->name);
    for (size_t i = 0; (address = hosts_address(resolver->hosts, lookup->name, i)); i++)
        resolved_add(answer, lookup->family, address);
    answer->by_hosts = !literal && answer->count > 0 && !is_localhost(lookup->name);
    if (answer->count == 0 && is_localhost(lookup->name)) {
        resolved_add(answer, lookup->family, "127.0.0.1");
        resolved_add(answer, lookup->family, "::1");
    }
    if (literal && answer->count == 0) {
        answer->code = resolved_code(ARES_ENODATA, lookup->family);
        answer->words = "it is an address of the other family itself";
    }
    return answer->count > 0 || literal;
}

static struct lookup *lookup_new(struct resolver *resolver, const struct resolve_question *question)
{
    struct lookup *lookup = mem_new(1, sizeof *lookup);
    size_t len = strlen(question->name);

    lookup->resolver = resolver;
    lookup->name = mem_copy(question->name, len > 1 && question->name[len - 1] == '.' ? len - 1 : len);
    lookup->family = question->family;
    lookup->fresh = question->fresh;
    lookup->past_hosts = question->past_hosts;
    if (!lookup->past_hosts && known(resolver, lookup)) {
        lookup->done = true;
        lookup->answer.started = lookup->answer.ended = mono_now();
    } else {
        lookup->answer.asked_dns = true;
        *resolver->queue_end = lookup;
        resolver->queue_end = &lookup->next;
    }
    return lookup;
}

static struct lookup *fresh_lookup(struct resolver *resolver, const struct resolve_question *question)
{
    struct lookup *lookup = lookup_new(resolver, question);

    lookup->younger = resolver->fresh;
    lookup->place = &resolver->fresh;
    if (lookup->younger)
        lookup->younger->place = &lookup->younger;
    resolver->fresh = lookup;
    return lookup;
}

static struct lookup *shared_lookup(struct resolver *resolver, const struct resolve_question *question)
{
    struct buf *key = &resolver->key;
    size_t number;

    buf_clear(key);
    buf_puts(key, question->name);
    buf_putc(key, '/');
    buf_puts(key, family_words[question->family]);
    buf_puts(key, question->past_hosts ? "/dns" : "");
    number = names_put(&resolver->names, key->data);
    if (number < resolver->lookup_count)
        return resolver->lookups[number];
    resolver->lookups =
        mem_grow(resolver->lookups, resolver->lookup_count, &resolver->lookup_room, sizeof(struct lookup *));
    resolver->lookups[resolver->lookup_count] = lookup_new(resolver, question);
    return resolver->lookups[resolver->lookup_count++];
}

void resolver_ask(struct resolver *resolver, const struct resolve_question *question, struct resolve_waiter *waiter)
{
    struct lookup *lookup = question->fresh ? fresh_lookup(resolver, question) : shared_lookup(resolver, question);

    waiter->answer = &lookup->answer;
    waiter->own = question->fresh ? lookup : NULL;
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
