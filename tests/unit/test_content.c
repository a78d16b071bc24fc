/* SPDX-License-Identifier: MIT */
/* What an endpoint says now, beside what it said in the last good run. */
#include "tests/unit/support/records.h"

#define URL "https://a.example/api/thing"
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *key; /* of the JSON that is expected; NULL: the body is */
    const char *before, *after;
    bool passed; /* in the run before */
    const char *code, *change;
} rows[] = {
    {"/user/name", "{\"user\":{\"name\":\"ann\"}}", "{\"user\":{\"nick\":\"ann\"}}", true, "content-shape-changed",
     "/user/name is gone"},
    {"/user/name", "{\"user\":{\"name\":\"ann\"}}", "{\"user\":null}", true, "content-shape-changed",
     "/user: null, was {\"name\":\"ann\"}"},
    {"/user/id", "{\"user\":{\"id\":7}}", "{\"user\":{\"id\":\"7\"}}", true, "content-shape-changed",
     "/user/id: \"7\", was 7"},
    {"/state", "{\"state\":\"up\"}", "{\"state\":\"down\"}", true, "content-changed", "/state: \"down\", was \"up\""},
    /* What nobody looks at is no reason, and neither is what did not pass before. */
    {"/state", "{\"state\":\"down\",\"a\":1}", "{\"state\":\"down\"}", true, "content-not-expected", NULL},
    {"/statement", "{\"state\":1}", "{}", true, "content-not-expected", NULL},
    {"/state", "{\"state\":\"up\"}", "{\"state\":\"down\"}", false, "content-not-expected", NULL},
    /* An error says more than that something is another. */
    {"/state", "{\"state\":\"up\"}", "{\"error\":\"db\"}", true, "content-error-in-200", NULL},
    {NULL, "welcome\n", "sorry\n", true, "content-changed", "line 1: sorry, was welcome"},
    {NULL, "{\"a\":1}", "{\"b\":1}", true, "content-shape-changed", "/a is gone; /b is new"},
};

static void add_run(struct scene *scene, size_t row, const char *body, bool passed)
{
    static const struct expectation json = {.subject = EXPECT_JSON}, text = {.subject = EXPECT_BODY};
    struct expectation *expectation = arena_new(&scene->arena, 1, sizeof *expectation);
    struct endpoint *endpoint = scene_endpoint(scene, URL);
    struct said said = {.status = 200, .body = body};

    *expectation = rows[row].key ? json : text;
    expectation->key = rows[row].key;
    endpoint->expectations = expectation;
    endpoint->expectation_count = 1;
    if (!passed) {
        said.layer = LAYER_CONTENT;
        said.code = "content-not-expected";
    }
    scene_attempts(scene, 0, 2, said);
    if (!passed)
        scene_ask_absent(scene, 0, (struct said){.status = 404, .body = "no"});
}

static void what_changed_since_the_last_good_run_is_the_cause(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene good, now;
        struct records records, before;
        struct findings findings;

        scene_open(&good);
        scene_open(&now);
        add_run(&good, i, rows[i].before, rows[i].passed);
        add_run(&now, i, rows[i].after, false);
        before = scene_records(&good);
        records = scene_records(&now);
        records.good = &before;
        findings = diagnose(&records, &now.arena);
        assert_int_equal(findings.count, 1);
        assert_string_equal(findings.list[0].rule->code, rows[i].code);
        if (rows[i].change && !slice_equals(findings.list[0].field, slice_of(rows[i].change)))
            fail_msg("row %zu: %.*s", i, (int)findings.list[0].field.len, findings.list[0].field.data);
        if (rows[i].change)
            assert_int_equal(findings.list[0].certainty, CERTAINTY_LIKELY);
        scene_close(&good);
        scene_close(&now);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_changed_since_the_last_good_run_is_the_cause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
