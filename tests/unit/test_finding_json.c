/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/incident.h"
#include "tests/unit/support/records.h"

#include "base/buf.h"

static void findings_come_back_as_they_were(void **state)
{
    struct scene scene;
    struct findings findings, back;
    struct buf first = BUF_INIT, second = BUF_INIT;
    struct error err = {0};

    (void)state;
    incident_suite(&scene);
    scene_play(&scene, incident_world);
    findings = scene_diagnose(&scene);
    findings_to_json(&findings, &first);
    assert_true(findings_from_json(first.data, &scene.arena, &back, &err));
    assert_int_equal(back.count, findings.count);
    assert_int_equal(back.rules, RULES_VERSION);
    for (size_t i = 0; i < back.count; i++) {
        assert_ptr_equal(back.list[i].rule, findings.list[i].rule);
        assert_int_equal(back.list[i].certainty, findings.list[i].certainty);
        assert_int_equal(back.list[i].caution_count, findings.list[i].caution_count);
        assert_int_equal(back.list[i].excluded_count, findings.list[i].excluded_count);
        assert_true(slice_equals(back.list[i].field, findings.list[i].field));
    }
    findings_to_json(&back, &second);
    assert_string_equal(first.data, second.data);
    buf_free(&first);
    buf_free(&second);
    scene_close(&scene);
}

static void no_findings_are_a_document_too(void **state)
{
    struct findings findings = {.rules = 7}, back;
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct error err = {0};

    (void)state;
    findings_to_json(&findings, &out);
    assert_string_equal(out.data, "{\"rules\":7,\"findings\":[]}");
    assert_true(findings_from_json(out.data, &arena, &back, &err));
    assert_int_equal(back.count, 0);
    assert_int_equal(back.rules, 7);
    buf_free(&out);
    arena_free(&arena);
}

static void broken_bytes_of_a_server_are_kept_as_they_are_shown(void **state)
{
    const uint32_t one = 1;
    const struct caution caution = {.key = slice_of("Sunset"), .value = {"a\xff\"b", 4}, .cites = {&one, 1, NULL}};
    const struct finding finding = {.rule = rule_by_code("http-wrong-path"),
                                    .certainty = CERTAINTY_LIKELY,
                                    .endpoints = &one,
                                    .endpoint_count = 1,
                                    .cautions = &caution,
                                    .caution_count = 1};
    const struct findings findings = {.list = &finding, .count = 1, .rules = 1};
    struct arena arena = ARENA_INIT;
    struct findings back;
    struct buf out = BUF_INIT;
    struct error err = {0};

    (void)state;
    findings_to_json(&findings, &out);
    assert_true(findings_from_json(out.data, &arena, &back, &err));
    assert_true(slice_equals(back.list[0].cautions[0].value, slice_of("a\\xFF\"b")));
    assert_null(back.list[0].cautions[0].words);
    assert_null(back.list[0].field.data);
    buf_free(&out);
    arena_free(&arena);
}

static void damage_is_one_clear_error(void **state)
{
#define TAIL "\"probes\":[],\"experiments\":[],\"excluded\":[],\"cautions\":[]}]}"
    static const struct {
        const char *json, *words;
    } cases[] = {
        {"", "no list of findings"},
        {"[]", "no list of findings"},
        {"{\"findings\":[]}", "rules"},
        {"{\"rules\":-1,\"findings\":[]}", "rules"},
        {"{\"rules\":1,\"findings\":[7]}", "(none)"},
        {"{\"rules\":1,\"findings\":[{\"code\":\"http-from-the-future\"}]}", "http-from-the-future"},
        {"{\"rules\":1,\"findings\":[{\"code\":\"flapping\",\"certainty\":\"surely\",\"endpoints\":[0]," TAIL,
         "certainty"},
        {"{\"rules\":1,\"findings\":[{\"code\":\"flapping\",\"certainty\":\"likely\",\"endpoints\":[]," TAIL,
         "endpoints"},
        {"{\"rules\":1,\"findings\":[{\"code\":\"flapping\",\"certainty\":\"likely\",\"endpoints\":[-3]"
         "," TAIL,
         "endpoints"},
        {"{\"rules\":1,\"findings\":[{\"code\":\"flapping\",\"certainty\":\"likely\",\"endpoints\":[0]}]}", "probes"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = ARENA_INIT;
        struct findings findings;
        struct error err = {0};

        assert_false(findings_from_json(cases[i].json, &arena, &findings, &err));
        assert_int_equal(err.code, ERR_STORE);
        assert_non_null(strstr(err.text, cases[i].words));
        assert_int_equal(findings.count, 0);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_come_back_as_they_were),
        cmocka_unit_test(no_findings_are_a_document_too),
        cmocka_unit_test(broken_bytes_of_a_server_are_kept_as_they_are_shown),
        cmocka_unit_test(damage_is_one_clear_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
