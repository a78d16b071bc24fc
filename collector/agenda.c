/* SPDX-License-Identifier: MIT */
#include "collector/agenda.h"

#include <string.h>

#include "base/arena.h"
#include "collector/exchange.h"
#include "collector/probe.h"
#include "collector/request.h"
#include "collector/suite.h"
#include "collector/url.h"

enum { PING_US = 5 * 1000 * 1000 };

/* Experiments that ask what an address answers, not whether the answer is the wanted one. */
static bool wants_answer_only(enum question question)
{
    return question == QUESTION_NO_SUCH_SIBLING || question == QUESTION_NO_SUCH_ROOT || question == QUESTION_UNVERIFIED
           || question == QUESTION_PARENT || question == QUESTION_DISCOVER;
}

static bool any_secret(const struct endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->send_count; i++)
        if (endpoint->send[i].shown && strcmp(endpoint->send[i].value, endpoint->send[i].shown) != 0)
            return true;
    return false;
}

/* Messages are like a body: they go to the endpoint's own address, in its own scheme, and to another one of its origin
 * only where that may be repeated, and never with a secret. */
static bool may_send(const struct exchange *exchange)
{
    const struct endpoint *endpoint = exchange->endpoint;
    struct probe *probe = exchange->probe;
    const char *home, *there;

    if (wants_answer_only(probe->question) || probe->question == QUESTION_SCHEME || probe->question == QUESTION_PORT)
        return false;
    if (probe->candidate == 0)
        return true;
    home = url_origin(endpoint->url.value, &probe->arena);
    there = url_origin(exchange->request->url, &probe->arena);
    return endpoint->repeatable && !any_secret(endpoint) && home && there && strcmp(home, there) == 0;
}

static bool is_of_message(const struct expectation *expectation)
{
    return expectation->subject == EXPECT_MESSAGE_JSON || expectation->subject == EXPECT_MESSAGE_TEXT;
}

static void expect_more(struct agenda *agenda, const struct expectation *expectation)
{
    if (is_of_message(expectation) && agenda->messages <= expectation->message)
        agenda->messages = (size_t)expectation->message + 1;
    else if (expectation->subject == EXPECT_PING && expectation->number <= 0)
        agenda->ping_us = INT64_MAX;
    else if (expectation->subject == EXPECT_PING && expectation->number > (double)agenda->ping_us)
        agenda->ping_us = expectation->number < 1e15 ? (int64_t)expectation->number : INT64_MAX;
    else if (expectation->subject == EXPECT_OPEN && expectation->number > (double)agenda->open_us)
        agenda->open_us = expectation->number < 1e15 ? (int64_t)expectation->number : INT64_MAX;
    else if (expectation->subject == EXPECT_CLOSE)
        agenda->close = true;
}

void agenda_make(struct agenda *agenda, struct exchange *exchange)
{
    const struct endpoint *endpoint = exchange->endpoint;
    struct probe *probe = exchange->probe;

    *agenda = (struct agenda){.endpoint = endpoint, .sends = endpoint->send_count, .ping_us = PING_US};
    if (endpoint->send_count && !may_send(exchange)) {
        agenda->sends = 0;
        probe->withheld = arena_printf(&probe->arena, "%s%smessages: sent to the endpoint's own address only",
                                       probe->withheld ? probe->withheld : "", probe->withheld ? "; " : "");
    }
    if (wants_answer_only(probe->question))
        return;
    for (size_t i = 0; i < endpoint->expectation_count; i++)
        expect_more(agenda, &endpoint->expectations[i]);
}

int64_t agenda_message_us(const struct agenda *agenda, size_t heard)
{
    const struct endpoint *endpoint = agenda->endpoint;
    int64_t most = 0;

    if (heard >= agenda->messages)
        return 0;
    for (size_t i = 0; i < endpoint->expectation_count; i++) {
        const struct expectation *expectation = &endpoint->expectations[i];
        int64_t within = expectation->within_us ? expectation->within_us : endpoint->timeout_us;

        if (is_of_message(expectation) && expectation->message >= heard && within > most)
            most = within;
    }
    return most;
}
