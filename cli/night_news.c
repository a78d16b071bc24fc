/* SPDX-License-Identifier: MIT */
#include "cli/night_news.h"

#include "base/utf8.h"
#include "collector/suite.h"
#include "diagnosis/answer.h"
#include "diagnosis/compare.h"

static bool is_candidate(const struct suite *suite, struct slice name)
{
    for (size_t i = 0; i < suite->endpoint_count; i++)
        if (slice_equals(slice_of(suite->endpoints[i].name), name))
            return suite->endpoints[i].role == ROLE_CANDIDATE;
    return false;
}

static bool is_transition(const struct model_transition *transition)
{
    const struct model_answer *before = transition->before, *after = transition->after;

    switch ((enum transition)transition->transition) {
    case TRANSITION_REGRESSED:
    case TRANSITION_FIXED:
    case TRANSITION_OTHER_CAUSE:
    case TRANSITION_GONE:
        return true;
    case TRANSITION_FLAPPING: /* every night, perhaps: told when it begins, and when its verdict changes */
    case TRANSITION_CHANGED:  /* also where it was not judged in one of them */
        return !before || !after || before->verdict != after->verdict;
    case TRANSITION_NEW:
        return after && after->verdict != VERDICT_PASSES;
    default:
        return false;
    }
}

static void put_line(struct buf *out, const char *what, struct slice name, const char *more)
{
    buf_printf(out, "%s: ", what);
    utf8_escape(out, name);
    if (more)
        buf_printf(out, " (%s)", more);
    buf_putc(out, '\n');
}

unsigned night_news(const struct model *model, const struct suite *suite, struct buf *out)
{
    const struct model_transition *transitions = model->comparison->transitions.items;
    const struct model_finding_change *findings = model->comparison->findings.items;
    unsigned count = 0;

    for (size_t i = 0; i < model->comparison->transitions.count; i++) {
        const struct model_transition *transition = &transitions[i];

        if (is_candidate(suite, transition->endpoint) || !is_transition(transition))
            continue;
        put_line(out, transition_words[transition->transition], transition->endpoint, NULL);
        count++;
    }
    for (size_t i = 0; i < model->comparison->findings.count; i++) {
        if (findings[i].change != CHANGE_NEW)
            continue;
        put_line(out, "new finding", slice_of(findings[i].title), findings[i].code);
        count++;
    }
    return count;
}

unsigned night_news_of_first(const struct model *model, struct buf *out)
{
    const struct model_finding *findings = model->findings.items;

    for (size_t i = 0; i < model->findings.count; i++)
        put_line(out, "new finding", slice_of(findings[i].title), findings[i].code);
    return (unsigned)model->findings.count;
}

bool night_reminds(struct wall told, struct wall now, int64_t remind_us)
{
    const int64_t half_day_us = 12 * 3600 * INT64_C(1000000);
    int64_t grace = remind_us / 4 < half_day_us ? remind_us / 4 : half_day_us;

    return remind_us > 0 && (now.us < told.us || now.us - told.us >= remind_us - grace);
}
