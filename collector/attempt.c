/* SPDX-License-Identifier: MIT */
#include "collector/attempt.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "collector/exchange.h"
#include "collector/expect.h"
#include "collector/failure.h"
#include "collector/hosts_check.h"
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
#include "collector/token.h"
#include "collector/transport.h"
#include "collector/url.h"
#include "collector/websocket.h"
#include "collector/wire.h"
#include "collector/worker.h"

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
    struct websocket *websocket;
    struct hosts_check check;
    bool over;   /* but for what DNS says of a name that the hosts file knows */
    bool asking; /* the resolver: an answer that comes now was known before */
};

static void stop_clients(struct attempt *attempt)
{
    http_free(attempt->http);
    wire_free(attempt->wire);
    websocket_free(attempt->websocket);
    attempt->http = NULL;
    attempt->wire = NULL;
    attempt->websocket = NULL;
}

/* On the request in progress. */
static int64_t spent_us(const struct attempt *attempt)
{
    return mono_between(attempt->asked, mono_now()) - attempt->queued_us - attempt->exchange.queued_us;
}

static void conclude(struct attempt *attempt)
{
    struct probe *probe = attempt->probe;

    loop_unset(attempt->tools->loop, &attempt->timer);
    hosts_check_record(&attempt->check, probe);
    hosts_check_stop(&attempt->check);
    if (attempt->tools->secrets)
        secrets_redact_probe(attempt->tools->secrets, probe);
    attempt->tools->ended(attempt->tools->self, attempt);
}

static void on_checked(void *self)
{
    struct attempt *attempt = self;

    if (attempt->over)
        conclude(attempt);
}

/* That a failure may be one machine's of several, is asked only where there are several. */
static void record_addresses(struct attempt *attempt)
{
    const struct resolved *resolved = attempt->resolved;
    struct probe *probe = attempt->probe;

    if (probe->outcome == OUTCOME_FAILED && resolved && resolved->asked_dns && resolved->count > 1
        && !attempt->exchange.proxy && probe->hop_count == 0)
        probe->all_addresses = resolved_words(resolved, &probe->arena);
}

static void finish(struct attempt *attempt)
{
    struct probe *probe = attempt->probe;
    const struct endpoint *endpoint = plan_endpoint(attempt->tools->suite, attempt->item);
    struct mono until;

    probe->timings.total_us = attempt->redirects_us + spent_us(attempt);
    probe->loop_lag_us = loop_lag(attempt->tools->loop, attempt->started);
    if (attempt->exchange.lag_us > probe->loop_lag_us)
        probe->loop_lag_us = attempt->exchange.lag_us;
    loop_unset(attempt->tools->loop, &attempt->timer);
    resolver_leave(&attempt->waiter);
    if (attempt->passed_over) {
        const char *words = attempt->passed_over;

        probe->detail = probe->detail.data ? slice_of(arena_printf(&probe->arena, "%.*s (before that: %s)",
                                                                   (int)probe->detail.len, probe->detail.data, words))
                                           : slice_of(arena_text(&probe->arena, words));
    }
    expect_judge(endpoint, &attempt->exchange.matter, probe);
    record_addresses(attempt);
    stop_clients(attempt);
    attempt->over = true;
    until = hosts_check_until(&attempt->check);
    if (until.us > mono_now().us)
        loop_set(attempt->tools->loop, &attempt->timer, until);
    else
        conclude(attempt);
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

    if (attempt->websocket && websocket_is_unserved(attempt->websocket)) {
        stop_clients(attempt);
        attempt->tried--;
        connect_next(attempt);
    } else if (pass_over(attempt)) {
        stop_clients(attempt);
        connect_next(attempt);
    } else if (!follow(attempt)) {
        finish(attempt);
    }
}

/* libwebsockets makes the attempts, as the clients do that depend on the endpoint. What asks a question goes by the wire: it
 * is asked for evidence, and libwebsockets hides most of a refusal. */
static enum client choose_client(const struct attempt *attempt)
{
    const struct exchange *exchange = &attempt->exchange;

    if (!attempt->request.upgrade)
        return CLIENT_LIBCURL;
    if (attempt->item->question != QUESTION_NONE || !websocket_can(attempt->tools->worker, exchange))
        return CLIENT_WIRE;
    return CLIENT_LIBWEBSOCKETS;
}

static void connect_next(struct attempt *attempt)
{
    struct exchange *exchange = &attempt->exchange;
    int64_t left_us = mono_between(mono_now(), exchange->deadline);

    exchange->address = attempt->resolved->addresses[attempt->tried++];
    exchange->connect_us = 0;
    if (attempt->tried < attempt->resolved->count)
        exchange->connect_us = left_us / 2 < CONNECT_US ? left_us / 2 : CONNECT_US;
    attempt->probe->client = choose_client(attempt);
    if (attempt->probe->client == CLIENT_LIBCURL)
        attempt->http = http_start(attempt->tools->transport, exchange);
    else if (attempt->probe->client == CLIENT_WIRE)
        attempt->wire = wire_start(attempt->tools->transport, exchange);
    else
        attempt->websocket = websocket_start(attempt->tools->loop, attempt->tools->worker, exchange);
    if (!attempt->wire && !attempt->http && !attempt->websocket)
        finish(attempt);
}

/* None where DNS had answered before, and the system was asked since. */
static int64_t dns_us(const struct attempt *attempt, struct mono ended)
{
    int64_t us = mono_between(attempt->asked, ended) - attempt->queued_us;

    return us > 0 ? us : NOT_MEASURED;
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
        probe->timings.dns_us = dns_us(attempt, resolved->ended.us ? resolved->ended : now);
    probe->from_hosts = !proxied && !resolved->asked_dns && inet_pton(AF_INET, attempt->request.host, binary) != 1
                        && inet_pton(AF_INET6, attempt->request.host, binary) != 1;
    if (resolved->code) {
        failure_record(probe, proxied ? "dns-proxy" : resolved->code, "%s: %s", host_to_find(attempt),
                       resolved->words ? resolved->words : "no address");
        finish(attempt);
        return;
    }
    if (resolved->by_hosts && !proxied)
        hosts_check_start(&attempt->check, attempt->tools->resolver,
                          &(struct resolve_question){.name = attempt->request.host, .family = attempt->request.family},
                          resolved, on_checked, attempt);
    if (resolved->denied && !proxied) {
        probe->system_address = arena_slice(&probe->arena, slice_of(resolved->addresses[0]));
        attempt->passed_over = arena_printf(&attempt->arena, "%s: %s; only the system's resolver knows it",
                                            host_to_find(attempt), resolved->denied);
    }
    connect_next(attempt);
}

/* Its deadline moves with the time that it waits for its turn in the worker. */
static void expire_websocket(struct attempt *attempt)
{
    if (mono_now().us >= attempt->exchange.deadline.us)
        websocket_expire(attempt->websocket);
    if (attempt->websocket)
        loop_set(attempt->tools->loop, &attempt->timer, attempt->exchange.deadline);
}

static void on_timeout(void *self)
{
    struct attempt *attempt = self;
    const struct endpoint *endpoint = attempt->exchange.endpoint;

    if (attempt->over) {
        conclude(attempt);
    } else if (attempt->http) {
        http_expire(attempt->http);
    } else if (attempt->wire) {
        wire_expire(attempt->wire);
    } else if (attempt->websocket) {
        expire_websocket(attempt);
    } else if (attempt->waiter.answer->started.us == 0) {
        /* Its lookup is still waiting for its turn: that is no fault of any resolver. */
        attempt->exchange.deadline.us = mono_now().us + endpoint->timeout_us;
        loop_set(attempt->tools->loop, &attempt->timer, attempt->exchange.deadline);
    } else {
        bool proxied = attempt->exchange.proxy != NULL;
        const struct resolved *answer = attempt->waiter.answer;
        const char *code = answer->code ? answer->code : "dns-timeout";

        if (!proxied)
            attempt->probe->timings.dns_us = dns_us(attempt, answer->ended.us ? answer->ended : mono_now());
        failure_record(attempt->probe, proxied ? "dns-proxy" : code, "%s: %s", host_to_find(attempt),
                       answer->code ? answer->words : "no answer within the timeout");
        finish(attempt);
    }
}

static void use_address(struct attempt *attempt, const char *address, size_t len)
{
    memcpy(attempt->overridden_address[0], address, len);
    attempt->overridden_address[0][len] = '\0';
    attempt->overridden =
        (struct resolved){.addresses = attempt->overridden_address, .count = 1, .started = attempt->asked};
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
    use_address(attempt, rule, len);
    return true;
}

static void resolve(struct attempt *attempt)
{
    const struct endpoint *endpoint = attempt->exchange.endpoint;
    const struct request *request = &attempt->request;

    attempt->asked = mono_now();
    attempt->queued_us = 0;
    /* An experiment's address is one of the first host's, not of where that may send us. */
    if (request->address && !attempt->exchange.proxy && attempt->probe->hop_count == 0
        && strlen(request->address) < ADDRESS_TEXT) {
        use_address(attempt, request->address, strlen(request->address));
        on_resolved(attempt, &attempt->overridden);
        return;
    }
    for (size_t i = 0; i < endpoint->resolve_count && !attempt->exchange.proxy; i++) {
        if (override_address(attempt, endpoint->resolve[i].value)) {
            on_resolved(attempt, &attempt->overridden);
            return;
        }
    }
    resolver_leave(&attempt->waiter);
    attempt->waiter = (struct resolve_waiter){.done = on_resolved, .self = attempt};
    attempt->asking = true;
    resolver_ask(attempt->tools->resolver,
                 &(struct resolve_question){.name = host_to_find(attempt),
                                            .family = attempt->exchange.proxy ? FAMILY_ANY : request->family,
                                            .fresh = endpoint->dns_fresh && !attempt->exchange.proxy},
                 &attempt->waiter);
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
    probe->varied = arena_text(&probe->arena, item->varied);
    probe->proxy = arena_text(&probe->arena, attempt->exchange.proxy ? attempt->exchange.proxy->shown : NULL);
    for (size_t i = 0; i < request->header_count; i++) {
        headers[i].name = arena_slice(&probe->arena, slice_of(request->headers[i].name));
        headers[i].value = arena_slice(&probe->arena, slice_of(request->headers[i].value.shown));
    }
    probe->request = headers;
    probe->request_count = request->header_count;
    token_record(request, probe);
}

struct attempt *attempt_start(const struct attempt_tools *tools, const struct plan_item *item, size_t number)
{
    const struct endpoint *endpoint = plan_endpoint(tools->suite, item);
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

bool attempt_wants_wire(const struct attempt *attempt)
{
    const struct probe *probe = attempt->probe;

    return probe->client == CLIENT_LIBWEBSOCKETS && (probe->outcome == OUTCOME_FAILED || probe->status != 101);
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
    hosts_check_stop(&attempt->check);
    stop_clients(attempt);
    probe_free(attempt->probe);
    arena_free(&attempt->arena);
    mem_free(attempt);
}
