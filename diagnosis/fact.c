/* SPDX-License-Identifier: MIT */
#include "diagnosis/fact.h"

#include <stdio.h>
#include <string.h>

#include "diagnosis/absent.h"
#include "diagnosis/address.h"
#include "diagnosis/body.h"
#include "diagnosis/hint.h"
#include "diagnosis/protocol.h"
#include "diagnosis/shape.h"
#include "diagnosis/survey.h"

enum { FORBIDDEN = 403 };

#define ASK_ABSENT "Two paths that cannot exist, asked the same way, would show whether a route is there."
#define ASK_AGAIN "More attempts would show whether it fails each time."

const struct fact_words fact_words[FACT_COUNT] = {
    [FACT_UNSTEADY] = {"an unsteady server", ASK_AGAIN},
    [FACT_SEEN_TO_DIFFER] = {NULL, ASK_AGAIN},
    [FACT_ISSUER_IS_ROOT] = {NULL, "The issuer's own certificate would show whether it is an intermediate, which the "
                                   "server should send, or a root, which this system would have to trust."},
    [FACT_NOTHING_RESOLVES] = {"our own resolver",
                               "A name of another origin would show whether our own resolver works."},
    [FACT_NOTHING_CONNECTS] = {"our own network",
                               "An endpoint on another origin would show whether our own network lets "
                               "anything through."},
    [FACT_NOTHING_UPGRADES] =
        {"a proxy that lets no upgrade through",
         "A WebSocket that opens on the same origin would show that upgrades get through at all."},
    [FACT_ORIGIN_DOWN] =
        {"a fault of the whole service",
         "An endpoint on the same origin that is known to be good would show whether the service lives."},
    [FACT_CONTROL_PASSES] = {NULL, "A control on the same origin would show whether the whole service fails."},
    [FACT_LOOP_LATE] = {"a delay of our own", NULL},
    [FACT_LIKE_ABSENT] = {"a path that does not exist", ASK_ABSENT},
    [FACT_ROUTE_THERE] = {"a fault of this route alone", ASK_ABSENT},
    [FACT_CANDIDATE_UNSTEADY] = {"chance at the other address",
                                 "Asking the other address again would show whether it works each time."},
    [FACT_CANDIDATE_IS_ANY] = {"an address that answers so to any path",
                               "A path that cannot exist, beside the other address, would show whether that one is "
                               "any better than a path that nobody serves."},
    [FACT_OTHER_SECRET] = {NULL, "The credentials may be what the address or another header holds: the same request "
                                 "without it, or with another, would show whether that is what is refused."},
    [FACT_RECOVERED] = {"a fault that has passed meanwhile",
                        "Asking the failing address again, after the other one passed, would show whether the address "
                        "makes the difference."},
    [FACT_SPEAKS_NO_TLS] = {"a back end that wants TLS of its proxy",
                            "The same port, asked in TLS, would show whether it is this port that speaks TLS, or one "
                            "behind it."},
    [FACT_PORT_IS_ANY] =
        {"another service that answers so to any path",
         "What the other port answers to a path that cannot exist, or to an expectation on its content, "
         "would show whether it is the same service."},
    [FACT_TARGET_FAILS] = {"a fault of the redirect's target",
                           "Asking the address that the redirect leads to would show whether it answers as expected."},
    [FACT_AUTH_REFUSED] = {"refused credentials", NULL},
    [FACT_OTHER_CREDENTIALS] = {"a want of other credentials than a token", NULL},
    [FACT_REFUSED_OTHERWISE] = {"a refusal for another reason",
                                "The proxy's configuration, or the server's log, shows whether the Upgrade header "
                                "arrives: a server that refuses what is asked for may answer both alike, too."},
    [FACT_PLAIN_ANSWERS] = {"a server that speaks HTTP/1.1",
                            "A plain GET in HTTP/1.1 would show whether the server speaks that version at all."},
    [FACT_CUT_IDLE] = {NULL, ASK_AGAIN},
    [FACT_REFUSED_FOR_OTHER_REASON] = {NULL,
                                       "A 403 can be about the Origin, the client's address or a firewall's rule too: "
                                       "the server's log says which."},
    [FACT_TOKEN_BREAKS] = {"the token",
                           "The same request without the token, or with another valid one, would show whether "
                           "the token is what it fails on."},
};

void facts_set(struct facts *facts, enum fact fact, bool holds, struct cites cites)
{
    facts->of[fact] = holds ? HOLDS : DOES_NOT;
    facts->cites[fact] = cites;
}

static struct cites cite(const struct survey *survey, uint32_t first, uint32_t second)
{
    uint32_t *ordinals = arena_new(survey->arena, 2, sizeof *ordinals);
    struct cites cites = {.ordinals = ordinals};

    if (first)
        ordinals[cites.count++] = first;
    if (second)
        ordinals[cites.count++] = second;
    return cites;
}

struct cites cites_join(struct cites a, struct cites b, struct arena *arena)
{
    uint32_t *ordinals = arena_new(arena, a.count + b.count + 1, sizeof *ordinals);

    if (a.count)
        memcpy(ordinals, a.ordinals, a.count * sizeof *ordinals);
    if (b.count)
        memcpy(ordinals + a.count, b.ordinals, b.count * sizeof *ordinals);
    return (struct cites){.ordinals = ordinals, .count = a.count + b.count};
}

static struct cites cite_both(const struct survey *survey, struct cites a, struct cites b)
{
    return cites_join(a, b, survey->arena);
}

static bool matches_class(const char *word, size_t len, int status)
{
    char digits[12];

    snprintf(digits, sizeof digits, "%03d", status);
    if (len != strlen(digits))
        return false;
    for (size_t i = 0; i < len; i++)
        if (word[i] != 'x' && word[i] != digits[i])
            return false;
    return true;
}

bool status_among(const char *statuses, int status)
{
    bool among = false;

    while (*statuses) {
        size_t len = strcspn(statuses, " ");
        bool not = *statuses == '!';

        if (matches_class(statuses + not, len - not, status)) {
            if (not )
                return false;
            among = true;
        }
        statuses += len + (statuses[len] == ' ');
    }
    return among;
}

static bool status_expected(const struct endpoint *endpoint, int status)
{
    bool any = false;

    for (size_t i = 0; i < endpoint->expectation_count; i++) {
        const struct expectation *expectation = &endpoint->expectations[i];
        const char *wanted = expectation->wanted.value ? expectation->wanted.value : expectation->wanted.shown;

        if (expectation->subject != EXPECT_STATUS || !wanted)
            continue;
        any = true;
        if (status_among(wanted, status))
            return true;
    }
    return !any && status_among(endpoint->kind == KIND_WEBSOCKET ? "101" : "2xx", status);
}

static void reach_facts(struct facts *facts, const struct origin *origin)
{
    static const struct {
        enum fact fact;
        enum layer layer;
    } steps[] = {{FACT_NAME_RESOLVES, LAYER_DNS}, {FACT_CONNECTS, LAYER_TCP}, {FACT_TLS_HOLDS, LAYER_TLS}};
    const struct answer *original = &facts->original;
    bool secure = strncmp(origin->text, "https:", 6) == 0;
    bool measured_dns = !origin->literal;

    for (size_t i = 0; i < original->count; i++)
        measured_dns = measured_dns && !original->probes[i]->from_hosts;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        size_t past = 0, reached = 0;

        if ((steps[i].layer == LAYER_DNS && !measured_dns) || (steps[i].layer == LAYER_TLS && !secure))
            continue;
        for (size_t p = 0; p < original->count; p++) {
            past += probe_reach(original->probes[p]) > steps[i].layer;
            reached += probe_reach(original->probes[p]) >= steps[i].layer;
        }
        if (reached == original->count && (past == 0 || past == reached))
            facts_set(facts, steps[i].fact, past > 0, original->cites);
    }
}

static void answer_facts(struct facts *facts, const struct endpoint *endpoint)
{
    const struct answer *original = &facts->original;
    const struct probe *typical = original->typical;
    size_t answered = 0;

    for (size_t i = 0; i < original->count; i++)
        answered += original->probes[i]->status != 0;
    if (answered == 0 || answered == original->count)
        facts_set(facts, FACT_ANSWERS, answered > 0, original->cites);
    if (typical->status != 0)
        facts_set(facts, FACT_STATUS_UNEXPECTED, !status_expected(endpoint, typical->status), original->cites);
    facts_set(facts, FACT_UPGRADE_REFUSED, typical->upgrade && typical->status != 0 && typical->status != 101,
              original->cites);
    if (facts->of[FACT_STATUS_UNEXPECTED] == HOLDS)
        facts_set(facts, FACT_AUTH_REFUSED, status_among("401 403 407", typical->status), original->cites);
    else
        facts->of[FACT_AUTH_REFUSED] = DOES_NOT;
}

static bool is_late(const struct probe *probe)
{
    enum { LATE_US = 250000 };

    return probe->loop_lag_us > LATE_US;
}

static void steady_facts(struct facts *facts)
{
    const struct answer *original = &facts->original;
    bool differs = original->verdict == VERDICT_UNSTEADY || !original->same;
    size_t late = 0;

    facts_set(facts, FACT_SEEN_TO_DIFFER, differs, original->cites);
    if (differs || original->count > 1)
        facts_set(facts, FACT_UNSTEADY, differs, original->cites);
    for (size_t i = 0; i < original->count; i++)
        late += is_late(original->probes[i]);
    /* Two that were made in time speak for themselves, whatever happened to a third. */
    facts_set(facts, FACT_LOOP_LATE, late > 0 && original->count - late < 2, (struct cites){0});
}

/* What holds elsewhere in the run. */
static void surrounding_facts(struct facts *facts, const struct survey *survey, const struct origin *own)
{
    for (size_t i = 0; i < survey->origin_count; i++) {
        const struct origin *other = &survey->origins[i];

        if (other->resolves && strcmp(other->host, own->host) != 0 && !facts->of[FACT_NOTHING_RESOLVES])
            facts_set(facts, FACT_NOTHING_RESOLVES, false, cite(survey, other->resolves, 0));
        if (other->connects && other != own && !facts->of[FACT_NOTHING_CONNECTS])
            facts_set(facts, FACT_NOTHING_CONNECTS, false, cite(survey, other->connects, 0));
        if (facts->of[FACT_NOTHING_RESOLVES] && facts->of[FACT_NOTHING_CONNECTS])
            break;
    }
    if (own->upgrades)
        facts_set(facts, FACT_NOTHING_UPGRADES, false, cite(survey, own->upgrades, 0));
    if (own->passes)
        facts_set(facts, FACT_ORIGIN_DOWN, false, cite(survey, own->passes, 0));
    else if (own->control_fails)
        facts_set(facts, FACT_ORIGIN_DOWN, true, cite(survey, own->control_fails, 0));
    if (own->control_passes || own->control_fails)
        facts_set(facts, FACT_CONTROL_PASSES, own->control_passes != 0,
                  cite(survey, own->control_passes ? own->control_passes : own->control_fails, 0));
}

static struct answer ask(const struct survey *survey, uint32_t endpoint, uint32_t candidate, enum question question)
{
    return answers_asked(survey->answers, endpoint, candidate, question, survey->arena);
}

static bool has_body(const struct endpoint *endpoint)
{
    return endpoint->body.value || endpoint->body.shown;
}

static bool method_is(const struct probe *probe, const struct probe *other)
{
    return probe->upgrade == other->upgrade && probe->method && other->method
           && strcmp(probe->method, other->method) == 0;
}

/* What is held against the paths that cannot exist: the original or, where its request may not be made on other
 * paths as it is (an unsafe method, a body), its plain GET. Of that only a difference says anything, since many a
 * route knows no GET. */
static const struct probe *comparable(const struct facts *facts, const struct endpoint *endpoint,
                                      const struct answer *plain, const struct probe *absent)
{
    if (!has_body(endpoint) && method_is(facts->original.typical, absent))
        return facts->original.typical;
    return plain->typical && method_is(plain->typical, absent) ? plain->typical : NULL;
}

static void absent_facts(struct facts *facts, const struct survey *survey, const struct endpoint *endpoint)
{
    struct answer sibling = ask(survey, facts->endpoint, 0, QUESTION_NO_SUCH_SIBLING);
    struct answer root = ask(survey, facts->endpoint, 0, QUESTION_NO_SUCH_ROOT);
    struct answer plain = ask(survey, facts->endpoint, 0, QUESTION_PLAIN_GET);
    struct cites absent = cite_both(survey, sibling.cites, root.cites);
    const struct probe *own;
    struct cites all;
    bool agree;

    if (!sibling.typical || !root.typical || !sibling.typical->status || !root.typical->status)
        return;
    agree = sibling.same && root.same && shape_alike(sibling.typical, root.typical);
    facts_set(facts, FACT_ABSENT_AGREE, agree, absent);
    own = comparable(facts, endpoint, &plain, sibling.typical);
    if (!agree || !own)
        return;
    all = cite_both(survey, own == plain.typical ? plain.cites : facts->original.cites, absent);
    /* A body alone that differs proves nothing: it may hold an id that no mask knows. */
    if (own->status != sibling.typical->status && shape_says_absent(sibling.typical)) {
        facts_set(facts, FACT_ROUTE_THERE, true, all);
        facts_set(facts, FACT_LIKE_ABSENT, false, all);
    } else if (own == facts->original.typical && shape_alike(own, sibling.typical)) {
        facts_set(facts, FACT_ROUTE_THERE, false, all);
        facts_set(facts, FACT_LIKE_ABSENT, true, all);
    }
}

static bool all_answer(const struct survey *survey, uint32_t origin, int status)
{
    for (uint32_t e = 0; e < survey->records->suite->endpoint_count; e++) {
        const struct answer *answer = answers_of(survey->answers, e);

        if (survey->origin_of[e] == origin && answer->typical && (!answer->same || answer->typical->status != status))
            return false;
    }
    return true;
}

/* A path that is missing where others are there, or a host that the server does not know. */
static void host_fact(struct facts *facts, const struct survey *survey, const struct origin *origin)
{
    struct answer parent = ask(survey, facts->endpoint, 0, QUESTION_PARENT);
    const struct probe *typical = facts->original.typical;

    if (facts->of[FACT_LIKE_ABSENT] != HOLDS || !origin->control_fails || !parent.typical || !parent.typical->status)
        return;
    facts_set(facts, FACT_HOST_SERVES_NOTHING,
              shape_alike(typical, parent.typical)
                  && all_answer(survey, survey->origin_of[facts->endpoint], typical->status),
              cite_both(survey, facts->original.cites, parent.cites));
}

unsigned aba_steps(const struct answer *original, const struct answer *candidate)
{
    static const bool wants_candidate[ABA_STEPS] = {false, false, true, true, false, false};
    size_t a = 0, b = 0;
    unsigned steps = 0;

    if (original->verdict != VERDICT_FAILS || !original->same || candidate->verdict != VERDICT_PASSES)
        return 0;
    while (steps < ABA_STEPS && (a < original->count || b < candidate->count)) {
        bool is_candidate = a == original->count
                            || (b < candidate->count && candidate->probes[b]->ordinal < original->probes[a]->ordinal);

        steps += is_candidate == wants_candidate[steps];
        *(is_candidate ? &b : &a) += 1;
    }
    return steps;
}

bool answer_from_cache(const struct answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        if (hint_from_cache(answer->probes[i]))
            return true;
    return false;
}

/* What it says looks like a weaker service. */
static bool looks_weaker(const struct answer *answer, struct arena *arena)
{
    struct caution *signs = arena_new(arena, BODY_CAUTIONS, sizeof *signs);

    return body_cautions(answer->typical, signs, 0, arena) > 0;
}

/* The first candidate that passed each time; one whose A-B-A is whole comes before one that was only tried, and of two
 * such the one without signs of a weaker service. */
static void find_candidate(struct facts *facts, const struct survey *survey, const struct endpoint *endpoint)
{
    struct cites asked = {0};
    size_t tried = 0, failed = 0;
    unsigned most = 0;

    for (uint32_t k = 1; k <= endpoint->candidate_count; k++) {
        struct answer answer = ask(survey, facts->endpoint, k, QUESTION_CANDIDATE);
        unsigned steps = aba_steps(&facts->original, &answer);

        if (answer.count == 0)
            continue;
        tried++;
        failed += answer.verdict == VERDICT_FAILS;
        asked = cite_both(survey, asked, answer.cites);
        if (answer.verdict != VERDICT_PASSES || (facts->candidate && steps < most))
            continue;
        if (facts->candidate && steps == most
            && (!looks_weaker(&facts->working, survey->arena) || looks_weaker(&answer, survey->arena)))
            continue;
        facts->candidate = k;
        facts->working = answer;
        most = steps;
    }
    if (facts->candidate)
        facts_set(facts, FACT_CANDIDATE_WORKS, true, facts->working.cites);
    else if (tried > 0 && failed == tried)
        facts_set(facts, FACT_CANDIDATE_WORKS, false, asked);
}

static bool same_words(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Where another header was withheld, or a body was, more than the address was changed. */
static bool only_address_differs(const struct facts *facts, const struct endpoint *endpoint)
{
    for (size_t i = 0; i < facts->working.count; i++)
        if (!same_words(facts->working.probes[i]->withheld, facts->original.typical->withheld))
            return false;
    return !has_body(endpoint);
}

static void candidate_facts(struct facts *facts, const struct survey *survey, const struct endpoint *endpoint)
{
    const struct answer *original = &facts->original, *working = &facts->working;
    struct answer without;
    struct cites absent;
    enum known is_any;
    size_t later = 0, passed = 0;

    find_candidate(facts, survey, endpoint);
    if (!facts->candidate)
        return;
    if (working->count > 1)
        facts_set(facts, FACT_CANDIDATE_UNSTEADY, false, working->cites);
    is_any = candidate_is_any(answers_part(survey->answers, facts->endpoint), facts->endpoint, facts->candidate,
                              survey->arena, &absent);
    if (is_any != UNKNOWN)
        facts_set(facts, FACT_CANDIDATE_IS_ANY, is_any == HOLDS, absent);
    for (size_t i = 0; i < original->count; i++) {
        if (original->probes[i]->ordinal < working->probes[0]->ordinal)
            continue;
        later++;
        passed += original->probes[i]->outcome == OUTCOME_PASSED;
    }
    if (later > 0)
        facts_set(facts, FACT_RECOVERED, passed > 0, original->cites);
    facts_set(facts, FACT_CANDIDATE_SHOWN,
              aba_steps(original, working) == ABA_STEPS && only_address_differs(facts, endpoint)
                  && !answer_from_cache(working),
              cite_both(survey, original->cites, working->cites));
    without = ask(survey, facts->endpoint, facts->candidate, QUESTION_WITHOUT_AUTHORIZATION);
    facts->opens_without = without.verdict == VERDICT_PASSES;
    facts->without = without.cites;
}

/* A 429 is about how often was asked, a 401 about who asks: another address explains neither. */
static void wrong_answer_fact(struct facts *facts)
{
    const struct probe *typical = facts->original.typical;
    bool wrong = facts->of[FACT_STATUS_UNEXPECTED] == HOLDS && facts->of[FACT_AUTH_REFUSED] == DOES_NOT
                 && typical->status != 429;

    if (typical->layer == LAYER_CONTENT && facts->of[FACT_LIKE_ABSENT] == HOLDS)
        wrong = true;
    if (typical->status != 0)
        facts_set(facts, FACT_WRONG_ANSWER, wrong, facts->original.cites);
}

struct facts facts_of(const struct survey *survey, uint32_t endpoint)
{
    const struct endpoint *settings = &survey->records->suite->endpoints[endpoint];
    const struct origin *origin = survey_origin(survey, endpoint);
    struct facts facts = {.endpoint = endpoint, .original = *answers_of(survey->answers, endpoint)};
    const struct probe *typical = facts.original.typical;
    struct answer plain;

    if (!typical)
        return facts;
    reach_facts(&facts, origin);
    answer_facts(&facts, settings);
    steady_facts(&facts);
    surrounding_facts(&facts, survey, origin);
    if (typical->code)
        facts_set(&facts, FACT_PROTOCOL_SAYS, protocol_says(typical, origin), facts.original.cites);
    absent_facts(&facts, survey, settings);
    host_fact(&facts, survey, origin);
    candidate_facts(&facts, survey, settings);
    facts_of_credentials(&facts, survey);
    wrong_answer_fact(&facts);
    facts_of_hints(&facts, survey);
    facts_of_variations(&facts, survey);
    facts_of_content(&facts, survey);
    plain = ask(survey, endpoint, 0, QUESTION_PLAIN_GET);
    facts_set(&facts, FACT_IS_WEBSOCKET, typical->upgrade, (struct cites){0});
    facts_set(&facts, FACT_REFUSED_ANYWHERE,
              typical->upgrade && typical->status == FORBIDDEN && facts.of[FACT_LIKE_ABSENT] == HOLDS,
              facts.cites[FACT_LIKE_ABSENT]);
    if (typical->upgrade && plain.typical)
        facts_set(&facts, FACT_PLAIN_ANSWERS, plain.typical->status != 0, plain.cites);
    if (typical->upgrade && plain.typical && plain.typical->status)
        facts_set(&facts, FACT_PLAIN_SAME, shape_alike(typical, plain.typical),
                  cite_both(survey, facts.original.cites, plain.cites));
    if (typical->status != 0) {
        facts.field = body_field(typical, survey->arena);
        facts_set(&facts, FACT_FIELD_NAMED, facts.field.data != NULL, facts.original.cites);
    }
    return facts;
}
