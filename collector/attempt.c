/* SPDX-License-Identifier: MIT */
#include "collector/attempt.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "collector/exchange.h"
#include "collector/expect.h"
#include "collector/failure.h"
#include "collector/http.h"
#include "collector/loop.h"
#include "collector/plan.h"
#include "collector/probe.h"
#include "collector/proxy.h"
#include "collector/redirect.h"
#include "collector/request.h"
#include "collector/resolve.h"
#include "collector/secret.h"
#include "collector/suite.h"
#include "collector/transport.h"
#include "collector/url.h"
#include "collector/wire.h"

/* While a name has further addresses, one that does not answer gets only so much of the time. */
enum { CONNECT_US = 3 * 1000 * 1000 };

struct attempt {
    const struct attempt_tools *tools;
    const struct plan_item *item;
    size_t number;
    struct arena arena; /* of the request, with secrets in it */
    struct request request;
    struct probe *probe;
    struct exchange exchange;
    struct mono started, asked; /* asked: the request in progress, after its redirects */
    int64_t queued_us;          /* spent on waiting for our own turn, by the request in progress */
    int64_t redirects_us;       /* the hops so far, without what they waited for our own turn */
    struct redirects redirects;
    struct loop_timer timer;
    struct resolve_waiter waiter;
    const struct resolved *resolved;
    struct resolved overridden; /* by `resolve:` */
    char overridden_address[1][ADDRESS_TEXT];
    size_t tried;            /* addresses */
    const char *passed_over; /* those that did not answer */
    struct http *http;
    struct wire *wire;
    bool asking; /* the resolver: an answer that comes now was known before */
};

static void stop_clients(struct attempt *attempt)
{
    http_free(attempt->http);
    wire_free(attempt->wire);
    attempt->http = NULL;
    attempt->wire = NULL;
}

/* On the request in progress. */
static int64_t spent_us(const struct attempt *attempt)
{
    return mono_between(attempt->asked, mono_now()) - attempt->queued_us;
}

static void finish(struct attempt *attempt)
{
    struct probe *probe = attempt->probe;
    const struct endpoint *endpoint = &attempt->tools->suite->endpoints[attempt->item->endpoint];

    probe->timings.total_us = attempt->redirects_us + spent_us(attempt);
    probe->loop_lag_us = loop_lag(attempt->tools->loop, attempt->started);
    loop_unset(attempt->tools->loop, &attempt->timer);
    resolver_leave(&attempt->waiter);
    if (attempt->passed_over) {
        const char *words = attempt->passed_over;

        probe->detail = probe->detail.data ? slice_of(arena_printf(&probe->arena, "%.*s (before that: %s)",
                                                                   (int)probe->detail.len, probe->detail.data, words))
                                           : slice_of(arena_text(&probe->arena, words));
    }
    expect_judge(endpoint, &attempt->exchange.matter, probe);
    if (attempt->tools->secrets)
        secrets_redact_probe(attempt->tools->secrets, probe);
    stop_clients(attempt);
    attempt->tools->ended(attempt->tools->self, attempt);
}

/* A proxy finds the server by itself. */
static const char *host_to_find(const struct attempt *attempt)
{
    return attempt->exchange.proxy ? attempt->exchange.proxy->host : attempt->request.host;
}

static void connect_next(struct attempt *attempt);
static void resolve(struct attempt *attempt);

/* A name with several addresses is down only when none of them takes the connection: that is what clients do,
 * and on many machines `localhost` is ::1 first. */
static bool pass_over(struct attempt *attempt)
{
    struct probe *probe = attempt->probe;
    const char *address = attempt->resolved->addresses[attempt->tried - 1];

    if (!probe->code || probe->layer != LAYER_TCP || attempt->tried >= attempt->resolved->count)
        return false;
    if (strcmp(probe->code, "tcp-local-shortage") == 0 || mono_now().us >= attempt->exchange.deadline.us)
        return false;
    attempt->passed_over =
        attempt->passed_over ? arena_printf(&attempt->arena, "%s, %s: %s", attempt->passed_over, address, probe->code)
                             : arena_printf(&attempt->arena, "%s: %s", address, probe->code);
    probe->outcome = OUTCOME_PASSED;
    probe->layer = LAYER_NONE;
    probe->code = NULL;
    probe->detail = (struct slice){NULL, 0};
    return true;
}

/* A client certificate tells who we are: it is for the endpoint's own origin. */
static void keep_identity(struct attempt *attempt)
{
    static const char words[] = "client certificate: not shown to another origin";
    const struct endpoint *endpoint = attempt->exchange.endpoint;
    struct request *request = &attempt->request;
    struct arena *arena = &attempt->arena;
    const char *here, *home;

    if (!endpoint->tls.cert || !request->tls || attempt->exchange.foreign)
        return;
    here = url_origin(request->url, arena);
    home = url_origin(endpoint->url.value, arena);
    attempt->exchange.foreign = attempt->redirects.foreign || !here || !home || strcmp(here, home) != 0;
    if (attempt->exchange.foreign)
        request->withheld = request->withheld ? arena_printf(arena, "%s; %s", request->withheld, words) : words;
    attempt->probe->withheld = arena_text(&attempt->probe->arena, request->withheld);
}

/* Where the answer is a redirect to be followed, its request is made, as if it were the first. */
static bool follow(struct attempt *attempt)
{
    int64_t total_us = spent_us(attempt);

    if (!attempt->http
        || redirect_take(&attempt->redirects, &attempt->request, attempt->probe, &attempt->arena, total_us,
                         attempt->redirects_us + total_us)
               != REDIRECT_GO)
        return false;
    attempt->redirects_us += total_us;
    attempt->tried = 0;
    attempt->passed_over = NULL;
    attempt->exchange.matter = (struct judged_matter){0};
    keep_identity(attempt);
    stop_clients(attempt);
    resolve(attempt);
    return true;
}

static void on_done(void *self)
{
    struct attempt *attempt = self;

    if (pass_over(attempt)) {
        stop_clients(attempt);
        connect_next(attempt);
    } else if (!follow(attempt)) {
        finish(attempt);
    }
}

static void connect_next(struct attempt *attempt)
{
    struct exchange *exchange = &attempt->exchange;
    int64_t left_us = mono_between(mono_now(), exchange->deadline);

    exchange->address = attempt->resolved->addresses[attempt->tried++];
    exchange->connect_us = 0;
    if (attempt->tried < attempt->resolved->count)
        exchange->connect_us = left_us / 2 < CONNECT_US ? left_us / 2 : CONNECT_US;
    if (attempt->request.upgrade)
        attempt->wire = wire_start(attempt->tools->transport, exchange);
    else
        attempt->http = http_start(attempt->tools->transport, exchange);
    if (!attempt->wire && !attempt->http)
        finish(attempt);
}

static void on_resolved(void *self, const struct resolved *resolved)
{
    struct attempt *attempt = self;
    struct probe *probe = attempt->probe;
    struct mono now = mono_now();
    unsigned char binary[16];
    bool proxied = attempt->exchange.proxy != NULL;

    attempt->resolved = resolved;
    if (resolved->started.us > attempt->asked.us)
        attempt->queued_us = mono_between(attempt->asked, resolved->started);
    /* An answer that an earlier probe had waited for costs this one nothing: it measured no lookup. */
    if (resolved->asked_dns && !attempt->asking && !proxied)
        probe->timings.dns_us = mono_between(attempt->asked, now) - attempt->queued_us;
    probe->from_hosts = !proxied && !resolved->asked_dns && inet_pton(AF_INET, attempt->request.host, binary) != 1
                        && inet_pton(AF_INET6, attempt->request.host, binary) != 1;
    if (resolved->code) {
        failure_record(probe, proxied ? "dns-proxy" : resolved->code, "%s: %s", host_to_find(attempt),
                       resolved->words ? resolved->words : "no address");
        finish(attempt);
        return;
    }
    connect_next(attempt);
}

static void on_timeout(void *self)
{
    struct attempt *attempt = self;
    const struct endpoint *endpoint = attempt->exchange.endpoint;

    if (attempt->http) {
        http_expire(attempt->http);
    } else if (attempt->wire) {
        wire_expire(attempt->wire);
    } else if (attempt->waiter.answer->started.us == 0) {
        /* Its lookup is still waiting for its turn: that is no fault of any resolver. */
        attempt->exchange.deadline.us = mono_now().us + endpoint->timeout_us;
        loop_set(attempt->tools->loop, &attempt->timer, attempt->exchange.deadline);
    } else {
        bool proxied = attempt->exchange.proxy != NULL;

        if (!proxied)
            attempt->probe->timings.dns_us = mono_between(attempt->asked, mono_now());
        failure_record(attempt->probe, proxied ? "dns-proxy" : "dns-timeout", "%s: no answer within the timeout",
                       host_to_find(attempt));
        finish(attempt);
    }
}

/* "host:port:address", as curl's --resolve has it; the address may be in brackets. */
static bool override_address(struct attempt *attempt, const char *rule)
{
    const struct request *request = &attempt->request;
    size_t host = strlen(request->host);
    char port[8];
    size_t len;

    snprintf(port, sizeof port, ":%u:", (unsigned)request->port);
    if (strncasecmp(rule, request->host, host) != 0 || strncmp(rule + host, port, strlen(port)) != 0)
        return false;
    rule += host + strlen(port);
    rule += *rule == '[';
    len = strcspn(rule, "],");
    if (len == 0 || len >= ADDRESS_TEXT)
        return false;
    memcpy(attempt->overridden_address[0], rule, len);
    attempt->overridden =
        (struct resolved){.addresses = attempt->overridden_address, .count = 1, .started = attempt->asked};
    return true;
}

static void resolve(struct attempt *attempt)
{
    const struct endpoint *endpoint = attempt->exchange.endpoint;

    attempt->asked = mono_now();
    attempt->queued_us = 0;
    for (size_t i = 0; i < endpoint->resolve_count && !attempt->exchange.proxy; i++) {
        if (override_address(attempt, endpoint->resolve[i].value)) {
            on_resolved(attempt, &attempt->overridden);
            return;
        }
    }
    attempt->waiter = (struct resolve_waiter){.done = on_resolved, .self = attempt};
    attempt->asking = true;
    resolver_ask(attempt->tools->resolver, host_to_find(attempt), &attempt->waiter);
    attempt->asking = false;
}

/* How long to wait for a first message: as long as the most patient expectation; 0: nobody expects one. */
static int64_t message_patience(const struct endpoint *endpoint, const struct plan_item *item)
{
    int64_t most = 0;

    if (item->question == QUESTION_NO_SUCH_SIBLING || item->question == QUESTION_NO_SUCH_ROOT)
        return 0;
    for (size_t i = 0; i < endpoint->expectation_count; i++) {
        const struct expectation *expectation = &endpoint->expectations[i];
        int64_t within = expectation->within_us ? expectation->within_us : endpoint->timeout_us;

        if (expectation->subject != EXPECT_MESSAGE_JSON && expectation->subject != EXPECT_MESSAGE_TEXT)
            continue;
        if (within > most)
            most = within;
    }
    return most;
}

static void record_request(struct attempt *attempt, const struct endpoint *endpoint)
{
    const struct request *request = &attempt->request;
    const struct plan_item *item = attempt->item;
    struct probe *probe = attempt->probe;
    struct header *headers = arena_new(&probe->arena, request->header_count, sizeof *headers);

    probe->endpoint = item->endpoint;
    probe->candidate = item->candidate;
    probe->question = item->question;
    probe->attempt = item->attempt;
    probe->upgrade = request->upgrade;
    probe->client = request->upgrade ? CLIENT_WIRE : CLIENT_LIBCURL;
    probe->method = arena_text(&probe->arena, request->method ? request->method : endpoint->method);
    probe->url = arena_text(&probe->arena, request->shown);
    probe->withheld = arena_text(&probe->arena, request->withheld);
    probe->proxy = arena_text(&probe->arena, attempt->exchange.proxy ? attempt->exchange.proxy->shown : NULL);
    for (size_t i = 0; i < request->header_count; i++) {
        headers[i].name = arena_slice(&probe->arena, slice_of(request->headers[i].name));
        headers[i].value = arena_slice(&probe->arena, slice_of(request->headers[i].value.shown));
    }
    probe->request = headers;
    probe->request_count = request->header_count;
}

struct attempt *attempt_start(const struct attempt_tools *tools, const struct plan_item *item, size_t number)
{
    const struct endpoint *endpoint = &tools->suite->endpoints[item->endpoint];
    struct attempt *attempt = mem_new(1, sizeof *attempt);
    struct error err = {0};
    bool ok;

    attempt->tools = tools;
    attempt->item = item;
    attempt->number = number;
    attempt->probe = probe_new();
    attempt->probe->started = wall_now();
    attempt->started = attempt->asked = mono_now();
    attempt->redirects.most = item->preflight ? 0 : endpoint->follow; /* a preflight is never followed (Fetch, 4.8) */
    attempt->timer = (struct loop_timer){.due = on_timeout, .self = attempt};
    attempt->exchange = (struct exchange){.endpoint = endpoint,
                                          .request = &attempt->request,
                                          .probe = attempt->probe,
                                          .http = item->http ? item->http : endpoint->http,
                                          .tls_least = item->tls_least ? item->tls_least : endpoint->tls.least,
                                          .proxy = tools->proxy,
                                          .message_us = message_patience(endpoint, item),
                                          .deadline = {attempt->started.us + endpoint->timeout_us},
                                          .done = on_done,
                                          .self = attempt};
    ok = request_make(tools->suite, tools->one_origin, item, &attempt->arena, &attempt->request, &err);
    if (ok)
        keep_identity(attempt);
    record_request(attempt, endpoint);
    if (!ok) {
        failure_record(attempt->probe, "http-bad-url", "%s", err.text);
        finish(attempt);
        return attempt;
    }
    loop_set(tools->loop, &attempt->timer, attempt->exchange.deadline);
    resolve(attempt);
    return attempt;
}

size_t attempt_number(const struct attempt *attempt)
{
    return attempt->number;
}

struct probe *attempt_take_probe(struct attempt *attempt)
{
    struct probe *probe = attempt->probe;

    attempt->probe = NULL;
    return probe;
}

void attempt_free(struct attempt *attempt)
{
    loop_unset(attempt->tools->loop, &attempt->timer);
    resolver_leave(&attempt->waiter);
    stop_clients(attempt);
    probe_free(attempt->probe);
    arena_free(&attempt->arena);
    mem_free(attempt);
}
