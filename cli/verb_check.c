/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cli/secret_use.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "collector/plan.h"
#include "collector/url.h"

/* `text` is the config's: what a terminal would obey is shown as escapes. */
static void print_between(const char *before, const char *text, const char *after)
{
    struct buf safe = BUF_INIT;

    utf8_escape(&safe, slice_of(text ? text : ""));
    printf("%s%s%s", before, safe.data, after);
    buf_free(&safe);
}

/* Of each endpoint, as the run will plan them: an unsafe method is asked once, whatever `attempts` says. */
static const unsigned *planned(struct session *session, size_t *all)
{
    unsigned *attempts = arena_new(&session->arena, session->suite.endpoint_count + 1, sizeof *attempts);
    struct plan plan = PLAN_INIT;

    plan_attempts(&plan, &session->suite, NULL, 0);
    for (size_t i = 0; i < plan.count; i++)
        attempts[plan.items[i].endpoint]++;
    *all = plan.count;
    plan_free(&plan);
    return attempts;
}

static void print_endpoint(const struct endpoint *endpoint, unsigned attempts)
{
    print_between("\n", endpoint->name, "");
    printf(" (%s, %s)\n", kind_words[endpoint->kind], role_words[endpoint->role]);
    printf("  %s ", endpoint->kind == KIND_WEBSOCKET ? "upgrade" : endpoint->method);
    print_between("", endpoint->url.shown, "");
    printf(", %u attempt%s of at most %.3g s\n", attempts, attempts == 1 ? "" : "s",
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

enum { NAMES_SHOWN = 3 };

/* Who is sent what. */
static void print_secrets(struct session *session)
{
    size_t count;
    const struct secret_use *uses = secret_uses(&session->suite, &session->arena, &count);

    if (count)
        printf("\nSecrets, and the only origins that get them\n");
    for (size_t i = 0; i < count; i++) {
        const struct secret_use *use = &uses[i];

        print_between("  ", use->name ? use->name : "a value that stands in the config", "");
        print_between(" to ", use->origin, "");
        print_between(", in ", use->where, " of ");
        for (size_t k = 0; k < use->count && k < NAMES_SHOWN; k++)
            print_between(k ? ", `" : "`", use->endpoints[k], "`");
        if (use->count > NAMES_SHOWN)
            printf(" and %zu more", use->count - NAMES_SHOWN);
        printf("%s\n", use->name ? "" : ": as it is no ${VARIABLE}, it will be recorded and shown");
    }
}

static void print_plan(struct session *session)
{
    const struct suite *suite = &session->suite;
    size_t all;
    const unsigned *attempts = planned(session, &all);

    print_between("", session->config, " is valid: ");
    print_between("suite `", suite->name, "`");
    printf(", %zu endpoint%s, %zu attempts, %u in flight at most, %u to one host\n", suite->endpoint_count,
           suite->endpoint_count == 1 ? "" : "s", all, suite->concurrency, suite->max_per_host);
    for (size_t i = 0; i < suite->endpoint_count; i++)
        print_endpoint(&suite->endpoints[i], attempts[i]);
    print_secrets(session);
    if (session->use.missing_count)
        printf("\nVariables without a value; `run` wants them\n");
    for (size_t i = 0; i < session->use.missing_count; i++)
        print_between("  ", session->use.missing[i].name, "\n");
}

static json_t *missing_json(const struct config_use *use)
{
    json_t *list = json_array();

    for (size_t i = 0; i < use->missing_count; i++)
        json_array_append_new(list, json_string(use->missing[i].name));
    return list;
}

static json_t *texts_json(const char *const *texts, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(texts[i]));
    return list;
}

static json_t *endpoint_json(struct session *session, const struct endpoint *endpoint, unsigned attempts)
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
                     endpoint->url.shown, "attempts", (int)attempts, "origin",
                     url_origin(endpoint->url.value, &session->arena), "secret_headers", secrets, "candidates",
                     candidates);
}

static json_t *secrets_json(struct session *session)
{
    size_t count;
    const struct secret_use *uses = secret_uses(&session->suite, &session->arena, &count);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s?, s:s, s:s, s:o}", "variable", uses[i].name, "in", uses[i].where,
                                              "origin", uses[i].origin, "endpoints",
                                              texts_json(uses[i].endpoints, uses[i].count)));
    return list;
}

static bool print_json(struct session *session, struct error *err)
{
    size_t all;
    const unsigned *attempts = planned(session, &all);
    json_t *endpoints = json_array();
    json_t *document;
    char *text;

    for (size_t i = 0; i < session->suite.endpoint_count; i++)
        json_array_append_new(endpoints, endpoint_json(session, &session->suite.endpoints[i], attempts[i]));
    document =
        json_pack("{s:s, s:s, s:o, s:o, s:o}", "config", session->config, "suite", session->suite.name, "endpoints",
                  endpoints, "secrets", secrets_json(session), "missing_variables", missing_json(&session->use));
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
