/* SPDX-License-Identifier: MIT */
/* What the answers themselves give away, and where their time went. */
#include <string.h>

#include "diagnosis/cors.h"
#include "diagnosis/fact.h"
#include "diagnosis/hint.h"
#include "diagnosis/pool.h"
#include "diagnosis/protocol.h"
#include "diagnosis/refusal.h"
#include "diagnosis/survey.h"

static void redirect_facts(struct facts *facts, const struct endpoint *endpoint)
{
    static const struct {
        enum fact fact;
        enum redirect redirect;
    } rows[] = {
        {FACT_REDIRECTS_BY_SLASH, REDIRECT_SLASH},
        {FACT_REDIRECTS_TO_LOGIN, REDIRECT_LOGIN},
        {FACT_REDIRECTS_TO_HTTPS, REDIRECT_SECURE},
        {FACT_REDIRECTS_TO_ITSELF, REDIRECT_SELF},
    };
    const struct probe *typical = facts->original.typical;
    enum redirect redirect = hint_redirect(typical);
    bool unsafe = strcmp(endpoint->method, "GET") != 0 && strcmp(endpoint->method, "HEAD") != 0;
    bool in_circle = typical->code && strcmp(typical->code, "http-redirect-loop") == 0; /* has a rule of its own */
    bool lost = false;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        facts_set(facts, rows[i].fact, redirect == rows[i].redirect && !in_circle, facts->original.cites);
    for (size_t i = 0; i < typical->hop_count; i++)
        lost = lost || (unsafe && typical->hops[i].status >= 301 && typical->hops[i].status <= 303);
    facts_set(facts, FACT_METHOD_LOST, lost, facts->original.cites);
}

static void certificate_clock_fact(struct facts *facts, const struct origin *origin)
{
    const char *code = facts->original.typical->code;
    bool dates = code && (strcmp(code, "tls-expired") == 0 || strcmp(code, "tls-not-yet-valid") == 0);
    struct origin unheard = *origin;

    unheard.server_time.us = 0;
    /* What was sent is in its time by our clock too: the authority that is out of it is one of ours. */
    if (dates && facts->original.typical->certificate_count > 0 && !protocol_says(facts->original.typical, &unheard))
        return;
    facts_set(facts, FACT_CLOCK_EXPLAINS,
              dates && origin->server_time.us != 0 && facts->of[FACT_PROTOCOL_SAYS] == DOES_NOT,
              facts->original.cites);
}

static int64_t measured(int64_t time)
{
    return time > 0 ? time : 0;
}

/* The part that takes at least half of the whole. */
static void slow_facts(struct facts *facts)
{
    const struct probe *typical = facts->original.typical;
    const struct timings *timings = &typical->timings;
    const struct {
        enum fact fact;
        int64_t time;
    } parts[] = {
        {FACT_SLOW_DNS, measured(timings->dns_us)},
        {FACT_SLOW_CONNECT, measured(timings->connect_us)},
        {FACT_SLOW_TLS, measured(timings->tls_us)},
        {FACT_SLOW_SERVER,
         measured(timings->first_byte_us) + measured(timings->upgrade_us) + measured(timings->first_message_us)},
        {FACT_SLOW_TRANSFER, measured(timings->transfer_us)},
    };
    int64_t whole = 0;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        whole += parts[i].time;
    for (size_t i = 0; whole > 0 && i < sizeof parts / sizeof *parts; i++)
        facts_set(facts, parts[i].fact, 2 * parts[i].time >= whole, facts->original.cites);
    facts_set(facts, FACT_STALLED, typical->code && strcmp(typical->code, "http-timeout") == 0 && typical->status != 0,
              facts->original.cites);
}

/* What the refusal names. Where every path is refused alike and no upgrade is asked for, it is not about the upgrade. */
static void refusal_facts(struct facts *facts, const struct endpoint *endpoint)
{
    const struct probe *typical = facts->original.typical;
    struct cites cites = facts->original.cites;
    bool origin = refusal_names_origin(typical), subprotocol = refusal_names_subprotocol(typical);
    bool version = refusal_names_version(typical), upgrade = refusal_wants_upgrade(typical) && !version;

    facts_set(facts, FACT_WANTS_OTHER_WEBSOCKET_VERSION, version, cites);
    facts_set(facts, FACT_WANTS_UPGRADE, upgrade, cites);
    facts_set(facts, FACT_NAMES_ORIGIN, origin, cites);
    facts_set(facts, FACT_NAMES_SUBPROTOCOL, subprotocol, cites);
    if (endpoint->subprotocol_count == 0)
        facts->of[FACT_SUBPROTOCOLS_WORKS] = DOES_NOT; /* there is none to leave out */
    if (origin || subprotocol || version)
        facts_set(facts, FACT_REFUSED_OTHERWISE, true, cites);
    else if (upgrade || facts->of[FACT_LIKE_ABSENT] == HOLDS)
        facts_set(facts, FACT_REFUSED_OTHERWISE, !upgrade, cites);
}

/* How long a WebSocket was silent before it ended; NOT_MEASURED: it did not end so, or that is not known. */
static int64_t silence(const struct probe *probe)
{
    int64_t last = 0;

    if (probe->status != 101 || probe->outcome != OUTCOME_FAILED || probe->timings.open_us < 0
        || (probe->close_code != 0 && probe->close_code != 1006))
        return NOT_MEASURED;
    for (size_t i = 0; i < probe->message_count; i++)
        last = probe->messages[i].at_us > last ? probe->messages[i].at_us : last;
    return probe->timings.open_us - last;
}

/* A server that fails hangs up sooner or later; a limit is kept to. */
static void idle_fact(struct facts *facts)
{
    enum { SHORTEST_US = 800000, SPREAD_US = 100000, SPREAD_PART = 20 };
    const struct answer *original = &facts->original;
    const char *code = original->typical->code;
    int64_t least = INT64_MAX, most = 0;

    if (!code || (strcmp(code, "websocket-hung-up") != 0 && strcmp(code, "websocket-closed-early") != 0))
        return;
    for (size_t i = 0; i < original->count; i++) {
        int64_t silent = silence(original->probes[i]);

        least = silent < least ? silent : least;
        most = silent > most ? silent : most;
    }
    if (least < SHORTEST_US)
        facts_set(facts, FACT_CUT_IDLE, false, original->cites);
    else if (original->count > 1)
        facts_set(facts, FACT_CUT_IDLE, most - least <= SPREAD_US + least / SPREAD_PART, original->cites);
}

static void backend_fact(struct facts *facts, const struct survey *survey)
{
    struct pool pool;

    if (facts->original.verdict != VERDICT_UNSTEADY)
        return;
    pool = pool_find(answers_part(survey->answers, facts->endpoint), facts->endpoint, survey->arena);
    if (!pool.asked)
        return;
    facts_set(facts, FACT_BACKEND_FAULTY, pool.faulty != NULL, pool.cites);
    facts->varied[FACT_BACKEND_FAULTY] = pool.faulty;
}

/* The first probe in the other scheme on the same port. */
static void other_scheme_fact(struct facts *facts, const struct survey *survey)
{
    const struct records *part = answers_part(survey->answers, facts->endpoint);

    for (size_t i = 0; i < part->count; i++) {
        const struct probe *probe = part->probes[i];
        struct cites cites = {.ordinals = &probe->ordinal, .count = 1};

        if (probe->question != QUESTION_SCHEME || probe->port != facts->original.typical->port)
            continue;
        if (probe->certificate_count > 0 || probe->status != 0)
            facts_set(facts, FACT_SPEAKS_NO_TLS, false, cites);
        else if (probe->code && strcmp(probe->code, "tls-plain-http") == 0)
            facts_set(facts, FACT_SPEAKS_NO_TLS, true, cites);
        return;
    }
}

static void preflight_fact(struct facts *facts, const struct survey *survey)
{
    const struct probe *typical = facts->original.typical;
    struct answer asked = answers_asked(survey->answers, facts->endpoint, 0, QUESTION_PREFLIGHT, survey->arena);
    struct cites cites = cites_join(facts->original.cites, asked.cites, survey->arena);
    bool own = cors_is_preflight(typical);

    facts_set(facts, FACT_PREFLIGHT_REFUSED,
              own ? facts->of[FACT_STATUS_UNEXPECTED] == HOLDS && !cors_allows(typical)
                  : asked.typical && asked.typical->status != 0 && cors_is_missed(typical)
                        && !cors_allows(asked.typical),
              cites);
}

static void limit_fact(struct facts *facts)
{
    const struct answer *original = &facts->original;
    bool limited = original->failed > 0;

    for (size_t i = 0; i < original->count; i++)
        limited = limited && (original->probes[i]->outcome != OUTCOME_FAILED || hint_limits(original->probes[i]));
    facts_set(facts, FACT_LIMITED, limited, original->cites);
}

void facts_of_hints(struct facts *facts, const struct survey *survey)
{
    const struct probe *typical = facts->original.typical;
    const struct origin *origin = survey_origin(survey, facts->endpoint);
    const struct endpoint *settings = &survey->records->suite->endpoints[facts->endpoint];
    struct cites cites = facts->original.cites;

    slow_facts(facts);
    limit_fact(facts);
    idle_fact(facts);
    certificate_clock_fact(facts, origin);
    backend_fact(facts, survey);
    if (typical->status == 0)
        return;
    redirect_facts(facts, settings);
    facts_set(facts, FACT_SAYS_ERROR, hint_says_error(typical), cites);
    facts_set(facts, FACT_TYPE_LIES, hint_type_lies(typical), cites);
    facts_set(facts, FACT_MAINTENANCE, hint_maintenance(typical), cites);
    facts_set(facts, FACT_WANTS_TLS, hint_wants_tls(typical), cites);
    refusal_facts(facts, settings);
    other_scheme_fact(facts, survey);
    facts_set(facts, FACT_WANTS_CLIENT_CERTIFICATE, hint_wants_client_certificate(typical), cites);
    preflight_fact(facts, survey);
    facts->error = hint_error_kind(typical, survey->arena);
}
