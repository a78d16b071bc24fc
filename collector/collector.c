/* SPDX-License-Identifier: MIT */
#include "collector/collector.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>

#include "base/memory.h"
#include "collector/attempt.h"
#include "collector/loop.h"
#include "collector/plan.h"
#include "collector/probe.h"
#include "collector/proxy.h"
#include "collector/request.h"
#include "collector/resolve.h"
#include "collector/schedule.h"
#include "collector/suite.h"
#include "collector/transport.h"
#include "collector/trust.h"

/* More starts a turn save no time, but each then waits for those that started with it: four made loopback's
 * connect time read 0.6 ms where one makes it 0.15. */
enum {
    STARTS_A_TURN = 1,
    BUSY_US = 1000,
    TICK_US = 100 * 1000,
    DESCRIPTORS_SPARE = 48,   /* for the resolver, the store, a log */
    DESCRIPTORS_MOST = 65536, /* a larger hard limit would cost the kernel's tables for nothing */
};

struct collector {
    const struct suite *suite;
    struct collector_options options;
    struct attempt_tools tools;
    struct arena arena; /* of the proxy */
    struct proxy proxy;
    size_t in_flight_most, descriptors_left;
    struct attempt **attempts; /* in flight, or ended and not handed over */
    size_t attempt_count, attempt_room;
    struct attempt **ended;
    size_t ended_count, ended_room;
    uint32_t ordinal; /* the last one given */
    struct progress progress;
    struct mono ticked;
};

static void on_ended(void *self, struct attempt *attempt)
{
    struct collector *collector = self;

    collector->ended =
        mem_grow(collector->ended, collector->ended_count, &collector->ended_room, sizeof(struct attempt *));
    collector->ended[collector->ended_count++] = attempt;
}

static size_t descriptors_open(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;

    if (!dir)
        return 64;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

/* A shortage of our own must not read as the server's failure, so there is never more in flight than
 * descriptors. */
static size_t room_for_connections(void)
{
    struct rlimit limit;
    size_t used = descriptors_open() + DESCRIPTORS_SPARE;
    rlim_t aim;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 64;
    aim = limit.rlim_max < DESCRIPTORS_MOST ? limit.rlim_max : DESCRIPTORS_MOST;
    if (limit.rlim_cur < aim) {
        struct rlimit raised = {aim, limit.rlim_max};

        if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
            limit.rlim_cur = aim;
    }
    if (limit.rlim_cur <= used)
        return 1;
    return (size_t)limit.rlim_cur - used;
}

static void limit_connections(struct collector *collector, size_t wanted)
{
    size_t room = room_for_connections();

    collector->in_flight_most = wanted < room ? wanted : room;
    collector->descriptors_left = room - collector->in_flight_most;
}

/* OpenSSL writes without MSG_NOSIGNAL: a server that hangs up would end the whole run. */
static bool ignore_broken_pipes(struct error *err)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    if (sigaction(SIGPIPE, &ignore, NULL) == 0)
        return true;
    return fail(err, ERR_SYSTEM, "cannot ignore SIGPIPE: %s", strerror(errno));
}

static void read_files(const struct suite *suite, struct trust *trust)
{
    for (size_t i = 0; i < suite->endpoint_count; i++) {
        const struct endpoint *endpoint = &suite->endpoints[i];
        const char *url = endpoint->url.value ? endpoint->url.value : "";

        if (strncasecmp(url, "https:", 6) != 0 && strncasecmp(url, "wss:", 4) != 0)
            continue;
        trust_authorities(trust, endpoint->tls.ca);
        if (endpoint->tls.cert)
            trust_identity(trust, endpoint->tls.cert, endpoint->tls.key);
    }
}

static bool use_proxy(struct collector *collector, struct error *err)
{
    if (!collector->suite->proxy.value)
        return true;
    collector->tools.proxy = &collector->proxy;
    return proxy_read(collector->suite->proxy, &collector->arena, &collector->proxy, err);
}

struct collector *collector_open(const struct suite *suite, const struct collector_options *options, struct error *err)
{
    struct collector *collector = mem_new(1, sizeof *collector);
    struct attempt_tools *tools = &collector->tools;
    struct resolver_options resolver = {.nameserver = options->nameserver};

    collector->suite = suite;
    collector->options = *options;
    limit_connections(collector, suite->concurrency ? suite->concurrency : 1);
    *tools = (struct attempt_tools){.suite = suite,
                                    .one_origin = request_one_origin(suite),
                                    .secrets = options->secrets,
                                    .ended = on_ended,
                                    .self = collector};
    if (use_proxy(collector, err) && ignore_broken_pipes(err) && (tools->loop = loop_open(err))
        && (tools->resolver = resolver_open(tools->loop, &resolver, err))
        && (tools->transport = transport_open(tools->loop, err))) {
        read_files(suite, transport_trust(tools->transport));
        transport_keep(tools->transport, collector->in_flight_most, collector->descriptors_left);
        return collector;
    }
    collector_close(collector);
    return NULL;
}

/* Drops what is under way, without a record. */
static void drop_all(struct collector *collector)
{
    for (size_t i = 0; i < collector->attempt_count; i++)
        attempt_free(collector->attempts[i]);
    collector->attempt_count = 0;
    collector->ended_count = 0;
}

void collector_close(struct collector *collector)
{
    if (!collector)
        return;
    drop_all(collector);
    transport_close(collector->tools.transport);
    resolver_close(collector->tools.resolver);
    loop_close(collector->tools.loop);
    mem_free(collector->attempts);
    mem_free(collector->ended);
    arena_free(&collector->arena);
    mem_free(collector);
}

/* As long as the loop itself is what all wait for (TLS handshakes are made of arithmetic), a further start
 * would only lengthen the queue, and every timing with it. */
static int starts_allowed(const struct collector *collector)
{
    return loop_busy(collector->tools.loop) < BUSY_US || collector->attempt_count == 0 ? STARTS_A_TURN : 0;
}

/* True when as many were started as a turn allows: then there may be more. */
static bool start_some(struct collector *collector, struct schedule *schedule, const struct plan *plan)
{
    int started = 0, most = starts_allowed(collector);
    size_t number;

    while (started < most && collector->attempt_count < collector->in_flight_most
           && schedule_next(schedule, mono_now(), &number)) {
        struct attempt *attempt = attempt_start(&collector->tools, &plan->items[number], number);

        collector->attempts = mem_grow(collector->attempts, collector->attempt_count, &collector->attempt_room,
                                       sizeof(struct attempt *));
        collector->attempts[collector->attempt_count++] = attempt;
        started++;
    }
    return started == most;
}

static void forget(struct collector *collector, const struct attempt *attempt)
{
    for (size_t i = 0; i < collector->attempt_count; i++) {
        if (collector->attempts[i] == attempt) {
            collector->attempts[i] = collector->attempts[--collector->attempt_count];
            return;
        }
    }
}

/* Hands over what has ended, in that order. */
static bool hand_over(struct collector *collector, struct schedule *schedule, struct error *err)
{
    const struct collector_sink *sink = &collector->options.sink;
    bool ok = true;

    for (size_t i = 0; i < collector->ended_count && ok; i++) {
        struct attempt *attempt = collector->ended[i];
        struct probe *probe = attempt_take_probe(attempt);

        schedule_ended(schedule, attempt_number(attempt), mono_now());
        forget(collector, attempt);
        attempt_free(attempt);
        probe->ordinal = ++collector->ordinal;
        collector->progress.done++;
        collector->progress.failed += probe->outcome == OUTCOME_FAILED;
        ok = sink->take(sink->self, probe, err);
        if (!ok)
            collector->progress.done--;
    }
    collector->ended_count = 0;
    return ok;
}

static bool tick(struct collector *collector, bool now, struct error *err)
{
    const struct collector_sink *sink = &collector->options.sink;

    if (!now && mono_between(collector->ticked, mono_now()) < TICK_US)
        return true;
    collector->ticked = mono_now();
    collector->progress.in_flight = collector->attempt_count;
    return !sink->tick || sink->tick(sink->self, &collector->progress, err);
}

static int64_t patience_us(const struct collector *collector, const struct schedule *schedule, bool more)
{
    struct mono now = mono_now(), due = schedule_due(schedule);
    int64_t most = TICK_US - mono_between(collector->ticked, now);

    if (more || collector->ended_count)
        return 0;
    if (due.us && mono_between(now, due) < most)
        most = mono_between(now, due);
    return most > 0 ? most : 0;
}

static enum performed perform(struct collector *collector, struct schedule *schedule, const struct plan *plan,
                              struct error *err)
{
    const struct collector_options *options = &collector->options;

    while (schedule_left(schedule)) {
        bool more;

        if (options->stop && *options->stop)
            return PERFORMED_STOPPED;
        if (options->deadline.us && mono_now().us >= options->deadline.us)
            return PERFORMED_DEADLINE;
        more = start_some(collector, schedule, plan);
        if (!loop_turn(collector->tools.loop, patience_us(collector, schedule, more), err)
            || !hand_over(collector, schedule, err) || !tick(collector, false, err))
            return PERFORMED_FAILED;
    }
    return PERFORMED_ALL;
}

enum performed collector_perform(struct collector *collector, const struct plan *plan, struct error *err)
{
    struct schedule *schedule = schedule_new(collector->suite, plan);
    enum performed performed;

    collector->progress = (struct progress){.planned = plan->count};
    performed = perform(collector, schedule, plan, err);
    drop_all(collector);
    if (performed != PERFORMED_FAILED && !tick(collector, true, err))
        performed = PERFORMED_FAILED;
    schedule_free(schedule);
    return performed;
}
