/* SPDX-License-Identifier: MIT */
#include "diagnosis/survey.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/memory.h"
#include "collector/probe_brief.h"
#include "diagnosis/address.h"

enum layer probe_reach(const struct probe *probe)
{
    return probe->outcome == OUTCOME_FAILED && probe->layer != LAYER_NONE ? probe->layer : LAYER_COUNT;
}

static const char *url_of(const struct endpoint *endpoint)
{
    return endpoint->url.shown ? endpoint->url.shown : endpoint->url.value;
}

bool endpoint_authorizes(const struct endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->header_count; i++)
        if (strcasecmp(endpoint->headers[i].name, "authorization") == 0)
            return endpoint->headers[i].value.value != NULL;
    return address_has_user(url_of(endpoint));
}

/* By its name, whoever set it to what. */
static bool is_for_credentials(const char *name)
{
    static const char *const words[] = {"cookie", "key", "token", "auth", "session", "secret", NULL};

    for (size_t i = 0; words[i]; i++)
        if (strcasestr(name, words[i]) && strncasecmp(name, "sec-", 4) != 0)
            return true;
    return false;
}

/* "/ws?token=x": by the parameter's name. */
static bool query_has_credentials(struct slice target)
{
    const char *at = memchr(target.data, '?', target.len), *end = target.data + target.len;

    while (at && at < end) {
        const char *name = at + 1;
        char text[24] = "";
        size_t len = 0;

        while (name + len < end && len + 1 < sizeof text && name[len] != '=' && name[len] != '&')
            len++;
        memcpy(text, name, len);
        if (is_for_credentials(text) || strcasecmp(text, "jwt") == 0 || strcasecmp(text, "ticket") == 0)
            return true;
        at = memchr(name, '&', (size_t)(end - name));
    }
    return false;
}

bool endpoint_sends_other_secret(const struct endpoint *endpoint)
{
    struct slice target = address_target(url_of(endpoint));

    for (size_t i = 0; i < endpoint->header_count; i++) {
        const struct header_setting *header = &endpoint->headers[i];

        if (header->value.value && strcasecmp(header->name, "authorization") != 0
            && (header->secret || is_for_credentials(header->name)))
            return true;
    }
    return target.len > 0 && (memchr(target.data, '$', target.len) != NULL || query_has_credentials(target));
}

bool endpoint_expects_content(const struct endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->expectation_count; i++) {
        switch (endpoint->expectations[i].subject) {
        case EXPECT_BODY:
        case EXPECT_JSON:
        case EXPECT_MESSAGE_JSON:
        case EXPECT_MESSAGE_TEXT:
            return true;
        default:
            break;
        }
    }
    return false;
}

bool authorization_withheld(const struct probe *probe)
{
    return probe->withheld && strcasestr(probe->withheld, "authorization:");
}

bool survey_in_need(const struct survey *survey, uint32_t endpoint)
{
    enum verdict verdict = answers_verdict(survey->answers, endpoint);

    return survey->records->suite->endpoints[endpoint].role != ROLE_CANDIDATE
           && (verdict == VERDICT_FAILS || verdict == VERDICT_UNSTEADY);
}

const struct origin *survey_origin(const struct survey *survey, uint32_t endpoint)
{
    return &survey->origins[survey->origin_of[endpoint]];
}

uint32_t survey_speaker(const struct survey *survey, uint32_t endpoint)
{
    const struct endpoint *endpoints = survey->records->suite->endpoints;

    for (uint32_t other = 0; other < endpoint; other++)
        if (survey->origin_of[other] == survey->origin_of[endpoint] && survey_in_need(survey, other)
            && endpoints[other].kind == endpoints[endpoint].kind
            && answers_of(survey->answers, other)->typical->layer
                   == answers_of(survey->answers, endpoint)->typical->layer)
            return other;
    return endpoint;
}

struct named {
    const char *text;
    uint32_t endpoint;
};

static int by_text(const void *a, const void *b)
{
    const struct named *left = a, *right = b;
    int order = strcmp(left->text, right->text);

    return order ? order : (left->endpoint > right->endpoint) - (left->endpoint < right->endpoint);
}

/* Sorted rather than searched one by one: a suite may have thousands of origins. */
static void find_origins(struct survey *survey)
{
    const struct suite *suite = survey->records->suite;
    size_t count = suite->endpoint_count, distinct = 0;
    struct arena texts = ARENA_INIT;
    struct named *named = mem_new(count + 1, sizeof *named);
    uint32_t *origin_of = arena_new(survey->arena, count + 1, sizeof *origin_of);

    for (size_t i = 0; i < count; i++)
        named[i] = (struct named){address_origin(url_of(&suite->endpoints[i]), &texts), (uint32_t)i};
    if (count > 0)
        qsort(named, count, sizeof *named, by_text);
    for (size_t i = 0; i < count; i++)
        distinct += i == 0 || strcmp(named[i].text, named[i - 1].text) != 0;
    survey->origins = arena_new(survey->arena, distinct + 1, sizeof *survey->origins);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(named[i].text, named[i - 1].text) != 0) {
            struct origin *origin = &survey->origins[survey->origin_count++];

            origin->text = arena_text(survey->arena, named[i].text);
            origin->host = address_host(url_of(&suite->endpoints[named[i].endpoint]), survey->arena);
            origin->literal = address_is_literal(origin->host);
        }
        origin_of[named[i].endpoint] = (uint32_t)(survey->origin_count - 1);
    }
    survey->origin_of = origin_of;
    mem_free(named);
    arena_free(&texts);
}

static void note(uint32_t *ordinal, const struct probe *probe, bool shows)
{
    if (shows && (*ordinal == 0 || probe->ordinal < *ordinal))
        *ordinal = probe->ordinal;
}

/* In seconds; 0: no cache says so. */
static int64_t age_of(const struct probe *probe)
{
    enum { DIGITS_MOST = 9 };
    struct slice age = probe_header(probe, "age");
    int64_t seconds = 0;

    for (size_t i = 0; i < age.len; i++) {
        if (i >= DIGITS_MOST || age.data[i] < '0' || age.data[i] > '9')
            return 0;
        seconds = 10 * seconds + (age.data[i] - '0');
    }
    return seconds;
}

/* Of a Date header (RFC 9110, 5.6.7); an origin's last one is read once all are known. */
static void read_date(struct origin *origin)
{
    const struct probe *probe = origin->dated;
    struct slice date = probe ? probe_header(probe, "date") : (struct slice){NULL, 0};
    struct tm parts = {0};
    char text[40];

    if (date.len == 0 || date.len >= sizeof text)
        return;
    memcpy(text, date.data, date.len);
    text[date.len] = '\0';
    if (!strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &parts))
        return;
    /* What a cache kept is dated when it was made (RFC 9111, 5.1). */
    origin->server_time.us = ((int64_t)timegm(&parts) + age_of(probe)) * 1000000;
    origin->our_time = probe->started;
}

/* What all agree on that told the time is the time: for those that did not tell it, and against our own clock. */
static void compare_clocks(struct survey *survey)
{
    enum { SPREAD_US = 120 * 1000000 };
    int64_t least = INT64_MAX, most = INT64_MIN;
    const struct origin *told = NULL;
    bool several = false;

    for (size_t i = 0; i < survey->origin_count; i++) {
        const struct origin *origin = &survey->origins[i];
        int64_t ahead = origin->server_time.us - origin->our_time.us;

        if (origin->server_time.us == 0)
            continue;
        least = ahead < least ? ahead : least;
        most = ahead > most ? ahead : most;
        several = several || (told && strcmp(told->host, origin->host) != 0);
        told = origin;
    }
    if (!told || most - least > SPREAD_US)
        return;
    survey->clock_is_ours = several && (least > SPREAD_US || most < -SPREAD_US);
    for (size_t i = 0; i < survey->origin_count; i++) {
        struct origin *origin = &survey->origins[i];

        if (origin->server_time.us != 0)
            continue;
        origin->our_time = told->our_time;
        origin->server_time = told->server_time;
    }
}

/* Whether its outcome is a verdict on what was asked, and not only on whether an answer came. */
static bool is_judged(const struct probe *probe)
{
    return probe->question == QUESTION_NONE || probe->question == QUESTION_REPEAT || probe->question == QUESTION_WIRE
           || probe->question == QUESTION_CANDIDATE;
}

/* Whether it is the last answer so far with a Date. */
static bool dates(const struct origin *origin, const struct probe *probe)
{
    return probe->started.us && probe_header(probe, "date").len
           && (!origin->dated || probe->ordinal > origin->dated->ordinal);
}

static void look_at(struct survey *survey, const struct probe *probe)
{
    struct origin *origin = &survey->origins[survey->origin_of[probe->endpoint]];
    enum layer reach = probe_reach(probe);
    bool passed = probe->outcome == OUTCOME_PASSED;

    if (probe->candidate != 0 && strcmp(address_origin(probe->url, survey->arena), origin->text) != 0)
        return;
    note(&origin->resolves, probe, !origin->literal && !probe->from_hosts && reach > LAYER_DNS);
    note(&origin->connects, probe, reach > LAYER_TCP);
    note(&origin->upgrades, probe, probe->upgrade && probe->status == 101);
    note(&origin->passes, probe, passed && is_judged(probe));
    note(&origin->broken, probe, probe->question == QUESTION_BROKEN_AUTHORIZATION);
    if (dates(origin, probe))
        origin->dated = probe;
}

static void look_at_briefs(struct survey *survey, const struct briefs *briefs)
{
    for (size_t i = 0; briefs && i < briefs->count; i++) {
        struct origin *origin = &survey->origins[survey->origin_of[briefs->list[i].endpoint]];
        const struct probe *dated = origin->dated;
        struct probe probe;

        brief_read(&briefs->list[i], &probe);
        look_at(survey, &probe);
        if (origin->dated != dated) {
            origin->read = origin->read ? origin->read : arena_new(survey->arena, 1, sizeof probe);
            *origin->read = probe;
            origin->dated = origin->read;
        }
    }
}

/* A control speaks for its origin only when it is steady. */
static void look_at_endpoint(struct survey *survey, uint32_t endpoint)
{
    struct origin *origin = &survey->origins[survey->origin_of[endpoint]];
    const struct endpoint *settings = &survey->records->suite->endpoints[endpoint];
    enum verdict verdict = answers_verdict(survey->answers, endpoint);
    const struct probe *typical;
    struct answer without;
    struct probe room;

    if (settings->role != ROLE_CONTROL && (verdict != VERDICT_PASSES || answers_plain(survey->answers, endpoint)))
        return;
    typical = answers_typical(survey->answers, endpoint, &room);
    if (settings->role == ROLE_CONTROL && typical) {
        note(&origin->control_passes, typical, verdict == VERDICT_PASSES);
        note(&origin->control_fails, typical, verdict == VERDICT_FAILS);
    }
    if (!typical || verdict != VERDICT_PASSES || !endpoint_authorizes(settings) || authorization_withheld(typical))
        return;
    without = answers_asked(survey->answers, endpoint, 0, QUESTION_WITHOUT_AUTHORIZATION, survey->arena);
    if (without.typical && (without.typical->status == 401 || without.typical->status == 403)) {
        note(&origin->accepted, typical, true);
        note(&origin->refused, without.typical, true);
    }
}

struct survey survey_make(const struct records *records, struct arena *arena)
{
    size_t count = records->suite->endpoint_count;
    struct survey survey = {.records = records, .arena = arena};

    survey.answers = answers_make(records, arena);
    find_origins(&survey);
    for (size_t i = 0; i < records->count; i++)
        if (records->probes[i]->endpoint < count)
            look_at(&survey, records->probes[i]);
    look_at_briefs(&survey, records->briefs);
    for (size_t i = 0; i < survey.origin_count; i++)
        read_date(&survey.origins[i]);
    compare_clocks(&survey);
    for (size_t i = 0; i < count; i++)
        look_at_endpoint(&survey, (uint32_t)i);
    return survey;
}
