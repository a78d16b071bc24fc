/* SPDX-License-Identifier: MIT */
/* loaded.h - a config as it was read, and the environment that the configs of tests/ are written for. */
#ifndef TESTS_UNIT_SUPPORT_LOADED_H
#define TESTS_UNIT_SUPPORT_LOADED_H

#include <stdlib.h>

#include "base/buf.h"
#include "collector/config.h"
#include "collector/config_text.h"
#include "collector/secret.h"
#include "collector/suite.h"
#include "tests/unit/unit.h"

/* A config as it was read, with all that comes with it. */
struct loaded {
    struct suite suite;
    struct secrets *secrets;
    struct config_use use;
    struct problems problems;
    bool ok;
};

static inline void load_text(struct loaded *loaded, const char *name, struct slice text, enum variables variables)
{
    *loaded = (struct loaded){.secrets = secrets_new()};
    loaded->ok =
        config_load_text(name, text, variables, &loaded->suite, loaded->secrets, &loaded->use, &loaded->problems);
}

static inline void load(struct loaded *loaded, const char *text)
{
    load_text(loaded, "endoscope.yaml", slice_of(text), VARIABLES_REQUIRED);
}

static inline void load_optional(struct loaded *loaded, const char *text)
{
    load_text(loaded, "endoscope.yaml", slice_of(text), VARIABLES_OPTIONAL);
}

static inline void loaded_free(struct loaded *loaded)
{
    suite_free(&loaded->suite);
    problems_free(&loaded->problems);
    secrets_free(loaded->secrets);
}

static inline void put_problems(const struct problems *problems, struct buf *out)
{
    for (size_t i = 0; i < problems->count; i++)
        buf_printf(out, "%s%s%u:%u: %s\n", strchr(problems->list[i].file, '/') ? problems->list[i].file : "",
                   strchr(problems->list[i].file, '/') ? ":" : "", problems->list[i].line, problems->list[i].column,
                   problems->list[i].words);
}

static inline void expect_ok(const struct loaded *loaded)
{
    struct buf words = BUF_INIT;

    put_problems(&loaded->problems, &words);
    if (!loaded->ok)
        fail_msg("%s", words.data);
    assert_int_equal(loaded->problems.count, 0);
    buf_free(&words);
}

static inline void expect_problem(const struct loaded *loaded, const char *wanted)
{
    struct buf words = BUF_INIT;

    assert_false(loaded->ok);
    put_problems(&loaded->problems, &words);
    if (!strstr(words.data, wanted))
        fail_msg("no problem says \"%s\":\n%s", wanted, words.data);
    buf_free(&words);
}

/* The environment that the files are written for. */
static inline int set_variables(void **state)
{
    (void)state;
    unsetenv("UNSET");
    unsetenv("ENVIRONMENT");
    unsetenv("TIMEOUT");
    setenv("TOKEN", "token-of-the-tests", 1);
    setenv("USER_SECRET", "somebody-secret", 1);
    setenv("CA_SECRET", "secret-of-the-ca", 1);
    setenv("REGION", "eu", 1);
    setenv("HOST", "host.example", 1);
    setenv("PORT", "9443", 1);
    setenv("BASE", "https://base.example/api", 1);
    setenv("CERTIFICATES", "/etc/certs", 1);
    setenv("COUNT", "5", 1);
    setenv("PIN", "1234", 1);
    setenv("WORD", "status", 1);
    setenv("LATIN", "caf\xE9", 1);
    return 0;
}
#endif
