/* SPDX-License-Identifier: MIT */
/* An expectation as a reader is told it: what is looked at, then what it must be. */
#include <string.h>

#include "base/utf8.h"
#include "collector/expect.h"
#include "collector/quantity.h"
#include "collector/suite.h"

enum { MOST_OF_WANTED = 200 };

static const char *const subjects[] = {
    [EXPECT_STATUS] = "status",
    [EXPECT_TIME] = "total time",
    [EXPECT_CERTIFICATE] = "certificate",
    [EXPECT_HEADER] = "header",
    [EXPECT_BODY] = "body",
    [EXPECT_JSON] = "body",
    [EXPECT_TYPE] = "content type",
    [EXPECT_SIZE] = "body size",
    [EXPECT_MESSAGE_JSON] = "message",
    [EXPECT_MESSAGE_TEXT] = "message",
    [EXPECT_SUBPROTOCOL] = "subprotocol",
    [EXPECT_PING] = "pong",
    [EXPECT_BODY_SHA256] = "body's SHA-256",
    [EXPECT_VERSION] = "HTTP version",
    [EXPECT_URL] = "final URL",
    [EXPECT_OPEN] = "time open",
    [EXPECT_CLOSE] = "close code",
};

static bool is_json(const struct expectation *expectation)
{
    return expectation->subject == EXPECT_JSON || expectation->subject == EXPECT_MESSAGE_JSON;
}

static const char *wanted(const struct expectation *expectation, struct arena *arena)
{
    const char *shown = expectation->wanted.shown ? expectation->wanted.shown : "";
    size_t len = strlen(shown);
    const char *quote = is_json(expectation) && expectation->operator== OPERATOR_EQUALS ? "" : "\"";

    if (len <= MOST_OF_WANTED)
        return arena_printf(arena, "%s%s%s", quote, shown, quote);
    return arena_printf(arena, "%s%.*s…%s", quote, (int)utf8_cut(slice_of(shown), MOST_OF_WANTED), shown, quote);
}

static const char *amount(const struct expectation *expectation, struct arena *arena)
{
    switch (expectation->subject) {
    case EXPECT_TIME:
    case EXPECT_CERTIFICATE:
    case EXPECT_OPEN:
    case EXPECT_PING:
        return quantity_duration_words((int64_t)expectation->number, arena);
    case EXPECT_SIZE:
        return quantity_size_words((uint64_t)expectation->number, arena);
    default:
        return arena_printf(arena, "%.15g", expectation->number);
    }
}

/* "200 404" reads "200 or 404". */
static const char *statuses(const char *list, struct arena *arena)
{
    const char *blank = list ? strchr(list, ' ') : NULL;
    const char *text = blank ? arena_text_of(arena, list, (size_t)(blank - list)) : list;

    for (; blank; blank = strchr(blank + 1, ' '))
        text = arena_printf(arena, "%s or %.*s", text, (int)strcspn(blank + 1, " "), blank + 1);
    return text ? text : "";
}

/* The first message is "message", others are counted. */
static const char *subject_of(const struct expectation *expectation, struct arena *arena)
{
    const char *subject = subjects[expectation->subject];

    return expectation->message ? arena_printf(arena, "%s %u", subject, expectation->message + 1) : subject;
}

/* "body has /type = "connect"": the pointer is the object of the sentence; an empty one means the whole. */
static const char *json_words(const struct expectation *expectation, struct arena *arena)
{
    const char *subject = subject_of(expectation, arena);
    const char *what = expectation->key[0] ? arena_printf(arena, "%s has %s", subject, expectation->key) : subject;

    switch (expectation->operator) {
    case OPERATOR_EQUALS:
        return arena_printf(arena, "%s = %s", what, wanted(expectation, arena));
    case OPERATOR_CONTAINS:
        return arena_printf(arena, "%s containing %s", what, wanted(expectation, arena));
    case OPERATOR_MATCHES:
        return arena_printf(arena, "%s matching %s", what, wanted(expectation, arena));
    case OPERATOR_ABSENT:
        return arena_printf(arena, "%s has no %s", subject, expectation->key[0] ? expectation->key : "JSON");
    case OPERATOR_TYPE:
        return arena_printf(arena, "%s of type %s", what, expectation->wanted.shown);
    case OPERATOR_AT_LEAST:
        return arena_printf(arena, "%s ≥ %s", what, amount(expectation, arena));
    case OPERATOR_AT_MOST:
        return arena_printf(arena, "%s ≤ %s", what, amount(expectation, arena));
    default:
        return expectation->key[0] ? what : arena_printf(arena, "%s is JSON", subject);
    }
}

static const char *text_words(const struct expectation *expectation, struct arena *arena)
{
    const char *subject = subject_of(expectation, arena);
    bool is_amount = expectation->subject == EXPECT_SIZE || expectation->subject == EXPECT_CLOSE;

    if (expectation->key)
        subject = arena_printf(arena, "%s %s", subject, expectation->key);
    switch (expectation->operator) {
    case OPERATOR_EQUALS:
        return arena_printf(arena, "%s is %s", subject,
                            is_amount ? amount(expectation, arena) : wanted(expectation, arena));
    case OPERATOR_CONTAINS:
        return arena_printf(arena, "%s contains %s", subject, wanted(expectation, arena));
    case OPERATOR_MATCHES:
        return arena_printf(arena, "%s matches %s", subject, wanted(expectation, arena));
    case OPERATOR_ABSENT:
        return arena_printf(arena, "%s is absent", subject);
    case OPERATOR_STATUS:
        return arena_printf(arena, "%s is %s", subject, statuses(expectation->wanted.shown, arena));
    case OPERATOR_AT_LEAST:
        return arena_printf(arena, "%s is at least %s", subject, amount(expectation, arena));
    case OPERATOR_AT_MOST:
        return arena_printf(arena, "%s is at most %s", subject, amount(expectation, arena));
    default:
        return arena_printf(arena, "%s is there", subject);
    }
}

const char *expect_words(const struct expectation *expectation, struct arena *arena)
{
    const char *words;

    if (expectation->subject == EXPECT_PING)
        return expectation->number > 0
                   ? arena_printf(arena, "a ping is answered within %s", amount(expectation, arena))
                   : "a ping is answered";
    if (expectation->subject == EXPECT_OPEN)
        return arena_printf(arena, "it stays open for %s", amount(expectation, arena));
    if (expectation->subject == EXPECT_CLOSE)
        return arena_printf(arena, "the server closes with %s", amount(expectation, arena));
    if (expectation->subject == EXPECT_CERTIFICATE)
        return arena_printf(arena, "certificate is valid for at least %s", amount(expectation, arena));
    words = is_json(expectation) ? json_words(expectation, arena) : text_words(expectation, arena);
    if (expectation->within_us > 0)
        words = arena_printf(arena, "%s, within %s", words, quantity_duration_words(expectation->within_us, arena));
    return words;
}
