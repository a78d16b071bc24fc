/* SPDX-License-Identifier: MIT */
/* Requests with one thing changed, as rows of the table of experiments. */
#include <string.h>

#include "diagnosis/address.h"
#include "diagnosis/fact.h"
#include "diagnosis/model_experiment.h"
#include "diagnosis/shape.h"
#include "diagnosis/variation.h"

/* How a variation is asked about, and how its value is told; `none` where the value is empty. */
static const struct wording {
    enum question question;
    const char *asks, *changed, *none;
} wordings[] = {
    {QUESTION_ORIGIN, "Is it the Origin?", "Origin: %s", "without Origin"},
    {QUESTION_SUBPROTOCOLS, "Is it the subprotocol?", "subprotocols: %s", "no subprotocol offered"},
    {QUESTION_DEFLATE, "Is it the compression?", "permessage-deflate %s", NULL},
    {QUESTION_HTTP_VERSION, "Is it the version of HTTP?", "HTTP/%s", NULL},
    {QUESTION_WITHOUT_QUERY, "Is it the query string?", NULL, "without it"},
    {QUESTION_WITHOUT_HEADER, "Is it a header?", "without %s", NULL},
    {QUESTION_UPGRADE, "Is it a WebSocket?", "by an upgrade to a %s", NULL},
    {QUESTION_SCHEME, "Is it the scheme?", "by %s", NULL},
    {QUESTION_PORT, "Is it the port?", "port %s", NULL},
    {QUESTION_TLS_LEAST, "Is it the version of TLS?", "from TLS %s on", NULL},
    {QUESTION_FAMILY, "Is it the address family?", "IPv%s", NULL},
    {QUESTION_ADDRESS, "Is it one of the addresses?", "by %s alone", NULL},
    {QUESTION_TARGET, "Does the redirect's target work?", "%s", NULL},
    {QUESTION_DISCOVER, "Does a common address work?", "%s, without credentials", NULL},
};

static const struct wording *wording_of(enum question question)
{
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
        if (wordings[i].question == question)
            return &wordings[i];
    return NULL;
}

static const char *changed_words(const struct wording *wording, const char *value, struct arena *arena)
{
    const char *percent = wording->changed ? strchr(wording->changed, '%') : NULL;

    if (!*value || !percent)
        return wording->none ? wording->none : value;
    return arena_printf(arena, "%.*s%s%s", (int)(percent - wording->changed), wording->changed, value, percent + 2);
}

static const char *shows(const struct asking *asking, const struct answer *answer)
{
    const struct answer *original = asking->original;

    if (answer->verdict == VERDICT_PASSES && original->verdict == VERDICT_FAILS)
        return aba_steps(original, answer) == ABA_STEPS ? "yes: it passes so, and fails as configured, in turns"
                                                        : "it passes so; not asked in turns";
    if (answer->verdict == VERDICT_UNSTEADY || original->verdict != VERDICT_FAILS)
        return "not shown: the answers are not steady";
    if (answer->verdict == VERDICT_FAILS && original->typical && shape_alike(original->typical, answer->typical))
        return "no: the same answer";
    return answer->verdict == VERDICT_FAILS ? "no: it fails too" : "not shown";
}

static bool is_first_of_value(const struct records *part, size_t index)
{
    const struct probe *probe = part->probes[index];

    for (size_t i = 0; i < index; i++)
        if (part->probes[i]->question == probe->question && part->probes[i]->varied
            && strcmp(part->probes[i]->varied, probe->varied) == 0)
            return false;
    return true;
}

void experiment_variations(struct asking *asking)
{
    const struct records *part = answers_part(asking->maker->answers, asking->endpoint);
    const struct endpoint *endpoint = maker_endpoint(asking->maker, asking->endpoint);
    struct arena *arena = asking->maker->arena;

    for (size_t i = 0; i < part->count; i++) {
        const struct probe *probe = part->probes[i];
        const struct wording *wording = probe->varied ? wording_of(probe->question) : NULL;
        struct answer answer;

        if (!wording || !is_first_of_value(part, i))
            continue;
        answer = answer_of_variation(part, asking->endpoint, probe->question, probe->varied, arena);
        experiment_add(asking, wording->asks, changed_words(wording, probe->varied, arena),
                       address_target(endpoint->url.shown), &answer, 1, shows(asking, &answer));
    }
}
