/* SPDX-License-Identifier: MIT */
#include "cli/night_news.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diagnosis/compare.h"

static const int64_t day_us = INT64_C(86400) * 1000000;

static void add(struct night_news *news, const char *line)
{
    news->lines = arena_grow(news->arena, news->lines, news->count, &news->capacity, sizeof *news->lines);
    news->lines[news->count++] = line;
}

static bool is_good(const struct model_answer *answer)
{
    return answer && answer->verdict == VERDICT_PASSES;
}

/* A flapping endpoint is news each time that it changes sides, not every night. */
static const char *told_as(const struct model_transition *transition)
{
    switch ((enum transition)transition->transition) {
    case TRANSITION_REGRESSED:
        return "regressed";
    case TRANSITION_FIXED:
        return "fixed";
    case TRANSITION_OTHER_CAUSE:
        return "fails, and in another way than before";
    case TRANSITION_FLAPPING:
        if (is_good(transition->before) == is_good(transition->after))
            return NULL;
        return is_good(transition->after) ? "passes again; its verdict changes from night to night"
                                          : "fails again; its verdict changes from night to night";
    case TRANSITION_NEW:
        return transition->after && !is_good(transition->after) ? "new, and does not pass" : NULL;
    default:
        return NULL;
    }
}

static void add_transitions(struct night_news *news, const struct model_comparison *comparison)
{
    const struct model_transition *list = comparison->transitions.items;

    for (size_t i = 0; i < comparison->transitions.count; i++) {
        const char *words = told_as(&list[i]);

        if (words)
            add(news, arena_printf(news->arena, "%.*s: %s", (int)list[i].endpoint.len, list[i].endpoint.data, words));
    }
}

static void add_finding(struct night_news *news, const char *code, const char *title, struct list endpoints)
{
    const struct model_name *names = endpoints.items;

    if (endpoints.count == 0)
        add(news, arena_printf(news->arena, "new finding: %s (%s)", title, code));
    else if (endpoints.count == 1)
        add(news, arena_printf(news->arena, "new finding: %s (%s) at %.*s", title, code, (int)names[0].name.len,
                               names[0].name.data));
    else
        add(news, arena_printf(news->arena, "new finding: %s (%s) at %.*s and %zu more", title, code,
                               (int)names[0].name.len, names[0].name.data, endpoints.count - 1));
}

static void add_findings(struct night_news *news, const struct model_comparison *comparison)
{
    const struct model_finding_change *list = comparison->findings.items;

    for (size_t i = 0; i < comparison->findings.count; i++)
        if (list[i].change == CHANGE_NEW)
            add_finding(news, list[i].code, list[i].title, list[i].endpoints);
}

void night_news_changes(struct night_news *news, const struct model *night, const struct model *comparison)
{
    const struct model_finding *findings = night->findings.items;

    news->fails = model_fails(night);
    if (comparison) {
        add_transitions(news, comparison->comparison);
        add_findings(news, comparison->comparison);
        return;
    }
    for (size_t i = 0; i < night->findings.count; i++)
        add_finding(news, findings[i].code, findings[i].title, findings[i].endpoints);
    if (news->fails && news->count == 0)
        add(news, "the first night, and something required fails");
}

/* Whether the night ended as `night` did, endpoint by endpoint of those that somebody depends on. */
static bool ended_alike(const struct series *series, const struct series_night *one, const struct series_night *other)
{
    for (size_t e = 0; e < series->suite->endpoint_count; e++)
        if (series->suite->endpoints[e].role == ROLE_REQUIRED
            && (one->turns[e].verdict == VERDICT_PASSES) != (other->turns[e].verdict == VERDICT_PASSES))
            return false;
    return true;
}

static int64_t day_of(struct wall when, int32_t offset_s)
{
    return (when.us + offset_s * INT64_C(1000000)) / day_us;
}

void night_news_reminder(struct night_news *news, const struct model *night, const struct series *before,
                         int64_t remind_us, struct wall now, int32_t offset_s)
{
    size_t last_night = before->count ? before->count - 1 : 0, first = last_night;
    int64_t every = remind_us / day_us, start, today, last;
    char text[WALL_TEXT];

    news->fails = model_fails(night);
    if (!news->fails || news->count || remind_us <= 0 || before->count == 0)
        return;
    /* Nothing is news tonight, so the night before ended as this one does. */
    while (first > 0 && ended_alike(before, &before->nights[first - 1], &before->nights[last_night]))
        first--;
    every = every > 0 ? every : 1;
    start = day_of(before->nights[first].started, before->nights[first].offset_s);
    last = day_of(before->nights[last_night].started, before->nights[last_night].offset_s);
    today = day_of(now, offset_s);
    if ((today - start) / every > (last - start) / every)
        add(news, arena_printf(news->arena, "still failing, %lld days after it began, which was seen on %s",
                               (long long)(today - start),
                               wall_words(before->nights[first].started, before->nights[first].offset_s, text)));
}
