/* SPDX-License-Identifier: MIT */
/* What other credentials than the configured ones were answered, and what the token says of itself. */
#include <string.h>
#include <strings.h>

#include "diagnosis/address.h"
#include "diagnosis/fact.h"
#include "diagnosis/hint.h"
#include "diagnosis/refusal.h"
#include "diagnosis/shape.h"
#include "diagnosis/survey.h"

static struct answer ask(const struct survey *survey, uint32_t endpoint, enum question question)
{
    return answers_asked(survey->answers, endpoint, 0, question, survey->arena);
}

/* By which `endpoint` authorizes itself, as it is shown. */
static struct slice credentials_of(const struct endpoint *endpoint)
{
    const char *url = endpoint->url.shown ? endpoint->url.shown : endpoint->url.value;
    const char *authority = strstr(url, "://");
    const char *user;

    for (size_t i = 0; i < endpoint->header_count; i++)
        if (strcasecmp(endpoint->headers[i].name, "authorization") == 0)
            return slice_of(endpoint->headers[i].value.shown ? endpoint->headers[i].value.shown : "");
    authority = authority ? authority + 3 : url;
    user = memchr(authority, '@', strcspn(authority, "/?#"));
    return (struct slice){authority, user ? (size_t)(user - authority) : 0};
}

/* Another endpoint that passes on this origin by an Authorization, and is refused without it. */
static bool is_accepted(const struct survey *survey, uint32_t origin, uint32_t other, struct answer *without)
{
    const struct endpoint *settings = &survey->records->suite->endpoints[other];
    const struct answer *answer;

    /* One of which nothing is known but that it passes was not asked without. */
    if (survey->origin_of[other] != origin || answers_plain(survey->answers, other))
        return false;
    answer = answers_of(survey->answers, other);
    if (answer->verdict != VERDICT_PASSES || !endpoint_authorizes(settings) || authorization_withheld(answer->typical))
        return false;
    *without = ask(survey, other, QUESTION_WITHOUT_AUTHORIZATION);
    return without->typical && status_among("401 403", without->typical->status);
}

static struct slice audience_of(const struct probe *probe)
{
    for (size_t i = 0; i < probe->token_count; i++)
        if (strcasecmp(probe->tokens[i].header, "authorization") == 0)
            return probe->tokens[i].audience;
    return (struct slice){NULL, 0};
}

static struct cites cite_both(const struct survey *survey, const struct probe *first, const struct probe *second)
{
    uint32_t *ordinals = arena_new(survey->arena, 2, sizeof *ordinals);

    ordinals[0] = first->ordinal;
    ordinals[1] = second->ordinal;
    return (struct cites){.ordinals = ordinals, .count = 2};
}

/* Which credentials this origin accepts elsewhere: these, or some for another audience. */
static void accepted_facts(struct facts *facts, const struct survey *survey)
{
    const struct suite *suite = survey->records->suite;
    uint32_t origin = survey->origin_of[facts->endpoint];
    struct slice own = credentials_of(&suite->endpoints[facts->endpoint]);
    struct slice audience = audience_of(facts->original.typical);
    bool same = false, other = false;
    struct answer without;

    if (!survey->origins[origin].accepted)
        return;
    for (uint32_t e = 0; e < suite->endpoint_count; e++) {
        struct slice there;

        if (!is_accepted(survey, origin, e, &without))
            continue;
        there = audience_of(answers_of(survey->answers, e)->typical);
        same = same || (there.len > 0 && slice_equals(there, audience));
        other = other || (there.len > 0 && audience.len > 0 && !slice_equals(there, audience));
        if (facts->of[FACT_TOKEN_ACCEPTED] != HOLDS && slice_equals(own, credentials_of(&suite->endpoints[e])))
            facts_set(facts, FACT_TOKEN_ACCEPTED, true,
                      cite_both(survey, answers_of(survey->answers, e)->typical, without.typical));
    }
    if (other && !same)
        facts_set(facts, FACT_OTHER_AUDIENCE, true, facts->original.cites);
}

/* Whether a refusal is about the token at all: a 401 says so, a 403 may be about anything. */
static void reason_facts(struct facts *facts, const struct survey *survey, const struct answer *without)
{
    const struct probe *typical = facts->original.typical;
    bool authorized = facts->of[FACT_AUTHORIZED] == HOLDS;
    bool looked_at = without->typical
                     && (without->typical->status == 401
                         || (without->typical->status == 403 && facts->of[FACT_SAME_WITHOUT] == DOES_NOT));

    if (facts->of[FACT_AUTH_REFUSED] != HOLDS)
        return;
    if (refusal_names_origin(typical))
        facts_set(facts, FACT_REFUSED_FOR_OTHER_REASON, true, facts->original.cites);
    else if (typical->status != 403 || (authorized && looked_at))
        facts_set(facts, FACT_REFUSED_FOR_OTHER_REASON, false,
                  cites_join(facts->original.cites, without->cites, survey->arena));
    facts_set(facts, FACT_OTHER_CREDENTIALS,
              authorized
                  && (hint_other_scheme(typical)
                      || (typical->status == 401 && facts->of[FACT_TOKEN_ACCEPTED] == HOLDS
                          && facts->of[FACT_SAME_WITHOUT] == HOLDS)),
              cites_join(facts->original.cites, without->cites, survey->arena));
    if (hint_names_audience(typical))
        facts_set(facts, FACT_OTHER_AUDIENCE, true, facts->original.cites);
}

static void authorization_facts(struct facts *facts, const struct survey *survey, const struct endpoint *endpoint)
{
    const struct probe *typical = facts->original.typical;
    struct answer without = ask(survey, facts->endpoint, QUESTION_WITHOUT_AUTHORIZATION);
    struct answer broken = ask(survey, facts->endpoint, QUESTION_BROKEN_AUTHORIZATION);
    bool authorized = endpoint_authorizes(endpoint) && !authorization_withheld(typical);

    facts_set(facts, FACT_AUTHORIZED, authorized, facts->original.cites);
    if (!endpoint_sends_other_secret(endpoint))
        facts->of[FACT_OTHER_SECRET] = DOES_NOT;
    if (without.typical)
        facts_set(facts, FACT_SAME_WITHOUT, shape_alike(typical, without.typical),
                  cites_join(facts->original.cites, without.cites, survey->arena));
    if (!authorized)
        facts->of[FACT_TOKEN_BREAKS] = DOES_NOT;
    else if (without.verdict == VERDICT_PASSES)
        facts_set(facts, FACT_TOKEN_BREAKS, true, without.cites);
    else if (facts->of[FACT_SAME_WITHOUT] == HOLDS)
        facts_set(facts, FACT_TOKEN_BREAKS, false, without.cites);
    if (broken.typical && broken.typical->status)
        facts_set(facts, FACT_BROKEN_REFUSED, status_among("401 403", broken.typical->status), broken.cites);
    if (authorized)
        accepted_facts(facts, survey);
    reason_facts(facts, survey, &without);
}

/* What the server's clock said when `probe` was made; ours where it never told. */
static struct wall time_there(const struct probe *probe, const struct origin *origin)
{
    struct wall there = probe->started;

    if (origin->server_time.us != 0)
        there.us += origin->server_time.us - origin->our_time.us;
    return there;
}

/* `invalid_token` may be about anything; about the time where no other fault is named, the server's clock is known, and the
 * token is the one that is looked at. */
static bool is_blamed(const struct probe *typical, const struct origin *origin)
{
    bool sent = false;

    for (size_t i = 0; i < typical->token_count; i++)
        sent = sent || strcasecmp(typical->tokens[i].header, "authorization") == 0;
    return hint_blames_time(typical)
           || (sent && origin->server_time.us != 0 && hint_challenge(typical, "invalid_token")
               && !hint_names_token_fault(typical) && !hint_doubts_time(typical));
}

static void token_facts(struct facts *facts, const struct survey *survey, const struct origin *origin)
{
    const struct probe *typical = facts->original.typical;
    struct wall there = time_there(typical, origin);
    bool early_here = hint_token_early(typical, typical->started), early_there = hint_token_early(typical, there);
    struct cites cites = facts->original.cites;

    facts_set(facts, FACT_TOKEN_EXPIRED,
              hint_token_expired(typical, typical->started) && hint_token_expired(typical, there), cites);
    facts_set(facts, FACT_TOKEN_EARLY, early_here && early_there, cites);
    facts_set(facts, FACT_TOKEN_EARLY_THERE, early_there && !early_here, cites);
    facts_set(facts, FACT_TOKEN_BLAMED, is_blamed(typical, origin), cites);
    facts_set(facts, FACT_TOKEN_FAULT_NAMED, hint_names_token_fault(typical), cites);
    facts_set(facts, FACT_CLOCK_IS_OURS, survey->clock_is_ours, cites);
    facts_set(facts, FACT_RIGHT_LACKS, hint_challenge(typical, "insufficient_scope"), cites);
}

/* Whether all that passed came before all that was refused, and the token's end lies between. */
static bool expires_midway(const struct answer *original, int64_t expires_us)
{
    int64_t first_pass = INT64_MAX, last_pass = 0, first_refusal = INT64_MAX;

    for (size_t i = 0; i < original->count; i++) {
        const struct probe *probe = original->probes[i];
        int64_t at = probe->started.us;

        if (probe->outcome == OUTCOME_PASSED) {
            first_pass = at < first_pass ? at : first_pass;
            last_pass = at > last_pass ? at : last_pass;
        } else if (!status_among("401 403", probe->status)) {
            return false;
        } else {
            first_refusal = at < first_refusal ? at : first_refusal;
        }
    }
    return first_pass < expires_us && expires_us <= first_refusal && last_pass < first_refusal;
}

static void midway_fact(struct facts *facts)
{
    const struct answer *original = &facts->original;

    for (size_t i = 0; original->verdict == VERDICT_UNSTEADY && i < original->typical->token_count; i++) {
        int64_t expires_s = original->typical->tokens[i].expires_s;

        if (expires_s != 0 && expires_midway(original, expires_s * 1000000))
            facts_set(facts, FACT_TOKEN_EXPIRES, true, original->cites);
    }
}

void facts_of_credentials(struct facts *facts, const struct survey *survey)
{
    const struct endpoint *settings = &survey->records->suite->endpoints[facts->endpoint];

    authorization_facts(facts, survey, settings);
    token_facts(facts, survey, survey_origin(survey, facts->endpoint));
    midway_fact(facts);
}
