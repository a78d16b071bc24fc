/* SPDX-License-Identifier: MIT */
/* Any bytes as a config: either problems in words, or a suite that its JSON says again; and no secret in either. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "collector/config_text.h"
#include "collector/secret.h"
#include "collector/suite.h"
#include "collector/suite_json.h"

static const char token[] = "token-of-the-fuzzer";

/* Whether the variable was taken for a secret; it may have been listed as public. */
static bool is_secret(const struct secrets *secrets)
{
    struct buf out = BUF_INIT;
    bool secret;

    secrets_redact(secrets, slice_of(token), false, &out);
    secret = strcmp(out.data, token) != 0;
    buf_free(&out);
    return secret;
}

static void check_json(const struct suite *suite, bool secret)
{
    struct buf json = BUF_INIT, again = BUF_INIT;
    struct suite back;

    suite_to_json(suite, &json);
    if (!suite_from_json(json.data, &back, NULL))
        abort();
    suite_to_json(&back, &again);
    if (!slice_equals(buf_slice(&json), buf_slice(&again)))
        abort();
    if (secret && strstr(json.data, token))
        abort();
    suite_free(&back);
    buf_free(&json);
    buf_free(&again);
}

static void check(struct slice text, enum variables variables)
{
    struct secrets *secrets = secrets_new();
    struct problems problems;
    struct config_use use;
    struct suite suite;
    bool ok = config_load_text("conf/endoscope.yaml", text, variables, &suite, secrets, &use, &problems);
    bool written = memmem(text.data, text.len, token, strlen(token)) != NULL;
    bool secret = !written && is_secret(secrets);

    if (ok != (problems.count == 0))
        abort();
    if (ok)
        check_json(&suite, secret);
    for (size_t i = 0; i < problems.count; i++)
        if (!utf8_valid(slice_of(problems.list[i].words)) || (secret && strstr(problems.list[i].words, token)))
            abort();
    suite_free(&suite);
    problems_free(&problems);
    secrets_free(secrets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Terminated, as config_load() hands it over. */
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    setenv("TOKEN", token, 1);
    setenv("HOST", "host.example", 1);
    setenv("PORT", "8443", 1);
    check((struct slice){text, size}, VARIABLES_REQUIRED);
    check((struct slice){text, size}, VARIABLES_OPTIONAL);
    free(text);
    return 0;
}
