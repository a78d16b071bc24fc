/* SPDX-License-Identifier: MIT */
#include "collector/expect.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "collector/json_pointer.h"
#include "collector/pattern.h"
#include "collector/probe.h"
#include "collector/quantity.h"
#include "collector/suite.h"

enum { ACTUAL_MOST = 200 };

/* What judging one probe needs, and the lowest layer that an expectation failed in. */
struct judging {
    const struct endpoint *endpoint;
    const struct judged_matter *matter;
    struct probe *probe;
    json_t *body, *message; /* parsed when first asked for; NULL: not yet, or no JSON */
    enum layer layer;
    const char *code;
};

/* One expectation's outcome on its way into the record. */
struct finding_of_one {
    enum judgement_verdict verdict;
    struct slice actual;
    const char *reason;
};

static struct slice keep(struct judging *judging, struct slice text)
{
    if (text.len > ACTUAL_MOST)
        text.len = utf8_cut(text, ACTUAL_MOST);
    return arena_slice(&judging->probe->arena, text);
}

static struct finding_of_one holds(bool it, struct slice actual)
{
    return (struct finding_of_one){it ? JUDGED_HOLDS : JUDGED_DOES_NOT, actual, NULL};
}

static struct finding_of_one not_judged(const char *reason)
{
    return (struct finding_of_one){JUDGED_NOT, {NULL, 0}, reason};
}

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

static struct finding_of_one judge_status(struct judging *judging, const struct expectation *expectation)
{
    int status = judging->probe->status;

    if (status == 0)
        return not_judged("no response came");
    return holds(status_fits(expectation->wanted.value, status),
                 slice_of(arena_printf(&judging->probe->arena, "%d", status)));
}

static struct finding_of_one judge_time(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;
    int64_t total = probe->timings.total_us;

    if (total < 0 || probe->status == 0)
        return not_judged("no response came");
    /* What our own loop added is not the server's. */
    if ((double)total > expectation->number && (double)(total - probe->loop_lag_us) <= expectation->number)
        return not_judged("our own loop was late, and may have made the difference");
    return holds((double)total <= expectation->number, slice_of(quantity_duration_words(total, &probe->arena)));
}

static struct finding_of_one judge_certificate(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;
    int64_t left;

    if (probe->certificate_count == 0)
        return not_judged("no certificate was seen");
    left = probe->certificates[0].not_after.us - probe->started.us;
    if (left < 0)
        return holds(false, slice_of("it has expired"));
    return holds((double)left >= expectation->number,
                 slice_of(arena_printf(&probe->arena, "valid for %s", quantity_duration_words(left, &probe->arena))));
}

/* Texts: headers, bodies, messages, subprotocols. `actual` absent: there is none. */
static struct finding_of_one judge_text(struct judging *judging, const struct expectation *expectation,
                                        struct slice actual)
{
    const char *wanted = expectation->wanted.value ? expectation->wanted.value : "";
    size_t len = strlen(wanted);

    if (expectation->operator== OPERATOR_ABSENT)
        return holds(actual.data == NULL, keep(judging, actual));
    if (!actual.data)
        return holds(false, actual);
    switch (expectation->operator) {
    case OPERATOR_EQUALS:
        return holds(slice_equals(actual, slice_of(wanted)), keep(judging, actual));
    case OPERATOR_CONTAINS:
        return holds(memmem(actual.data, actual.len, wanted, len) != NULL, keep(judging, actual));
    case OPERATOR_MATCHES:
        switch (pattern_match(wanted, actual)) {
        case PATTERN_UNDECIDED:
            return not_judged("the regular expression took too long on this text");
        case PATTERN_MATCHES:
            return holds(true, keep(judging, actual));
        case PATTERN_NO:
            return holds(false, keep(judging, actual));
        }
        return holds(false, keep(judging, actual));
    default:
        return holds(true, keep(judging, actual));
    }
}

static const char *json_type_word(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    default:
        return "null";
    }
}

static struct slice json_words(struct judging *judging, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    struct slice kept = keep(judging, slice_of(text));

    free(text);
    return kept;
}

/* A string's own text, another value as JSON: what contains and matches look into. */
static struct finding_of_one judge_json_text(struct judging *judging, const struct expectation *expectation,
                                             const json_t *value)
{
    struct finding_of_one found;
    char *text;

    if (json_is_string(value))
        return judge_text(judging, expectation, (struct slice){json_string_value(value), json_string_length(value)});
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    found = judge_text(judging, expectation, slice_of(text));
    free(text);
    return found;
}

static bool json_equals(const char *wanted, const json_t *value)
{
    json_t *other = json_loads(wanted, JSON_DECODE_ANY, NULL);
    bool same = other && json_equal(other, value);

    json_decref(other);
    return same;
}

static struct finding_of_one judge_json_value(struct judging *judging, const struct expectation *expectation,
                                              const json_t *value)
{
    const char *wanted = expectation->wanted.value ? expectation->wanted.value : "";

    if (expectation->operator== OPERATOR_ABSENT)
        return holds(!value, value ? json_words(judging, value) : (struct slice){NULL, 0});
    if (!value)
        return holds(false, (struct slice){NULL, 0});
    switch (expectation->operator) {
    case OPERATOR_EQUALS:
        return holds(json_equals(wanted, value), json_words(judging, value));
    case OPERATOR_TYPE:
        return holds(strcmp(wanted, json_type_word(value)) == 0, slice_of(json_type_word(value)));
    case OPERATOR_AT_LEAST:
        return holds(json_is_number(value) && json_number_value(value) >= expectation->number,
                     json_words(judging, value));
    case OPERATOR_AT_MOST:
        return holds(json_is_number(value) && json_number_value(value) <= expectation->number,
                     json_words(judging, value));
    case OPERATOR_CONTAINS:
    case OPERATOR_MATCHES:
        return judge_json_text(judging, expectation, value);
    default:
        return holds(true, json_words(judging, value));
    }
}

static struct finding_of_one judge_json(struct judging *judging, const struct expectation *expectation,
                                        struct slice text, json_t **parsed)
{
    if (!text.data)
        return holds(false, text);
    if (!*parsed)
        *parsed = json_loadb(text.data, text.len, JSON_DECODE_ANY, NULL);
    if (!*parsed)
        return holds(false, slice_of(text.len ? "not JSON" : "nothing"));
    return judge_json_value(judging, expectation, json_pointer_get(*parsed, expectation->key ? expectation->key : ""));
}

static struct finding_of_one judge_type(struct judging *judging, const struct expectation *expectation)
{
    struct slice type = probe_header(judging->probe, "content-type");
    size_t len = 0;
    char *lower;

    while (len < type.len && type.data[len] != ';' && !isspace((unsigned char)type.data[len]))
        len++;
    if (!type.data)
        return judge_text(judging, expectation, type);
    lower = arena_text_of(&judging->probe->arena, type.data, len);
    for (size_t i = 0; i < len; i++)
        lower[i] = (char)tolower((unsigned char)lower[i]);
    return judge_text(judging, expectation, (struct slice){lower, len});
}

/* A capped body has at least the size that was read: that can decide, too. */
static struct finding_of_one judge_size(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;
    double size = (double)probe->body_size;
    struct slice words = slice_of(arena_printf(&probe->arena, "%s%s", probe->body_capped ? "more than " : "",
                                               quantity_size_words(probe->body_size, &probe->arena)));

    if (expectation->operator== OPERATOR_AT_LEAST &&(!probe->body_capped || size >= expectation->number))
        return holds(size >= expectation->number, words);
    if (expectation->operator!= OPERATOR_AT_LEAST && probe->body_capped && size <= expectation->number)
        return not_judged("the body is larger than what was read of it");
    if (expectation->operator== OPERATOR_AT_LEAST)
        return not_judged("the body is larger than what was read of it");
    return holds(expectation->operator== OPERATOR_AT_MOST ? size <= expectation->number
                                                          : size == expectation->number && !probe->body_capped,
                 words);
}

static struct finding_of_one judge_body(struct judging *judging, const struct expectation *expectation)
{
    if (judging->probe->status == 0)
        return not_judged("no response came");
    if (expectation->subject == EXPECT_SIZE)
        return judge_size(judging, expectation);
    if (judging->probe->body_capped)
        return not_judged("the body is larger than what was read of it");
    if (expectation->subject == EXPECT_JSON)
        return judge_json(judging, expectation, judging->matter->body, &judging->body);
    return judge_text(judging, expectation, judging->matter->body);
}

static struct finding_of_one judge_message(struct judging *judging, const struct expectation *expectation)
{
    const struct judged_matter *matter = judging->matter;
    int64_t after = judging->probe->timings.first_message_us;

    if (judging->probe->status != 101)
        return not_judged("there was no WebSocket");
    if (!matter->first_message.data)
        return holds(false, (struct slice){NULL, 0});
    if (expectation->within_us > 0 && after > expectation->within_us)
        return holds(false, slice_of(arena_printf(&judging->probe->arena, "it came after %s",
                                                  quantity_duration_words(after, &judging->probe->arena))));
    if (matter->message_capped)
        return not_judged("the message is longer than what was read of it");
    if (expectation->subject == EXPECT_MESSAGE_JSON)
        return judge_json(judging, expectation, matter->first_message, &judging->message);
    return judge_text(judging, expectation, matter->first_message);
}

static struct finding_of_one judge_ping(struct judging *judging, const struct expectation *expectation)
{
    int64_t trip = judging->probe->timings.ping_us;

    if (judging->probe->status != 101)
        return not_judged("there was no WebSocket");
    if (trip < 0)
        return holds(false, (struct slice){NULL, 0});
    return holds(expectation->number <= 0 || (double)trip <= expectation->number,
                 slice_of(quantity_duration_words(trip, &judging->probe->arena)));
}

static struct finding_of_one judge_one(struct judging *judging, const struct expectation *expectation)
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
        return probe->status ? judge_text(judging, expectation, probe_header(probe, expectation->key))
                             : not_judged("no response came");
    case EXPECT_TYPE:
        return probe->status ? judge_type(judging, expectation) : not_judged("no response came");
    case EXPECT_SUBPROTOCOL:
        return probe->status == 101 ? judge_text(judging, expectation, probe->subprotocol)
                                    : not_judged("there was no WebSocket");
    case EXPECT_MESSAGE_JSON:
    case EXPECT_MESSAGE_TEXT:
        return judge_message(judging, expectation);
    case EXPECT_PING:
        return judge_ping(judging, expectation);
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
        if (probe->timings.first_message_us < 0
            || (expectation->within_us > 0 && actual.data && probe->timings.first_message_us > expectation->within_us))
            return (struct blame){LAYER_WEBSOCKET, "websocket-no-message"};
        return (struct blame){LAYER_CONTENT, "websocket-message-not-expected"};
    case EXPECT_PING:
        return (struct blame){LAYER_WEBSOCKET, "websocket-no-pong"};
    default:
        return (struct blame){LAYER_CONTENT, "content-not-expected"};
    }
}

static void judge(struct judging *judging, const struct expectation *expectation, struct judgement *judgement)
{
    struct finding_of_one found = judge_one(judging, expectation);
    struct blame blame = blame_of(judging->probe, expectation, found.actual);

    *judgement = (struct judgement){
        .expected = arena_text(&judging->probe->arena, expectation->words),
        .actual = found.actual,
        .verdict = found.verdict,
        .reason = found.reason,
        .layer = blame.layer,
    };
    if (found.verdict == JUDGED_DOES_NOT && (!judging->code || blame.layer < judging->layer)) {
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
        return true;
    default:
        return endpoint->kind == KIND_WEBSOCKET && !probe->upgrade;
    }
}

static void settle_answer(struct probe *probe)
{
    probe->outcome = probe->status ? OUTCOME_PASSED : OUTCOME_FAILED;
    if (probe->status) {
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

bool expect_check(const struct expectation *expectation, struct error *err)
{
    bool json = expectation->subject == EXPECT_JSON || expectation->subject == EXPECT_MESSAGE_JSON;

    if (json && expectation->key && !json_pointer_valid(expectation->key))
        return fail(err, ERR_CONFIG, "`%s` is no JSON pointer: it starts with /, as in /data/type (RFC 6901)",
                    expectation->key);
    if (expectation->operator== OPERATOR_MATCHES)
        return pattern_check(expectation->wanted.value, err);
    return true;
}
