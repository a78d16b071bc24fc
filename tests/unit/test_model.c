/* SPDX-License-Identifier: MIT */
/* What the report claims, and what it does not. */
#include "tests/unit/support/report.h"

#include <math.h>

#include "diagnosis/answer.h"
#include "diagnosis/model_maker.h"

struct shown {
    struct reported night;
    struct arena arena;
    const struct model *model;
};

static void show(struct shown *shown)
{
    shown->model = model_of_run(&shown->night.run, shown->night.short_id, &shown->night.records,
                                &shown->night.findings, &shown->arena);
}

static void show_incident(struct shown *shown)
{
    report_before(&shown->night);
    show(shown);
}

static void hide(struct shown *shown)
{
    arena_free(&shown->arena);
    scene_close(&shown->night.scene);
}

/* What the list of endpoints made is gone with the next one: the last few are copied. */
static const struct model_answer *kept(const struct model_answer *answer)
{
    static struct model_answer copies[4];
    static size_t at;

    at = (at + 1) % (sizeof copies / sizeof *copies);
    copies[at] = *answer;
    return &copies[at];
}

static const struct model_answer *answer_at(const struct model *model, const char *path)
{
    for (size_t i = 0; i < model->endpoints.count; i++) {
        const struct model_endpoint *endpoint = list_item(&model->endpoints, sizeof *endpoint, i);
        const struct model_answer *candidates = endpoint->candidates.items;

        if (slice_equals(endpoint->answer->path, slice_of(path)))
            return kept(endpoint->answer);
        for (size_t k = 0; k < endpoint->candidates.count; k++)
            if (slice_equals(candidates[k].path, slice_of(path)))
                return kept(&candidates[k]);
    }
    fail_msg("no %s", path);
    return NULL;
}

static const struct model_experiment *experiment_of(const struct model *model, const char *endpoint,
                                                    const char *question)
{
    const struct model_experiment *rows = model->experiments.items;

    for (size_t i = 0; i < model->experiments.count; i++)
        if (slice_equals(rows[i].endpoint, slice_of(endpoint)) && strcmp(rows[i].question, question) == 0)
            return &rows[i];
    return NULL;
}

static void every_address_has_its_result(void **state)
{
    struct shown shown = {0};

    (void)state;
    show_incident(&shown);
    assert_int_equal(answer_at(shown.model, "/ws")->result, RESULT_FAILS);
    assert_int_equal(answer_at(shown.model, "/ws")->status, 500);
    assert_int_equal(answer_at(shown.model, "/websocket")->result, RESULT_WORKS);
    assert_int_equal(answer_at(shown.model, "/api/ws")->result, RESULT_NO_SUCH_PATH);
    assert_int_equal(answer_at(shown.model, "/api/ws")->compared.count, 2);
    assert_int_equal(answer_at(shown.model, "/api/health")->result, RESULT_REFUSED);
    assert_int_equal(answer_at(shown.model, "/health")->result, RESULT_WORKS);
    assert_true(slice_equals(answer_at(shown.model, "/api/health")->said, slice_of("probe: field required")));
    assert_true(slice_equals(answer_at(shown.model, "/websocket")->said, slice_of("type: connect")));
    hide(&shown);
}

static void k_of_n_comes_with_the_bound_that_n_can_show(void **state)
{
    struct shown shown = {0};

    (void)state;
    show_incident(&shown);
    assert_true(fabs(answer_at(shown.model, "/health")->bound - 36.84) < 0.01);
    assert_true(isnan(answer_at(shown.model, "/ws")->bound));
    hide(&shown);
}

static void layers_hold_only_where_they_were_measured(void **state)
{
    struct shown shown = {0};
    const struct model_answer *socket, *me;

    (void)state;
    show_incident(&shown);
    socket = answer_at(shown.model, "/ws");
    me = answer_at(shown.model, "/api/me");
    assert_int_equal(socket->tls, STATE_HOLDS);
    assert_int_equal(socket->http, STATE_HOLDS);
    assert_int_equal(socket->websocket, STATE_FAILS);
    assert_int_equal(socket->auth, STATE_UNKNOWN);
    assert_int_equal(answer_at(shown.model, "/websocket")->auth, STATE_UNKNOWN);
    assert_int_equal(me->auth, STATE_HOLDS);
    assert_int_equal(me->websocket, STATE_UNKNOWN);
    hide(&shown);
}

static void authentication_is_shown_by_three_answers_and_by_no_fewer(void **state)
{
    struct shown shown = {0};

    (void)state;
    show_incident(&shown);
    assert_string_equal(experiment_of(shown.model, "me", "Does authentication work?")->shows, "yes, there");
    assert_int_equal(experiment_of(shown.model, "me", "Does authentication work?")->cites.count, 5);
    hide(&shown);

    shown = (struct shown){0};
    report_suite(&shown.night.scene);
    scene_attempts(&shown.night.scene, INCIDENT_ME, 3, (struct said){.status = 200});
    scene_ask(&shown.night.scene, INCIDENT_ME, 0, QUESTION_WITHOUT_AUTHORIZATION,
              (struct said){.status = 401, .layer = LAYER_HTTP, .code = "http-status"});
    report_run(&shown.night, "0192f3ab-0000-7000-8000-000000000001", "{}");
    show(&shown);
    assert_string_equal(experiment_of(shown.model, "me", "Does authentication work?")->shows,
                        "a token is wanted there; whether it is verified was not asked");
    assert_int_equal(answer_at(shown.model, "/api/me")->auth, STATE_UNKNOWN);
    hide(&shown);
}

static void that_nobody_is_refused_shows_no_authentication(void **state)
{
    struct shown shown = {0};

    (void)state;
    show_incident(&shown);
    assert_string_equal(experiment_of(shown.model, "health", "Does authentication work?")->shows,
                        "no, not there: it passes without a token");
    assert_string_equal(experiment_of(shown.model, "chat socket", "Does the other address want a token?")->shows,
                        "no: it opens without one");
    hide(&shown);
}

static void paths_that_are_answered_differently_show_nothing(void **state)
{
    struct shown shown = {0};
    struct said not_there = incident_absent(false);

    (void)state;
    report_suite(&shown.night.scene);
    scene_attempts(&shown.night.scene, INCIDENT_API_HEALTH, 3, not_there);
    scene_ask(&shown.night.scene, INCIDENT_API_HEALTH, 0, QUESTION_NO_SUCH_SIBLING, not_there);
    not_there.body = "<html>another page</html>";
    scene_ask(&shown.night.scene, INCIDENT_API_HEALTH, 0, QUESTION_NO_SUCH_ROOT, not_there);
    report_run(&shown.night, "0192f3ab-0000-7000-8000-000000000001", "{}");
    show(&shown);
    assert_int_equal(answer_at(shown.model, "/api/health")->result, RESULT_FAILS);
    assert_string_equal(experiment_of(shown.model, "api health", "Is the path there?")->shows,
                        "not shown: the two are answered differently");
    hide(&shown);
}

static void expect_evidence(const struct model *model, struct cites cites)
{
    const struct model_evidence *evidence = model->evidence.items;

    for (size_t k = 0; k < cites.count; k++) {
        bool found = false;

        for (size_t i = 0; i < model->evidence.count; i++)
            found = found || evidence[i].ordinal == cites.ordinals[k];
        assert_true(found);
    }
}

static void every_citation_has_its_evidence_with_a_command(void **state)
{
    struct shown shown = {0};
    const struct model_finding *findings;
    const struct model_evidence *evidence;

    (void)state;
    show_incident(&shown);
    findings = shown.model->findings.items;
    for (size_t i = 0; i < shown.model->findings.count; i++) {
        expect_evidence(shown.model, findings[i].probes);
        expect_evidence(shown.model, findings[i].experiments);
        expect_evidence(shown.model, findings[i].broken->cites);
    }
    evidence = shown.model->evidence.items;
    for (size_t i = 0; i < shown.model->evidence.count; i++) {
        assert_true(evidence[i].command.len > 0);
        assert_true(i == 0 || evidence[i].ordinal > evidence[i - 1].ordinal);
    }
    assert_int_equal(shown.model->evidence.count + shown.model->evidence_left, shown.night.scene.count);
    hide(&shown);
}

static void what_differs_between_attempts_is_named(void **state)
{
    struct shown shown = {0};
    const struct model_shown *row;

    (void)state;
    report_suite(&shown.night.scene);
    scene_play(&shown.night.scene, incident_world);
    report_record(&shown.night.scene);
    for (size_t i = 0; i < shown.night.scene.count; i++)
        if (shown.night.scene.probes[i]->ordinal == 29)
            scene_message(shown.night.scene.probes[i],
                          "{\"type\":\"connect\",\"data\":{\"mode\":\"legacy\",\"connection_id\":\"legacy_1\","
                          "\"features\":{\"backward_compatibility\":true,\"simplified_auth\":true,"
                          "\"basic_messaging\":true,\"a/b~c\":1}}}");
    report_run(&shown.night, "0192f3ab-0000-7000-8000-000000000001", "{}");
    show(&shown);
    assert_int_equal(shown.model->shown.count, 1);
    row = shown.model->shown.items;
    assert_int_equal(row->varying.count, 2);
    assert_true(
        slice_equals(((const struct model_name *)row->varying.items)[0].name, slice_of("/data/connection_id")));
    assert_true(
        slice_equals(((const struct model_name *)row->varying.items)[1].name, slice_of("/data/features/a~1b~0c")));
    hide(&shown);
}

static void a_run_in_which_all_is_well_has_nothing_to_do(void **state)
{
    struct shown shown = {0};

    (void)state;
    report_suite(&shown.night.scene);
    for (uint32_t i = 0; i < shown.night.scene.suite.endpoint_count; i++)
        scene_attempts(&shown.night.scene, i, 3,
                       i == INCIDENT_SOCKET ? (struct said){.status = 101} : (struct said){.status = 200});
    report_run(&shown.night, "0192f3ab-0000-7000-8000-000000000001", "{}");
    show(&shown);
    assert_int_equal(shown.model->summary->status, SUMMARY_ALL_WELL);
    assert_int_equal(shown.model->findings.count, 0);
    assert_int_equal(shown.model->owners.count, 0);
    assert_int_equal(shown.model->layers.count, 0);
    assert_int_equal(shown.model->patterns.count, 0);
    hide(&shown);
}

static void records_that_fit_no_suite_are_left_out(void **state)
{
    static const uint32_t wild[] = {4000000000U};
    struct shown shown = {0};
    struct finding *findings;

    (void)state;
    report_before(&shown.night);
    shown.night.scene.probes[3]->endpoint = 4000000000U;
    shown.night.scene.probes[4]->candidate = 99;
    findings = (struct finding *)shown.night.findings.list;
    findings[0].candidate = 77;
    findings[1].endpoints = wild;
    show(&shown);
    assert_int_equal(shown.model->findings.count, 1);
    assert_int_equal(shown.model->evidence.count + shown.model->evidence_left, shown.night.scene.count - 2);
    hide(&shown);
}

static void what_an_answer_says_is_one_line_of_it(void **state)
{
    static const struct {
        const char *body, *said;
    } cases[] = {
        {"{\"detail\":\"Not Found\"}", "Not Found"},
        {"{\"error\":{\"message\":\"no quota\"}}", "no quota"},
        {"{\"detail\":[{\"loc\":[\"body\",0],\"msg\":\"bad\"}]}", "0: bad"},
        {"{\"n\":[1],\"sub\":\"u-1001\"}", "sub: u-1001"},
        {"<html><head><title>502 Bad Gateway</title></head>", "502 Bad Gateway"},
        {"<title>", "<title>"},
        {"\n\n  Internal Server Error\r\nmore", "Internal Server Error"},
        {"{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}"},
        {"[1,2]", "[1,2]"},
        {"{\"detail\":{}}", "{\"detail\":{}}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = ARENA_INIT;
        struct probe probe = {.status = 500, .body = slice_of(cases[i].body)};
        struct slice said = said_by(&probe, &arena);

        if (!slice_equals(said, slice_of(cases[i].said)))
            fail_msg("%s says %.*s", cases[i].body, (int)said.len, said.data);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_address_has_its_result),
        cmocka_unit_test(k_of_n_comes_with_the_bound_that_n_can_show),
        cmocka_unit_test(layers_hold_only_where_they_were_measured),
        cmocka_unit_test(authentication_is_shown_by_three_answers_and_by_no_fewer),
        cmocka_unit_test(that_nobody_is_refused_shows_no_authentication),
        cmocka_unit_test(paths_that_are_answered_differently_show_nothing),
        cmocka_unit_test(every_citation_has_its_evidence_with_a_command),
        cmocka_unit_test(what_differs_between_attempts_is_named),
        cmocka_unit_test(a_run_in_which_all_is_well_has_nothing_to_do),
        cmocka_unit_test(records_that_fit_no_suite_are_left_out),
        cmocka_unit_test(what_an_answer_says_is_one_line_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
