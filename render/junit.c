/* SPDX-License-Identifier: MIT */
#include "render/junit.h"

#include <inttypes.h>
#include <stdio.h>

#include "diagnosis/model.h"
#include "render/word.h"
#include "render/xml.h"

enum { SEEN_FINDINGS = 5 };

struct counts {
    size_t tests, failures, skipped;
};

struct junit {
    struct xml xml;
    const struct model *model;
};

static void open(struct junit *junit, const char *name)
{
    xml_open(&junit->xml, name);
}

static void end(struct junit *junit)
{
    xml_close(&junit->xml);
}

static void attribute(struct junit *junit, const char *name, const char *value)
{
    xml_attribute(&junit->xml, name, slice_of(value));
}

static void count(struct junit *junit, const char *name, size_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%zu", value);
    attribute(junit, name, text);
}

static void seconds(struct junit *junit, int64_t us)
{
    char text[32];

    snprintf(text, sizeof text, "%.6f", us < 0 ? 0 : (double)us / 1e6);
    attribute(junit, "time", text);
}

static void property(struct junit *junit, const char *name, struct slice value)
{
    if (!value.data)
        return;
    open(junit, "property");
    attribute(junit, "name", name);
    xml_attribute(&junit->xml, "value", value);
    end(junit);
}

/* "2025-09-11T02:00:04": UTC, since the schema has no place for an offset. */
static void timestamp(struct junit *junit, struct wall when)
{
    char text[WALL_TEXT];

    wall_iso(when, 0, text);
    text[19] = '\0';
    attribute(junit, "timestamp", text);
}

static void open_suite(struct junit *junit, struct slice name, const struct counts *counts, int64_t us)
{
    const struct model_run *run = junit->model->run;

    open(junit, "testsuite");
    xml_attribute(&junit->xml, "name", name);
    count(junit, "tests", counts->tests);
    count(junit, "failures", counts->failures);
    count(junit, "errors", 0);
    count(junit, "skipped", counts->skipped);
    seconds(junit, us);
    timestamp(junit, run->started);
    xml_attribute(&junit->xml, "hostname", run->vantage);
}

static void open_case(struct junit *junit, struct slice class, struct slice name, int64_t us)
{
    open(junit, "testcase");
    xml_attribute(&junit->xml, "classname", class);
    xml_attribute(&junit->xml, "name", name);
    seconds(junit, us);
}

static void put_cites(const struct junit *junit, const struct cites *cites, struct buf *words)
{
    if (cites->count)
        buf_puts(words, "\nProbes:");
    for (size_t i = 0; i < cites->count; i++)
        buf_printf(words, " %s.%" PRIu32, cites->run ? cites->run : junit->model->run->short_id, cites->ordinals[i]);
}

static void put_failure(struct junit *junit, const char *type, const struct buf *message, const struct buf *words)
{
    open(junit, "failure");
    attribute(junit, "type", type);
    xml_attribute(&junit->xml, "message", buf_slice(message));
    xml_text(&junit->xml, buf_slice(words));
    end(junit);
}

static void put_skipped(struct junit *junit, const char *why)
{
    open(junit, "skipped");
    attribute(junit, "message", why);
    end(junit);
}

static bool names(const struct list *list, struct slice name)
{
    const struct model_name *items = list->items;

    for (size_t i = 0; i < list->count; i++)
        if (slice_equals(items[i].name, name))
            return true;
    return false;
}

/* What stands behind it: the findings on this endpoint. */
static void put_findings(const struct junit *junit, struct slice endpoint, struct buf *words)
{
    const struct model_finding *findings = junit->model->findings.items;
    const struct shape *shape = shape_of(&model_shape, "findings");
    size_t seen = 0;

    for (size_t i = 0; i < junit->model->findings.count && seen < SEEN_FINDINGS; i++) {
        if (!names(&findings[i].endpoints, endpoint))
            continue;
        buf_printf(words, "\n%s, %s: %s", findings[i].code, shape_word(shape, "certainty", &findings[i]),
                   findings[i].title);
        seen++;
    }
}

static void put_answer(struct junit *junit, const struct model_endpoint *endpoint)
{
    const struct model_answer *answer = endpoint->answer;
    const char *result = shape_word(&model_answer_shape, "result", answer);
    struct buf message = BUF_INIT, words = BUF_INIT;

    open_case(junit, endpoint->name, slice_of("answers as expected"), answer->time);
    if (answer->result == RESULT_NOT_JUDGED || answer->result == RESULT_NOT_PROBED) {
        put_skipped(junit, result);
    } else if (answer->result != RESULT_WORKS) {
        buf_printf(&message, "%s: %" PRIu64 " of %" PRIu64 " attempts passed", result, answer->passed, answer->total);
        if (answer->status) {
            buf_printf(&message, ", status %" PRIu64 " ", answer->status);
            buf_put_slice(&message, answer->reason);
        }
        buf_put_slice(&words, answer->url);
        put_findings(junit, endpoint->name, &words);
        put_cites(junit, &answer->cites, &words);
        put_failure(junit, answer->code ? answer->code : result, &message, &words);
    }
    end(junit);
    buf_free(&message);
    buf_free(&words);
}

static void put_check(struct junit *junit, const struct model_endpoint *endpoint, const struct model_check *made)
{
    struct buf message = BUF_INIT, words = BUF_INIT;

    open_case(junit, endpoint->name, made->expected, endpoint->answer->time);
    if (!made->holds && !made->judged) {
        put_skipped(junit, made->reason ? made->reason : "not judged");
    } else if (!made->holds) {
        buf_printf(&message, "held in %" PRIu64 " of %" PRIu64 " attempts", made->held, made->judged);
        buf_puts(&words, "Expected: ");
        buf_put_slice(&words, made->expected);
        buf_puts(&words, "\nCame: ");
        buf_put_slice(&words, made->actual);
        put_cites(junit, &made->cites, &words);
        put_failure(junit, "expectation", &message, &words);
    }
    end(junit);
    buf_free(&message);
    buf_free(&words);
}

static struct counts count_endpoint(const struct model_endpoint *endpoint)
{
    const struct model_check *checks = endpoint->checks.items;
    int result = endpoint->answer->result;
    struct counts counts = {.tests = 1 + endpoint->checks.count};

    counts.skipped = result == RESULT_NOT_JUDGED || result == RESULT_NOT_PROBED;
    counts.failures = !counts.skipped && result != RESULT_WORKS;
    for (size_t i = 0; i < endpoint->checks.count; i++) {
        counts.skipped += !checks[i].holds && !checks[i].judged;
        counts.failures += !checks[i].holds && checks[i].judged;
    }
    return counts;
}

static void put_endpoint(struct junit *junit, const struct model_endpoint *endpoint)
{
    const struct shape *shape = shape_of(&model_shape, "endpoints");
    const struct model_check *checks = endpoint->checks.items;
    const struct counts counts = count_endpoint(endpoint);

    open_suite(junit, endpoint->name, &counts, endpoint->answer->time);
    open(junit, "properties");
    property(junit, "url", endpoint->answer->url);
    property(junit, "kind", slice_of(shape_word(shape, "kind", endpoint)));
    property(junit, "role", slice_of(shape_word(shape, "role", endpoint)));
    property(junit, "owner", endpoint->owner);
    property(junit, "environment", junit->model->suite->environment);
    property(junit, "run", slice_of(junit->model->run->id));
    end(junit);
    put_answer(junit, endpoint);
    for (size_t i = 0; i < endpoint->checks.count; i++)
        put_check(junit, endpoint, &checks[i]);
    end(junit);
}

static const char *transition_of(const struct model_transition *transition)
{
    const struct shape *shape = shape_of(shape_of(&model_shape, "comparison"), "transitions");

    return shape_word(shape, "transition", transition);
}

static bool is_among(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static bool is_failure(const struct model_transition *transition)
{
    static const char *const words[] = {"regressed", "still-failing", "flapping", NULL};

    return is_among(transition_of(transition), words);
}

static bool is_skipped(const struct model_transition *transition)
{
    static const char *const words[] = {"gone", "not-tested", NULL};

    return is_among(transition_of(transition), words);
}

static void put_transition(struct junit *junit, const struct model_transition *transition)
{
    const struct model_answer *after = transition->after;
    const char *what = transition_of(transition);
    struct buf message = BUF_INIT, words = BUF_INIT;

    open_case(junit, slice_of("before and after"), transition->endpoint, after ? after->time : -1);
    if (is_skipped(transition)) {
        put_skipped(junit, what);
    } else if (is_failure(transition)) {
        buf_puts(&message, what);
        if (after) {
            buf_put_slice(&words, after->url);
            put_cites(junit, &after->cites, &words);
        }
        put_failure(junit, what, &message, &words);
    }
    end(junit);
    buf_free(&message);
    buf_free(&words);
}

static void put_comparison(struct junit *junit, const struct counts *counts)
{
    const struct list *transitions = &junit->model->comparison->transitions;

    open_suite(junit, slice_of("before and after"), counts, -1);
    for (size_t i = 0; i < junit->model->comparison->transitions.count; i++)
        put_transition(junit, list_item(transitions, sizeof(struct model_transition), i));
    end(junit);
}

static struct counts count_all(const struct model *model)
{
    struct counts all = {0};

    for (size_t i = 0; model->comparison && i < model->comparison->transitions.count; i++) {
        const struct model_transition *transition = list_item(&model->comparison->transitions, sizeof *transition, i);

        all.tests++;
        all.failures += is_failure(transition);
        all.skipped += is_skipped(transition);
    }
    for (size_t i = 0; !model->comparison && i < model->endpoints.count; i++) {
        const struct model_endpoint *endpoint = list_item(&model->endpoints, sizeof *endpoint, i);
        const struct counts one = endpoint->answer ? count_endpoint(endpoint) : (struct counts){0};

        all.tests += one.tests;
        all.failures += one.failures;
        all.skipped += one.skipped;
    }
    return all;
}

static void put_all(struct junit *junit)
{
    const struct model *model = junit->model;
    const struct counts all = count_all(model);

    open(junit, "testsuites");
    xml_attribute(&junit->xml, "name", model->suite->name);
    count(junit, "tests", all.tests);
    count(junit, "failures", all.failures);
    count(junit, "errors", 0);
    count(junit, "skipped", all.skipped);
    seconds(junit, model->run->duration);
    if (model->comparison)
        put_comparison(junit, &all);
    for (size_t i = 0; !model->comparison && i < model->endpoints.count; i++) {
        const struct model_endpoint *endpoint = list_item(&model->endpoints, sizeof *endpoint, i);

        if (endpoint->answer)
            put_endpoint(junit, endpoint);
    }
    end(junit);
}

void junit_write(const struct model *model, struct buf *out)
{
    struct junit junit = {.model = model};

    xml_begin(&junit.xml, out);
    put_all(&junit);
}
