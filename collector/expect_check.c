/* SPDX-License-Identifier: MIT */
/* Whether an expectation says anything at all: what could never hold, or always would, is a mistake of the config. */
#include <string.h>

#include "collector/expect.h"
#include "collector/json_pointer.h"
#include "collector/pattern.h"
#include "collector/suite.h"

static bool is_json_subject(enum expect_subject subject)
{
    return subject == EXPECT_JSON || subject == EXPECT_MESSAGE_JSON;
}

static bool is_text_subject(enum expect_subject subject)
{
    switch (subject) {
    case EXPECT_HEADER:
    case EXPECT_BODY:
    case EXPECT_TYPE:
    case EXPECT_MESSAGE_TEXT:
    case EXPECT_SUBPROTOCOL:
        return true;
    default:
        return false;
    }
}

/* Whether `operator` says anything about `subject`. */
static bool applies(enum expect_operator operator, enum expect_subject subject)
{
    switch (operator) {
    case OPERATOR_STATUS:
        return subject == EXPECT_STATUS;
    case OPERATOR_TYPE:
        return is_json_subject(subject);
    case OPERATOR_AT_LEAST:
        return is_json_subject(subject) || subject == EXPECT_SIZE || subject == EXPECT_CERTIFICATE;
    case OPERATOR_AT_MOST:
        return is_json_subject(subject) || subject == EXPECT_SIZE || subject == EXPECT_TIME || subject == EXPECT_PING;
    case OPERATOR_EQUALS:
        return is_json_subject(subject) || is_text_subject(subject) || subject == EXPECT_SIZE;
    default:
        return is_json_subject(subject) || is_text_subject(subject);
    }
}

static bool is_json_type(const char *word)
{
    static const char *const types[] = {"object", "array", "string", "number", "boolean", "null"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i], word) == 0)
            return true;
    return false;
}

bool expect_check(const struct expectation *expectation, struct error *err)
{
    bool json = is_json_subject(expectation->subject);

    if (!applies(expectation->operator, expectation->subject))
        return fail(err, ERR_CONFIG, "this cannot be compared in this way");
    if (json && expectation->key && !json_pointer_valid(expectation->key))
        return fail(err, ERR_CONFIG, "`%s` is no JSON pointer: it starts with /, as in /data/type (RFC 6901)",
                    expectation->key);
    if (expectation->operator== OPERATOR_TYPE && !is_json_type(expectation->wanted.value))
        return fail(err, ERR_CONFIG, "expected object, array, string, number, boolean or null");
    if (expectation->operator== OPERATOR_MATCHES)
        return pattern_check(expectation->wanted.value, err);
    return true;
}
