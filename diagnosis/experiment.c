/* SPDX-License-Identifier: MIT */
/* experiment.c - which question to ask next, from what was answered so far.
 *
 * Rounds are not counted: what is asked follows from the records alone. An endpoint without experiments gets
 * its first set; one with them gets what an A-B-A still lacks (diagnosis/fact.h) and, once, the questions
 * about credentials. The set is skipped as a whole where the bounds leave no room for it, since half a set
 * decides nothing. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "base/memory.h"
#include "collector/probe_brief.h"
#include "diagnosis/absent.h"
#include "diagnosis/address.h"
#include "diagnosis/cors.h"
#include "diagnosis/diagnose.h"
#include "diagnosis/experiment.h"
#include "diagnosis/fact.h"
#include "diagnosis/pool.h"
#include "diagnosis/survey.h"

enum {
    RUN_MOST = 200,
    RUN_FIRST = 150, /* of these, by first sets: the rest is for what follows from them */
    ENDPOINT_MOST = 24,
    CANDIDATES_MOST = 10,
    REPEATS_MOST = 8,   /* of the original, by experiments */
    POOL_REPEATS = 6,   /* of these, to meet each member of a pool */
    CANDIDATE_MOST = 4, /* times that one candidate is asked */
    ATTEMPTS_LEAST = 2,
    TOKEN_MOST = 3, /* passing endpoints of an origin that are asked without Authorization */
};

static bool may_repeat(const struct endpoint *endpoint)
{
    return endpoint->repeatable || method_is_safe(endpoint->method);
}

static size_t experiments_among(const struct records *records)
{
    size_t count = 0;

    for (size_t i = 0; i < records->count; i++)
        count += records->probes[i]->question != QUESTION_NONE && records->probes[i]->question != QUESTION_WIRE;
    return count;
}

static struct subject subject_of(struct asking *asking, uint32_t endpoint)
{
    const struct survey *survey = asking->survey;
    const struct endpoint *settings = &survey->records->suite->endpoints[endpoint];

    return (struct subject){
        .asking = asking,
        .endpoint = endpoint,
        .settings = settings,
        .part = answers_part(survey->answers, endpoint),
        .original = answers_of(survey->answers, endpoint),
        .made = experiments_among(answers_part(survey->answers, endpoint)),
        .repeatable = may_repeat(settings),
        .portable = may_repeat(settings) && !settings->body.value && !settings->body.shown,
    };
}

static struct answer asked(const struct subject *subject, uint32_t candidate, enum question question)
{
    return answer_of_question(subject->part, subject->endpoint, candidate, question, subject->asking->survey->arena);
}

void subject_ask(struct subject *subject, struct plan_item item, size_t before, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        if (subject->made >= ENDPOINT_MOST || subject->asking->made >= RUN_MOST)
            return;
        item.endpoint = subject->endpoint;
        item.attempt = (uint32_t)(before + i + 1);
        plan_add(subject->asking->plan, item);
        subject->made++;
        subject->asking->made++;
    }
}

static void ask(struct subject *subject, struct plan_item item, size_t times)
{
    subject_ask(subject, item, asked(subject, item.candidate, item.question).count, times);
}

/* Of one that passed with something changed: what was changed. Several values of one thing may well all pass, but not several
 * headers left out. */
static bool is_same_change(const struct probe *a, const struct probe *b)
{
    return a->question == b->question
           && (a->question != QUESTION_WITHOUT_HEADER
               || (a->varied && b->varied && strcmp(a->varied, b->varied) == 0));
}

size_t subject_sure_times(const struct subject *subject)
{
    const struct probe *first = NULL;

    for (size_t i = 0; i < subject->part->count; i++) {
        const struct probe *probe = subject->part->probes[i];

        if ((!probe->varied && probe->question != QUESTION_CANDIDATE) || probe->outcome != OUTCOME_PASSED)
            continue;
        if (first && !is_same_change(first, probe))
            return SUSPECT_TIMES;
        first = probe;
    }
    return SURE_TIMES;
}

static void repeat(struct subject *subject, size_t times)
{
    size_t before = asked(subject, 0, QUESTION_REPEAT).count;

    if (!subject->repeatable || before >= REPEATS_MOST)
        return;
    if (times > REPEATS_MOST - before)
        times = REPEATS_MOST - before;
    ask(subject, (struct plan_item){.question = QUESTION_REPEAT}, times);
}

/* When the run made its first probe, and its ordinal. */
static int64_t first_probe(const struct records *records, uint32_t *ordinal)
{
    const struct brief *brief = records->briefs ? records->briefs->earliest : NULL;
    const struct probe *probe = records->count ? records->probes[0] : NULL;

    if (probe && !(brief && brief->ordinal < probe->ordinal)) {
        *ordinal = probe->ordinal;
        return probe->started.us;
    }
    *ordinal = brief ? brief->ordinal : 0;
    return brief ? brief->started.us : 0;
}

/* A name that no server knows, fresh in every run and yet the same whenever this run is asked about. */
static const char *impossible_name(const struct subject *subject, enum question question)
{
    const struct survey *survey = subject->asking->survey;
    uint32_t ordinal;
    int64_t started = first_probe(survey->records, &ordinal);
    const char *seed = arena_printf(survey->arena, "%" PRId64 " %" PRIu32 " %" PRIu32 " %d", started, ordinal,
                                    subject->endpoint, (int)question);
    struct digest digest = digest_of(slice_of(seed));
    char text[DIGEST_TEXT];

    return arena_printf(survey->arena, "endoscope-no-such-path-%.8s", digest_text(&digest, text));
}

/* A directory that is not known in full, since the store has names for secrets, is none to ask in. */
static const char *impossible_sibling(const struct subject *subject, struct setting url)
{
    struct arena *arena = subject->asking->survey->arena;
    const char *directory = address_directory(url.value ? url.value : url.shown, arena);

    return arena_printf(arena, "%s%s", strchr(directory, '$') ? "/" : directory,
                        impossible_name(subject, QUESTION_NO_SUCH_SIBLING));
}

static void ask_impossible(struct subject *subject)
{
    struct arena *arena = subject->asking->survey->arena;
    const char *sibling = impossible_sibling(subject, subject->settings->url);
    const char *root = arena_printf(arena, "/%s", impossible_name(subject, QUESTION_NO_SUCH_ROOT));
    bool plain = !subject->portable;

    ask(subject, (struct plan_item){.question = QUESTION_NO_SUCH_SIBLING, .path = sibling, .plain = plain}, 1);
    ask(subject, (struct plan_item){.question = QUESTION_NO_SUCH_ROOT, .path = root, .plain = plain}, 1);
}

/* Where a control fails as well, the parent shows whether anything is there under this host name. */
static void ask_parent(struct subject *subject)
{
    const struct survey *survey = subject->asking->survey;
    const char *directory = address_directory(
        subject->settings->url.value ? subject->settings->url.value : subject->settings->url.shown, survey->arena);

    if (!survey->origins[survey->origin_of[subject->endpoint]].control_fails || !subject->portable
        || subject->original->typical->status != 404 || strchr(directory, '$'))
        return;
    ask(subject, (struct plan_item){.question = QUESTION_PARENT, .path = directory}, 1);
}

static void ask_without(struct subject *subject, uint32_t candidate)
{
    if (subject->repeatable && endpoint_authorizes(subject->settings))
        ask(subject,
            (struct plan_item){.question = QUESTION_WITHOUT_AUTHORIZATION,
                               .candidate = candidate,
                               .authorization = AUTHORIZATION_NONE},
            1);
}

static bool is_certificate_failure(const struct probe *probe)
{
    static const char *const codes[] = {"tls-expired",     "tls-not-yet-valid",     "tls-wrong-host",
                                        "tls-self-signed", "tls-unknown-authority", "tls-incomplete-chain",
                                        "tls-revoked",     "tls-untrusted"};

    for (size_t i = 0; probe->code && i < sizeof codes / sizeof *codes; i++)
        if (strcmp(probe->code, codes[i]) == 0)
            return true;
    return false;
}

/* Another service on the other port may answer so to any path. */
static void ask_beside_port(struct subject *subject)
{
    uint16_t port = variations_port(subject);
    const char *path =
        arena_printf(subject->asking->survey->arena, "/%s", impossible_name(subject, QUESTION_NO_SUCH_ROOT));

    if (port)
        ask(subject,
            (struct plan_item){
                .question = QUESTION_NO_SUCH_ROOT, .path = path, .port = port, .plain = !subject->portable},
            1);
}

static void ask_below_http(struct subject *subject)
{
    if (survey_speaker(subject->asking->survey, subject->endpoint) != subject->endpoint)
        return;
    if (subject->original->count < ATTEMPTS_LEAST)
        repeat(subject, ATTEMPTS_LEAST - subject->original->count);
    if (is_certificate_failure(subject->original->typical))
        ask(subject,
            (struct plan_item){.question = QUESTION_UNVERIFIED, .unverified = true, .plain = !subject->repeatable}, 1);
    variations_ask(subject);
    ask_beside_port(subject);
}

static size_t candidates_of(const struct subject *subject)
{
    size_t count = subject->settings->candidate_count;

    return count < CANDIDATES_MOST ? count : CANDIDATES_MOST;
}

static void ask_first(struct subject *subject)
{
    bool control = subject->settings->role == ROLE_CONTROL;

    if (subject->original->count < ATTEMPTS_LEAST)
        repeat(subject, ATTEMPTS_LEAST - subject->original->count);
    ask_impossible(subject);
    ask_parent(subject);
    if (control)
        return;
    for (uint32_t k = 1; subject->portable && k <= candidates_of(subject); k++)
        ask(subject, (struct plan_item){.question = QUESTION_CANDIDATE, .candidate = k}, 1);
    if (!authorization_withheld(subject->original->typical))
        ask_without(subject, 0);
    if (subject->settings->kind == KIND_WEBSOCKET || !subject->portable)
        ask(subject, (struct plan_item){.question = QUESTION_PLAIN_GET, .plain = true}, 1);
    if (cors_is_missed(subject->original->typical))
        ask(subject, (struct plan_item){.question = QUESTION_PREFLIGHT, .preflight = true}, 1);
    variations_ask(subject);
}

/* Members of a pool, each of which must be met more than once. */
static bool several_answer(const struct subject *subject)
{
    return pool_find(subject->part, subject->endpoint, subject->asking->survey->arena).asked;
}

static void first_set(struct subject *subject)
{
    enum { BESIDE_CANDIDATES = 7 };
    enum layer layer = subject->original->typical->layer;

    if (subject->asking->made + BESIDE_CANDIDATES + candidates_of(subject) > RUN_FIRST)
        return;
    if (subject->original->verdict == VERDICT_UNSTEADY)
        repeat(subject, several_answer(subject) ? POOL_REPEATS : ATTEMPTS_LEAST);
    else if (layer < LAYER_HTTP)
        ask_below_http(subject);
    else if (layer < LAYER_PERFORMANCE)
        ask_first(subject);
    else if (subject->original->count < ATTEMPTS_LEAST)
        repeat(subject, ATTEMPTS_LEAST - subject->original->count);
}

/* A server that answers so to any path makes every candidate pass. */
static void ask_beside_candidate(struct subject *subject, uint32_t candidate)
{
    const struct setting url = subject->settings->candidates[candidate - 1].url;
    struct cites cites;

    if (asked(subject, candidate, QUESTION_NO_SUCH_SIBLING).count == 0
        && candidate_is_any(subject->part, subject->endpoint, candidate, subject->asking->survey->arena, &cites)
               == UNKNOWN)
        ask(subject,
            (struct plan_item){.question = QUESTION_NO_SUCH_SIBLING,
                               .candidate = candidate,
                               .path = impossible_sibling(subject, url)},
            1);
}

/* What the A-B-A with one candidate still lacks; returns how often the original must be asked for it. */
static size_t follow_candidate(struct subject *subject, uint32_t candidate, const struct answer *answer)
{
    unsigned steps = aba_steps(subject->original, answer);

    if (!authorization_withheld(answer->typical)
        && asked(subject, candidate, QUESTION_WITHOUT_AUTHORIZATION).count == 0)
        ask_without(subject, candidate);
    ask_beside_candidate(subject, candidate);
    if (steps < 2)
        return 2 - steps;
    if (steps == ABA_STEPS && answer->count < subject_sure_times(subject)) {
        ask(subject, (struct plan_item){.question = QUESTION_CANDIDATE, .candidate = candidate}, 1);
        return SURE_ORIGINALS;
    }
    if (steps >= 4)
        return ABA_STEPS - steps;
    if (answer->count < CANDIDATE_MOST)
        ask(subject, (struct plan_item){.question = QUESTION_CANDIDATE, .candidate = candidate}, 4 - steps);
    return 0;
}

static void follow(struct subject *subject)
{
    size_t followed = 0, originals = 0, lacking;

    if (subject->original->verdict != VERDICT_FAILS || !subject->original->same)
        return;
    for (uint32_t k = 1; k <= candidates_of(subject) && followed < FOLLOWED_MOST; k++) {
        struct answer answer = asked(subject, k, QUESTION_CANDIDATE);

        if (answer.verdict != VERDICT_PASSES)
            continue;
        followed++;
        lacking = follow_candidate(subject, k, &answer);
        originals = lacking > originals ? lacking : originals;
    }
    lacking = variations_follow(subject);
    repeat(subject, lacking > originals ? lacking : originals);
}

/* Which of an origin's passing endpoints is likeliest to want its Authorization: one that sets its own, and
 * no control, since those are often open to all. Lower is likelier. */
static unsigned unlikeliness(const struct endpoint *endpoint)
{
    unsigned rank = endpoint->role == ROLE_CONTROL ? 2 : 0;

    for (size_t i = 0; i < endpoint->header_count; i++)
        if (strcasecmp(endpoint->headers[i].name, "authorization") == 0 && endpoint->headers[i].from_defaults)
            rank++;
    return rank;
}

static bool shows_token(const struct survey *survey, uint32_t endpoint)
{
    const struct endpoint *settings = &survey->records->suite->endpoints[endpoint];
    struct probe room;

    return answers_verdict(survey->answers, endpoint) == VERDICT_PASSES && endpoint_authorizes(settings)
           && may_repeat(settings) && !authorization_withheld(answers_typical(survey->answers, endpoint, &room))
           && settings->role != ROLE_CANDIDATE;
}

/* Whether the server looks at the token at all is seen where it passes: asked without it, is it refused? */
static void ask_passing_without(struct asking *asking)
{
    const struct survey *survey = asking->survey;
    size_t endpoints = survey->records->suite->endpoint_count;
    size_t *chosen = mem_new(survey->origin_count + 1, sizeof *chosen);

    for (unsigned rank = 0; rank <= 3; rank++) {
        for (uint32_t e = 0; e < endpoints; e++) {
            uint32_t origin = survey->origin_of[e];
            struct subject subject;

            if (!asking->wanted[origin] || chosen[origin] >= TOKEN_MOST || !shows_token(survey, e)
                || unlikeliness(&survey->records->suite->endpoints[e]) != rank)
                continue;
            chosen[origin]++;
            subject = subject_of(asking, e);
            if (asked(&subject, 0, QUESTION_WITHOUT_AUTHORIZATION).count == 0)
                ask_without(&subject, 0);
        }
    }
    mem_free(chosen);
}

/* Where a broken token would be telling: where the right one is accepted and none refused, else where all
 * fails alike. 0: nowhere, 2: best. */
static unsigned telling(const struct survey *survey, uint32_t endpoint)
{
    const struct endpoint *settings = &survey->records->suite->endpoints[endpoint];
    const struct answer *answer;
    struct answer without;

    if (answers_plain(survey->answers, endpoint)) /* never asked without */
        return 0;
    answer = answers_of(survey->answers, endpoint);
    if (!endpoint_authorizes(settings) || !may_repeat(settings) || !answer->typical || answer->typical->withheld
        || status_among("401 403 407 429", answer->typical->status) || answer->typical->status == 0)
        return 0;
    without = answers_asked(survey->answers, endpoint, 0, QUESTION_WITHOUT_AUTHORIZATION, survey->arena);
    if (!without.typical)
        return 0;
    if (answer->verdict == VERDICT_PASSES)
        return status_among("401 403", without.typical->status) ? 2 : 0;
    return answer->verdict == VERDICT_FAILS && settings->role != ROLE_CANDIDATE ? 1 : 0;
}

/* At most once per origin and run: servers lock accounts. */
static void ask_broken(struct asking *asking)
{
    const struct survey *survey = asking->survey;
    size_t endpoints = survey->records->suite->endpoint_count;

    for (unsigned rank = 2; rank >= 1; rank--) {
        for (uint32_t e = 0; e < endpoints; e++) {
            uint32_t origin = survey->origin_of[e];
            struct subject subject;

            if (!asking->wanted[origin] || survey->origins[origin].broken || telling(survey, e) != rank)
                continue;
            asking->wanted[origin] = false;
            subject = subject_of(asking, e);
            ask(&subject,
                (struct plan_item){.question = QUESTION_BROKEN_AUTHORIZATION, .authorization = AUTHORIZATION_BROKEN},
                1);
        }
    }
}

void experiments_next(const struct records *records, struct plan *plan)
{
    struct arena arena = ARENA_INIT;
    struct survey survey;
    struct asking asking = {.survey = &survey, .plan = plan, .made = experiments_among(records)};

    if (!records->suite->experiments || records->count == 0 || diagnose_offline(records))
        return;
    survey = survey_make(records, &arena);
    asking.wanted = arena_new(&arena, survey.origin_count + 1, sizeof *asking.wanted);
    for (uint32_t e = 0; e < records->suite->endpoint_count; e++) {
        struct subject subject;

        if (!survey_in_need(&survey, e))
            continue;
        subject = subject_of(&asking, e);
        if (subject.original->typical->layer >= LAYER_HTTP && subject.original->typical->layer < LAYER_PERFORMANCE)
            asking.wanted[survey.origin_of[e]] = true;
        if (subject.made == 0)
            first_set(&subject);
        else
            follow(&subject);
    }
    ask_passing_without(&asking);
    ask_broken(&asking);
    arena_free(&arena);
}
