/* SPDX-License-Identifier: MIT */
/* What the answer says now, and said in the last good run, where the endpoint's expectations look. */
#include <string.h>

#include "base/buf.h"
#include "diagnosis/difference.h"
#include "diagnosis/fact.h"
#include "diagnosis/survey.h"

enum { LOOKED_AT = 200, NAMED_MOST = 3 };

/* Of the endpoint with this one's name, in the last good run; without probes where there was none, or it did not pass. */
static struct answer good_answer(const struct facts *facts, const struct survey *survey)
{
    const struct records *good = survey->records->good;
    const char *name = survey->records->suite->endpoints[facts->endpoint].name;
    struct answer answer = {.count = 0};

    for (uint32_t e = 0; good && e < good->suite->endpoint_count; e++)
        if (strcmp(good->suite->endpoints[e].name, name) == 0)
            answer = answer_of_endpoint(good, e, survey->arena);
    return answer.verdict == VERDICT_PASSES ? answer : (struct answer){.count = 0};
}

static struct slice content_of(const struct probe *probe)
{
    if (!probe->upgrade)
        return probe->body;
    for (size_t i = 0; i < probe->message_count; i++)
        if (!probe->messages[i].sent && probe->messages[i].type == MESSAGE_TEXT)
            return probe->messages[i].data;
    return (struct slice){NULL, 0};
}

/* RFC 6901: whether one pointer leads to the other, or into it. */
static bool on_one_way(struct slice where, const char *key)
{
    size_t len = strlen(key), least = where.len < len ? where.len : len;

    if (memcmp(where.data, key, least) != 0)
        return false;
    return where.len == len || (where.len > len ? where.data[len] : key[where.len]) == '/';
}

static bool is_looked_at(const struct endpoint *endpoint, struct slice where)
{
    for (size_t i = 0; i < endpoint->expectation_count; i++) {
        const struct expectation *expectation = &endpoint->expectations[i];

        if ((expectation->subject == EXPECT_JSON || expectation->subject == EXPECT_MESSAGE_JSON) && expectation->key
            && on_one_way(where, expectation->key))
            return true;
        if (expectation->subject == EXPECT_BODY || expectation->subject == EXPECT_BODY_SHA256
            || expectation->subject == EXPECT_MESSAGE_TEXT)
            return true;
    }
    return false;
}

/* "/user/name is gone", "/id: "7", was 7". */
static void put_change(struct buf *out, const struct difference *difference)
{
    buf_printf(out, "%s%.*s", out->len ? "; " : "", (int)difference->where.len, difference->where.data);
    if (!difference->after.data)
        buf_puts(out, " is gone");
    else if (!difference->before.data)
        buf_puts(out, " is new");
    else
        buf_printf(out, ": %.*s, was %.*s", (int)difference->after.len, difference->after.data,
                   (int)difference->before.len, difference->before.data);
}

void facts_of_content(struct facts *facts, const struct survey *survey)
{
    const struct endpoint *endpoint = &survey->records->suite->endpoints[facts->endpoint];
    const struct probe *typical = facts->original.typical;
    struct answer good = good_answer(facts, survey);
    struct differences differences;
    struct buf words = BUF_INIT;
    bool shape = false, value = false, json;
    size_t named = 0;

    if (typical->layer != LAYER_CONTENT || good.count == 0 || typical->body_cut || good.typical->body_cut)
        return;
    differences_begin(&differences, LOOKED_AT, survey->arena);
    json = differences_of_json(&differences, content_of(good.typical), content_of(typical));
    if (!json)
        differences_of_text(&differences, content_of(good.typical), content_of(typical));
    for (size_t i = 0; i < differences.count; i++) {
        const struct difference *difference = &differences.list[i];

        if (json && !is_looked_at(endpoint, difference->where))
            continue;
        shape = shape || (json && (difference->kind == DIFFERENCE_REMOVED || difference->kind == DIFFERENCE_TYPE));
        value = true;
        if (named++ < NAMED_MOST)
            put_change(&words, difference);
    }
    facts_set(facts, FACT_SHAPE_CHANGED, shape, facts->original.cites);
    facts_set(facts, FACT_BODY_CHANGED, value, facts->original.cites);
    facts->change = arena_slice(survey->arena, buf_slice(&words));
    buf_free(&words);
}
