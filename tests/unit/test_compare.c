/* SPDX-License-Identifier: MIT */
/* Two runs: what became of each endpoint and each finding. */
#include "tests/unit/support/report.h"

#include "diagnosis/compare.h"
#include "diagnosis/series.h"

#define URL "https://a.example/api/thing"

static const struct said ok = {.status = 200, .type = "text/html", .body = "fine"};
static const struct said broken = {
    .status = 500, .layer = LAYER_HTTP, .code = "http-status", .type = "text/html", .body = "error"};
static const struct said refused = {
    .status = 422, .layer = LAYER_HTTP, .code = "http-status", .type = "text/html", .body = "no"};
const struct said unjudged = {.status = 200, .not_judged = true};

struct night {
    struct scene scene;
    struct records records;
    struct findings findings;
};

static void night_open(struct night *night)
{
    scene_open(&night->scene);
}

static struct endpoint *night_endpoint(struct night *night, const char *name, const char *url)
{
    struct endpoint *endpoint = scene_endpoint(&night->scene, url);

    endpoint->name = name;
    return endpoint;
}

/* One endpoint at URL, with `passed` and then `failed` attempts. */
static void night_of(struct night *night, size_t passed, size_t failed, struct said failure)
{
    night_open(night);
    night_endpoint(night, "thing", URL);
    scene_attempts(&night->scene, 0, passed, ok);
    scene_attempts(&night->scene, 0, failed, failure);
}

static struct comparison nights_compare(struct night *before, struct night *after)
{
    struct compare_side sides[2];

    before->records = scene_records(&before->scene);
    after->records = scene_records(&after->scene);
    sides[0] = (struct compare_side){&before->records, &before->findings};
    sides[1] = (struct compare_side){&after->records, &after->findings};
    return compare(&sides[0], &sides[1], &after->scene.arena);
}

static void nights_close(struct night *before, struct night *after)
{
    scene_close(&before->scene);
    scene_close(&after->scene);
}

static void expect_transition(struct night *before, struct night *after, enum transition transition,
                              enum comparison_verdict verdict)
{
    struct comparison comparison = nights_compare(before, after);

    assert_int_equal(comparison.endpoint_count, 1);
    assert_string_equal(transition_words[comparison.endpoints[0].transition], transition_words[transition]);
    assert_string_equal(comparison_words[comparison.verdict], comparison_words[verdict]);
    assert_int_equal(comparison.of[transition], 1);
    nights_close(before, after);
}

static void each_pair_of_verdicts_has_its_transition(void **state)
{
    const struct {
        size_t before_passed, before_failed, after_passed, after_failed;
        struct said before_said, after_said;
        enum transition transition;
        enum comparison_verdict verdict;
    } cases[] = {
        {0, 3, 3, 0, broken, broken, TRANSITION_FIXED, COMPARISON_BETTER},
        {3, 0, 0, 3, broken, broken, TRANSITION_REGRESSED, COMPARISON_WORSE},
        {0, 3, 0, 3, broken, broken, TRANSITION_STILL_FAILING, COMPARISON_UNCHANGED},
        {3, 0, 3, 0, broken, broken, TRANSITION_STILL_PASSING, COMPARISON_ALL_WELL},
        {0, 3, 0, 3, broken, refused, TRANSITION_OTHER_CAUSE, COMPARISON_UNCHANGED},
        {3, 0, 2, 1, broken, broken, TRANSITION_FLAPPING, COMPARISON_WORSE},
        {2, 1, 1, 2, broken, broken, TRANSITION_FLAPPING, COMPARISON_UNCHANGED},
        {2, 1, 3, 0, broken, broken, TRANSITION_FIXED, COMPARISON_BETTER},
        {3, 0, 0, 3, broken, unjudged, TRANSITION_CHANGED, COMPARISON_UNCHANGED},
        {0, 0, 3, 0, broken, broken, TRANSITION_NEW, COMPARISON_NOTHING},
        {3, 0, 0, 0, broken, broken, TRANSITION_NOT_TESTED, COMPARISON_NOTHING},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct night before = {0}, after = {0};

        night_of(&before, cases[i].before_passed, cases[i].before_failed, cases[i].before_said);
        night_of(&after, cases[i].after_passed, cases[i].after_failed, cases[i].after_said);
        expect_transition(&before, &after, cases[i].transition, cases[i].verdict);
    }
}

static void endpoints_are_matched_by_name_and_then_by_address(void **state)
{
    struct night before = {0}, after = {0};
    struct comparison comparison;

    (void)state;
    night_open(&before);
    night_endpoint(&before, "moved", URL);
    night_endpoint(&before, "old name", URL "/2");
    night_endpoint(&before, "gone", URL "/3");
    night_open(&after);
    night_endpoint(&after, "new name", URL "/2");
    night_endpoint(&after, "added", URL "/4");
    night_endpoint(&after, "moved", URL "/1");
    for (uint32_t i = 0; i < 3; i++) {
        scene_attempts(&before.scene, i, 1, ok);
        scene_attempts(&after.scene, i, 1, ok);
    }
    comparison = nights_compare(&before, &after);
    assert_int_equal(comparison.endpoint_count, 4);
    assert_int_equal(comparison.endpoints[0].transition, TRANSITION_CHANGED);
    assert_int_equal(comparison.endpoints[0].before, 1);
    assert_int_equal(comparison.endpoints[0].after, 3);
    assert_true(comparison.endpoints[0].address_changed);
    assert_false(comparison.endpoints[0].renamed);
    assert_int_equal(comparison.endpoints[1].transition, TRANSITION_NEW);
    assert_int_equal(comparison.endpoints[1].after, 2);
    assert_int_equal(comparison.endpoints[2].transition, TRANSITION_GONE);
    assert_int_equal(comparison.endpoints[2].before, 3);
    assert_int_equal(comparison.endpoints[3].transition, TRANSITION_RENAMED);
    assert_int_equal(comparison.endpoints[3].before, 2);
    assert_int_equal(comparison.endpoints[3].after, 1);
    assert_false(comparison.endpoints[3].address_changed);
    assert_true(comparison.endpoints[3].renamed);
    nights_close(&before, &after);
}

static void what_passes_with_another_answer_has_changed(void **state)
{
    static const struct said other = {.status = 200, .type = "text/html", .body = "fine, too"};
    const struct {
        struct said said;
        size_t attempts;
        enum transition transition;
    } cases[] = {
        {ok, 2, TRANSITION_STILL_PASSING},
        {other, 2, TRANSITION_CHANGED},
        {other, 1, TRANSITION_STILL_PASSING}, /* one attempt has not shown that it does not vary */
        {{.status = 204}, 1, TRANSITION_CHANGED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct night before = {0}, after = {0};

        night_of(&before, cases[i].attempts, 0, broken);
        night_open(&after);
        night_endpoint(&after, "thing", URL);
        scene_attempts(&after.scene, 0, cases[i].attempts, cases[i].said);
        expect_transition(&before, &after, cases[i].transition, COMPARISON_ALL_WELL);
    }
}

/* The nights before, one letter each (P passes, F fails, U unsteady, - not probed), then the two that are compared. */
static void expect_after_nights(const char *nights, bool before_passes, bool after_passes, enum transition transition,
                                enum comparison_verdict verdict)
{
    struct night before = {0}, after = {0};
    struct turn turns[16] = {{.count = 0}};
    struct series_night list[16] = {{.turns = NULL}};
    struct series series = {.nights = list, .count = strlen(nights)};
    struct compare_side sides[2];
    struct comparison comparison;

    for (size_t i = 0; i < series.count; i++) {
        turns[i].verdict = nights[i] == 'P'   ? VERDICT_PASSES
                           : nights[i] == 'F' ? VERDICT_FAILS
                           : nights[i] == 'U' ? VERDICT_UNSTEADY
                                              : VERDICT_NOT_PROBED;
        list[i].turns = &turns[i];
    }
    night_of(&before, before_passes ? 2 : 0, before_passes ? 0 : 2, broken);
    night_of(&after, after_passes ? 2 : 0, after_passes ? 0 : 2, broken);
    before.records = scene_records(&before.scene);
    after.records = scene_records(&after.scene);
    series.suite = after.records.suite;
    sides[0] = (struct compare_side){&before.records, &before.findings};
    sides[1] = (struct compare_side){&after.records, &after.findings};
    comparison = compare_among(&sides[0], &sides[1], &series, &after.scene.arena);
    assert_string_equal(transition_words[comparison.endpoints[0].transition], transition_words[transition]);
    assert_string_equal(comparison_words[comparison.verdict], comparison_words[verdict]);
    nights_close(&before, &after);
}

static void three_changes_of_verdict_in_ten_runs_are_flapping(void **state)
{
    (void)state;
    expect_after_nights("PPPPFP", true, true, TRANSITION_STILL_PASSING, COMPARISON_ALL_WELL); /* two changes */
    expect_after_nights("PPPFPP", true, false, TRANSITION_FLAPPING, COMPARISON_WORSE);
    expect_after_nights("PFP-FP", true, true, TRANSITION_FLAPPING, COMPARISON_UNCHANGED);
    expect_after_nights("FPFPF", false, true, TRANSITION_FLAPPING,
                        COMPARISON_UNCHANGED); /* passes, not proven fixed */
    expect_after_nights("PPUPP", true, false, TRANSITION_FLAPPING, COMPARISON_WORSE);
    expect_after_nights("FPFPPPPPPPPP", true, true, TRANSITION_STILL_PASSING, COMPARISON_ALL_WELL); /* long ago */
    expect_after_nights("PFFFFFFFF", false, false, TRANSITION_STILL_FAILING, COMPARISON_UNCHANGED);
    expect_after_nights("", true, false, TRANSITION_REGRESSED, COMPARISON_WORSE);
}

static void a_failing_endpoint_that_left_the_suite_makes_nothing_well(void **state)
{
    struct night before = {0}, after = {0};
    struct comparison comparison;

    (void)state;
    night_open(&before);
    night_endpoint(&before, "stays", URL);
    night_endpoint(&before, "failed", URL "/2");
    scene_attempts(&before.scene, 0, 2, ok);
    scene_attempts(&before.scene, 1, 2, broken);
    night_of(&after, 2, 0, broken);
    after.scene.endpoints[0].name = "stays";
    comparison = nights_compare(&before, &after);
    assert_int_equal(comparison.of[TRANSITION_GONE], 1);
    assert_string_equal(comparison_words[comparison.verdict], "unchanged");
    nights_close(&before, &after);
}

static void candidates_by_role_change_no_verdict(void **state)
{
    struct night before = {0}, after = {0};
    struct comparison comparison;

    (void)state;
    night_of(&before, 3, 0, broken);
    night_of(&after, 0, 3, broken);
    before.scene.endpoints[0].role = after.scene.endpoints[0].role = ROLE_CANDIDATE;
    comparison = nights_compare(&before, &after);
    assert_int_equal(comparison.endpoints[0].transition, TRANSITION_REGRESSED);
    assert_int_equal(comparison.of[TRANSITION_REGRESSED], 0);
    assert_int_equal(comparison.verdict, COMPARISON_ALL_WELL);
    nights_close(&before, &after);
}

/* The first night fails with a finding of `code` on the endpoint. */
static struct finding *night_finding(struct night *night, const char *code)
{
    static const uint32_t first[] = {0};
    struct finding *finding = arena_new(&night->scene.arena, 1, sizeof *finding);

    *finding = (struct finding){.rule = rule_by_code(code), .endpoints = first, .endpoint_count = 1};
    assert_non_null(finding->rule);
    night->findings = (struct findings){finding, 1, RULES_VERSION};
    return finding;
}

static void expect_change(struct night *before, struct night *after, enum finding_change change, size_t again)
{
    struct comparison comparison = nights_compare(before, after);

    assert_true(comparison.finding_count > 0);
    assert_string_equal(finding_change_words[comparison.findings[0].change], finding_change_words[change]);
    assert_int_equal(comparison.findings[0].again.count, again);
    nights_close(before, after);
}

static void a_finding_is_cleared_by_its_own_address_asked_again(void **state)
{
    struct night before = {0}, after = {0};

    (void)state;
    night_of(&before, 0, 3, broken);
    night_finding(&before, "http-server-error");
    night_of(&after, 3, 0, broken);
    expect_change(&before, &after, CHANGE_CLEARED, 3);
}

static void a_finding_remains_when_its_cause_does(void **state)
{
    struct night before = {0}, after = {0};

    (void)state;
    night_of(&before, 0, 3, broken);
    night_finding(&before, "http-server-error");
    night_of(&after, 0, 3, broken);
    night_finding(&after, "http-server-error");
    expect_change(&before, &after, CHANGE_REMAINS, 0);
}

static void a_finding_whose_address_fails_for_another_cause_is_not_called_cleared(void **state)
{
    struct night before = {0}, after = {0};
    struct comparison comparison;

    (void)state;
    night_of(&before, 0, 3, broken);
    night_finding(&before, "http-server-error");
    night_of(&after, 0, 3, refused);
    night_finding(&after, "http-client-error");
    comparison = nights_compare(&before, &after);
    assert_int_equal(comparison.finding_count, 2);
    assert_int_equal(comparison.findings[0].change, CHANGE_REPLACED);
    assert_int_equal(comparison.findings[1].change, CHANGE_NEW);
    nights_close(&before, &after);
}

static void a_finding_about_an_address_that_nobody_asks_any_more_stays_open(void **state)
{
    struct night before = {0}, after = {0};

    (void)state;
    night_of(&before, 0, 3, broken);
    night_finding(&before, "http-server-error");
    night_open(&after);
    night_endpoint(&after, "thing", URL "/new");
    scene_attempts(&after.scene, 0, 3, ok);
    expect_change(&before, &after, CHANGE_NOT_TESTED, 0);
}

static void the_same_cause_at_another_address_is_a_new_finding(void **state)
{
    struct night before = {0}, after = {0};
    struct comparison comparison;

    (void)state;
    night_of(&before, 0, 3, broken);
    night_finding(&before, "http-server-error");
    night_open(&after);
    night_endpoint(&after, "thing", URL "/new");
    scene_attempts(&after.scene, 0, 3, broken);
    night_finding(&after, "http-server-error");
    comparison = nights_compare(&before, &after);
    assert_int_equal(comparison.finding_count, 2);
    assert_int_equal(comparison.findings[0].change, CHANGE_NOT_TESTED);
    assert_int_equal(comparison.findings[1].change, CHANGE_NEW);
    nights_close(&before, &after);
}

static void the_incidents_wrong_path_is_cleared_and_its_failing_route_was_not_tested(void **state)
{
    struct reported before = {0}, after = {0};
    struct compare_side sides[2];
    struct comparison comparison;

    (void)state;
    report_before(&before);
    report_after(&after);
    sides[0] = (struct compare_side){&before.records, &before.findings};
    sides[1] = (struct compare_side){&after.records, &after.findings};
    comparison = compare(&sides[0], &sides[1], &after.scene.arena);
    assert_int_equal(comparison.verdict, COMPARISON_BETTER);
    for (size_t i = 0; i < comparison.finding_count; i++) {
        const char *code = comparison.findings[i].before->rule->code;
        enum finding_change wanted = strcmp(code, "websocket-wrong-path") == 0    ? CHANGE_CLEARED
                                     : strcmp(code, "websocket-route-fails") == 0 ? CHANGE_NOT_TESTED
                                                                                  : CHANGE_REMAINS;

        assert_int_equal(comparison.findings[i].change, wanted);
    }
    scene_close(&before.scene);
    scene_close(&after.scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pair_of_verdicts_has_its_transition),
        cmocka_unit_test(endpoints_are_matched_by_name_and_then_by_address),
        cmocka_unit_test(what_passes_with_another_answer_has_changed),
        cmocka_unit_test(three_changes_of_verdict_in_ten_runs_are_flapping),
        cmocka_unit_test(a_failing_endpoint_that_left_the_suite_makes_nothing_well),
        cmocka_unit_test(candidates_by_role_change_no_verdict),
        cmocka_unit_test(a_finding_is_cleared_by_its_own_address_asked_again),
        cmocka_unit_test(a_finding_remains_when_its_cause_does),
        cmocka_unit_test(a_finding_whose_address_fails_for_another_cause_is_not_called_cleared),
        cmocka_unit_test(a_finding_about_an_address_that_nobody_asks_any_more_stays_open),
        cmocka_unit_test(the_same_cause_at_another_address_is_a_new_finding),
        cmocka_unit_test(the_incidents_wrong_path_is_cleared_and_its_failing_route_was_not_tested),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
