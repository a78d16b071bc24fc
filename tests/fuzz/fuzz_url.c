/* SPDX-License-Identifier: MIT */
/* Two lines as an endpoint's address and its candidate's, and the second as a Location: where a secret may go hangs on the
 * origins that are read from them, and so does where the request goes in truth. */
#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "collector/plan.h"
#include "collector/probe.h"
#include "collector/redirect.h"
#include "collector/request.h"
#include "collector/url.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* The origin as libcurl, which sends the request, takes `url`. */
static const char *curls_origin(const char *url, struct arena *arena)
{
    char *scheme = NULL, *host = NULL, *port = NULL;
    const char *origin = NULL;
    CURLU *parts = curl_url();

    if (parts && curl_url_set(parts, CURLUPART_URL, url, CURLU_PATH_AS_IS) == CURLUE_OK
        && curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK
        && curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK
        && curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
        origin = arena_printf(arena, "%s %s %s", scheme, host, port);
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parts);
    return origin;
}

static void check_one(const char *url, struct arena *arena)
{
    const char *origin = url_origin(url, arena);
    size_t start = 0, end = 0, authority = url_authority_end(url);

    require(!url_check(url, NULL) || origin);
    /* An origin is its own origin, once libcurl has written odd forms of addresses anew (1%360, 0x7f.1). */
    origin = origin && url_check(origin, NULL) ? url_origin(origin, arena) : NULL;
    require(!origin || strcmp(url_origin(origin, arena), origin) == 0);
    if (url_password(url, &start, &end))
        require(start <= end && end < authority && url[end] == '@' && url[start - 1] == ':');
}

static bool holds_secret(const struct request *request)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (strcmp(request->headers[i].name, "X-Key") == 0)
            return true;
    return false;
}

/* The request for the candidate goes where its origin says, and takes the secret only home. */
static void check_request(const char *home, const char *there, struct arena *arena)
{
    const struct header_setting secret = {"X-Key", {"geheim", "${KEY}"}, true, false};
    const struct candidate candidate = {.url = {there, there}};
    const struct endpoint endpoint = {.name = "it",
                                      .method = "GET",
                                      .url = {home, home},
                                      .headers = &secret,
                                      .header_count = 1,
                                      .candidates = &candidate,
                                      .candidate_count = 1};
    const struct suite suite = {.endpoints = &endpoint, .endpoint_count = 1};
    const struct plan_item item = {.question = QUESTION_CANDIDATE, .candidate = 1};
    const char *own = url_origin(home, arena), *other = url_origin(there, arena);
    struct request request;

    if (!own || !other || !url_check(there, NULL) || !request_make(&suite, true, &item, arena, &request, NULL))
        return;
    require(curls_origin(request.url, arena) && curls_origin(other, arena));
    require(strcasecmp(curls_origin(request.url, arena), curls_origin(other, arena)) == 0);
    require(!holds_secret(&request) || strcmp(own, other) == 0);
}

/* A redirect takes the secret along only to the origin that it came from. */
static void check_redirect(const char *home, const char *location, struct arena *arena)
{
    const struct request_header secret = {"X-Key", {"geheim", "${KEY}"}, false};
    const struct header header = {slice_of("Location"), slice_of(location)};
    const struct endpoint endpoint = {.name = "it", .method = "GET", .url = {home, home}};
    const struct suite suite = {.endpoints = &endpoint, .endpoint_count = 1};
    const struct plan_item item = {.question = QUESTION_NONE};
    struct redirects redirects = {.most = 2};
    struct request request;
    struct probe *probe;
    const char *before;

    if (!url_check(home, NULL) || !request_make(&suite, true, &item, arena, &request, NULL))
        return;
    request.headers = &secret;
    request.header_count = 1;
    before = curls_origin(request.url, arena);
    probe = probe_new();
    probe->status = 302;
    probe->headers = &header;
    probe->header_count = 1;
    if (redirect_take(&redirects, &request, probe, arena, 1, 1) == REDIRECT_GO && holds_secret(&request)) {
        const char *after = curls_origin(request.url, arena);

        /* What libcurl does not take, it does not ask for. */
        require(before && (!after || strcasecmp(before, after) == 0));
    }
    probe_free(probe);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    const char *text = arena_text_of(&arena, (const char *)data, size);
    const char *line = strchr(text, '\n');
    const char *first = arena_text_of(&arena, text, line ? (size_t)(line - text) : strlen(text));
    const char *second = line ? line + 1 : "/";
    const char *resolved = url_resolve(first, second, &arena);

    check_one(first, &arena);
    check_one(second, &arena);
    require(!resolved || url_origin(resolved, &arena));
    check_request(first, second, &arena);
    check_redirect(first, second, &arena);
    if (resolved)
        check_request(first, resolved, &arena);
    arena_free(&arena);
    return 0;
}
