/* SPDX-License-Identifier: MIT */
/* Whether an expectation means anything: a comparison that its subject cannot have would hold always, or never. */
#include <string.h>

#include "collector/expect.h"
#include "collector/json_pointer.h"
#include "collector/pattern.h"
#include "collector/suite.h"

enum { SIZE_MOST = 1 << 30 };

#define BIT(operator) (1U << (operator))
#define OF_TEXTS                                                                                                      \
    (BIT(OPERATOR_EQUALS) | BIT(OPERATOR_CONTAINS) | BIT(OPERATOR_MATCHES) | BIT(OPERATOR_EXISTS)                     \
     | BIT(OPERATOR_ABSENT))

static const struct {
    unsigned operators;
    const char *words; /* of those that there are, for people; NULL: the config has no choice of them */
} subjects[] = {
    [EXPECT_STATUS] = {BIT(OPERATOR_STATUS), NULL},
    [EXPECT_TIME] = {BIT(OPERATOR_AT_MOST), NULL},
    [EXPECT_CERTIFICATE] = {BIT(OPERATOR_AT_LEAST), NULL},
    [EXPECT_HEADER] = {OF_TEXTS, "equals, contains, matches, exists and absent"},
    [EXPECT_BODY] = {OF_TEXTS, "equals, contains, matches, exists and absent"},
    [EXPECT_JSON] = {OF_TEXTS | BIT(OPERATOR_TYPE) | BIT(OPERATOR_AT_LEAST) | BIT(OPERATOR_AT_MOST), NULL},
    [EXPECT_TYPE] = {OF_TEXTS, "equals, contains, matches, exists and absent"},
    [EXPECT_SIZE] = {BIT(OPERATOR_EQUALS) | BIT(OPERATOR_AT_LEAST) | BIT(OPERATOR_AT_MOST),
                     "equals, at_least and at_most"},
    [EXPECT_MESSAGE_JSON] = {OF_TEXTS | BIT(OPERATOR_TYPE) | BIT(OPERATOR_AT_LEAST) | BIT(OPERATOR_AT_MOST), NULL},
    [EXPECT_MESSAGE_TEXT] = {OF_TEXTS, "equals, contains, matches, exists and absent"},
    [EXPECT_SUBPROTOCOL] = {OF_TEXTS, "equals, contains, matches, exists and absent"},
    [EXPECT_PING] = {BIT(OPERATOR_AT_MOST), NULL},
    [EXPECT_BODY_SHA256] = {BIT(OPERATOR_EQUALS), NULL},
    [EXPECT_VERSION] = {BIT(OPERATOR_EQUALS), NULL},
    [EXPECT_URL] = {OF_TEXTS, "equals, contains, matches, exists and absent"},
    [EXPECT_OPEN] = {BIT(OPERATOR_AT_LEAST), NULL},
    [EXPECT_CLOSE] = {BIT(OPERATOR_EQUALS), NULL},
};

static bool is_json_type(const char *word)
{
    static const char *const types[] = {"object", "array", "string", "number", "boolean", "null"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(word, types[i]) == 0)
            return true;
    return false;
}

bool expect_check(const struct expectation *expectation, struct error *err)
{
    enum expect_subject subject = expectation->subject;
    const char *wanted = expectation->wanted.value;

    if (!(subjects[subject].operators & BIT(expectation->operator)))
        return fail(err, ERR_CONFIG, "this can be compared by %s only",
                    subjects[subject].words ? subjects[subject].words : "what it is for");
    if ((subject == EXPECT_JSON || subject == EXPECT_MESSAGE_JSON) && expectation->key
        && !json_pointer_valid(expectation->key))
        return fail(err, ERR_CONFIG, "`%s` is no JSON pointer: it starts with /, as in /data/type (RFC 6901)",
                    expectation->key);
    if (subject == EXPECT_SIZE && !(expectation->number >= 0 && expectation->number <= (double)SIZE_MOST * SIZE_MOST))
        return fail(err, ERR_CONFIG, "a size is not negative, and not beyond counting");
    if (subject == EXPECT_TYPE && expectation->operator== OPERATOR_EQUALS && strchr(wanted, ';'))
        return fail(err, ERR_CONFIG, "a content type is compared without its parameters: %.*s",
                    (int)strcspn(expectation->wanted.shown, "; "), expectation->wanted.shown);
    if (expectation->operator== OPERATOR_TYPE && !is_json_type(wanted))
        return fail(err, ERR_CONFIG, "the types are object, array, string, number, boolean and null");
    return expectation->operator!= OPERATOR_MATCHES || pattern_check(wanted, err);
}
