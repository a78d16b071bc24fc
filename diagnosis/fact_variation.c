/* SPDX-License-Identifier: MIT */
/* What the requests with one thing changed show. */
#include <string.h>

#include "diagnosis/address.h"
#include "diagnosis/hint.h"
#include "diagnosis/pool.h"
#include "diagnosis/shape.h"
#include "diagnosis/survey.h"
#include "diagnosis/variation.h"

/* All probes of one variation, value by value. */
struct tried {
    const char *value;
    struct answer answer;
};

/* Below TLS 1.2 ciphers and keys that are too weak are let pass too: only the version that was spoken tells. */
static bool spoke_old_version(const struct answer *answer)
{
    struct slice version = answer->typical->tls_version;

    return slice_equals(version, slice_of("TLSv1")) || slice_equals(version, slice_of("TLSv1.1"));
}

/* Where paths that cannot exist are sent to a slash too, that what stands there passes shows no route, unless something is
 * expected of what it says. */
static bool slash_is_any(const struct facts *facts, const struct survey *survey)
{
    struct answer absent = answers_asked(survey->answers, facts->endpoint, 0, QUESTION_NO_SUCH_SIBLING, survey->arena);

    return absent.typical && hint_redirect(absent.typical) == REDIRECT_SLASH
           && !endpoint_expects_content(&survey->records->suite->endpoints[facts->endpoint]);
}

/* Whether a path that was found answers better than any: those that cannot exist got another status. */
static bool is_better_than_absent(const struct facts *facts, const struct survey *survey, const struct answer *found)
{
    struct answer absent = answers_asked(survey->answers, facts->endpoint, 0, QUESTION_NO_SUCH_SIBLING, survey->arena);

    return facts->of[FACT_ABSENT_AGREE] == HOLDS && absent.typical && absent.typical->status != 0
           && absent.typical->status != found->typical->status;
}

/* The first probe of each value that was tried. */
static bool is_first_of_value(const struct records *part, size_t index)
{
    const struct probe *probe = part->probes[index];

    for (size_t i = 0; i < index; i++)
        if (part->probes[i]->question == probe->question && part->probes[i]->varied
            && strcmp(part->probes[i]->varied, probe->varied) == 0)
            return false;
    return true;
}

/* The value that passed with the most of an A-B-A behind it; `*others` gathers the probes of all. */
static struct tried best_of(uint32_t endpoint, const struct survey *survey, const struct variation *variation,
                            struct cites *others, bool *all_failed)
{
    const struct records *part = answers_part(survey->answers, endpoint);
    struct tried best = {0};
    unsigned most = 0;

    *all_failed = true;
    for (size_t i = 0; i < part->count; i++) {
        const struct probe *probe = part->probes[i];
        struct answer answer;
        unsigned steps;

        if (probe->question != variation->question || !probe->varied || !is_first_of_value(part, i))
            continue;
        answer = answer_of_variation(part, endpoint, variation->question, probe->varied, survey->arena);
        *others = cites_join(*others, answer.cites, survey->arena);
        *all_failed = *all_failed && answer.verdict == VERDICT_FAILS;
        if (answer.verdict != VERDICT_PASSES)
            continue;
        steps = aba_steps(answers_of(survey->answers, endpoint), &answer);
        if (!best.value || steps > most)
            best = (struct tried){probe->varied, answer};
        most = steps > most ? steps : most;
    }
    return best;
}

/* Whether `question` changes what is said to the endpoint, and not whom it is said to. */
static bool asks_the_same_server(enum question question)
{
    return question == QUESTION_ORIGIN || question == QUESTION_SUBPROTOCOLS || question == QUESTION_DEFLATE
           || question == QUESTION_HTTP_VERSION || question == QUESTION_WITHOUT_QUERY
           || question == QUESTION_WITHOUT_HEADER;
}

/* A request that is changed in one thing, and passes once and fails once, shows a server that is not steady. */
static void unsteady_fact(struct facts *facts, const struct survey *survey)
{
    const struct records *part = answers_part(survey->answers, facts->endpoint);

    for (size_t i = 0; i < part->count; i++) {
        const struct probe *probe = part->probes[i];
        struct answer answer;

        if (!probe->varied || !asks_the_same_server(probe->question) || !is_first_of_value(part, i))
            continue;
        answer = answer_of_variation(part, facts->endpoint, probe->question, probe->varied, survey->arena);
        if (answer.verdict != VERDICT_UNSTEADY)
            continue;
        facts_set(facts, FACT_SEEN_TO_DIFFER, true, cites_join(facts->original.cites, answer.cites, survey->arena));
        facts_set(facts, FACT_UNSTEADY, true, facts->cites[FACT_SEEN_TO_DIFFER]);
    }
}

/* Whether the redirect leads to the very origin that was asked: a port that it does not name is not what it speaks of. */
static bool is_sent_there(const struct facts *facts, const struct probe *asked, struct arena *arena)
{
    const struct probe *typical = facts->original.typical;
    struct slice location = typical->location.data ? typical->location : probe_header(typical, "location");

    return facts->of[FACT_REDIRECTS_TO_HTTPS] == HOLDS && asked->url
           && strcmp(address_origin(arena_text_of(arena, location.data, location.len), arena),
                     address_origin(asked->url, arena))
                  == 0;
}

/* Another port is another listener, and may be another service: only a redirect says that it is the same. */
static bool is_other_listener(const struct facts *facts, const struct answer *answer, struct arena *arena)
{
    const struct probe *typical = facts->original.typical;

    return !is_sent_there(facts, answer->typical, arena)
           && (strstr(answer->typical->varied, " on port ") != NULL || answer->typical->port != typical->port);
}

/* More differs than what was varied where the credentials were left out, another listener was asked, another member of a
 * pool answered, or a cache did what the server itself did not. */
static bool one_thing_differs(const struct facts *facts, const struct variation *variation,
                              const struct answer *answer, const struct survey *survey)
{
    if (variation->question == QUESTION_DISCOVER
        && endpoint_authorizes(&survey->records->suite->endpoints[facts->endpoint]))
        return false;
    if (variation->question == QUESTION_SCHEME && is_other_listener(facts, answer, survey->arena))
        return false;
    if (variation->question == QUESTION_TARGET && slash_is_any(facts, survey))
        return false;
    if (asks_the_same_server(variation->question) && pool_parts(&facts->original, answer))
        return false;
    return !answer_from_cache(answer);
}

/* Whose probes show what is varied: below HTTP the one that is asked for all that fail alike. */
static uint32_t asked_for(const struct facts *facts, const struct survey *survey)
{
    const struct probe *typical = facts->original.typical;
    uint32_t speaker;

    if (typical->layer == LAYER_NONE || typical->layer >= LAYER_HTTP || !survey_in_need(survey, facts->endpoint))
        return facts->endpoint;
    speaker = survey_speaker(survey, facts->endpoint);
    return typical->code && answers_of(survey->answers, speaker)->typical->code
                   && strcmp(typical->code, answers_of(survey->answers, speaker)->typical->code) == 0
               ? speaker
               : facts->endpoint;
}

/* The root is on every server, and many have a /health: that such a one passes says little of which service it is, unless
 * something is expected of what it says. */
static void port_fact(struct facts *facts, const struct survey *survey)
{
    const struct endpoint *settings = &survey->records->suite->endpoints[facts->endpoint];
    const struct records *part = answers_part(survey->answers, facts->endpoint);
    struct answer absent = answer_of_question(part, facts->endpoint, 0, QUESTION_NO_SUCH_ROOT, survey->arena);
    struct answer there = answer_of_question(part, facts->endpoint, 0, QUESTION_PORT, survey->arena);

    if (facts->of[FACT_PORT_WORKS] != HOLDS || !absent.typical || !absent.typical->status || !there.typical
        || address_path(settings->url.shown).len <= 1)
        return;
    if (absent.typical->status == there.typical->status || endpoint_expects_content(settings))
        facts_set(facts, FACT_PORT_IS_ANY, absent.typical->status == there.typical->status,
                  cites_join(absent.cites, there.cites, survey->arena));
}

void facts_of_variations(struct facts *facts, const struct survey *survey)
{
    uint32_t asked = asked_for(facts, survey);

    unsteady_fact(facts, survey);
    for (const struct variation *variation = variations; variation->item; variation++) {
        struct cites others = {0};
        bool all_failed;
        struct tried best = best_of(asked, survey, variation, &others, &all_failed);
        struct cites both = cites_join(answers_of(survey->answers, asked)->cites, best.answer.cites, survey->arena);

        if (others.count == 0)
            continue;
        if (!best.value) {
            if (all_failed)
                facts_set(facts, variation->works, false, others);
            if (all_failed && variation->question == QUESTION_TARGET)
                facts_set(facts, FACT_TARGET_FAILS, true, others);
            continue;
        }
        if (variation->question == QUESTION_DISCOVER && !is_better_than_absent(facts, survey, &best.answer))
            continue;
        if (variation->question == QUESTION_TLS_LEAST && !spoke_old_version(&best.answer))
            continue;
        facts_set(facts, variation->works, true, best.answer.cites);
        facts->varied[variation->works] = best.value;
        if (variation->question == QUESTION_DISCOVER)
            facts->found = best.answer;
        if (variation->question == QUESTION_TARGET)
            facts_set(facts, FACT_TARGET_FAILS, false, best.answer.cites);
        if (one_thing_differs(facts, variation, &best.answer, survey))
            facts_set(facts, variation->shown,
                      aba_steps(answers_of(survey->answers, asked), &best.answer) == ABA_STEPS, both);
    }
    port_fact(facts, survey);
}
