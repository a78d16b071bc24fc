/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "collector/url.h"

/* `text` is the config's: what a terminal would obey is shown as escapes. */
static void print_between(const char *before, const char *text, const char *after)
{
    struct buf safe = BUF_INIT;

    utf8_escape(&safe, slice_of(text ? text : ""));
    printf("%s%s%s", before, safe.data, after);
    buf_free(&safe);
}

static void print_endpoint(const struct endpoint *endpoint)
{
    print_between("\n", endpoint->name, "");
    printf(" (%s, %s)\n", kind_words[endpoint->kind], role_words[endpoint->role]);
    printf("  %s ", endpoint->kind == KIND_WEBSOCKET ? "upgrade" : endpoint->method);
    print_between("", endpoint->url.shown, "");
    printf(", %u attempt%s of at most %.3g s\n", endpoint->attempts, endpoint->attempts == 1 ? "" : "s",
           (double)endpoint->timeout_us / 1e6);
    for (size_t i = 0; i < endpoint->header_count; i++) {
        print_between("  sends ", endpoint->headers[i].name, ": ");
        print_between("", endpoint->headers[i].value.shown, "\n");
    }
    for (size_t i = 0; i < endpoint->expectation_count; i++)
        print_between("  expects that ", endpoint->expectations[i].words, "\n");
    for (size_t i = 0; i < endpoint->candidate_count; i++)
        print_between("  where it fails, asks also ", endpoint->candidates[i].url.shown, "\n");
}

/* Who is sent what: each secret header, with the origin of the endpoint that sets it. */
static void print_secrets(struct session *session)
{
    const struct suite *suite = &session->suite;
    bool any = false;

    for (size_t i = 0; i < suite->endpoint_count; i++) {
        const struct endpoint *endpoint = &suite->endpoints[i];
        const char *origin = url_origin(endpoint->url.value, &session->arena);

        for (size_t k = 0; k < endpoint->header_count; k++) {
            if (!endpoint->headers[k].secret)
                continue;
            if (!any)
                printf("\nSecrets\n");
            any = true;
            print_between("  ", endpoint->headers[k].name, "");
            print_between(" of `", endpoint->name, "`");
            print_between(" goes to ", origin ? origin : endpoint->url.shown, " only\n");
        }
    }
}

static void print_plan(struct session *session)
{
    const struct suite *suite = &session->suite;
    size_t attempts = 0;

    for (size_t i = 0; i < suite->endpoint_count; i++)
        attempts += suite->endpoints[i].attempts;
    print_between("", session->config, " is valid: ");
    print_between("suite `", suite->name, "`");
    printf(", %zu endpoint%s, %zu attempts, %u in flight at most, %u to one host\n", suite->endpoint_count,
           suite->endpoint_count == 1 ? "" : "s", attempts, suite->concurrency, suite->max_per_host);
    for (size_t i = 0; i < suite->endpoint_count; i++)
        print_endpoint(&suite->endpoints[i]);
    print_secrets(session);
    if (session->use.missing_count)
        printf("\nVariables without a value; `run` wants them\n");
    for (size_t i = 0; i < session->use.missing_count; i++)
        print_between("  ", session->use.missing[i], "\n");
}

static json_t *texts_json(const char *const *texts, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(texts[i]));
    return list;
}

static json_t *endpoint_json(struct session *session, const struct endpoint *endpoint)
{
    json_t *secrets = json_array();
    json_t *candidates = json_array();

    for (size_t i = 0; i < endpoint->header_count; i++)
        if (endpoint->headers[i].secret)
            json_array_append_new(secrets, json_string(endpoint->headers[i].name));
    for (size_t i = 0; i < endpoint->candidate_count; i++)
        json_array_append_new(candidates, json_string(endpoint->candidates[i].url.shown));
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s?, s:o, s:o}", "name", endpoint->name, "kind",
                     kind_words[endpoint->kind], "role", role_words[endpoint->role], "method", endpoint->method, "url",
                     endpoint->url.shown, "attempts", (int)endpoint->attempts, "origin",
                     url_origin(endpoint->url.value, &session->arena), "secret_headers", secrets, "candidates",
                     candidates);
}

static bool print_json(struct session *session, struct error *err)
{
    json_t *endpoints = json_array();
    json_t *document;
    char *text;

    for (size_t i = 0; i < session->suite.endpoint_count; i++)
        json_array_append_new(endpoints, endpoint_json(session, &session->suite.endpoints[i]));
    document = json_pack("{s:s, s:s, s:o, s:o}", "config", session->config, "suite", session->suite.name, "endpoints",
                         endpoints, "missing_variables", texts_json(session->use.missing, session->use.missing_count));
    text = document ? json_dumps(document, JSON_INDENT(2)) : NULL;
    if (text)
        puts(text);
    free(text);
    json_decref(document);
    return text || fail(err, ERR_CONFIG, "a name in %s is not valid UTF-8", session->config);
}

bool verb_check(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct session session = {0};
    bool ok = session_load(&session, arguments, VARIABLES_OPTIONAL, err);

    (void)status;
    if (ok && arguments->json)
        ok = print_json(&session, err);
    else if (ok)
        print_plan(&session);
    session_close(&session);
    return ok;
}
