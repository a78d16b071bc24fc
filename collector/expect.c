/* SPDX-License-Identifier: MIT */
#include "collector/expect.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "collector/expect_judging.h"
#include "collector/probe.h"
#include "collector/quantity.h"
#include "collector/suite.h"

/* "2xx" holds for 204; "200 404" for either. */
static bool status_fits(const char *wanted, int status)
{
    while (*wanted) {
        size_t len = strcspn(wanted, " ");

        if (len == 3 && strncasecmp(wanted + 1, "xx", 2) == 0 ? status / 100 == wanted[0] - '0'
                                                              : status == (int)strtol(wanted, NULL, 10))
            return true;
        wanted += len + strspn(wanted + len, " ");
    }
    return false;
}

static struct compared judge_status(struct judging *judging, const struct expectation *expectation)
{
    int status = judging->probe->status;

    if (status == 0)
        return compared_not("no response came");
    return compared_as(status_fits(expectation->wanted.value, status),
                       slice_of(arena_printf(&judging->probe->arena, "%d", status)));
}

static struct compared judge_time(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;
    int64_t total = probe->timings.total_us;

    if (total < 0 || probe->status == 0)
        return compared_not("no response came");
    /* What our own loop added is not the server's. */
    if ((double)total > expectation->number && (double)(total - probe->loop_lag_us) <= expectation->number)
        return compared_not("our own loop was late, and may have made the difference");
    return compared_as((double)total <= expectation->number, slice_of(quantity_duration_words(total, &probe->arena)));
}

static struct compared judge_certificate(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;
    int64_t left;

    if (probe->certificate_count == 0)
        return compared_not("no certificate was seen");
    left = probe->certificates[0].not_after.us - probe->started.us;
    if (left < 0)
        return compared_as(false, slice_of("it has expired"));
    return compared_as(
        (double)left >= expectation->number,
        slice_of(arena_printf(&probe->arena, "valid for %s", quantity_duration_words(left, &probe->arena))));
}

struct compared judging_json(struct judging *judging, const struct expectation *expectation, struct slice text,
                             json_t **parsed)
{
    if (!text.data)
        return compared_as(false, text);
    if (!*parsed)
        *parsed = compared_document(text);
    if (!*parsed)
        return compared_as(false, slice_of(text.len ? "not JSON" : "nothing"));
    return compare_json(expectation, *parsed, &judging->probe->arena);
}

static struct compared judge_type(struct judging *judging, const struct expectation *expectation)
{
    struct slice type = probe_header(judging->probe, "content-type");
    size_t len = 0;
    char *lower;

    while (len < type.len && type.data[len] != ';' && !isspace((unsigned char)type.data[len]))
        len++;
    if (!type.data)
        return compare_text(expectation, type, &judging->probe->arena);
    if (expectation->operator== OPERATOR_EQUALS)
        return compared_as(len == strlen(expectation->wanted.value)
                               && strncasecmp(type.data, expectation->wanted.value, len) == 0,
                           arena_slice(&judging->probe->arena, (struct slice){type.data, len}));
    lower = arena_text_of(&judging->probe->arena, type.data, len);
    for (size_t i = 0; i < len; i++)
        lower[i] = (char)tolower((unsigned char)lower[i]);
    return compare_text(expectation, (struct slice){lower, len}, &judging->probe->arena);
}

/* A capped body has at least the size that was read: that can decide, too. */
static struct compared judge_size(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;
    double size = (double)probe->body_size;
    struct slice words = slice_of(arena_printf(&probe->arena, "%s%s", probe->body_capped ? "more than " : "",
                                               quantity_size_words(probe->body_size, &probe->arena)));

    if (expectation->operator== OPERATOR_AT_LEAST && size >= expectation->number)
        return compared_as(true, words);
    if (probe->body_capped && size <= expectation->number)
        return compared_not("the body is larger than what was read of it");
    if (expectation->operator== OPERATOR_AT_MOST)
        return compared_as(size <= expectation->number, words);
    return compared_as(expectation->operator== OPERATOR_EQUALS && size == expectation->number, words);
}

static struct compared judge_body(struct judging *judging, const struct expectation *expectation)
{
    if (judging->probe->status == 0)
        return compared_not("no response came");
    if (expectation->subject == EXPECT_SIZE)
        return judge_size(judging, expectation);
    /* The collector has said what broke; what had come by then is not what the server meant to say. */
    if (judging->probe->code && judging->probe->layer == LAYER_HTTP)
        return compared_not("the answer broke off");
    if (judging->probe->body_capped)
        return compared_not("the body is larger than what was read of it");
    if (expectation->subject == EXPECT_JSON)
        return judging_json(judging, expectation, judging->matter->body, &judging->body);
    return compare_text(expectation, judging->matter->body, &judging->probe->arena);
}

/* In which the answer came, not what was asked for. */
static struct compared judge_version(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;

    if (!probe->http_version)
        return compared_not("no response came");
    return compare_text(expectation, slice_of(probe->http_version), &probe->arena);
}

static struct compared judge_url(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;

    if (probe->status == 0)
        return compared_not("no response came");
    return compare_text(expectation, slice_of(probe->final_url ? probe->final_url : probe->url), &probe->arena);
}

/* Kept of what was read before redaction, so that a secret in the body does not change it. */
static struct compared judge_sha256(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;

    if (probe->status == 0)
        return compared_not("no response came");
    if (probe->code && probe->layer == LAYER_HTTP)
        return compared_not("the answer broke off");
    if (probe->body_capped || !probe->body_sha256.data)
        return compared_not("the body is larger than what was read of it");
    return compare_text(expectation, probe->body_sha256, &probe->arena);
}

static struct compared judge_one(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;

    switch (expectation->subject) {
    case EXPECT_STATUS:
        return judge_status(judging, expectation);
    case EXPECT_TIME:
        return judge_time(judging, expectation);
    case EXPECT_CERTIFICATE:
        return judge_certificate(judging, expectation);
    case EXPECT_HEADER:
        return probe->status ? compare_text(expectation, probe_header(probe, expectation->key), &probe->arena)
                             : compared_not("no response came");
    case EXPECT_TYPE:
        return probe->status ? judge_type(judging, expectation) : compared_not("no response came");
    case EXPECT_SUBPROTOCOL:
        return probe->status == 101 ? compare_text(expectation, probe->subprotocol, &probe->arena)
                                    : compared_not("there was no WebSocket");
    case EXPECT_MESSAGE_JSON:
    case EXPECT_MESSAGE_TEXT:
        return judging_message(judging, expectation);
    case EXPECT_PING:
        return judging_ping(judging, expectation);
    case EXPECT_VERSION:
        return judge_version(judging, expectation);
    case EXPECT_URL:
        return judge_url(judging, expectation);
    case EXPECT_BODY_SHA256:
        return judge_sha256(judging, expectation);
    case EXPECT_OPEN:
        return judging_open(judging, expectation);
    case EXPECT_CLOSE:
        return judging_close(judging, expectation);
    default:
        return judge_body(judging, expectation);
    }
}

struct blame {
    enum layer layer;
    const char *code;
};

/* Where an expectation that does not hold puts the failure. */
static struct blame blame_of(const struct probe *probe, const struct expectation *expectation, struct slice actual)
{
    switch (expectation->subject) {
    case EXPECT_STATUS:
        if (probe->status == 401 || probe->status == 403)
            return (struct blame){LAYER_AUTH, "auth-refused"};
        return probe->upgrade ? (struct blame){LAYER_WEBSOCKET, "websocket-refused"}
                              : (struct blame){LAYER_HTTP, "http-status"};
    case EXPECT_TIME:
        return (struct blame){LAYER_PERFORMANCE, "performance-too-slow"};
    case EXPECT_CERTIFICATE:
        return (struct blame){LAYER_TLS, "tls-expires-soon"};
    case EXPECT_HEADER:
        return (struct blame){LAYER_HTTP, "http-header"};
    case EXPECT_SUBPROTOCOL:
        return (struct blame){LAYER_WEBSOCKET, "websocket-subprotocol"};
    case EXPECT_MESSAGE_JSON:
    case EXPECT_MESSAGE_TEXT:
        if (judging_message_us(probe, expectation->message) < 0
            || (expectation->within_us > 0 && actual.data
                && judging_message_us(probe, expectation->message) > expectation->within_us))
            return (struct blame){LAYER_WEBSOCKET, "websocket-no-message"};
        return (struct blame){LAYER_CONTENT, "websocket-message-not-expected"};
    case EXPECT_PING:
        return (struct blame){LAYER_WEBSOCKET, "websocket-no-pong"};
    case EXPECT_VERSION:
        return (struct blame){LAYER_HTTP, "http-version"};
    case EXPECT_URL:
        return (struct blame){LAYER_HTTP, "http-url"};
    case EXPECT_OPEN:
        return (struct blame){LAYER_WEBSOCKET, "websocket-not-open"};
    case EXPECT_CLOSE:
        return (struct blame){LAYER_WEBSOCKET, "websocket-close"};
    default:
        return (struct blame){LAYER_CONTENT, "content-not-expected"};
    }
}

static void judge(struct judging *judging, const struct expectation *expectation, struct judgement *judgement)
{
    struct compared found = judge_one(judging, expectation);
    struct blame blame = blame_of(judging->probe, expectation, found.actual);

    *judgement = (struct judgement){
        .expected = arena_text(&judging->probe->arena, expectation->words),
        .actual = found.actual,
        .verdict = found.verdict,
        .reason = found.reason,
        .layer = blame.layer,
    };
    /* A status that was not wanted speaks for the probe: a certificate that expires soon is no reason for a 500. */
    if (found.verdict == JUDGED_DOES_NOT && !judging->status_speaks
        && (!judging->code || blame.layer < judging->layer || expectation->subject == EXPECT_STATUS)) {
        judging->status_speaks = expectation->subject == EXPECT_STATUS;
        judging->layer = blame.layer;
        judging->code = blame.code;
    }
}

/* Experiments that ask what an address answers, not whether the answer is the wanted one. */
static bool wants_answer_only(const struct endpoint *endpoint, const struct probe *probe)
{
    switch (probe->question) {
    case QUESTION_NO_SUCH_SIBLING:
    case QUESTION_NO_SUCH_ROOT:
    case QUESTION_PLAIN_GET:
    case QUESTION_UNVERIFIED:
    case QUESTION_PARENT:
    case QUESTION_PREFLIGHT:
    case QUESTION_UPGRADE:
        return true;
    default:
        return (endpoint->kind == KIND_WEBSOCKET) != probe->upgrade;
    }
}

static void settle_answer(struct probe *probe)
{
    bool answered = probe->question == QUESTION_UPGRADE ? probe->status == 101 && !probe->code : probe->status != 0;

    probe->outcome = answered ? OUTCOME_PASSED : OUTCOME_FAILED;
    if (answered) {
        probe->layer = LAYER_NONE;
        probe->code = NULL;
    }
}

/* A refusal is the collector's word for any status but 101; whether it is a failure is the expectation's. */
static bool merely_refused(const struct probe *probe)
{
    return probe->code && strcmp(probe->code, "websocket-refused") == 0;
}

static void settle(struct judging *judging, size_t unjudged)
{
    struct probe *probe = judging->probe;

    if (merely_refused(probe)) {
        probe->layer = LAYER_NONE;
        probe->code = NULL;
    }
    if (!probe->code && judging->code) {
        probe->layer = judging->layer;
        probe->code = judging->code;
    }
    if (probe->code)
        probe->outcome = OUTCOME_FAILED;
    else
        probe->outcome = unjudged ? OUTCOME_NOT_JUDGED : OUTCOME_PASSED;
}

void expect_judge(const struct endpoint *endpoint, const struct judged_matter *matter, struct probe *probe)
{
    const char *usual = endpoint->kind == KIND_WEBSOCKET ? "101" : "2xx";
    const struct expectation unwritten = {
        .subject = EXPECT_STATUS,
        .operator= OPERATOR_STATUS,
        .wanted = {usual, usual},
        .words = endpoint->kind == KIND_WEBSOCKET ? "status is 101" : "status is 2xx",
    };
    struct judging judging = {.endpoint = endpoint, .matter = matter, .probe = probe};
    struct judgement *judgements;
    size_t count = 0, unjudged = 0;
    bool written = false;

    if (wants_answer_only(endpoint, probe)) {
        settle_answer(probe);
        return;
    }
    judgements = arena_new(&probe->arena, endpoint->expectation_count + 1, sizeof *judgements);
    for (size_t i = 0; i < endpoint->expectation_count; i++)
        written = written || endpoint->expectations[i].subject == EXPECT_STATUS;
    if (!written)
        judge(&judging, &unwritten, &judgements[count++]);
    for (size_t i = 0; i < endpoint->expectation_count; i++)
        judge(&judging, &endpoint->expectations[i], &judgements[count++]);
    for (size_t i = 0; i < count; i++)
        unjudged += judgements[i].verdict == JUDGED_NOT;
    probe->judgements = judgements;
    probe->judgement_count = count;
    settle(&judging, unjudged);
    json_decref(judging.body);
    json_decref(judging.message);
}
