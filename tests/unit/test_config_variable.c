/* SPDX-License-Identifier: MIT */
/* Variables of a config, and which of them are secrets. */
#include "tests/unit/support/loaded.h"

static void missing_variables_are_listed_where_none_is_required(void **state)
{
    struct loaded loaded;

    (void)state;
    load_optional(&loaded,
                  "suite: s\n"
                  "defaults: { headers: { Authorization: \"Bearer ${UNSET_B}\" } }\n"
                  "concurrency: ${UNSET_D}\n"
                  "timezone: ${UNSET_A}\n"
                  "endpoints:\n"
                  "- name: one\n"
                  "  url: \"https://${UNSET_A}:${UNSET_C}/${UNSET_B}\"\n"
                  "  method: ${UNSET_A}\n"
                  "  role: ${UNSET_A}\n"
                  "  resolve: \"${UNSET_A}\"\n"
                  "  timeout: ${UNSET_A}\n"
                  "  origins: \"${UNSET_A}\"\n"
                  "  candidates: [\"${UNSET_A}\", /x]\n"
                  "  expect: { status: \"${UNSET_A}\", time: \"${UNSET_A}\", size: \"${UNSET_A}\",\n"
                  "            body: { matches: \"${UNSET_A}(\" }, json: { /x: { type: \"${UNSET_A}\" } } }\n"
                  "- { name: two, url: \"${UNSET_A}/two\", subprotocols: \"${UNSET_A} x\", expect: { ping: true } }\n"
                  "- { name: three, url: \"https://other.example/\", headers: { Authorization: null } }\n");
    expect_ok(&loaded);
    assert_int_equal(loaded.use.missing_count, 4);
    assert_string_equal(loaded.use.missing[0].name, "UNSET_A");
    assert_string_equal(loaded.use.missing[1].name, "UNSET_B");
    assert_string_equal(loaded.use.missing[2].name, "UNSET_C");
    assert_string_equal(loaded.use.missing[3].name, "UNSET_D");
    assert_string_equal(loaded.suite.endpoints[0].url.value, "https://${UNSET_A}:${UNSET_C}/${UNSET_B}");
    assert_string_equal(loaded.suite.endpoints[0].url.shown, "https://${UNSET_A}:${UNSET_C}/${UNSET_B}");
    assert_int_equal(loaded.suite.concurrency, 64);
    assert_string_equal(loaded.suite.endpoints[0].headers[0].value.shown, "Bearer ${UNSET_B}");
    assert_true(loaded.suite.endpoints[0].headers[0].secret);
    loaded_free(&loaded);
}

static void a_missing_variable_says_which_verbs_want_it(void **state)
{
    struct loaded loaded;

    (void)state;
    load(&loaded, "suite: s\n"
                  "heartbeat: \"https://beat.example/${UNSET_B}\"\n"
                  "report_url: \"https://reports.example/${UNSET_C}\"\n"
                  "trackers: { t: { kind: webhook, url: \"https://hook.example/${UNSET_A}/${UNSET_B}\" } }\n"
                  "endpoints: [{ name: one, url: \"https://h/\" }]\n");
    expect_ok(&loaded);
    assert_int_equal(loaded.use.missing_count, 3);
    assert_int_equal(loaded.use.missing[0].need, NEED_PUBLISH);
    /* Of several the first. */
    assert_string_equal(loaded.use.missing[1].name, "UNSET_B");
    assert_int_equal(loaded.use.missing[1].need, NEED_PUBLISH);
    assert_int_equal(loaded.use.missing[2].need, NEED_PUBLISH);
    loaded_free(&loaded);
    load_text(&loaded, "endoscope.yaml",
              slice_of("suite: s\nheartbeat: \"https://beat.example/${UNSET_B}\"\n"
                       "trackers: { t: { kind: webhook, url: \"https://hook.example/${UNSET_A}\" } }\n"
                       "endpoints: [{ name: one, url: \"https://h/\" }]\n"),
              VARIABLES_ALL);
    expect_problem(&loaded, ": trackers.t.url: the variable UNSET_A has no value");
    assert_int_equal(loaded.problems.count, 1);
    assert_int_equal(loaded.use.missing[1].need, NEED_NIGHTLY);
    loaded_free(&loaded);
}

static void an_empty_variable_has_no_value(void **state)
{
    struct loaded loaded;

    (void)state;
    setenv("EMPTY", "", 1);
    load(&loaded, "suite: s${EMPTY:-x}\nenvironment: ${EMPTY}\nendpoints:\n- { name: one, url: \"https://h/\" }\n");
    expect_problem(&loaded, "environment: the variable EMPTY has no value");
    loaded_free(&loaded);
}

static bool is_redacted(const struct secrets *secrets, const char *text)
{
    struct buf out = BUF_INIT;
    bool redacted;

    secrets_redact(secrets, slice_of(text), false, &out);
    redacted = strstr(out.data, "[redacted:") != NULL;
    buf_free(&out);
    return redacted;
}

static void secrets_are_registered_and_public_values_are_not(void **state)
{
    struct loaded loaded;

    (void)state;
    load(&loaded,
         "suite: s\npublic: [REGION]\nendpoints:\n"
         "- { name: one, url: \"https://${HOST}/${USER_SECRET}\", headers: { X-A: \"${TOKEN}\", X-B: \"${HOST}\" } }\n"
         "- { name: two, url: \"https://me:hunter2-in-the-file@${HOST}/\" }\n"
         "- { name: three, url: \"https://${HOST}/3\", headers: { Authorization: \"Basic in-the-file-too\" } }\n");
    expect_ok(&loaded);
    assert_true(is_redacted(loaded.secrets, "x token-of-the-tests"));
    assert_true(is_redacted(loaded.secrets, "x somebody-secret"));
    assert_true(is_redacted(loaded.secrets, "x hunter2-in-the-file"));
    assert_true(is_redacted(loaded.secrets, "x in-the-file-too"));
    assert_false(is_redacted(loaded.secrets, "x host.example"));
    assert_true(loaded.suite.endpoints[0].headers[0].secret);
    assert_false(loaded.suite.endpoints[0].headers[1].secret);
    assert_string_equal(loaded.suite.endpoints[0].url.value, "https://host.example/somebody-secret");
    assert_string_equal(loaded.suite.endpoints[0].headers[0].value.value, "token-of-the-tests");
    assert_string_equal(loaded.suite.endpoints[2].headers[0].value.value, "Basic in-the-file-too");
    loaded_free(&loaded);
}

static void a_secret_that_is_shown_elsewhere_is_refused(void **state)
{
    struct loaded loaded;

    (void)state;
    load(&loaded, "suite: s\nstore: \"${TOKEN}.db\"\nendpoints:\n"
                  "- { name: one, url: \"https://h/\", headers: { X-A: \"${TOKEN}\" } }\n");
    expect_problem(&loaded, "2:8: store: the variable TOKEN is a secret elsewhere");
    loaded_free(&loaded);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_variables_are_listed_where_none_is_required),
        cmocka_unit_test(a_missing_variable_says_which_verbs_want_it),
        cmocka_unit_test(an_empty_variable_has_no_value),
        cmocka_unit_test(secrets_are_registered_and_public_values_are_not),
        cmocka_unit_test(a_secret_that_is_shown_elsewhere_is_refused),
    };

    return cmocka_run_group_tests(tests, set_variables, NULL);
}
