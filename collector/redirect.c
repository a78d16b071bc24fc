/* SPDX-License-Identifier: MIT */
#include "collector/redirect.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "collector/failure.h"
#include "collector/probe.h"
#include "collector/request.h"
#include "collector/suite.h"

/* A request that was sent. */
struct asked {
    const char *method, *url;
    struct asked *before;
};

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* The Location of an answer: absent when it has none, `*several` when it has some that differ. */
static struct slice location_of(const struct probe *probe, bool *several)
{
    struct slice first = {NULL, 0};

    *several = false;
    for (size_t i = 0; i < probe->header_count; i++) {
        const struct header *header = &probe->headers[i];

        if (header->name.len != 8 || strncasecmp(header->name.data, "Location", 8) != 0)
            continue;
        if (!first.data)
            first = header->value;
        else
            *several |= !slice_equals(first, header->value);
    }
    return first;
}

/* The method after a redirect of `status`. */
static const char *method_after(int status, const char *method)
{
    bool head = strcmp(method, "HEAD") == 0;

    if (status == 303 && !head)
        return "GET";
    if ((status == 301 || status == 302) && strcmp(method, "POST") == 0)
        return "GET";
    return method;
}

static bool has_user(CURLU *parts)
{
    char *user = NULL, *password = NULL;
    bool has = curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_OK
               || curl_url_get(parts, CURLUPART_PASSWORD, &password, 0) == CURLUE_OK;

    curl_free(user);
    curl_free(password);
    return has;
}

static bool is_web(CURLU *parts)
{
    char *scheme = NULL;
    bool web = curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK
               && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

    curl_free(scheme);
    return web;
}

/* Where `location` leads from `request`, into `next`; false with what is wrong with it in `*fault`. */
static bool aim(const struct request *request, struct slice said, struct request *next, struct arena *arena,
                const char **fault)
{
    /* A fragment is not sent, and libcurl takes one that stands alone for a path. */
    const char *fragment = said.len ? memchr(said.data, '#', said.len) : NULL;
    const char *location = arena_text_of(arena, said.data, fragment ? (size_t)(fragment - said.data) : said.len);
    CURLU *parts = curl_url();
    CURLUcode code = parts ? curl_url_set(parts, CURLUPART_URL, request->url, CURLU_PATH_AS_IS) : CURLUE_OUT_OF_MEMORY;

    if (code == CURLUE_OK && *location)
        code = curl_url_set(parts, CURLUPART_URL, location,
                            CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME);
    if (code != CURLUE_OK)
        *fault = curl_url_strerror(code);
    else if (!is_web(parts))
        *fault = "it leads out of the web: only http and https are followed";
    else if (has_user(parts))
        *fault = "it has a user in it, which a server must not send (RFC 9110, 4.2.4)";
    else if (!request_aim(next, parts, arena))
        *fault = "it has no host that can be asked";
    curl_url_cleanup(parts);
    return *fault == NULL;
}

static bool same_origin(const struct request *a, const struct request *b)
{
    return a->tls == b->tls && a->port == b->port && strcmp(a->host, b->host) == 0;
}

static bool describes_body(const char *name)
{
    static const char *const names[] = {"Content-Length", "Content-Type", "Content-Encoding", "Content-Language",
                                        "Content-Location"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

static const char elsewhere[] = "not sent on to another origin by the redirect";

static void withhold(struct request *request, const char *name, const char *why, struct arena *arena)
{
    request->withheld = request->withheld ? arena_printf(arena, "%s; %s: %s", request->withheld, name, why)
                                          : arena_printf(arena, "%s: %s", name, why);
}

static void put_headers(struct request *next, const struct request *request, bool foreign, struct arena *arena)
{
    struct request_header *headers = arena_new(arena, request->header_count + 1, sizeof *headers);

    next->header_count = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        struct request_header header = request->headers[i];

        if (!next->body.value && describes_body(header.name))
            continue;
        if (strcasecmp(header.name, "Host") == 0 && (header.by_client || foreign))
            header = (struct request_header){"Host", {next->authority, next->authority}, true};
        else if (foreign && request_header_is_secret(&header)) {
            withhold(next, header.name, elsewhere, arena);
            continue;
        }
        headers[next->header_count++] = header;
    }
    next->headers = headers;
}

/* Makes `next` of `request`; false when it may not be sent where it would go. */
static bool change(struct redirects *redirects, const struct request *request, int status, struct request *next,
                   struct arena *arena)
{
    bool foreign = !same_origin(request, next);

    next->method = method_after(status, request->method);
    if (strcmp(next->method, request->method) != 0)
        next->body = (struct setting){NULL, NULL};
    if (foreign && (next->body.value || !method_is_safe(next->method)))
        return false;
    if (request->body.value && !next->body.value)
        withhold(next, "body",
                 arena_printf(arena, "not sent on, %d makes %s of %s", status, next->method, request->method), arena);
    put_headers(next, request, foreign, arena);
    redirects->foreign |= foreign;
    next->shown = next->url;
    return true;
}

static bool was_asked(const struct redirects *redirects, const struct request *request)
{
    for (const struct asked *asked = redirects->asked; asked; asked = asked->before)
        if (strcmp(asked->url, request->url) == 0 && strcmp(asked->method, request->method) == 0)
            return true;
    return false;
}

static void note_asked(struct redirects *redirects, const struct request *request, struct arena *arena)
{
    struct asked *asked = arena_new(arena, 1, sizeof *asked);

    *asked = (struct asked){request->method, request->url, redirects->asked};
    redirects->asked = asked;
}

/* The hop goes into the record, and its answer out of it. */
static void record_hop(struct redirects *redirects, struct probe *probe, const struct request *request,
                       const struct request *next, struct slice location, int64_t total_us)
{
    redirects->hops =
        arena_grow(&probe->arena, redirects->hops, probe->hop_count, &redirects->room, sizeof *redirects->hops);
    redirects->hops[probe->hop_count++] = (struct hop){.status = probe->status,
                                                       .url = arena_text(&probe->arena, request->shown),
                                                       .location = location,
                                                       .address = probe->address,
                                                       .total_us = total_us};
    probe->hops = redirects->hops;
    probe->final_url = arena_text(&probe->arena, next->shown);
    probe->withheld = arena_text(&probe->arena, next->withheld);
    probe_forget_answer(probe);
}

enum redirect_step redirect_take(struct redirects *redirects, struct request *request, struct probe *probe,
                                 struct arena *arena, int64_t total_us, int64_t redirects_us)
{
    const char *fault = NULL;
    struct request next = *request;
    struct slice location;
    bool several;

    if (redirects->most == 0 || probe->code || !is_redirect(probe->status))
        return REDIRECT_ANSWER;
    location = location_of(probe, &several);
    if (!location.data)
        return REDIRECT_ANSWER;
    if (several)
        fault = "there are several that differ";
    if (fault || !aim(request, location, &next, arena, &fault)) {
        failure_record(probe, "http-bad-redirect", "Location \"%.*s\": %s",
                       location.len > 200 ? 200 : (int)location.len, location.data, fault);
        return REDIRECT_FAILED;
    }
    if (!change(redirects, request, probe->status, &next, arena)) {
        withhold(request, next.body.value ? "body" : next.method, elsewhere, arena);
        probe->withheld = arena_text(&probe->arena, request->withheld);
        return REDIRECT_ANSWER;
    }
    note_asked(redirects, request, arena);
    if (was_asked(redirects, &next)) {
        failure_record(probe, "http-redirect-loop", "%s was asked before%s", next.shown,
                       probe_header(probe, "Set-Cookie").data ? "; a cookie that was set on the way is not sent back"
                                                              : "");
        return REDIRECT_FAILED;
    }
    if (probe->hop_count >= redirects->most) {
        failure_record(probe, "http-too-many-redirects", "%u were followed, and the answer leads on to %s",
                       redirects->most, next.shown);
        return REDIRECT_FAILED;
    }
    record_hop(redirects, probe, request, &next, location, total_us);
    probe->timings.redirects_us = redirects_us;
    *request = next;
    return REDIRECT_GO;
}
