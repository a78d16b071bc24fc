/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/incident.h"
#include "tests/unit/support/records.h"

#include "diagnosis/fact.h"
#include "diagnosis/survey.h"

static const struct said ok = {.status = 200, .body = "fine"};
static const struct said broken = {.status = 500, .layer = LAYER_HTTP, .code = "http-status", .body = "error"};
static const struct said absent = {.status = 404, .layer = LAYER_HTTP, .code = "http-status", .body = "none"};

static struct facts about(struct scene *scene, uint32_t endpoint)
{
    struct records records = scene_records(scene);
    struct survey survey = survey_make(&records, &scene->arena);

    return facts_of(&survey, endpoint);
}

static void open_one(struct scene *scene, size_t attempts, struct said said)
{
    scene_open(scene);
    scene_endpoint(scene, "https://a.example/api/x");
    scene_attempts(scene, 0, attempts, said);
}

static void what_nobody_measured_is_unknown(void **state)
{
    static const enum fact unmeasured[] = {
        FACT_UNSTEADY,        FACT_NOTHING_RESOLVES, FACT_NOTHING_CONNECTS,   FACT_NOTHING_UPGRADES,
        FACT_ORIGIN_DOWN,     FACT_CONTROL_PASSES,   FACT_ABSENT_AGREE,       FACT_LIKE_ABSENT,
        FACT_ROUTE_THERE,     FACT_CANDIDATE_WORKS,  FACT_CANDIDATE_UNSTEADY, FACT_RECOVERED,
        FACT_CANDIDATE_SHOWN, FACT_SAME_WITHOUT,     FACT_BROKEN_REFUSED,     FACT_TOKEN_ACCEPTED,
        FACT_PLAIN_SAME,
    };
    struct scene scene;
    struct facts facts;

    (void)state;
    open_one(&scene, 1, broken);
    facts = about(&scene, 0);
    for (size_t i = 0; i < sizeof unmeasured / sizeof *unmeasured; i++)
        assert_int_equal(facts.of[unmeasured[i]], UNKNOWN);
    scene_close(&scene);
}

static void an_endpoint_that_was_not_probed_has_no_facts(void **state)
{
    struct scene scene;
    struct facts facts;

    (void)state;
    open_one(&scene, 0, ok);
    facts = about(&scene, 0);
    for (size_t i = 0; i < FACT_COUNT; i++)
        assert_int_equal(facts.of[i], UNKNOWN);
    scene_close(&scene);
}

static void layers_hold_up_to_the_one_that_fails(void **state)
{
    static const struct {
        enum layer layer;
        int status;
        enum known dns, tcp, tls, http;
    } cases[] = {
        {LAYER_DNS, 0, DOES_NOT, UNKNOWN, UNKNOWN, DOES_NOT}, {LAYER_TCP, 0, HOLDS, DOES_NOT, UNKNOWN, DOES_NOT},
        {LAYER_TLS, 0, HOLDS, HOLDS, DOES_NOT, DOES_NOT},     {LAYER_HTTP, 0, HOLDS, HOLDS, HOLDS, DOES_NOT},
        {LAYER_HTTP, 500, HOLDS, HOLDS, HOLDS, HOLDS},        {LAYER_CONTENT, 200, HOLDS, HOLDS, HOLDS, HOLDS},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene;
        struct facts facts;

        open_one(&scene, 2, (struct said){.layer = cases[i].layer, .code = "some-code", .status = cases[i].status});
        facts = about(&scene, 0);
        assert_int_equal(facts.of[FACT_NAME_RESOLVES], cases[i].dns);
        assert_int_equal(facts.of[FACT_CONNECTS], cases[i].tcp);
        assert_int_equal(facts.of[FACT_TLS_HOLDS], cases[i].tls);
        assert_int_equal(facts.of[FACT_ANSWERS], cases[i].http);
        scene.probes[0]->from_hosts = true;
        assert_int_equal(about(&scene, 0).of[FACT_NAME_RESOLVES], UNKNOWN);
        scene_close(&scene);
    }
}

static void steadiness_takes_two_attempts(void **state)
{
    struct scene scene;

    (void)state;
    open_one(&scene, 1, broken);
    assert_int_equal(about(&scene, 0).of[FACT_UNSTEADY], UNKNOWN);
    assert_int_equal(about(&scene, 0).of[FACT_SEEN_TO_DIFFER], DOES_NOT);
    scene_attempts(&scene, 0, 1, broken);
    assert_int_equal(about(&scene, 0).of[FACT_UNSTEADY], DOES_NOT);
    scene_attempts(&scene, 0, 1, absent);
    assert_int_equal(about(&scene, 0).of[FACT_UNSTEADY], HOLDS);
    scene_close(&scene);
}

static void statuses_are_among_lists(void **state)
{
    static const struct {
        const char *list;
        int status;
        bool among;
    } cases[] = {
        {"200", 200, true},       {"200", 201, false},     {"2xx", 204, true},       {"2xx 404", 404, true},
        {"5xx !503", 503, false}, {"5xx !503", 500, true}, {"!401 4xx", 401, false}, {"", 200, false},
        {"20x", 209, true},       {"2xx", 0, false},       {"200  404", 404, true},  {"2000", 200, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(status_among(cases[i].list, cases[i].status), cases[i].among);
}

static void impossible_paths_speak_only_together(void **state)
{
    struct said unlike = absent, busy = absent;
    struct scene scene;
    struct facts facts;

    (void)state;
    unlike.body = "nothing to see";
    busy.status = 429;
    open_one(&scene, 2, broken);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_SIBLING, absent);
    assert_int_equal(about(&scene, 0).of[FACT_ABSENT_AGREE], UNKNOWN);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_ROOT, absent);
    facts = about(&scene, 0);
    assert_int_equal(facts.of[FACT_ABSENT_AGREE], HOLDS);
    assert_int_equal(facts.of[FACT_ROUTE_THERE], HOLDS);
    assert_int_equal(facts.of[FACT_LIKE_ABSENT], DOES_NOT);
    assert_int_equal(facts.cites[FACT_ROUTE_THERE].count, 4);
    scene_close(&scene);

    open_one(&scene, 2, broken);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_SIBLING, absent);
    scene_ask(&scene, 0, 0, QUESTION_NO_SUCH_ROOT, unlike);
    facts = about(&scene, 0);
    assert_int_equal(facts.of[FACT_ABSENT_AGREE], DOES_NOT);
    assert_int_equal(facts.of[FACT_ROUTE_THERE], UNKNOWN);
    scene_close(&scene);

    /* "Not so fast" says nothing of paths, nor does silence. */
    open_one(&scene, 2, broken);
    scene_ask_absent(&scene, 0, busy);
    assert_int_equal(about(&scene, 0).of[FACT_ROUTE_THERE], UNKNOWN);
    scene_close(&scene);
    open_one(&scene, 2, broken);
    scene_ask_absent(&scene, 0, (struct said){.layer = LAYER_HTTP, .code = "http-timeout"});
    assert_int_equal(about(&scene, 0).of[FACT_ABSENT_AGREE], UNKNOWN);
    scene_close(&scene);
}

/* GET tells of a POST route only that it is there. */
static void another_method_shows_a_route_but_never_its_absence(void **state)
{
    struct said wrong_method = absent;
    struct scene scene;

    (void)state;
    wrong_method.status = 405;
    open_one(&scene, 1, broken);
    scene.endpoints[0].method = "POST";
    scene.probes[0]->method = "POST";
    scene_ask_absent(&scene, 0, absent);
    scene.probes[1]->method = scene.probes[2]->method = "GET";
    assert_int_equal(about(&scene, 0).of[FACT_ROUTE_THERE], UNKNOWN);
    scene_ask(&scene, 0, 0, QUESTION_PLAIN_GET, absent);
    assert_int_equal(about(&scene, 0).of[FACT_ROUTE_THERE], UNKNOWN);
    assert_int_equal(about(&scene, 0).of[FACT_LIKE_ABSENT], UNKNOWN);
    scene.probes[3]->status = wrong_method.status;
    assert_int_equal(about(&scene, 0).of[FACT_ROUTE_THERE], HOLDS);
    scene_close(&scene);
}

static void the_aba_is_matched_in_order(void **state)
{
    /* a, A: the original fails, passes; b, B: the candidate fails, passes. */
    static const struct {
        const char *story;
        unsigned steps;
    } cases[] = {
        {"aaBBaa", 6}, {"aaaBBaaa", 6}, {"aBaBBaa", 6}, {"aaBaBaa", 6}, {"aaB", 3}, {"aaBBa", 5}, {"BBaaaa", 2},
        {"aaaaBB", 4}, {"aaBbBaa", 0},  {"aaBBaA", 0},  {"AaBBaa", 0},  {"aa", 0},  {"aBBaa", 2}, {"BaaBaBaa", 6},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene;
        struct records records;
        struct answer original, candidate;

        scene_open(&scene);
        scene_candidates(&scene, scene_endpoint(&scene, "https://a.example/x"), "https://a.example/y");
        for (const char *at = cases[i].story; *at; at++)
            scene_ask(&scene, 0, *at == 'b' || *at == 'B',
                      *at == 'b' || *at == 'B' ? QUESTION_CANDIDATE : QUESTION_REPEAT,
                      *at == 'a' || *at == 'b' ? absent : ok);
        records = scene_records(&scene);
        original = answer_of_endpoint(&records, 0, &scene.arena);
        candidate = answer_of_question(&records, 0, 1, QUESTION_CANDIDATE, &scene.arena);
        assert_int_equal(aba_steps(&original, &candidate), cases[i].steps);
        scene_close(&scene);
    }
}

static void the_candidate_whose_aba_is_whole_is_the_one(void **state)
{
    struct scene scene;
    struct facts facts;

    (void)state;
    scene_open(&scene);
    scene_candidates(&scene, scene_endpoint(&scene, "https://a.example/x"), "https://a.example/1 https://a.example/2");
    scene_attempts(&scene, 0, 2, absent);
    scene_ask(&scene, 0, 1, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 2, QUESTION_CANDIDATE, ok);
    assert_int_equal(about(&scene, 0).candidate, 1);
    scene_ask(&scene, 0, 2, QUESTION_CANDIDATE, ok);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    scene_ask(&scene, 0, 0, QUESTION_REPEAT, absent);
    facts = about(&scene, 0);
    assert_int_equal(facts.candidate, 2);
    assert_int_equal(facts.of[FACT_CANDIDATE_SHOWN], HOLDS);
    assert_int_equal(facts.of[FACT_RECOVERED], DOES_NOT);
    scene_close(&scene);
}

static void the_incident_shows_that_the_token_is_looked_at(void **state)
{
    struct scene scene;
    struct facts facts;

    (void)state;
    incident_suite(&scene);
    scene_play(&scene, incident_world);
    facts = about(&scene, INCIDENT_SOCKET);
    assert_int_equal(facts.of[FACT_TOKEN_ACCEPTED], HOLDS);
    assert_int_equal(facts.cites[FACT_TOKEN_ACCEPTED].count, 2);
    assert_int_equal(facts.of[FACT_SAME_WITHOUT], HOLDS);
    assert_int_equal(facts.of[FACT_TOKEN_BREAKS], DOES_NOT);
    assert_int_equal(facts.of[FACT_PLAIN_SAME], DOES_NOT);
    assert_int_equal(facts.of[FACT_CONTROL_PASSES], HOLDS);
    assert_int_equal(about(&scene, INCIDENT_ME).of[FACT_BROKEN_REFUSED], HOLDS);
    assert_true(facts.opens_without);
    scene_close(&scene);
}

static void a_token_that_breaks_the_request_is_seen_without_it(void **state)
{
    struct scene scene;
    struct facts facts;

    (void)state;
    open_one(&scene, 2, broken);
    scene_authorize(&scene, &scene.endpoints[0]);
    scene_ask(&scene, 0, 0, QUESTION_WITHOUT_AUTHORIZATION, ok);
    facts = about(&scene, 0);
    assert_int_equal(facts.of[FACT_TOKEN_BREAKS], HOLDS);
    assert_int_equal(facts.of[FACT_SAME_WITHOUT], DOES_NOT);
    scene_close(&scene);

    /* Refused without: the route wants the token, and may yet fail on this one. */
    open_one(&scene, 2, broken);
    scene_authorize(&scene, &scene.endpoints[0]);
    scene_ask(&scene, 0, 0, QUESTION_WITHOUT_AUTHORIZATION,
              (struct said){.status = 401, .layer = LAYER_HTTP, .code = "http-status"});
    assert_int_equal(about(&scene, 0).of[FACT_TOKEN_BREAKS], UNKNOWN);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_measured_is_unknown),
        cmocka_unit_test(an_endpoint_that_was_not_probed_has_no_facts),
        cmocka_unit_test(layers_hold_up_to_the_one_that_fails),
        cmocka_unit_test(steadiness_takes_two_attempts),
        cmocka_unit_test(statuses_are_among_lists),
        cmocka_unit_test(impossible_paths_speak_only_together),
        cmocka_unit_test(another_method_shows_a_route_but_never_its_absence),
        cmocka_unit_test(the_aba_is_matched_in_order),
        cmocka_unit_test(the_candidate_whose_aba_is_whole_is_the_one),
        cmocka_unit_test(the_incident_shows_that_the_token_is_looked_at),
        cmocka_unit_test(a_token_that_breaks_the_request_is_seen_without_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
